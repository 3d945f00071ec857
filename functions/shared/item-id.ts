/**
 * Number of leading digits of an item's id that come from its address and are the same in every feed. The other digits depend
 * on the feed.
 */
const ADDRESS_DIGITS = 8;

/** Returns the id of the item that a feed shows under an address, as 16 hex digits. Both hashes have 16 hex digits. */
export function itemIdAt(addressHash: string, hashInFeed: string): string {
  return addressHash.slice(0, ADDRESS_DIGITS) + hashInFeed.slice(ADDRESS_DIGITS);
}

/**
 * Returns whether two items may have the same address. The comparison covers 32 bits of a hash, so callers also compare the
 * texts. Ids from releases up to 0.1.0 are the whole hash of an address and begin with the same digits.
 */
export function mayShareAddress(id: string, other: string): boolean {
  return id.slice(0, ADDRESS_DIGITS) === other.slice(0, ADDRESS_DIGITS);
}

/** Returns the range of the ids that may have the same address as this one, both ends included. */
export function idRangeOfAddress(id: string): { readonly from: string; readonly to: string } {
  const prefix = id.slice(0, ADDRESS_DIGITS);
  return { from: prefix, to: `${prefix}~` };
}

/**
 * Returns the id that topics give a second article of a feed under one item id. Only the latest article is stored, under the item
 * id.
 */
export const secondArticleId = (itemId: string, guidHash: string): string => `${itemId}.${guidHash}`;

/** Returns the id under which an article is stored. */
export const storedItemId = (id: string): string => id.split('.', 1)[0] ?? id;
