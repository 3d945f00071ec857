import type { FeedDocument } from '../feed-document.ts';
import { MAX_VALUES } from '../limits.ts';
import type { ReadOptions } from '../text/element-text.ts';
import { endOfString, readJsonFeed } from './json-feed.ts';

/** Returns the feed of a JSON document, or of its start where the rest breaks off or is too much; or what it is instead. */
export function readJson(text: string, reading: ReadOptions): FeedDocument | { readonly fault: string } {
  const whole = readJsonFeed(text, reading);
  if (!('fault' in whole)) return whole;
  const start = wholeItemsOf(text);
  const feed = start && readJsonFeed(start.source, reading);
  if (!feed || 'fault' in feed) return whole;
  return start.hasMore ? { ...feed, hasMore: true } : { ...feed, truncated: true };
}

interface WholeItems {
  readonly source: string;
  /** More follows, which is never read. */
  readonly hasMore: boolean;
}

/**
 * Returns the start of a JSON Feed that breaks off or has too many values: up to the last item that is whole, and closed
 * behind it. Undefined where no item is.
 */
function wholeItemsOf(source: string): WholeItems | undefined {
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
      // Within the feed and its list of items.
      if (character === '}' && depth === 2) end = at + 1;
    }
    // Some room for what closes the start.
    if (values > MAX_VALUES - 10) break;
  }
  return end === 0 ? undefined : { source: `${source.slice(0, end)}]}`, hasMore: values > MAX_VALUES - 10 };
}
