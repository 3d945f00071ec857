import { hash64 } from '../../shared/hash.ts';
import type { AlertEntry, FollowUpMode, Hit } from '../../shared/model.ts';
import type { DeliveredUpdate, DeliveredVersion } from '../../shared/store/stories.ts';
import { contentWords, newInHeadline, wordWeight } from './headline.ts';
import { isLive } from './headline-labels.ts';
import { newInText } from './text-sketch.ts';

let segmenter: Intl.Segmenter | undefined;

/** The sentence of a text that has most of some words. */
export function sentenceWith(text: string, words: readonly string[]): string {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  let best = { sentence: '', found: -1 };
  for (const { segment } of segmenter.segment(text)) {
    const found = contentWords(segment).filter((word) => words.includes(word)).length;
    if (found > best.found) best = { sentence: segment.trim(), found };
  }
  return best.sentence;
}

/** A headline of whose words this share is new is another headline: docs/adr/0018-what-is-material.md has the data. */
const MIN_NEW_HEADLINE_SHARE = 0.45;
/** The same of a summary. Below a headline that stays they are mostly reworded, but for pages that say they are live. */
const MIN_NEW_TEXT_SHARE = 0.8;
const MIN_NEW_LIVE_TEXT_SHARE = 0.5;
/** Words, short ones counted by halves: of a very short text the share says nothing. */
const MIN_NEW_TEXT_WEIGHT = 5;

export type NewsworthyEdit = Pick<AlertEntry, 'added'> & {
  /**
   * The same edit seen through another feed, where the rest of the text may read differently, has the same name; so has
   * what is told again, but for how often it was told before.
   */
  readonly name: string;
  readonly updates: readonly DeliveredUpdate[];
};

type DeliveredText = Pick<DeliveredVersion, 'title' | 'sketch' | 'terms' | 'updates'>;

/** Returns what makes an edit of an item news, or undefined where it is none. Where every development is sent, every edit is. */
export function newsworthyEdit(
  mode: FollowUpMode,
  before: DeliveredText,
  hit: HitText,
): NewsworthyEdit | undefined {
  if (mode === 'off') return undefined;
  const change = materialChange(before, hit);
  if (mode !== 'all' && !change) return undefined;
  const name = mode === 'all' ? `text ${hit.item.contentHash}` : (change?.name ?? '');
  return unlessRecentlyDelivered(name, change?.added, before.updates ?? [], hit.polledAt);
}

type HitText = Pick<Hit, 'item' | 'terms' | 'why' | 'polledAt'>;

interface MaterialChange extends Pick<AlertEntry, 'added'> {
  readonly name: string;
}

/** What an edit says that is new to whoever knows what was told. */
export function materialChange(
  { title, sketch, terms: known }: DeliveredText,
  { item, terms, why }: HitText,
): MaterialChange | undefined {
  // 0.1.0 recorded none for posts without a title.
  if (title !== '' && newInHeadline(title, item.title) >= MIN_NEW_HEADLINE_SHARE)
    return { name: `headline ${item.title}` };
  const more = terms.filter((term) => !known.includes(term));
  if (more.length > 0) {
    const reason = why.find(({ term }) => more.includes(term));
    const added = reason && { text: reason.snippet, words: [reason.found ?? reason.term] };
    return { name: `terms ${more.sort().join('\0')}`, ...(added ? { added } : {}) };
  }
  return sketch === undefined ? undefined : textChange(sketch, item);
}

function textChange(sketch: string, { title, summary }: Hit['item']): MaterialChange | undefined {
  const { share, words } = newInText(sketch, summary);
  const enough =
    share >= (isLive(title) ? MIN_NEW_LIVE_TEXT_SHARE : MIN_NEW_TEXT_SHARE) &&
    wordWeight(words) >= MIN_NEW_TEXT_WEIGHT;
  if (!enough) return undefined;
  return { name: `summary ${words.join(' ')}`, added: { text: sentenceWith(summary, words), words } };
}

/** Feeds go to and fro between two texts while an editor tries them out, or a cache is behind. */
const REPEAT_WINDOW_MS = 24 * 3_600_000;
/** Keeps a telling small; what was told before these counts as told once. */
const MAX_UPDATES = 24;

function unlessRecentlyDelivered(
  name: string,
  added: AlertEntry['added'],
  updates: readonly DeliveredUpdate[],
  polledAt: string,
): NewsworthyEdit | undefined {
  const key = hash64(name).slice(0, 8);
  const last = updates.find((update) => update.name === key);
  if (last && Date.parse(polledAt) - Date.parse(last.at) < REPEAT_WINDOW_MS) return undefined;
  const times = last?.times ?? 0;
  const others = updates.filter((update) => update !== last);
  return {
    name: times === 0 ? name : `${name}\0${times}`,
    updates: [...others, { name: key, times: times + 1, at: polledAt }].slice(-MAX_UPDATES),
    ...(added === undefined ? {} : { added }),
  };
}
