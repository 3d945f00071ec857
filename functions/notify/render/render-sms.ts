import sms from 'sms-segments-calculator';
import { shorten } from '../../shared/text/safe-text.ts';
import { toGsm7 } from './to-gsm7.ts';

/** Characters of a part, at most: longer texts need not be counted out, which takes its time. */
const MAX_PART_LENGTH = 160;
/** A headline that would have to be shorter than this loses its link instead. Other alphabets have 70 characters, not 160. */
const MIN_HEADLINE = 40;
const MIN_UCS2_HEADLINE = 17;

/**
 * Returns one SMS part: 160 GSM-7 characters, or 70 where the text needs others. Typographic quotes, dashes and the like are
 * written in GSM-7, since a single one would make the message a UCS-2 one of 70; so are letters with diacritics that
 * GSM-7 lacks, Greek, and signs, unless all fits into 70 as it is. The headline gives way first, at whole words; the link is
 * kept whole or left out.
 */
export function renderSms(before: string, headline: string, link: string | undefined): string {
  const after = link === undefined ? '' : `\n${link}`;
  const asItIs = asOnePart(`${before}${headline}${after}`);
  if (asItIs !== undefined) return asItIs;
  const [shortBefore, short] = [toGsm7(before), toGsm7(headline)];
  return isGsm(shortBefore + short) && !isLost(before, shortBefore) && !isLost(headline, short)
    ? shortened(shortBefore, short, after, MIN_HEADLINE)
    : shortened(before, headline, after, MIN_UCS2_HEADLINE);
}

/** Whether nothing is left of a text that was all signs. */
function isLost(text: string, written: string): boolean {
  return text !== '' && !/[^\s:]/.test(written);
}

function shortened(before: string, headline: string, after: string, least: number): string {
  const withLink = after === '' ? undefined : longestFitting(before, headline, after);
  if (withLink && withLink.shown >= Math.min(least, headline.length)) return withLink.text;
  // What comes before gives way only where it would fill the part alone.
  return (longestFitting(before, headline, '') ?? longestFitting('', before + headline, ''))?.text ?? '';
}

/** Each of these is one of GSM-7's, and stays as it is: most texts need no counting out, which takes a millisecond. */
const PLAIN_GSM = /^[A-Za-z0-9 \n!"#$%&'()*+,\-./:;<=>?@_]*$/;

/** The text as it is sent, if it is one part. */
function asOnePart(text: string): string | undefined {
  if (text.length > MAX_PART_LENGTH) return undefined;
  if (PLAIN_GSM.test(text)) return text;
  // Composed: the parts of a decomposed letter would be written as characters of their own.
  const part = new sms.SegmentedMessage(forCalculator(text), 'auto', true);
  return part.segmentsCount === 1 ? part.graphemes.join('') : undefined;
}

function isGsm(text: string): boolean {
  if (PLAIN_GSM.test(text)) return true;
  return new sms.SegmentedMessage(forCalculator(text), 'auto', true).encodingName === 'GSM-7';
}

/** The calculator writes two spaces for one that does not break, and 51/2 for 5½. */
function forCalculator(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/(?<=\d)(?=[¼½¾])/g, ' ');
}

/** The part with as much of the headline as it can hold. */
function longestFitting(
  before: string,
  headline: string,
  after: string,
): { text: string; shown: number } | undefined {
  const attempt = (shown: number) => asOnePart(`${before}${shorten(headline, shown, '...')}${after}`);
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
