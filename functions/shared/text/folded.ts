/**
 * A word without diacritics, of the scripts where readers leave them out: Latin, Greek, Cyrillic, Hebrew and Arabic.
 * "café" gives "cafe". Takes and gives lower case, NFC. What terms without diacritics compare.
 */
export function folded(word: string): string {
  if (!BEYOND_ASCII.test(word)) return word;
  const plain = word
    .normalize('NFD')
    .replace(DIACRITIC, (sign, letter?: string) => letter ?? PLAIN[sign] ?? '');
  // A sign that stands for itself, such as a stretched line of Arabic, is all that there is to compare.
  return plain === '' ? word : plain.normalize('NFC');
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** First the letters whose sign is no diacritic to a reader: й, and the Ukrainian ї. */
const DIACRITIC = new RegExp(
  [
    '(и\\u0306|і\\u0308)',
    // Combining marks, and those of Cyrillic, of Hebrew, of Arabic.
    '[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f]',
    '[\\u0483-\\u0487]',
    '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
    '[\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u08d3-\\u08ff]',
    '[øłđħıٱىة]',
  ].join('|'),
  'g',
);

/** What has no decomposition in Unicode. Hamza on a letter has one. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ٱ: 'ا',
  ى: 'ي',
  ة: 'ه',
};
