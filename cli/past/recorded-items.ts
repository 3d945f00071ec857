import { readFileSync } from 'node:fs';
import { diff } from '../../functions/poll/diff/diff.ts';
import { identify, newItemId, toItem } from '../../functions/poll/diff/identity.ts';
import type { SeenEntry } from '../../functions/poll/diff/seen-set.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { rubricsOf } from '../../functions/poll/parser/rubrics.ts';
import { hashBytes } from '../../functions/shared/hash.ts';
import type { FoundItem } from '../../local/past/past.ts';
import type { SnapshotFolder } from '../replay/snapshots.ts';

export interface RecordedOptions {
  readonly onProgress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** Items of recorded feeds, and the titles of the feeds by id. */
export interface RecordedItems {
  readonly items: readonly FoundItem[];
  readonly titles: ReadonlyMap<string, string>;
  /** Time of the last poll, ms. */
  readonly to: number;
}

/**
 * Returns the items of recorded feeds as poll would have found them, each as its feed first showed it. Skips documents that
 * cannot be parsed.
 * @throws the reason of the signal, when it is aborted
 */
export async function recordedItems(
  { feeds }: SnapshotFolder,
  { onProgress, signal }: RecordedOptions,
): Promise<RecordedItems> {
  const items: FoundItem[] = [];
  const titles = new Map<string, string>();
  const total = feeds.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  let done = 0;
  let to = 0;
  for (const { id, title, snapshots } of feeds) {
    const feedId = id.replaceAll('/', '-');
    titles.set(feedId, title);
    let seen: readonly SeenEntry[] = [];
    let lastHash = '';
    for (const { file, at } of snapshots) {
      signal.throwIfAborted();
      onProgress(done++, total);
      to = Math.max(to, at);
      const bytes = readFileSync(file);
      const hash = hashBytes(bytes);
      if (hash === lastHash) continue;
      lastHash = hash;
      const parsed = await parseFeed(bytes, {
        url: `http://${encodeURIComponent(feedId)}.invalid/`,
        now: at,
      });
      if (!parsed.ok) continue;
      const { entries } = parsed.feed;
      const rubricOf = rubricsOf(entries.map((entry) => entry.title));
      const { changes, next } = diff(
        seen,
        identify(entries),
        (entry, urlIdentifies) => newItemId(feedId, entry, urlIdentifies),
        { now: at },
      );
      seen = next;
      for (const { entry, change, id: itemId } of changes) {
        if (change !== 'new') continue;
        const rubric = rubricOf(entry.entry.title);
        items.push({
          ...toItem(itemId, feedId, entry),
          ...(rubric === undefined ? {} : { rubric }),
          foundAt: at,
        });
      }
    }
  }
  return { items, titles, to };
}
