import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotFolder } from '../../cli/replay/snapshots.ts';
import { identify, newItemId } from '../../functions/poll/diff/identity.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';

/** A recorded week of real feeds. Third-party data, not part of the project. */
const ARCHIVE = join(import.meta.dirname, '../../../shared/data/replay/2020-04-21_27.tar.xz');
export const hasRecordedWeek = (): boolean => existsSync(ARCHIVE);

/** Unpacks the week into a new temporary folder and returns its path. The caller removes it. */
export function unpackWeek(): string {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-week-'));
  execFileSync('tar', ['xJf', ARCHIVE, '-C', folder]);
  return folder;
}

/** Leading digits of an item's id that are the same in every feed. */
const SHARED_DIGITS = 8;
export const labelledId = (itemId: string): string => itemId.slice(0, SHARED_DIGITS);

/** An item as a feed first showed it. */
export interface WeekItem {
  /** The id that the labels use. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** ms. */
  readonly foundAt: number;
  /** The feed's first poll found it, and it was too old to be delivered. */
  readonly silent: boolean;
}

const FIRST_POLL_MS = 86_400_000;

/** Returns the items of recorded feeds by id, in the order of their discovery. */
export async function weekItems({ feeds }: SnapshotFolder): Promise<ReadonlyMap<string, WeekItem>> {
  const items = new Map<string, WeekItem>();
  const polls = feeds
    .flatMap(({ id, snapshots }) => snapshots.map(({ file, at }, n) => ({ id, file, at, isFirst: n === 0 })))
    .sort((a, b) => a.at - b.at);
  for (const { id: feedId, file, at, isFirst } of polls) {
    const parsed = await parseFeed(readFileSync(file), { url: `http://${feedId}.invalid/`, now: at });
    if (!parsed.ok) continue;
    for (const entry of identify(parsed.feed.entries)) {
      const id = labelledId(newItemId(feedId, entry, true));
      if (items.has(id)) continue;
      const { title, summary, content, published } = entry.entry;
      const isOld = published !== undefined && Date.parse(published) < at - FIRST_POLL_MS;
      items.set(id, { id, title, summary: summary || content, foundAt: at, silent: isFirst && isOld });
    }
  }
  return items;
}
