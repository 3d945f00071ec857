import { INVISIBLE, streamSafe } from './characters.ts';

/** Scripts that write words without spaces and may mark their limits with a zero-width space. */
const SPACELESS = String.raw`[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]`;
/** Letters and marks of the scripts in which joiners change nothing but how letters are drawn. */
const UNJOINED = String.raw`[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Geor}\p{sc=Hebr}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\u0300-\u036f\u30fc]`;
/** Where a joiner may be part of the spelling (Persian, Indic scripts) or of an emoji. */
const JOINED = String.raw`[[[\p{L}\p{M}]--${UNJOINED}]\p{Extended_Pictographic}\p{Emoji_Modifier}]`;

const TAG = String.raw`\u{e0020}-\u{e007f}`;
/** Zero-width spaces, joiners, the selectors of emoji, Mongolian's own signs and tags: each has a rule of its own. */
const RULED = String.raw`[\u200b-\u200d\ufe0e\ufe0f\u180b-\u180f${TAG}]`;

/** It parts no word. */
const BY_ITSELF = String.raw`(?<!\S)[\u200c-\u200f](?!\S)`;

const REMOVED = new RegExp(
  `(?!${BY_ITSELF})(?:${[
    `[${INVISIBLE}--${RULED}]`,
    String.raw`(?<!${SPACELESS})\u200b|\u200b(?![\u200b${SPACELESS}])`,
    String.raw`(?<!${JOINED})[\u200c\u200d](?!${JOINED})`,
    // "ℹ️" is the one emoji that is a letter.
    String.raw`(?<=[\p{L}--\u2139])[\ufe0e\ufe0f]`,
    String.raw`(?<!\p{sc=Mong})[\u180b-\u180f]`,
    // The flags of England, Scotland and Wales.
    String.raw`(?<!\u{1f3f4}[${TAG}]{0,7})[${TAG}]`,
  ].join('|')})`,
  'gv',
);

/** Fillers that are drawn as a blank. */
const FILLERS = /[\u3164\uffa0]/g;

const ODD = new RegExp(String.raw`[${INVISIBLE}\u200c]`, 'v');

/**
 * Removes invisible characters, which part words for whoever looks for them, and cuts runs of combining marks to 30.
 * Keeps the zero-width space between letters of Thai, Lao, Khmer and Burmese, where it separates words, and joiners where
 * a script or an emoji needs them. Takes linear time.
 */
export function visibleText(text: string): string {
  return streamSafe(ODD.test(text) ? text.replace(FILLERS, ' ').replace(REMOVED, '') : text);
}
