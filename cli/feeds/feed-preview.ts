import { headlineOf } from '../../functions/poll/parser/headline.ts';
import type { FeedDocument } from '../../functions/poll/parser/parse.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { entryTime, SILENT_MS } from './entry-times.ts';
import { feedTitle } from './feed-title.ts';

const MAX_SHOWN = 5;

/** Returns the lines by which a person recognizes a feed: title, address, its newest items, and a note if it may be abandoned. */
export function feedPreview({ title, entries }: FeedDocument, url: string, now: number): string[] {
  const dated = entries.map((entry) => ({ entry, time: entryTime(entry) }));
  // Nearly all feeds list the newest items first, so items without dates keep their order.
  const newest = dated.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0));
  const lines = newest
    .slice(0, MAX_SHOWN)
    .map(
      ({ entry, time }) =>
        `  ${time === undefined ? 'no date'.padEnd(20) : formatTime(time)}  ${feedTitle(headlineOf(entry)) || '(no title)'}`,
    );
  const heading = `${feedTitle(title) || '(no title)'}  ${url}  (${count(entries.length, 'item')})`;
  return [heading, ...lines, ...note(newest[0]?.time, entries.length, now)];
}

function note(last: number | undefined, items: number, now: number): string[] {
  if (items === 0) return ['note: the feed has no items yet'];
  if (last === undefined || now - last < SILENT_MS) return [];
  return [`note: its newest item is ${formatDuration(now - last)} old; the feed may be abandoned`];
}
