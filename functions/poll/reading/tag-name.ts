/** Enough for all of HTML and of feeds, and no more than somebody could think of. */
const MOST = 2_000;
const LONGEST = 40;

const known = new Map<string, string>();

/**
 * A tag's name in lower case. Remembered, since to make one of a piece of a document that has characters beyond Latin-1
 * takes longer than all else that is done for a tag.
 */
export function tagName(written: string): string {
  const name = known.get(written);
  if (name !== undefined) return name;
  if (known.size >= MOST || written.length > LONGEST) return written.toLowerCase();
  // A copy: a piece of a document keeps all of it in memory.
  const own = Buffer.from(written).toString();
  const lower = own.toLowerCase();
  known.set(own, lower);
  return lower;
}
