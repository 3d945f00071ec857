import { readFileSync, rmSync } from 'node:fs';
import { readSnapshots } from '../../cli/replay/snapshots.ts';
import { identify, newItemId } from '../../functions/poll/diff/identity.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { unpackWeek } from '../stories/recorded-week.ts';

/** When the items of a feed were published. */
export interface FeedPublications {
  readonly id: string;
  /** ms, ascending. */
  readonly times: readonly number[];
}

export interface RecordedPublications extends FeedPublications {
  /** Times of the first and the last snapshot, ms. */
  readonly from: number;
  readonly to: number;
  /** Share of the time between snapshots in which no item can have come and gone unseen. */
  readonly coverage: number;
  /** Items that an earlier snapshot should have had, by their date. Their time of appearance is unknown. */
  readonly late: number;
}

/** Returns the publication times of the recorded week, without late items and items older than the first snapshot. */
export async function readRecordedPublications(): Promise<RecordedPublications[]> {
  const folder = unpackWeek();
  try {
    const feeds: RecordedPublications[] = [];
    for (const { id, snapshots } of readSnapshots(folder).feeds) {
      const documents = [];
      for (const { file, at } of snapshots) {
        const parsed = await parseFeed(readFileSync(file), { url: 'http://feed.invalid/', now: at });
        if (parsed.ok) documents.push({ at, entries: identify(parsed.feed.entries) });
      }
      feeds.push(publicationsOf(id, documents));
    }
    return feeds;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Document {
  readonly at: number;
  readonly entries: ReturnType<typeof identify>;
}

function publicationsOf(id: string, documents: readonly Document[]): RecordedPublications {
  const from = documents[0]?.at ?? 0;
  const seen = new Set<string>();
  const times: number[] = [];
  let [previous, covered, late] = [from, 0, 0];
  for (const { at, entries } of documents) {
    const ids = entries.map((entry) => newItemId(id, entry, true));
    // If a known entry is still in the document, the list was long enough for all later ones.
    if (ids.some((each) => seen.has(each))) covered += at - previous;
    for (const [n, { entry }] of entries.entries()) {
      const itemId = ids[n] as string;
      if (seen.has(itemId)) continue;
      seen.add(itemId);
      const time = Date.parse(entry.published ?? '');
      if (!(time >= from && time <= at)) continue;
      if (time < previous) late++;
      else times.push(time);
    }
    previous = at;
  }
  return {
    id,
    times: times.toSorted((a, b) => a - b),
    from,
    to: previous,
    coverage: covered / Math.max(1, previous - from),
    late,
  };
}
