import { INVISIBLE } from '../../shared/text/characters.ts';
import { withoutInvisible } from '../../shared/text/words.ts';

const EMOJI = /[\p{Extended_Pictographic}--[\0-\xff]]/v;
const TAG = String.raw`[\u{e0020}-\u{e007f}]`;
const PARTS_OF_EMOJI = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[\p{Extended_Pictographic}--\p{L}])\ufe0f`,
  String.raw`(?<=\u{1f3f4}${TAG}{0,7})${TAG}`,
];
const INVISIBLE_OUTSIDE_EMOJI = new RegExp(`${INVISIBLE}(?<!${PARTS_OF_EMOJI.join('|')})`, 'gv');

/**
 * Removes invisible characters as `withoutInvisible` does, but keeps the joiners and selectors of emoji such as
 * families, hearts and flags.
 */
export function shownText(text: string): string {
  const visible = withoutInvisible(text);
  return visible !== text && EMOJI.test(text) ? text.replace(INVISIBLE_OUTSIDE_EMOJI, '') : visible;
}
