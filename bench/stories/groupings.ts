import { groupIncrementally } from '../../cli/stages/group.ts';
import { clusterAll } from '../../functions/notify/story/cluster.ts';
import { signatureOf } from '../../functions/notify/story/signature.ts';
import { countTerms } from '../../functions/notify/story/term-table.ts';
import type { LabelledItem } from './labelled-items.ts';

/** Groups items that are all known. Returns each item's story, in the items' order. `window` in ms; none by default. */
export function groupAllKnown(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  return clusterAll(members, countTerms(members.map(({ signature }) => signature)), window ?? Infinity);
}

/** Groups items one by one as they arrive. Returns each item's story, in the items' order. */
export function groupInOrder(items: readonly LabelledItem[], window?: number): number[] {
  const members = membersOf(items, window);
  const counts = countTerms(members.map(({ signature }) => signature));
  const openers = groupIncrementally(members, counts, window ?? Infinity);
  return members.map((member) => members.indexOf(openers.get(member) ?? member));
}

const membersOf = (items: readonly LabelledItem[], window: number | undefined) =>
  items.map((item) => ({ signature: signatureOf(item), at: window === undefined ? undefined : item.at }));
