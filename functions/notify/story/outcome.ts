import { mayShareAddress } from '../../shared/item-id.ts';
import type { StoryRole } from '../../shared/model.ts';
import { MAX_STORIES, type Story } from '../../shared/store/stories.ts';
import { areSameArticle, haveSameText } from './distinct.ts';
import { findStory, type StoryMatch } from './find-story.ts';
import { type Novelty, noveltyOf } from './novelty.ts';
import { headlineHash, type ItemText, type Signature, signatureOf } from './signature.ts';
import { type TermCounts, TermTable } from './term-table.ts';

/** What an item is to the open stories of a topic. */
export type Outcome =
  | { readonly kind: 'opens' }
  /** The story holds it already. */
  | { readonly kind: 'member'; readonly story: Story }
  /** It repeats the text of another item of the story, or is the same article as another feed shows it. */
  | { readonly kind: 'copy'; readonly story: Story }
  | {
      readonly kind: Exclude<StoryRole, 'first'>;
      readonly story: Story;
      /** How likely it is of the story, from 0 to 1. */
      readonly likelihood: number;
      readonly novelty: Novelty;
    };

export interface ArrivingItem extends ItemText {
  readonly id: string;
  /** When it was found, ms. */
  readonly at: number;
  /** Its site's own feed shows it, and only feeds of others had something at its address before. */
  readonly isContested?: boolean;
}

/** `watched`: the terms that topics watch for; always the same set for a configuration. */
export function outcomeOf(
  stories: readonly Story[],
  item: ArrivingItem,
  counts: TermCounts,
  watched: ReadonlySet<string>,
): Outcome {
  const holding = stories.find(({ itemIds }) => itemIds.includes(item.id));
  if (holding) return { kind: 'member', story: holding };
  const table = tableFor(counts, watched);
  const isOfArticle = item.isContested ? haveSameText : areSameArticle;
  const parsed = table.parse(signatureOf(item));
  const ofArticle = stories.findLast(
    (story) =>
      story.itemIds.some((id) => mayShareAddress(id, item.id)) &&
      signaturesOf(story).some((signature) => isOfArticle(parsed, table.parse(signature))),
  );
  if (ofArticle) return { kind: 'copy', story: ofArticle };
  const candidates = stories.slice(-MAX_STORIES).map((story) => ({
    story,
    signatures: signaturesOf(story),
    openedAt: Date.parse(story.openedAt),
  }));
  const found: StoryMatch<(typeof candidates)[number]> | undefined = findStory(
    candidates,
    parsed,
    table,
    item.at,
  );
  if (!found) return { kind: 'opens' };
  const { story, signatures } = found.story;
  const others = signatures.map((signature) => table.parse(signature));
  const { headlines = [headlineHash(story.title)] } = story;
  const isKnown = headlines.includes(headlineHash(item.title));
  if (isKnown && others.some((other) => haveSameText(parsed, other))) return { kind: 'copy', story };
  const told = new Set([...others, table.parse(`${story.terms ?? ''}|`)].flatMap(({ terms }) => [...terms]));
  const novelty = noveltyOf(parsed, item.title, told, table);
  const kind = novelty.isDevelopment ? 'development' : 'also';
  return { kind, story, likelihood: found.likelihood, novelty };
}

/** Stories of 0.1.0 have none: their title has to do. */
function signaturesOf({ signatures = [], title }: Story): readonly Signature[] {
  return signatures.length > 0 ? signatures : [signatureOf({ title, summary: '' })];
}

const tables = new WeakMap<TermCounts, TermTable>();

/** Kept as long as the counts are, so that the signatures of stories need not be parsed again for every item. */
function tableFor(counts: TermCounts, watched: ReadonlySet<string>): TermTable {
  const known = tables.get(counts);
  if (known && !known.isFull) return known;
  const table = new TermTable(counts, watched);
  tables.set(counts, table);
  return table;
}
