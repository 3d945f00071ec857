import { searchableAddress } from '../../shared/item-source.ts';
import type { Item, LabelField } from '../../shared/model.ts';

/** The parts of an item that label fields read. */
export interface LabelledItem extends Partial<Pick<Item, 'categories' | 'authors'>> {
  readonly url?: string;
}

interface LabelFieldRow {
  /** Returns the texts of the field. A phrase must be within one of these texts. */
  readonly textsOf: (item: LabelledItem) => readonly string[];
  /** Where a reader finds these texts, as in "in the byline". */
  readonly place: string;
  /** All texts of an item, as in "the item has no authors". */
  readonly plural: string;
  /** The texts are addresses, whose signs have no meaning of their own in a query. */
  readonly isAddress?: true;
}

/** Everything that differs between the label fields. Each is an operator of the query language with the same name. */
export const LABEL_FIELDS: Readonly<Record<LabelField, LabelFieldRow>> = {
  category: {
    textsOf: ({ categories = [] }) => boundLabels(categories),
    place: 'in a category',
    plural: 'categories',
  },
  author: {
    textsOf: ({ authors = [] }) => boundLabels(authors),
    place: 'in the byline',
    plural: 'authors',
  },
  url: {
    textsOf: ({ url }) => (url === undefined ? [] : [searchableAddress(url.slice(0, MAX_URL_UNITS))]),
    place: 'in the address',
    plural: 'address',
    isAddress: true,
  },
};

export const LABEL_FIELD_NAMES = Object.keys(LABEL_FIELDS) as readonly LabelField[];

/** Poll's limits: labels per item, and UTF-16 units per label. */
const MAX_LABELS = 50;
export const MAX_LABEL_UNITS = 200;
/** Maximum UTF-16 units that are matched in all labels of one kind together: fifty labels of ordinary length. */
const MAX_ALL_LABELS_UNITS = 2_000;
/** Notify drops longer addresses. */
const MAX_URL_UNITS = 2_000;

function boundLabels(labels: readonly string[]): readonly string[] {
  let left = MAX_ALL_LABELS_UNITS;
  return labels.slice(0, MAX_LABELS).flatMap((label) => {
    const units = Math.min(label.length, MAX_LABEL_UNITS, left);
    left -= units;
    return units > 0 ? [label.slice(0, units)] : [];
  });
}
