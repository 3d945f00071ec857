/**
 * Character classes for regular expressions with the `u` or `v` flag: invisible characters, and signs within words and
 * names. INVISIBLE needs the `v` flag.
 */

/**
 * Invisible characters: soft hyphens, zero-width spaces and joiners, direction marks, variation selectors and tags. Excludes
 * the half-space (zero-width non-joiner), which counts as a hyphen.
 */
export const INVISIBLE = String.raw`[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--\u200c]`;

/** Apostrophes and their substitutes, including some that Unicode calls letters (Ukrainian U+02BC, okina, ayn, hamza). */
export const APOSTROPHE = String.raw`'\u0060\u00b4\u02b9-\u02c1\u02c8\u02ee\u0374\u055a\u05f3\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07`;

/** Hyphens, the Hebrew maqaf, the Persian half-space, the Catalan middle dot, and dashes, which join words without spaces. */
export const HYPHEN = String.raw`\-\u00b7\u058a\u05be\u200c\u2010-\u2013\u2212\ufe63\uff0d`;

/** The gershayim of Hebrew acronyms, and the quotes that replace it. */
export const GERSHAYIM = String.raw`"\u05f4\u201d`;

/** Maps signs within names, of any width, to their ASCII form: AT&T, C++, C#, 5%, $T, @name, .NET. */
export const NAME_SIGNS: ReadonlyMap<string, string> = new Map(
  ['&＆﹠', '+＋', '#＃', '%％٪﹪', '$＄', '@＠', '.'].flatMap((same) =>
    [...same].map((sign) => [sign, same.charAt(0)] as const),
  ),
);

/** Returns whether a text has only ASCII characters. Takes a tenth of the time of a regular expression. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** By UAX #15, no language stacks more marks. Normalising longer runs takes quadratic time. */
const MAX_MARKS = 30;
/** Matches only at the start of a run. Trying every mark of a run would take quadratic time. */
const LONG_MARKS = new RegExp(String.raw`(?<!\p{M})(\p{M}{${MAX_MARKS}})\p{M}+`, 'gu');
const MARK = /\p{M}/u;

/** Cuts runs of combining marks to 30, so that normalising the text takes linear time. */
export function streamSafe(text: string): string {
  return mayHaveRun(text) ? text.replace(LONG_MARKS, '$1') : text;
}

/**
 * Returns whether a text may have a run that is too long. Tests only every 31st position, because a run that is too long
 * covers at least one of these. Searching the whole text takes ten times as long.
 */
function mayHaveRun(text: string): boolean {
  for (let at = MAX_MARKS; at < text.length; at += MAX_MARKS + 1)
    if (text.charCodeAt(at) >= 0x300 && MARK.test(text.slice(at - 1, at + 2))) return true;
  return false;
}

const DIGIT = /^\p{Nd}$/u;

/** Returns "0" to "9" for a decimal digit of any script. In Unicode, the ten digits of a script are consecutive. */
export function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}
