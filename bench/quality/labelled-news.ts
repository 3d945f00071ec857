import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A news item, and the labels that its readers gave it. */
export interface LabelledItem {
  readonly title: string;
  readonly text: string;
  readonly labels: readonly string[];
}

/** Authors of topics may look at `train`. `test`, which they have not seen, measures the topics. */
export interface LabelledNews {
  readonly train: readonly LabelledItem[];
  readonly test: readonly LabelledItem[];
}

export type Split = keyof LabelledNews;

/** Outside the project, since the data may not be redistributed. */
const DATA = join(import.meta.dirname, '../../../shared/data/matching');

const READERS = { reuters, bbc };

export type CollectionName = keyof typeof READERS;
export const COLLECTIONS = Object.keys(READERS) as readonly CollectionName[];

/** Returns undefined if the data is missing. */
export function readNews(name: CollectionName): LabelledNews | undefined {
  return existsSync(DATA) ? withoutRepeats(READERS[name]()) : undefined;
}

/** Keeps each article once. A repeated article proves nothing new, least of all if it is in `train`. */
function withoutRepeats({ train, test }: LabelledNews): LabelledNews {
  const seen = new Set<string>();
  const isNew = ({ title, text }: LabelledItem) => {
    const words = `${title} ${text}`.replace(/\s+/g, ' ');
    return !seen.has(words) && seen.add(words);
  };
  return { train: train.filter(isNew), test: test.filter(isNew) };
}

/**
 * Returns the available part of Reuters-21578, which is all of one of its own splits, as an earlier and a later half, divided
 * at the night of 13 March 1987. Topics are always written before the news that they match.
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

/** Returns the first and the second half of every class of BBC news, by number. */
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
