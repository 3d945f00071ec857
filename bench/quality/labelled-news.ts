import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An item, and what people who read it said that it is about. */
export interface LabelledItem {
  readonly title: string;
  readonly text: string;
  readonly labels: readonly string[];
}

/** Topics are written with an eye on `train`; what they are worth is said by `test`, which their author has not seen. */
export interface LabelledNews {
  readonly train: readonly LabelledItem[];
  readonly test: readonly LabelledItem[];
}

export type Split = keyof LabelledNews;

/** Beside the project; it is nobody's to pass on, and no part of it. */
const DATA = join(import.meta.dirname, '../../../shared/data/matching');

const READERS = { reuters, bbc };

export type CollectionName = keyof typeof READERS;
export const COLLECTIONS = Object.keys(READERS) as readonly CollectionName[];

/** Undefined where the data is not there. */
export function readNews(name: CollectionName): LabelledNews | undefined {
  return existsSync(DATA) ? withoutRepeats(READERS[name]()) : undefined;
}

/** Each article once: one that is sent again, or filed twice, is no second proof, least of all where training has seen it. */
function withoutRepeats({ train, test }: LabelledNews): LabelledNews {
  const seen = new Set<string>();
  const isNew = ({ title, text }: LabelledItem) => {
    const words = `${title} ${text}`.replace(/\s+/g, ' ');
    return !seen.has(words) && seen.add(words);
  };
  return { train: train.filter(isNew), test: test.filter(isNew) };
}

/**
 * Reuters-21578 as far as it is there, which is all of one split of its own: the earlier half, up to the night of 13 March
 * 1987, and the later one. A topic is always written before the news it is for.
 */
function reuters(): LabelledNews {
  const items = linesOf<{ topics: string[]; places: string[]; title: string; body: string }>(
    'reuters21578-first-half.jsonl',
  ).map(({ topics, places, title, body }) => ({
    title,
    text: body,
    labels: [...topics, ...places.map((place) => `place:${place}`)],
  }));
  return halves(items);
}

/** BBC: the first half of every class by its numbers, and the other. */
function bbc(): LabelledNews {
  const items = linesOf<{ category: string; title: string; text: string }>('bbc-2225.jsonl');
  const classes = Map.groupBy(
    items.map(({ category, title, text }) => ({ title, text, labels: [category] })),
    ({ labels: [label] }) => label,
  );
  const parts = [...classes.values()].map(halves);
  return {
    train: parts.flatMap(({ train }) => train),
    test: parts.flatMap(({ test }) => test),
  };
}

function halves(items: readonly LabelledItem[]): LabelledNews {
  const middle = Math.ceil(items.length / 2);
  return { train: items.slice(0, middle), test: items.slice(middle) };
}

function linesOf<T>(file: string): T[] {
  return readFileSync(join(DATA, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
