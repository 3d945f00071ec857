import { outcomeOf } from '../../functions/notify/story/outcome.ts';
import { outletOf, outletsWith } from '../../functions/notify/story/outlets.ts';
import {
  headlineHash,
  type ItemText,
  type Signature,
  signatureOf,
} from '../../functions/notify/story/signature.ts';
import type { TermCounts } from '../../functions/notify/story/term-table.ts';
import { withItemText } from '../../functions/notify/story/with-item-text.ts';
import type { StoryRole } from '../../functions/shared/model.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import { OpenStories } from './open-stories.ts';
import type { PastItem } from './past.ts';
import { takeTurns } from './take-turns.ts';

/** An item that matches a topic. */
export interface PastMatch {
  readonly item: PastItem;
  /** The item matches the `urgent` query of the topic as well. */
  readonly urgent: boolean;
}

/** An item in its story. A `copy` repeats the text of another item. */
export interface StoryItem extends PastMatch {
  readonly role: StoryRole | 'copy';
}

/** The matches of a topic that report the same event. */
export interface PastStory {
  /** Id of the first item. */
  readonly id: string;
  /** When the first item was published or found, ms. */
  readonly openedAt: number;
  /** Oldest first; the first one is the first report. */
  readonly items: readonly StoryItem[];
  /** Titles of the feeds that report it. */
  readonly sources: readonly string[];
  /** Number of independent outlets among them. */
  readonly outlets: number;
}

/**
 * The limits of match on what notify gets of an item. `content` stands in for a missing summary.
 */
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;
const MAX_MEMBERS = 200;

/**
 * Groups the matches of a topic, oldest first, into stories as notify does. Returns the stories, oldest first.
 * @throws the reason of the signal, when it is aborted
 */
export async function groupStories(
  matches: readonly PastMatch[],
  counts: TermCounts,
  watched: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<PastStory[]> {
  // Notify keeps a table of terms for each object of counts, with the watched terms of its first use.
  const ownCounts: TermCounts = { items: counts.items, of: (term) => counts.of(term) };
  const open = new OpenStories(ownCounts, watched);
  const itemsOf = new Map<string, StoryItem[]>();
  const storyOf = new Map<string, Story>();
  const turn = takeTurns(signal);
  for (const match of matches) {
    await turn();
    const { item } = match;
    const { id, source, at } = item;
    const text = textOf(item);
    const livePage = item.context === undefined ? {} : { livePage: source.id };
    const arriving = { ...text, id, at, ...livePage };
    const outcome = outcomeOf(open.candidatesFor(arriving), arriving, ownCounts, watched);
    const hit = { item: { id, title: item.title, url: item.url }, feed: source } as Parameters<
      typeof outletsWith
    >[1];
    if (outcome.kind === 'opens') {
      const story: Story = {
        id,
        leadItemId: id,
        openedAt: new Date(at).toISOString(),
        title: text.title,
        itemIds: [id],
        sources: [source.title],
        outlets: outletsWith({ sources: [] }, hit),
        signatures: [arriving.signature],
        headlines: [headlineHash(text.title)],
        ...livePage,
      };
      open.open(story, arriving);
      itemsOf.set(id, [{ ...match, role: 'first' }]);
      storyOf.set(id, story);
      continue;
    }
    const { story: before } = outcome;
    const story: Story = {
      ...before,
      itemIds: [...new Set([...before.itemIds, id])].slice(0, MAX_MEMBERS),
      sources: [...new Set([...before.sources, source.title])].slice(0, MAX_MEMBERS),
      outlets: outletsWith(before, hit).slice(0, MAX_MEMBERS),
      ...(outcome.kind === 'member' ? {} : withItemText(before, text, arriving.signature)),
      ...(before.livePage === undefined ? livePage : {}),
    };
    open.change(story, arriving);
    storyOf.set(story.id, story);
    itemsOf.get(story.id)?.push({ ...match, role: outcome.kind === 'member' ? 'copy' : outcome.kind });
  }
  return [...storyOf.values()].map(({ id, openedAt, sources, outlets = [] }) => ({
    id,
    openedAt: Date.parse(openedAt),
    items: itemsOf.get(id) ?? [],
    sources,
    outlets: outlets.length,
  }));
}

type SignedText = ItemText & { readonly signature: Signature };

/** Whoever tries a query tries similar ones, which match the same items. */
const cache = new WeakMap<PastItem, SignedText>();

function textOf(item: PastItem): SignedText {
  const known = cache.get(item);
  if (known) return known;
  const { title, summary, content, rubric, url, source } = item;
  const text = {
    title: title.slice(0, MAX_TITLE),
    summary: (summary || content).slice(0, MAX_SUMMARY),
    ...(rubric === undefined ? {} : { rubric }),
    outlet: outletOf(url, source.title),
  };
  const signed = { ...text, signature: signatureOf(text) };
  cache.set(item, signed);
  return signed;
}
