import { clusterAll } from '../../functions/notify/story/cluster.ts';
import { signatureOf } from '../../functions/notify/story/signature.ts';
import { countsOf } from '../../functions/notify/story/term-table.ts';
import { groupAsTheyCome } from '../../local/commands/group-as-they-come.ts';
import type { LabelledItem } from './labelled.ts';

/** Returns the story of each item, in their order, once all are known; `window` in ms, and none without it. */
export function settled(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  return clusterAll(members, countsOf(members.map(({ signature }) => signature)), window ?? Infinity);
}

/** Returns the story of each item, in their order, as they come. */
export function arriving(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  const counts = countsOf(members.map(({ signature }) => signature));
  const openers = groupAsTheyCome(members, counts, window ?? Infinity);
  return members.map((member) => members.indexOf(openers.get(member) ?? member));
}

const membersOf = (items: readonly LabelledItem[], window: number | undefined) =>
  items.map((item) => ({ signature: signatureOf(item), at: window === undefined ? undefined : item.at }));
