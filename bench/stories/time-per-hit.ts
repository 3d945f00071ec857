import { outcomeOf } from '../../functions/notify/story/outcome.ts';
import { signatureOf, withSignature } from '../../functions/notify/story/signature.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import { termsOf } from '../../functions/shared/text/terms.ts';
import { WordCounts } from '../../functions/shared/word-counts.ts';
import type { LabelledItem } from './labelled-items.ts';

const HITS = 200;
const SIGNATURES = 6;

/** Returns the processor time of finding an item's outcome among this many open stories, ms, when warm. */
export function timePerHit(items: readonly LabelledItem[], stories: number): number {
  const now = Date.now();
  const counts = new WordCounts();
  for (const { title, summary } of items.slice(0, 4_000)) {
    counts.add(new Set(termsOf(`${title} ${summary}`).map(({ text }) => text)));
  }
  const open = Array.from({ length: stories }, (_, n): Story => {
    const members = items.slice(n * SIGNATURES, (n + 1) * SIGNATURES);
    return {
      id: String(n),
      leadItemId: String(n),
      openedAt: new Date(now).toISOString(),
      title: members[0]?.title ?? '',
      itemIds: [],
      sources: [],
      signatures: members.map(signatureOf).reduce(withSignature, [] as readonly string[]),
    };
  });
  const watched = new Set<string>();
  const hits = items.slice(-HITS).map((item) => ({ ...item, at: now }));
  const run = () => hits.forEach((item) => void outcomeOf(open, item, counts, watched));
  run();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / HITS;
}
