import type { FoundItem } from '../../local/past/past.ts';
import { Workload } from '../match/workload.ts';

const DAY_MS = 86_400_000;
export const DAYS = 90;
export const FEEDS = 200;
/** Words of a summary. Feeds give about two sentences. */
const SUMMARY_WORDS = 40;

/** Returns the invented items of 90 days before `to`, ms, from 200 feeds. */
export function inventedItems(count: number, to: number): FoundItem[] {
  const workload = new Workload(1);
  return workload.items(count, SUMMARY_WORDS).map(({ title, body }, n) => ({
    id: (n * 2_654_435_761).toString(16).padStart(16, '0'),
    feedId: `feed-${n % FEEDS}`,
    title,
    summary: body,
    content: '',
    url: `https://feed-${n % FEEDS}.example/${n}`,
    authors: [],
    categories: [],
    foundAt: to - Math.round(((count - n) / count) * DAYS * DAY_MS),
  }));
}
