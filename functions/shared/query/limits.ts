/** What a topic's query may hold, its sets included; what a person writes stays far below. */

/** Characters of all of its texts. */
export const MAX_LENGTH = 20_000;
/** Parentheses, fields and sets within each other. */
export const MAX_DEPTH = 20;
/** Terms, patterns, sources and languages. */
export const MAX_CLAUSES = 1_000;
export const MAX_PHRASE_WORDS = 20;
/** Every pattern is tried on every text that it could be in. */
export const MAX_PATTERNS = 5;
export const MAX_PATTERN_LENGTH = 250;
/** Of RE2's program for it. The longest texts take a tenth of a second for so many, and repeats such as {0,200} make many. */
export const MAX_PATTERN_STEPS = 300;
/** Words between the two of NEAR. */
export const MAX_NEAR = 100;
