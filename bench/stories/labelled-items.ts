import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Items whose stories were labelled by human readers. Third-party data, not part of the project. */
export const LABELLED_FOLDER = join(import.meta.dirname, '../../../shared/data/grouping');
export const hasLabelledItems = (folder = LABELLED_FOLDER): boolean => existsSync(folder);

export interface LabelledItem {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly at?: number;
  /** The label of its story. */
  readonly story: string;
}

/** Reads labelled items. `text` includes the start of their text, as long as a feed's summary. */
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

/** Splits items into parts of this many whole stories, in the items' order. */
export function splitByStory(items: readonly LabelledItem[], stories: number): LabelledItem[][] {
  const indexOf = new Map<string, number>();
  for (const { story } of items) if (!indexOf.has(story)) indexOf.set(story, indexOf.size);
  const count = Math.max(1, Math.floor(indexOf.size / stories));
  const parts: LabelledItem[][] = Array.from({ length: count }, () => []);
  for (const item of items) parts[(indexOf.get(item.story) ?? 0) % count]?.push(item);
  return parts;
}

/** Splits items as topics would: each part has the stories that share a word, for words of 15 to 120 stories. */
export function splitByTopic(items: readonly LabelledItem[], count: number): LabelledItem[][] {
  const storiesWith = new Map<string, Set<string>>();
  for (const { title, summary, story } of items) {
    for (const word of new Set(`${title} ${summary}`.toLowerCase().match(/\p{L}{5,}/gu))) {
      const stories = storiesWith.get(word) ?? new Set();
      storiesWith.set(word, stories.add(story));
    }
  }
  const candidates = [...storiesWith.values()].filter(({ size }) => size >= 15 && size <= 120);
  const step = Math.max(1, Math.floor(candidates.length / count));
  return candidates
    .filter((_, n) => n % step === 0)
    .slice(0, count)
    .map((stories) => items.filter(({ story }) => stories.has(story)));
}

/** Returns up to 300 sets of items in which no two share a story. */
export function unrelatedSets(items: readonly LabelledItem[], size: number): LabelledItem[][] {
  const firsts = [...new Map(items.toReversed().map((item) => [item.story, item])).values()];
  const sets = Array.from({ length: Math.min(300, Math.floor(firsts.length / size)) }, (_, n) =>
    firsts.slice(n * size, (n + 1) * size),
  );
  return sets;
}

/** Returns the items with times spread evenly over three days. */
export function spreadOverThreeDays(items: readonly LabelledItem[]): LabelledItem[] {
  return items.map((item, n) => ({ ...item, at: Math.floor((n / items.length) * 3 * 86_400_000) }));
}

function lines(folder: string, name: string): Record<string, unknown>[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
