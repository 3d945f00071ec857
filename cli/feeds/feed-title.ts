import { plainText } from '../../functions/poll/parser/text/plain-text.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';

const MAX_LENGTH = 120;

/** A title that came from elsewhere, as one line that alerts, the terminal and the configuration can show. */
export function feedTitle(text: string): string {
  // Some exports escape twice. Markup is left alone: a title may well have a "<" of its own.
  const once = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i.test(text) && !text.includes('<');
  return shorten(safeText(once ? plainText(text) : text), MAX_LENGTH);
}
