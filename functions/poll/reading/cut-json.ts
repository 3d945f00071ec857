import { endOfString } from './json-feed.ts';

/**
 * The start of a JSON Feed that breaks off: up to the last item that is whole, and closed behind it. Undefined where no item
 * is.
 */
export function wholeItemsOf(source: string): string | undefined {
  let depth = 0;
  let end = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '"') {
      at = endOfString(source, at);
    } else if (character === '{' || character === '[') {
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      // Within the feed and its list of items.
      if (character === '}' && depth === 2) end = at + 1;
    }
  }
  return end === 0 ? undefined : `${source.slice(0, end)}]}`;
}
