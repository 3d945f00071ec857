import { hitItemOf } from '../shared/hit-item.ts';
import { inParallel } from '../shared/in-parallel.ts';
import { storedItemId } from '../shared/item-id.ts';
import type { FeedVersion, Story } from '../shared/store/stories.ts';
import { domainOf } from '../shared/text/safe-text.ts';
import type { FeedReport, FeedStory } from '../shared/topic-feed.ts';
import type { SignupDeps } from './deps.ts';

export type FeedDeps = Pick<
  SignupDeps,
  'config' | 'deliveredInFeeds' | 'latestStories' | 'mutedStories' | 'storedItems'
>;

/** Stories that a feed has. */
export const MAX_FEED_STORIES = 30;
/** Items of a story that are read: the one that opened it, and the latest others. */
export const MAX_FEED_ITEMS = 8;
const MAX_PARALLEL_READS = 10;

/** An item of a story as it was delivered, and how its feed shows it now, if it is stored. */
interface Member {
  readonly version: FeedVersion;
  readonly stored: { readonly url?: string; readonly summary: string } | undefined;
}

/**
 * Returns the stories of a topic as its feed shows them, latest development first. Leaves out muted stories, and those of
 * which nothing has been delivered yet. Reads at most 2 + 2 × MAX_FEED_STORIES × MAX_FEED_ITEMS times.
 */
export async function feedStories(deps: FeedDeps, topicId: string): Promise<readonly FeedStory[]> {
  const [stories, muted] = await Promise.all([
    deps.latestStories(topicId, MAX_FEED_STORIES),
    deps.mutedStories(topicId),
  ]);
  const shown = stories.filter(({ id }) => !muted.has(id));
  const members = new Map(shown.map(({ id }): [string, Member[]] => [id, []]));
  const wanted = shown.flatMap((story) => itemsOf(story).map((itemId) => ({ story, itemId })));
  await inParallel(wanted, MAX_PARALLEL_READS, async ({ story, itemId }) => {
    const member = await readMember(deps, topicId, story, itemId);
    if (member) members.get(story.id)?.push(member);
  });
  return shown
    .flatMap((story) => storyOf(deps, story, members.get(story.id) ?? []) ?? [])
    .toSorted((a, b) => compare(b.updatedAt, a.updatedAt));
}

function itemsOf({ leadItemId, itemIds }: Story): readonly string[] {
  const others = itemIds.filter((id) => id !== leadItemId);
  return [leadItemId, ...others.slice(1 - MAX_FEED_ITEMS)];
}

/** Returns the first delivered version of an item in a story; undefined if it has none there, or is a copy of another. */
async function readMember(
  deps: FeedDeps,
  topicId: string,
  story: Story,
  itemId: string,
): Promise<Member | undefined> {
  const versions = (await deps.deliveredInFeeds(topicId, itemId)).filter(
    ({ storyId, silent }) => storyId === story.id && !silent,
  );
  const [version] = versions.toSorted((a, b) => compare(a.polledAt, b.polledAt));
  if (!version || (version.role === 'copy' && itemId !== story.leadItemId)) return undefined;
  const stored = await deps.storedItems(storedItemId(itemId));
  const item = stored.find(({ feedId }) => feedId === version.feedId) ?? stored[0];
  return { version, stored: item && hitItemOf({ ...item, id: itemId }) };
}

/** Returns a story from the members that were read; undefined if none of them is its first report. */
function storyOf({ config }: FeedDeps, story: Story, members: readonly Member[]): FeedStory | undefined {
  const oldestFirst = members.toSorted((a, b) => compare(a.version.polledAt, b.version.polledAt));
  const first =
    oldestFirst.find(({ version }) => version.role === 'first') ??
    oldestFirst.find(({ version }) => version.lead);
  if (!first) return undefined;
  const reportOf = ({ version: { title, feedId }, stored }: Member, isEdit = false): FeedReport => ({
    title,
    url: stored?.url,
    source: config.feeds.find(({ id }) => id === feedId)?.title ?? domainOf(stored?.url ?? '') ?? feedId,
    isEdit,
  });
  const [edit] = (first.version.updates ?? []).map(({ at }) => at).toSorted((a, b) => compare(b, a));
  const developments = [
    ...oldestFirst
      .filter(({ version }) => version.role === 'development')
      .map((member) => ({ at: member.version.polledAt, report: reportOf(member) })),
    ...(edit === undefined ? [] : [{ at: edit, report: reportOf(first, true) }]),
  ].toSorted((a, b) => compare(b.at, a.at));
  const [latest] = developments;
  return {
    id: story.id,
    title: story.title,
    publishedAt: story.openedAt,
    updatedAt: latest && latest.at > story.openedAt ? latest.at : story.openedAt,
    url: first.stored?.url,
    summary: first.stored?.summary ?? '',
    developments: developments.map(({ report }) => report),
    retellings: oldestFirst
      .filter(({ version }) => version.role === 'also')
      .map((member) => reportOf(member)),
    sources: story.sources,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
