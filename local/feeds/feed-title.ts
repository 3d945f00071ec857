import { safeText, shorten } from '../../functions/notify/safe-text.ts';
import { plainText } from '../../functions/poll/reading/plain-text.ts';

const LONGEST = 120;

/** A title that came from elsewhere, as one line that alerts, the terminal and the configuration can show. */
export function feedTitle(text: string): string {
  // Some exports escape twice. Markup is left alone: a title may well have a "<" of its own.
  const once = /&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i.test(text) && !text.includes('<');
  return shorten(safeText(once ? plainText(text) : text), LONGEST);
}
