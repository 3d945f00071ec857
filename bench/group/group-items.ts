import type { Member } from '../../functions/notify/grouping/comparison.ts';
import { Grouping } from '../../functions/notify/grouping/grouping.ts';
import { settled } from '../../functions/notify/grouping/settled.ts';
import { signatureOf } from '../../functions/notify/grouping/signature.ts';
import type { LabelledItem } from './labelled.ts';

/** The story of each item, in their order, once all have come; `window` in ms. */
export function settledItems(items: readonly LabelledItem[], window?: number): number[] {
  return settled(items.map(memberOf), { window });
}

/** The story of each item, in their order, as it came; `window` in ms. */
export function arrivingItems(items: readonly LabelledItem[], window?: number): number[] {
  const grouping = new Grouping({ window });
  return items.map((item) => {
    const member = memberOf(item);
    const found = grouping.find(member);
    if (found === undefined) return grouping.open([member]);
    grouping.join(found, member);
    return found;
  });
}

function memberOf(item: LabelledItem): Member {
  return { signature: signatureOf(item), ...(item.at === undefined ? {} : { at: item.at }) };
}
