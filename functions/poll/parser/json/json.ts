import type { FeedDocument } from '../feed-document.ts';
import { MAX_VALUES } from '../limits.ts';
import type { ReadOptions } from '../text/element-text.ts';
import { readJsonFeed } from './json-feed.ts';
import { endOfString } from './parse-json.ts';

/**
 * Returns the feed of a JSON document, or of its start if it is truncated or has too many values; or the reason why there is
 * none.
 */
export function readJson(text: string, options: ReadOptions): FeedDocument | { readonly fault: string } {
  const whole = readJsonFeed(text, options);
  if (!('fault' in whole)) return whole;
  const start = completeItemsOf(text);
  const feed = start && readJsonFeed(start.source, options);
  if (!feed || 'fault' in feed) return whole;
  return start.hasMore ? { ...feed, hasMore: true } : { ...feed, truncated: true };
}

interface CompleteItems {
  readonly source: string;
  /** More values follow, which we never read. */
  readonly hasMore: boolean;
}

/**
 * Returns the start of a JSON Feed that is truncated or has too many values: up to its last complete item, with the brackets
 * closed. Returns undefined if no item is complete.
 */
function completeItemsOf(source: string): CompleteItems | undefined {
  let depth = 0;
  let end = 0;
  let values = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '"') {
      at = endOfString(source, at);
    } else if (character === ',') {
      values++;
    } else if (character === '{' || character === '[') {
      values++;
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      // The item is in the feed's list of items.
      if (character === '}' && depth === 2) end = at + 1;
    }
    // Leaves room for the closing brackets.
    if (values > MAX_VALUES - 10) break;
  }
  return end === 0 ? undefined : { source: `${source.slice(0, end)}]}`, hasMore: values > MAX_VALUES - 10 };
}
