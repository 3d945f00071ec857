import { hash64 } from '../hash.ts';
import type { AlertEntry } from '../model.ts';
import type { Attributes } from './table.ts';

type ItemText = Pick<AlertEntry, 'title' | 'summary'>;

/** The item that an alert reports, and the text that it reported, as far as the alert's records say. */
export interface ReportedItem {
  readonly itemId: string;
  readonly title?: string;
  /** `textHashOf` the item. Not in 0.2.0. */
  readonly textHash?: string;
}

/** Returns a hash of the text that alerts show of an item. */
export const textHashOf = ({ title, summary }: ItemText): string => hash64(title, summary);

export function reportedItem(entry: ItemText & Pick<AlertEntry, 'itemId'>): ReportedItem {
  return { itemId: entry.itemId, title: entry.title, textHash: textHashOf(entry) };
}

/** Returns whether an alert reported the text that its item has now. Without a hash, compares the headlines. */
export function reportsText({ title, textHash }: ReportedItem, item: ItemText): boolean {
  if (textHash === undefined) return title === undefined || title === item.title;
  return textHash === textHashOf(item);
}

/** Returns the item that a record names, or undefined if it names none. */
export function reportedItemIn({ itemId, title, textHash }: Attributes): ReportedItem | undefined {
  if (itemId === undefined) return undefined;
  return {
    itemId: String(itemId),
    ...(title === undefined ? {} : { title: String(title) }),
    ...(textHash === undefined ? {} : { textHash: String(textHash) }),
  };
}
