import { hash64 } from '../shared/hash.ts';
import type { AlertEntry, FollowUpMode, Hit } from '../shared/model.ts';
import type { Telling, ToldUpdate } from '../shared/store/stories.ts';
import { newInHeadline, weightOf } from './headline.ts';
import { isLive } from './labels.ts';
import { sentenceWith } from './sentence.ts';
import { newInText } from './text-sketch.ts';

/** A headline of whose words this share is new is another headline: docs/adr/0018-what-is-material.md has the data. */
const NEW_HEADLINE = 0.45;
/** The same of a summary. Below a headline that stays they are mostly reworded, but for pages that say they are live. */
const NEW_TEXT = 0.8;
const NEW_LIVE_TEXT = 0.5;
/** Words, short ones counted by halves: of a very short text the share says nothing. */
const LEAST_NEW_TEXT = 5;

export type News = Pick<AlertEntry, 'added'> & {
  /**
   * The same edit seen through another feed, where the rest of the text may read differently, has the same name; so has
   * what is told again, but for how often it was told before.
   */
  readonly name: string;
  readonly told: readonly ToldUpdate[];
};

type Before = Pick<Telling, 'title' | 'sketch' | 'terms' | 'updates'>;

/** Returns what makes an edit of an item news, or undefined where it is none. Where every development is sent, every edit is. */
export function newsOf(mode: FollowUpMode, before: Before, hit: HitText): News | undefined {
  if (mode === 'off') return undefined;
  const change = materialChange(before, hit);
  if (mode !== 'all' && !change) return undefined;
  const name = mode === 'all' ? `text ${hit.item.contentHash}` : (change?.name ?? '');
  return unlessJustTold(name, change?.added, before.updates ?? [], hit.polledAt);
}

type HitText = Pick<Hit, 'item' | 'terms' | 'why' | 'polledAt'>;

interface Change extends Pick<AlertEntry, 'added'> {
  readonly name: string;
}

/** What an edit says that is new to whoever knows what was told. */
export function materialChange(
  { title, sketch, terms: known }: Before,
  { item, terms, why }: HitText,
): Change | undefined {
  // 0.1.0 recorded none for posts without a title.
  if (title !== '' && newInHeadline(title, item.title) >= NEW_HEADLINE)
    return { name: `headline ${item.title}` };
  const more = terms.filter((term) => !known.includes(term));
  if (more.length > 0) {
    const reason = why.find(({ term }) => more.includes(term));
    const added = reason && { text: reason.snippet, words: [reason.found ?? reason.term] };
    return { name: `terms ${more.sort().join('\0')}`, ...(added ? { added } : {}) };
  }
  return sketch === undefined ? undefined : textChange(sketch, item);
}

function textChange(sketch: string, { title, summary }: Hit['item']): Change | undefined {
  const { share, words } = newInText(sketch, summary);
  const enough = share >= (isLive(title) ? NEW_LIVE_TEXT : NEW_TEXT) && weightOf(words) >= LEAST_NEW_TEXT;
  if (!enough) return undefined;
  return { name: `summary ${words.join(' ')}`, added: { text: sentenceWith(summary, words), words } };
}

/** Feeds go to and fro between two texts while an editor tries them out, or a cache is behind. */
const SAME_NEWS_MS = 24 * 3_600_000;
/** Keeps a telling small; what was told before these counts as told once. */
const MOST_UPDATES = 24;

function unlessJustTold(
  name: string,
  added: AlertEntry['added'],
  updates: readonly ToldUpdate[],
  polledAt: string,
): News | undefined {
  const key = hash64(name).slice(0, 8);
  const last = updates.find((update) => update.name === key);
  if (last && Date.parse(polledAt) - Date.parse(last.at) < SAME_NEWS_MS) return undefined;
  const times = last?.times ?? 0;
  const others = updates.filter((update) => update !== last);
  return {
    name: times === 0 ? name : `${name}\0${times}`,
    told: [...others, { name: key, times: times + 1, at: polledAt }].slice(-MOST_UPDATES),
    ...(added === undefined ? {} : { added }),
  };
}
