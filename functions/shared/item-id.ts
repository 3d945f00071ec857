/** Digits of an item's id that are the hash of its address, the same in every feed. The rest is of the feed. */
const ADDRESS_DIGITS = 8;

/** Returns the id of the item that a feed names by an address: 16 hex digits. Both hashes have as many. */
export function itemIdAt(addressHash: string, hashInFeed: string): string {
  return addressHash.slice(0, ADDRESS_DIGITS) + hashInFeed.slice(ADDRESS_DIGITS);
}

/**
 * Whether two items may have one address. False positives are as likely as two equal hashes of 32 bits, so their texts must
 * agree as well. Ids of releases up to 0.1.0 are the whole hash of an address, and begin alike.
 */
export function mayShareAddress(id: string, other: string): boolean {
  return id.slice(0, ADDRESS_DIGITS) === other.slice(0, ADDRESS_DIGITS);
}

/** Returns the ends of the range that holds all ids that may have the address of this one. */
export function idRangeOfAddress(id: string): { readonly from: string; readonly to: string } {
  const prefix = id.slice(0, ADDRESS_DIGITS);
  return { from: prefix, to: `${prefix}~` };
}
