/**
 * What could make a text from a feed look like something it is not: control and format characters (bidi overrides,
 * zero-width characters among them), private use, and lone surrogates. Zero-width joiners stay: emoji and several
 * scripts need them.
 */
const UNSAFE = /[\p{Cc}\p{Co}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

/** One safe line of a text that came from a feed. */
export function safeText(text: string): string {
  return text
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(UNSAFE, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Cuts at a word's end where there is one, and never within a character; `most` counts UTF-16 units, mark included. */
export function shorten(text: string, most: number, mark = '…'): string {
  if (text.length <= most) return text;
  let cut = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (cut.length + segment.length > most - mark.length) break;
    cut += segment;
  }
  const space = cut.lastIndexOf(' ');
  // A text without spaces, or with one very long word, is cut within it.
  const whole = text[cut.length] === ' ' || space < cut.length / 2 ? cut : cut.slice(0, space);
  return `${whole.trimEnd()}${mark}`;
}
