import type { LabelledItem } from './labelled.ts';

export interface Merge {
  readonly first: LabelledItem;
  readonly joined: LabelledItem;
}

/** Every item that joined a story, beside the item that opened it. */
export function mergesOf(items: readonly LabelledItem[], stories: readonly number[]): Merge[] {
  const first = new Map<number, LabelledItem>();
  const merges: Merge[] = [];
  for (const [n, joined] of items.entries()) {
    const story = stories[n] ?? -1;
    const opener = first.get(story);
    if (opener) merges.push({ first: opener, joined });
    else first.set(story, joined);
  }
  return merges;
}

/** So many of them, evenly from all, for a person to read. */
export function sampled(merges: readonly Merge[], count: number): string {
  const every = Math.max(1, merges.length / count);
  return merges
    .filter((_, n) => Math.floor(n / every) !== Math.floor((n - 1) / every))
    .slice(0, count)
    .map(({ first, joined }, n) => {
      const same = first.story === joined.story ? 'same' : 'other';
      return `${n + 1} (labelled: ${same})\n  ${textOf(first)}\n  ${textOf(joined)}\n`;
    })
    .join('\n');
}

function textOf({ title, summary }: LabelledItem): string {
  return `${title} | ${summary.slice(0, 200)}`;
}
