import { mayShareAddress } from '../../shared/item-id.ts';
import type { StoryRole } from '../../shared/model.ts';
import { MAX_STORIES, type Story } from '../../shared/store/stories.ts';
import { areSameArticle, haveSameText } from './distinct.ts';
import { findStory, type StoryMatch } from './find-story.ts';
import { type Novelty, noveltyOf } from './novelty.ts';
import { headlineHash, type ItemText, type Signature, signatureOf } from './signature.ts';
import { type TermCounts, TermTable } from './term-table.ts';

/** How an item relates to the open stories of a topic. */
export type Outcome =
  | { readonly kind: 'opens' }
  /** The story already contains the item. */
  | { readonly kind: 'member'; readonly story: Story }
  /** The item repeats the text of another item of the story, or is the same article in another feed. */
  | { readonly kind: 'copy'; readonly story: Story }
  | {
      readonly kind: Exclude<StoryRole, 'first'>;
      readonly story: Story;
      /** Likelihood that the item reports the same event, from 0 to 1. */
      readonly likelihood: number;
      readonly novelty: Novelty;
    };

export interface ArrivingItem extends ItemText {
  readonly id: string;
  /** When the item's feed was polled, ms. */
  readonly at: number;
  /** The item comes from its site's own feed, and only other sites' feeds have had items at its address so far. */
  readonly isContested?: boolean;
  /** Id of the feed, if it is a live page. All its updates are developments of one story. */
  readonly livePage?: string;
  /** Signature of the item, if the caller has it. */
  readonly signature?: Signature;
}

/**
 * Returns how an item relates to the open stories of its topic. `watched` are the terms that topics watch for; pass the same
 * set as long as the configuration stays the same.
 */
export function outcomeOf(
  stories: readonly Story[],
  item: ArrivingItem,
  counts: TermCounts,
  watched: ReadonlySet<string>,
): Outcome {
  const ownStory = stories.find(({ itemIds }) => itemIds.includes(item.id));
  if (ownStory) return { kind: 'member', story: ownStory };
  const table = tableFor(counts, watched);
  const areCopies = item.isContested ? haveSameText : areSameArticle;
  const parsed = table.parse(item.signature ?? signatureOf(item));
  const articleStory = stories.findLast(
    (story) =>
      story.itemIds.some((id) => mayShareAddress(id, item.id)) &&
      signaturesOf(story).some((signature) => areCopies(parsed, table.parse(signature))),
  );
  if (articleStory) return { kind: 'copy', story: articleStory };
  const candidates = stories.slice(-MAX_STORIES).map((story) => ({
    story,
    signatures: signaturesOf(story),
    openedAt: Date.parse(story.openedAt),
  }));
  const ofPage =
    item.livePage && candidates.findLast(({ story: { livePage } }) => livePage === item.livePage);
  const found: StoryMatch<(typeof candidates)[number]> | undefined = ofPage
    ? { story: ofPage, likelihood: 1 }
    : findStory(candidates, parsed, table, item.at);
  if (!found) return { kind: 'opens' };
  const { story, signatures } = found.story;
  const others = signatures.map((signature) => table.parse(signature));
  const { headlines = [headlineHash(story.title)] } = story;
  const isKnown = headlines.includes(headlineHash(item.title));
  if (isKnown && others.some((other) => haveSameText(parsed, other))) return { kind: 'copy', story };
  const knownTerms = new Set(
    [...others, table.parse(`${story.terms ?? ''}|`)].flatMap(({ terms }) => [...terms]),
  );
  const novelty = noveltyOf(parsed, item.title, knownTerms, table);
  const kind = ofPage || novelty.isDevelopment ? 'development' : 'also';
  return { kind, story, likelihood: found.likelihood, novelty };
}

/** Returns the signatures of a story. Stories of 0.1.0 have none, so their title stands in. */
function signaturesOf({ signatures = [], title }: Story): readonly Signature[] {
  return signatures.length > 0 ? signatures : [signatureOf({ title, summary: '' })];
}

const tables = new WeakMap<TermCounts, TermTable>();

/**
 * Returns the term table of the counts. Reuses the table while the counts are the same, so that signatures are parsed
 * only once.
 */
export function tableFor(counts: TermCounts, watched: ReadonlySet<string>): TermTable {
  const known = tables.get(counts);
  if (known && !known.isFull) return known;
  const table = new TermTable(counts, watched);
  tables.set(counts, table);
  return table;
}
