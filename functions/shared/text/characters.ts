/**
 * Which characters make words, which are not seen, and which stand within names. Sources of character classes for regular
 * expressions with the `u` or `v` flag; that of what is not seen takes `v`.
 */

/**
 * Characters that nobody sees: soft hyphens, zero-width spaces and joiners, marks of direction, variation selectors, tags;
 * not the half-space, which is a hyphen.
 */
export const INVISIBLE = String.raw`[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--\u200c]`;

/** Apostrophes and what stands for them, letters to Unicode among them (U+02BC of Ukrainian, the okina, ayn and hamza). */
export const APOSTROPHE = String.raw`'\u0060\u00b4\u02b9-\u02c1\u02c8\u02ee\u0374\u055a\u05f3\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07`;

/** Hyphens, the Hebrew maqaf, the half-space of Persian, the middle dot of Catalan; dashes where no space is beside them. */
export const HYPHEN = String.raw`\-\u00b7\u058a\u05be\u200c\u2010-\u2013\u2212\ufe63\uff0d`;

/** Gershayim of Hebrew acronyms, and the quotes that stand for them. */
export const GERSHAYIM = String.raw`"\u05f4\u201d`;

/** Signs of names, of any width, and the ASCII sign that each is read as: AT&T, C++, C#, 5%, $T, @name, .NET. */
export const NAME_SIGNS: ReadonlyMap<string, string> = new Map(
  ['&＆﹠', '+＋', '#＃', '%％٪﹪', '$＄', '@＠', '.'].flatMap((same) =>
    [...same].map((sign) => [sign, same.charAt(0)] as const),
  ),
);

/** UAX #15: no language stacks more marks, and normalising longer runs takes time that grows with their square. */
const MAX_MARKS = 30;
/** Looked for where a run begins: from every mark of it, the search would take time that grows with the square of a run. */
const LONG_MARKS = new RegExp(String.raw`(?<!\p{M})(\p{M}{${MAX_MARKS}})\p{M}+`, 'gu');
const MARK = /\p{M}/u;

/** Cuts runs of combining marks to 30, so that the text can be normalised in time that grows with its length. */
export function streamSafe(text: string): string {
  return mayHaveRun(text) ? text.replace(LONG_MARKS, '$1') : text;
}

/** A run that is too long covers one of the places looked at. To search for runs takes ten times as long. */
function mayHaveRun(text: string): boolean {
  for (let at = MAX_MARKS; at < text.length; at += MAX_MARKS + 1)
    if (text.charCodeAt(at) >= 0x300 && MARK.test(text.slice(at - 1, at + 2))) return true;
  return false;
}

const DIGIT = /^\p{Nd}$/u;

/** Returns 0 to 9 for a decimal digit of any script: Unicode has each ten in a row. */
export function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}
