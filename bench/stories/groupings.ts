import { groupIncrementally } from '../../cli/group.ts';
import { clusterAll } from '../../functions/notify/story/cluster.ts';
import { signatureOf } from '../../functions/notify/story/signature.ts';
import { countTerms } from '../../functions/notify/story/term-table.ts';
import type { LabelledItem } from './labelled-items.ts';

/** Returns the story of each item, in their order, once all are known; `window` in ms, and none without it. */
export function groupAllKnown(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  return clusterAll(members, countTerms(members.map(({ signature }) => signature)), window ?? Infinity);
}

/** Returns the story of each item, in their order, as they come. */
export function groupInOrder(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  const counts = countTerms(members.map(({ signature }) => signature));
  const openers = groupIncrementally(members, counts, window ?? Infinity);
  return members.map((member) => members.indexOf(openers.get(member) ?? member));
}

const membersOf = (items: readonly LabelledItem[], window: number | undefined) =>
  items.map((item) => ({ signature: signatureOf(item), at: window === undefined ? undefined : item.at }));
