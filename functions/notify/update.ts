import type { Hit, UpdatePolicy } from '../shared/model.ts';
import { words } from '../shared/query.ts';
import type { Telling } from '../shared/store/stories.ts';

/** A headline that keeps at least this share of its words is the same headline. */
const SAME_HEADLINE = 0.6;

/** Whether an edit of an item is news, by the topic's policy. */
export function isNews(
  policy: UpdatePolicy,
  before: Telling,
  { item, why }: Pick<Hit, 'item' | 'why'>,
): boolean {
  if (policy === 'off') return false;
  if (policy === 'all') return true;
  return why.some(({ term }) => !before.terms.includes(term)) || headlineChanged(before.title, item.title);
}

/** True when more than a few words differ; clocks and other numbers do not count. */
export function headlineChanged(before: string, after: string): boolean {
  const [left, right] = [headlineWords(before), headlineWords(after)];
  const all = new Set([...left, ...right]);
  if (all.size === 0) return false;
  const shared = [...left].filter((word) => right.has(word));
  return shared.length / all.size < SAME_HEADLINE;
}

function headlineWords(title: string): Set<string> {
  return new Set(words(title).filter((word) => !/^\p{N}+$/u.test(word)));
}
