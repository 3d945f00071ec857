import { INVISIBLE } from '../../shared/text/characters.ts';
import { withoutInvisible } from '../../shared/text/words.ts';

const EMOJI = /[\p{Extended_Pictographic}--[\0-\xff]]/v;
const TAG = String.raw`[\u{e0020}-\u{e007f}]`;
const OF_EMOJI = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[\p{Extended_Pictographic}--\p{L}])\ufe0f`,
  String.raw`(?<=\u{1f3f4}${TAG}{0,7})${TAG}`,
];
const NOT_OF_EMOJI = new RegExp(`${INVISIBLE}(?<!${OF_EMOJI.join('|')})`, 'gv');

/** Returns the same as `visible`, but keeps the joiners and selectors of emoji: families, hearts, flags. */
export function shownText(text: string): string {
  const seen = withoutInvisible(text);
  return seen !== text && EMOJI.test(text) ? text.replace(NOT_OF_EMOJI, '') : seen;
}
