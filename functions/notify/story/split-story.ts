import { hash64 } from '../../shared/hash.ts';
import { mayShareAddress } from '../../shared/item-id.ts';
import {
  type FeedVersion,
  type Stories,
  type StoriesSnapshot,
  type Story,
  stories,
} from '../../shared/store/stories.ts';
import type { Table } from '../../shared/store/table.ts';
import { divideStory, headlinesIn, type StoryContents } from './divide-story.ts';
import { STORY_WINDOW_MS } from './find-story.ts';
import { type FeedTitle, type StoryMember, storyMembers } from './story-members.ts';

/** A reader's wish: this item of a topic is not the same story as the others. */
export interface SplitRequest {
  readonly topicId: string;
  readonly itemId: string;
  /** ms. */
  readonly now: number;
}

export type SplitResult =
  | { readonly kind: 'split'; readonly storyId: string }
  /** Not possible, or not at this moment. `reason`: why, and what to do, for the reader. */
  | { readonly kind: 'refused' | 'busy'; readonly reason: string };

type Refusal = Exclude<SplitResult, { kind: 'split' }>;

const REFUSALS = {
  unknown: 'This topic has no report with this id.',
  lead: 'This report opened its story, so the story is about it. Take out the other reports instead.',
  copy: 'This report repeats the text of another one and stays with it. Take out the other one, and this one goes along.',
  old: 'This story opened more than three days ago and takes in no more reports, so there is nothing left to separate.',
} as const;
const BUSY =
  'New reports of this topic are being sorted into stories at this moment. Press the button again.';

const refuse = (reason: keyof typeof REFUSALS): Refusal => ({ kind: 'refused', reason: REFUSALS[reason] });

const MAX_TRIES = 5;
/** More than notify compares an item with, so that opening one story hides no other. */
const MAX_STORIES_READ = 2_000;

/** Returns why an item cannot be taken out of its story, or undefined if it can be. Changes nothing. */
export async function splitRefusal(table: Table, request: SplitRequest): Promise<string | undefined> {
  const found = await readSplittable(stories(table), request);
  return found.kind === 'splittable' ? undefined : found.reason;
}

/**
 * Takes an item and its copies out of their story and opens a story for them, so that later reports of the same event join
 * that one. Sends nothing and withdraws nothing: docs/adr/0034-split-stories.md.
 *
 * Every step can be repeated, so after a failure another call does what is left. Notify may work on the same stories.
 */
export async function splitStory(
  table: Table,
  request: SplitRequest,
  feedTitle: FeedTitle,
): Promise<SplitResult> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = await readSplittable(stories(table), request);
    if (found.kind !== 'splittable') return found;
    const storyId = await trySplit(table, request, found, feedTitle);
    if (storyId !== undefined) return { kind: 'split', storyId };
  }
  return { kind: 'busy', reason: BUSY };
}

/** An item that can be taken out of its story, with the records that were read. */
interface Splittable {
  readonly kind: 'splittable';
  readonly read: StoriesSnapshot;
  /** The item's versions in all feeds. */
  readonly versions: readonly FeedVersion[];
  /** The story that the item is in, or was in until an earlier attempt. Absent if it is by now too old to be read. */
  readonly story: Story | undefined;
  /** The item's own story, if an earlier attempt opened it. */
  readonly own: Story | undefined;
}

async function readSplittable(
  store: Stories,
  { topicId, itemId, now }: SplitRequest,
): Promise<Splittable | Refusal> {
  const versions = await store.deliveredInFeeds(topicId, itemId);
  if (versions.length === 0) return refuse('unknown');
  const read = await store.since(topicId, now - STORY_WINDOW_MS, MAX_STORIES_READ);
  const ownId = ownStoryId(topicId, itemId);
  const own = read.stories.find(({ id }) => id === ownId);
  const from = own ? own.splitFrom : versions.find(({ storyId }) => storyId !== ownId)?.storyId;
  if (from === undefined) return refuse('lead');
  const story = read.stories.find(({ id }) => id === from);
  if (!own) {
    if (!story) return refuse('old');
    if (versions.every(({ role }) => role === 'copy')) return refuse('copy');
  }
  return { kind: 'splittable', read, versions, story, own };
}

/** Returns the id of the story that an item opens. */
const ownStoryId = (topicId: string, itemId: string): string => hash64(topicId, itemId);

