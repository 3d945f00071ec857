const ASCII = /^[ -~]*$/;
let segmenter: Intl.Segmenter | undefined;

/**
 * Returns at most `max` UTF-16 units of a text, cut after a whole grapheme: emoji, flags and letters stay complete. Returns
 * '' if the first grapheme is longer.
 */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  // One more character is enough to see where the last grapheme that fits ends.
  const reach = text.slice(0, max + 2);
  if (ASCII.test(reach)) return text.slice(0, max);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let end = 0;
  for (const { index, segment } of segmenter.segment(reach)) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
