/** So many that the seen set, with as many again that have left the feed, fits its record. Feeds show the newest first. */
export const MAX_ENTRIES = 5_000;

/** More than ten times what is matched and shown of any text: what is longer is cut before any work is done on it. */
export const MAX_TEXT_LENGTH = 300_000;

/**
 * Values of a JSON document; elements kept of an XML one, twice if they have attributes. Each takes some hundred bytes of
 * memory, for as little as two or seven bytes of the document. Large ordinary documents have a quarter as many.
 */
export const MAX_VALUES = 200_000;

/** Elements within elements, and JSON within JSON. Deeper is nothing of a feed, and takes room. */
export const MAX_DEPTH = 100;
