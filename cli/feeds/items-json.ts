import { headlineOf } from '../../functions/poll/parser/headline.ts';
import type { FeedDocument } from '../../functions/poll/parser/parse.ts';
import { entryTime } from './entry-times.ts';

/** Returns the items of a feed as the commands for feeds print them with `--json`, with times as ISO texts. */
export function itemsJson({ entries }: Pick<FeedDocument, 'entries'>) {
  return entries.map((entry) => {
    const time = entryTime(entry);
    return {
      title: headlineOf(entry),
      url: entry.url ?? null,
      at: time === undefined ? null : new Date(time).toISOString(),
    };
  });
}
