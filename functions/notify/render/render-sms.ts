import sms from 'sms-segments-calculator';
import { shorten } from '../../shared/text/safe-text.ts';
import { toGsm7 } from './to-gsm7.ts';

/** Maximum length of a part, in characters. Longer texts are not counted, because counting is slow. */
const MAX_PART_LENGTH = 160;
/** An SMS drops its link rather than cut the headline below this length. UCS-2 has 70 characters a part, GSM-7 has 160. */
const MIN_HEADLINE = 40;
const MIN_UCS2_HEADLINE = 17;

/**
 * Returns one SMS part: 160 GSM-7 characters, or 70 UCS-2 characters for texts that need them. Writes typographic quotes,
 * dashes and the like in GSM-7, since a single one would turn the message into UCS-2. Does the same with Greek, symbols
 * and other letters that GSM-7 lacks, unless the whole text fits into 70 characters. Shortens the headline first, at
 * whole words. Keeps the link whole or leaves it out.
 */
export function renderSms(start: string, headline: string, link: string | undefined): string {
  const end = link === undefined ? '' : `\n${link}`;
  const unchanged = asOnePart(`${start}${headline}${end}`);
  if (unchanged !== undefined) return unchanged;
  const [gsmStart, gsmHeadline] = [toGsm7(start), toGsm7(headline)];
  return isGsm(gsmStart + gsmHeadline) && !isLost(start, gsmStart) && !isLost(headline, gsmHeadline)
    ? shortened(gsmStart, gsmHeadline, end, MIN_HEADLINE)
    : shortened(start, headline, end, MIN_UCS2_HEADLINE);
}

/** Returns whether nothing remains of a text because it was all symbols. */
function isLost(text: string, gsmText: string): boolean {
  return text !== '' && !/[^\s:]/.test(gsmText);
}

function shortened(start: string, headline: string, end: string, minHeadline: number): string {
  const withLink = end === '' ? undefined : longestFitting(start, headline, end);
  if (withLink && withLink.shown >= Math.min(minHeadline, headline.length)) return withLink.text;
  // Shorten the start only if it would fill the part by itself.
  return (longestFitting(start, headline, '') ?? longestFitting('', start + headline, ''))?.text ?? '';
}

/** Matches texts that are GSM-7 already, as most are. Other texts have to be counted, which takes a millisecond. */
const PLAIN_GSM = /^[A-Za-z0-9 \n!"#$%&'()*+,\-./:;<=>?@_]*$/;

/** Returns a text as it is sent if it fits into one part, or undefined. */
function asOnePart(text: string): string | undefined {
  if (text.length > MAX_PART_LENGTH) return undefined;
  if (PLAIN_GSM.test(text)) return text;
  // `forCalculator` composes letters; the parts of a decomposed letter would count as separate characters.
  const part = new sms.SegmentedMessage(forCalculator(text), 'auto', true);
  return part.segmentsCount === 1 ? part.graphemes.join('') : undefined;
}

function isGsm(text: string): boolean {
  if (PLAIN_GSM.test(text)) return true;
  return new sms.SegmentedMessage(forCalculator(text), 'auto', true).encodingName === 'GSM-7';
}

/** Prepares a text for the calculator, which writes two spaces for a no-break space, and 51/2 for 5½. */
function forCalculator(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/(?<=\d)(?=[¼½¾])/g, ' ');
}

/** Returns the part with as much of the headline as fits, and the number of headline characters in it. */
function longestFitting(
  start: string,
  headline: string,
  end: string,
): { text: string; shown: number } | undefined {
  const attempt = (shown: number) => asOnePart(`${start}${shorten(headline, shown, '...')}${end}`);
  const whole = attempt(headline.length);
  if (whole !== undefined) return { text: whole, shown: headline.length };
  let best: { text: string; shown: number } | undefined;
  let [low, high] = [4, Math.min(headline.length - 1, MAX_PART_LENGTH)];
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
