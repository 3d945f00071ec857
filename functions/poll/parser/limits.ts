/** A seen set of this size, with as many entries again that have left the feed, fits its record. Feeds show the newest first. */
export const MAX_ENTRIES = 5_000;

/** Characters; more than ten times what we match and show of any text. Longer texts are cut before any other work. */
export const MAX_TEXT_LENGTH = 300_000;

/**
 * Values of a JSON document, or kept elements of an XML document; elements with attributes count twice. Each takes about a
 * hundred bytes of memory, for as little as two (JSON) or seven (XML) bytes of the document. Large ordinary documents have
 * a quarter as many.
 */
export const MAX_VALUES = 200_000;

/** Nesting of XML elements or JSON values. Feeds never nest deeper, and depth takes memory. */
export const MAX_DEPTH = 100;
