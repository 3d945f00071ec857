import { INVISIBLE, isAscii, streamSafe } from './characters.ts';

/** Scripts without spaces between words, which may separate words with a zero-width space. */
const SPACELESS = String.raw`[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]`;
/** Letters and marks of scripts in which joiners affect only how letters are drawn. */
const UNJOINED = String.raw`[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Geor}\p{sc=Hebr}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\u0300-\u036f\u30fc]`;
/** Characters next to which a joiner may be part of the spelling (Persian, Indic scripts) or of an emoji. */
const JOINED = String.raw`[[[\p{L}\p{M}]--${UNJOINED}]\p{Extended_Pictographic}\p{Emoji_Modifier}]`;

const TAG = String.raw`\u{e0020}-\u{e007f}`;
/** Zero-width spaces, joiners, emoji selectors, Mongolian signs and tags. Each has its own rule below. */
const CONDITIONAL = String.raw`[\u200b-\u200d\ufe0e\ufe0f\u180b-\u180f${TAG}]`;

/** A joiner or direction mark between blanks. It splits no word, so it stays. */
const ISOLATED = String.raw`(?<!\S)[\u200c-\u200f](?!\S)`;

const REMOVED = new RegExp(
  `(?!${ISOLATED})(?:${[
    `[${INVISIBLE}--${CONDITIONAL}]`,
    String.raw`(?<!${SPACELESS})\u200b|\u200b(?![\u200b${SPACELESS}])`,
    String.raw`(?<!${JOINED})[\u200c\u200d](?!${JOINED})`,
    // "ℹ️" is the one emoji that is a letter.
    String.raw`(?<=[\p{L}--\u2139])[\ufe0e\ufe0f]`,
    String.raw`(?<!\p{sc=Mong})[\u180b-\u180f]`,
    // The flags of England, Scotland and Wales keep their tags.
    String.raw`(?<!\u{1f3f4}[${TAG}]{0,7})[${TAG}]`,
  ].join('|')})`,
  'gv',
);

/** Hangul fillers, which are drawn as blanks. */
const FILLERS = /[\u3164\uffa0]/g;

const NEEDS_WORK = new RegExp(String.raw`[${INVISIBLE}\u200c]`, 'v');

/**
 * Removes invisible characters, which would split words for a search, and cuts runs of combining marks to 30. Keeps
 * zero-width spaces between Thai, Lao, Khmer and Burmese letters, where they separate words, and joiners that a script or an
 * emoji needs. Takes linear time.
 */
export function visibleText(text: string): string {
  if (isAscii(text)) return text;
  return streamSafe(NEEDS_WORK.test(text) ? text.replace(FILLERS, ' ').replace(REMOVED, '') : text);
}
