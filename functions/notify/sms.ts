import sms from 'sms-segments-calculator';
import { shorten } from './safe-text.ts';

/** Characters of a part, at most: longer texts need not be counted out, which takes its time. */
const PART = 160;
/** A headline that would have to be shorter than this loses its link instead. */
const SHORTEST_HEADLINE = 40;

/**
 * One SMS part: 160 GSM-7 characters, or 70 where the text needs others. Typographic quotes, dashes and the like are
 * written in GSM-7, since a single one would make the message a UCS-2 one of 70. The headline gives way first, at
 * whole words; the link is kept whole or left out.
 */
export function onePart(before: string, headline: string, link: string | undefined): string {
  const withLink = link === undefined ? undefined : longest(before, headline, `\n${link}`);
  if (withLink && withLink.shown >= Math.min(SHORTEST_HEADLINE, headline.length)) return withLink.text;
  // What comes before gives way only where it would fill the part alone.
  return (longest(before, headline, '') ?? longest('', before + headline, ''))?.text ?? '';
}

/** The part with as much of the headline as it can hold. */
function longest(
  before: string,
  headline: string,
  after: string,
): { text: string; shown: number } | undefined {
  const attempt = (shown: number): string | undefined => {
    // Composed: the parts of a decomposed letter would be written as characters of their own.
    const text = `${before}${shorten(headline, shown, '...')}${after}`.normalize('NFC');
    if (text.length > PART) return undefined;
    const part = new sms.SegmentedMessage(text, 'auto', true);
    return part.segmentsCount === 1 ? part.graphemes.join('') : undefined;
  };
  const whole = attempt(headline.length);
  if (whole !== undefined) return { text: whole, shown: headline.length };
  let best: { text: string; shown: number } | undefined;
  let [low, high] = [4, Math.min(headline.length - 1, PART)];
  while (low <= high) {
    const shown = Math.floor((low + high) / 2);
    const text = attempt(shown);
    if (text === undefined) high = shown - 1;
    else {
      best = { text, shown };
      low = shown + 1;
    }
  }
  return best;
}
