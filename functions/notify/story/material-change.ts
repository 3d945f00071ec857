import { hash64 } from '../../shared/hash.ts';
import type { Hit } from '../../shared/messages.ts';
import type { AlertEntry, FollowUpMode } from '../../shared/model.ts';
import type { DeliveredUpdate, DeliveredVersion } from '../../shared/store/stories.ts';
import { contentWords, newInHeadline, wordWeight } from './headline.ts';
import { isLive } from './headline-labels.ts';
import { newInText } from './text-sketch.ts';

let segmenter: Intl.Segmenter | undefined;

/** Returns the sentence of a text that contains the most of the given words. */
function sentenceWith(text: string, words: readonly string[]): string {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  let best = { sentence: '', found: -1 };
  for (const { segment } of segmenter.segment(text)) {
    const found = contentWords(segment).filter((word) => words.includes(word)).length;
    if (found > best.found) best = { sentence: segment.trim(), found };
  }
  return best.sentence;
}

/** Share of new words that makes a headline a new one: docs/adr/0018-what-is-material.md has the data. */
const MIN_NEW_HEADLINE_SHARE = 0.45;
/** The same for a summary. Below an unchanged headline, summaries are mostly just reworded, except on live pages. */
const MIN_NEW_TEXT_SHARE = 0.8;
const MIN_NEW_LIVE_TEXT_SHARE = 0.5;
/** Minimum number of new words; short words count half. In a very short text the share says nothing. */
const MIN_NEW_TEXT_WEIGHT = 5;

export type NewsworthyEdit = Pick<AlertEntry, 'added'> & {
  /**
   * Identifies the edit. The name is the same in every feed, even if the rest of the text differs there. A repeated
   * edit has the same name plus the number of earlier deliveries.
   */
  readonly name: string;
  readonly updates: readonly DeliveredUpdate[];
};

type DeliveredText = Pick<DeliveredVersion, 'title' | 'sketch' | 'terms' | 'updates'>;

/** Returns what makes an edit of an item news, or undefined if nothing does. In the mode `all` every edit is news. */
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

/** Returns what an edit adds to the delivered text: a new headline, new watched terms, or a new summary. */
export function materialChange(
  { title, sketch, terms: known }: DeliveredText,
  { item, terms, why }: HitText,
): MaterialChange | undefined {
  // Release 0.1.0 recorded no headline for posts without a title.
  if (title !== '' && newInHeadline(title, item.title) >= MIN_NEW_HEADLINE_SHARE)
    return { name: `headline ${item.title}` };
  const newTerms = terms.filter((term) => !known.includes(term));
  if (newTerms.length > 0) {
    const reason = why.find(({ term }) => newTerms.includes(term));
    const added = reason && { text: reason.snippet, words: [reason.found ?? reason.term] };
    return { name: `terms ${newTerms.sort().join('\0')}`, ...(added ? { added } : {}) };
  }
  return sketch === undefined ? undefined : textChange(sketch, item);
}

function textChange(sketch: string, { title, summary }: Hit['item']): MaterialChange | undefined {
  const { share, words } = newInText(sketch, summary);
  const isMaterial =
    share >= (isLive(title) ? MIN_NEW_LIVE_TEXT_SHARE : MIN_NEW_TEXT_SHARE) &&
    wordWeight(words) >= MIN_NEW_TEXT_WEIGHT;
  if (!isMaterial) return undefined;
  return { name: `summary ${words.join(' ')}`, added: { text: sentenceWith(summary, words), words } };
}

/** A feed may alternate between two texts while an editor tries them out or a cache lags behind. */
const REPEAT_WINDOW_MS = 24 * 3_600_000;
/** Bounds the history of updates. Older updates are forgotten, and their counts start again. */
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