/** Does what is left to do. Returns the id of the item's own story, or undefined if another writer interfered. */
async function trySplit(
  table: Table,
  request: SplitRequest,
  { read, versions, story, own: opened }: Splittable,
  feedTitle: FeedTitle,
): Promise<string | undefined> {
  const { topicId, itemId, now } = request;
  const store = stories(table);
  let own = opened;
  if (story) {
    const ids = [...new Set([...story.itemIds, itemId])];
    const { members, isComplete } = await storyMembers(table, topicId, ids, feedTitle);
    const takenIds = [itemId, ...copiesOf(itemId, story.leadItemId, members)];
    const isTaken = ({ item }: StoryMember) => takenIds.includes(item.id);
    const taken = takenIds.flatMap((id) => members.filter(({ item }) => item.id === id));
    const left = members.filter((member) => !isTaken(member));
    const divided = divideStory(story, taken, left, isComplete);
    // Open the item's own story first: after a crash, both stories list the item, and the next attempt finds it.
    if (!own) {
      const [first = new Date(now).toISOString()] = versions.map(({ polledAt }) => polledAt).toSorted();
      own = {
        id: ownStoryId(topicId, itemId),
        leadItemId: itemId,
        // When the first report was found, as for every story.
        openedAt: first,
        title: taken[0]?.item.title ?? '',
        itemIds: takenIds,
        ...divided.taken,
        splitFrom: story.id,
      };
      if (!(await store.open(topicId, read, own))) return undefined;
    } else if (takenIds.some((id) => !own?.itemIds.includes(id))) {
      // A copy joined the old story after an earlier attempt had opened this one.
      const joined = withCopies(own, takenIds, divided.taken);
      if (!(await store.change(topicId, own, joined))) return undefined;
      own = joined;
    }
    if (story.itemIds.some((id) => takenIds.includes(id))) {
      const itemIds = story.itemIds.filter((id) => !takenIds.includes(id));
      if (!(await store.change(topicId, story, { ...withoutContents(story), itemIds, ...divided.left })))
        return undefined;
    }
  }
  if (!own) return undefined;
  // The versions come last: until they are moved, the page lists the item in its old story.
  for (const id of own.itemIds) {
    if (!(await moveVersions(store, topicId, id, own, now))) return undefined;
  }
  return own.id;
}

/**
 * Returns the ids of the items that belong to an item whatever their story is: those with the same headline, and the same
 * article in other feeds. Items that repeat the lead item stay with it.
 */
function copiesOf(itemId: string, leadItemId: string, members: readonly StoryMember[]): string[] {
  const membersOf = (id: string) => members.filter(({ item }) => item.id === id);
  const repeats = (member: StoryMember, id: string) =>
    membersOf(id).some(
      (one) =>
        headlinesIn(one).some((hash) => headlinesIn(member).includes(hash)) ||
        (member.version?.role === 'copy' && mayShareAddress(member.item.id, id)),
    );
  const copies = members.filter(
    (member) =>
      ![itemId, leadItemId].includes(member.item.id) &&
      repeats(member, itemId) &&
      !repeats(member, leadItemId),
  );
  return [...new Set(copies.map(({ item }) => item.id))];
}

function withCopies(own: Story, itemIds: readonly string[], { sources, outlets = [] }: StoryContents): Story {
  return {
    ...own,
    itemIds: [...new Set([...own.itemIds, ...itemIds])],
    sources: [...new Set([...own.sources, ...sources])],
    outlets: [...new Set([...(own.outlets ?? []), ...outlets])],
  };
}

function withoutContents({
  sources: _sources,
  outlets: _outlets,
  signatures: _signatures,
  headlines: _headlines,
  terms: _terms,
  livePage: _livePage,
  ...story
}: Story) {
  return story;
}

/** Assigns the versions of one item to its new story. Alerts stay with them. Returns false if another writer interfered. */
async function moveVersions(
  store: Stories,
  topicId: string,
  itemId: string,
  { id: storyId, splitFrom, leadItemId }: Story,
  now: number,
): Promise<boolean> {
  for (const { feedId, ...version } of await store.deliveredInFeeds(topicId, itemId)) {
    if (version.storyId !== splitFrom) continue;
    const moved =
      itemId === leadItemId
        ? ({ ...version, storyId, lead: true, role: 'first' } as const)
        : { ...version, storyId };
    if (!(await store.updateDelivery(topicId, itemId, feedId, version, moved, now))) return false;
  }
  return true;
}
