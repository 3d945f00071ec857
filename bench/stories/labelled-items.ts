import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stories told by people who read the items; not ours, and no part of the project. */
export const LABELLED_FOLDER = join(import.meta.dirname, '../../../shared/data/grouping');
export const hasLabelledItems = (folder = LABELLED_FOLDER): boolean => existsSync(folder);

export interface LabelledItem {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly at?: number;
  /** The story it is of. */
  readonly story: string;
}

/** `text`: with what follows the title, as far as a feed's summary would go. */
export function readLabelledItems(name: string, text: boolean, folder = LABELLED_FOLDER): LabelledItem[] {
  const stories = new Map(lines(folder, `${name}.gold.jsonl`).map(({ id, story }) => [id, String(story)]));
  return lines(folder, `${name}.items.jsonl`).map(({ id, title, content, published }) => ({
    id: String(id),
    title: String(title),
    summary: text ? String(content ?? '').slice(0, 600) : '',
    ...(published ? { at: Date.parse(String(published)) } : {}),
    story: stories.get(id) ?? '',
  }));
}

/** Parts of so many whole stories, in the items' order. */
export function splitByStory(items: readonly LabelledItem[], stories: number): LabelledItem[][] {
  const place = new Map<string, number>();
  for (const { story } of items) if (!place.has(story)) place.set(story, place.size);
  const count = Math.max(1, Math.floor(place.size / stories));
  const found: LabelledItem[][] = Array.from({ length: count }, () => []);
  for (const item of items) found[(place.get(item.story) ?? 0) % count]?.push(item);
  return found;
}

/** Parts as topics make them: the stories of which most items have a word, for words that not many have. */
export function splitByTopic(items: readonly LabelledItem[], count: number): LabelledItem[][] {
  const having = new Map<string, Set<string>>();
  for (const { title, summary, story } of items) {
    for (const word of new Set(`${title} ${summary}`.toLowerCase().match(/\p{L}{5,}/gu))) {
      const stories = having.get(word) ?? new Set();
      having.set(word, stories.add(story));
    }
  }
  const fitting = [...having.values()].filter(({ size }) => size >= 15 && size <= 120);
  const every = Math.max(1, Math.floor(fitting.length / count));
  return fitting
    .filter((_, n) => n % every === 0)
    .slice(0, count)
    .map((stories) => items.filter(({ story }) => stories.has(story)));
}

/** Sets of items of which no two are of one story. */
export function unrelatedSets(items: readonly LabelledItem[], size: number): LabelledItem[][] {
  const firsts = [...new Map(items.toReversed().map((item) => [item.story, item])).values()];
  const sets = Array.from({ length: Math.min(300, Math.floor(firsts.length / size)) }, (_, n) =>
    firsts.slice(n * size, (n + 1) * size),
  );
  return sets;
}

/** As if they had come within three days, evenly. */
export function spreadOverThreeDays(items: readonly LabelledItem[]): LabelledItem[] {
  return items.map((item, n) => ({ ...item, at: Math.floor((n / items.length) * 3 * 86_400_000) }));
}

function lines(folder: string, name: string): Record<string, unknown>[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
