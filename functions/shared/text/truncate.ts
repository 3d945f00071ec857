const PLAIN = /^[ -~]*$/;
let segmenter: Intl.Segmenter | undefined;

/**
 * Returns the beginning of a text, `most` UTF-16 units at most, that ends with a whole grapheme: emoji, flags and letters
 * keep all that belongs to them. Empty where the first grapheme is longer.
 */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  // A grapheme that fits ends within `most`, so one more character is enough to see where it ends.
  const reach = text.slice(0, most + 2);
  if (PLAIN.test(reach)) return text.slice(0, most);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let end = 0;
  for (const { index, segment } of segmenter.segment(reach)) {
    if (index + segment.length > most) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
