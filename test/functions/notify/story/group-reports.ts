import { clusterAll } from '../../../../functions/notify/story/cluster.ts';
import { findStory } from '../../../../functions/notify/story/find-story.ts';
import { type Signature, signatureOf, withSignature } from '../../../../functions/notify/story/signature.ts';
import { type TermCounts, TermTable } from '../../../../functions/notify/story/term-table.ts';
import { STREAM_COUNTS } from '../unrelated-stream.ts';

export interface Report {
  readonly title: string;
  readonly summary?: string;
  /** Hours since the first report. */
  readonly hour?: number;
}

const HOUR_MS = 3_600_000;
export const NONE_WATCHED: ReadonlySet<string> = new Set();

export const titleReports = (...all: string[]): Report[] => all.map((title) => ({ title }));

/** Groups reports one by one as they arrive. Returns the number of each report's story, from 0. */
export function groupInOrder(reports: readonly Report[], counts: TermCounts = STREAM_COUNTS): number[] {
  const table = new TermTable(counts, NONE_WATCHED);
  const stories: { number: number; signatures: readonly Signature[]; openedAt: number }[] = [];
  return reports.map(({ title, summary = '', hour = 0 }) => {
    const signature = signatureOf({ title, summary });
    const found = findStory(stories, table.parse(signature), table, hour * HOUR_MS);
    if (found) {
      found.story.signatures = withSignature(found.story.signatures, signature);
      return found.story.number;
    }
    return stories.push({ number: stories.length, signatures: [signature], openedAt: hour * HOUR_MS }) - 1;
  });
}

export const areOneStory = (reports: readonly Report[], counts?: TermCounts): boolean =>
  new Set(groupInOrder(reports, counts)).size === 1;

/** Groups reports that are all known. Returns for each the index of its story's first report. */
export function clusterReports(reports: readonly Report[], counts?: TermCounts): number[] {
  const members = reports.map(({ title, summary = '', hour = 0 }) => ({
    signature: signatureOf({ title, summary }),
    at: hour * HOUR_MS,
  }));
  return clusterAll(members, counts);
}
