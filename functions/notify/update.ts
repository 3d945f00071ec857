import type { Hit, UpdatePolicy } from '../shared/model.ts';
import type { Telling } from '../shared/store/stories.ts';
import { words } from '../shared/text/words.ts';

/** A headline that keeps at least this share of its words is the same headline. */
const SAME_HEADLINE = 0.6;

/**
 * What makes an edit of an item news, by the topic's policy, or undefined where it is none. Names the update: the same
 * edit seen through another feed, where the rest of the text may read differently, has the same name.
 */
export function newsOf(
  policy: UpdatePolicy,
  before: Pick<Telling, 'title' | 'terms'>,
  { item, terms }: Pick<Hit, 'item' | 'terms'>,
): string | undefined {
  if (policy === 'off') return undefined;
  if (policy === 'all') return `text ${item.contentHash}`;
  if (headlineChanged(before.title, item.title)) return `headline ${item.title}`;
  const added = terms.filter((term) => !before.terms.includes(term));
  return added.length > 0 ? `terms ${added.sort().join('\0')}` : undefined;
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
