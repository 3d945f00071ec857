import { plainText } from '../../functions/poll/parser/text/plain-text.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';

const MAX_LENGTH = 120;

/** Returns a title from outside as one line that is safe in alerts, in the terminal and in the configuration. */
export function feedTitle(text: string): string {
  // Some exports escape twice. A text with "<" is left alone, since a title may contain it.
  const isEscaped = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i.test(text) && !text.includes('<');
  return shorten(safeText(isEscaped ? plainText(text) : text), MAX_LENGTH);
}
