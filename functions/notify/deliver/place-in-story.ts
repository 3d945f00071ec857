import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import { mayShareAddress } from '../../shared/item-id.ts';
import type { Hit } from '../../shared/messages.ts';
import type { AlertEntry, NotifyMode, Topic } from '../../shared/model.ts';
import type { ClaimState } from '../../shared/store/claims.ts';
import { type ReportedItem, textHashOf } from '../../shared/store/reported-item.ts';
import type { DeliveredVersion, StoriesSnapshot, Story } from '../../shared/store/stories.ts';
import { truncate } from '../../shared/text/truncate.ts';
import type { NotifyDeps } from '../deps.ts';
import { commonPlan } from '../policy/plan.ts';
import { STORY_WINDOW_MS } from '../story/find-story.ts';
import { materialChange } from '../story/material-change.ts';
import { type Outcome, outcomeOf } from '../story/outcome.ts';
import { isOfSite, outletOf, outletsWith } from '../story/outlets.ts';
import { headlineHash, signatureOf } from '../story/signature.ts';
import { watchedTerms } from '../story/watched-terms.ts';
import { withItemText } from '../story/with-item-text.ts';
import { alertEntry } from './alert-entry.ts';
import { deliverFirstReport, type FirstReportResult, isBeyondFeedShare } from './deliver-first-report.ts';
import { deliverLaterReport, findEarlierClaim } from './deliver-later-report.ts';

type NonSilentHit = Hit & { readonly loudness: Exclude<NotifyMode, 'silent'> };
type Placement = Pick<DeliveredVersion, 'storyId' | 'lead'> &
  Required<Pick<DeliveredVersion, 'role'>> & {
    readonly alerts: readonly string[];
    /** The text that the item's alert reports, if known. An earlier attempt may have sent an earlier text of the item. */
    readonly reported?: ReportedItem | undefined;
  };

/** The item would open a story whose first report has to wait, because its feed or site has used up its share of the caps. */
export type BeyondShare = 'beyond share';

/**
 * Puts an item into an open story or a new one, and delivers it in its role there: first report, development or
 * retelling. A copy only counts as a source. Does nothing if the item is beyond its feed's share. Throws `RetryLater`
 * after `tries` conflicts with another worker.
 */
export async function placeInStory(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  tries = 3,
): Promise<Placement | BeyondShare> {
  // Use the time of the poll: an item that returns from the dead-letter queue belongs to the stories of that time.
  const at = Math.min(deps.clock(), Date.parse(hit.polledAt));
  const read = await deps.stories.since(topic.id, at - STORY_WINDOW_MS);
  const watched = watchedTerms(deps.config.topics);
  const arriving = {
    ...itemTextOf(hit),
    ...livePageOf(hit),
    at,
    isContested: await isContested(deps, hit, read),
  };
  const outcome = outcomeOf(read.stories, arriving, await deps.termCounts(), watched);
  const placed =
    outcome.kind === 'opens'
      ? await openStory(deps, topic, hit, read)
      : await joinStory(deps, topic, hit, { ...outcome, isContested: arriving.isContested });
  if (placed) return placed;
  // Another worker wrote the story, or the SDK's first try wrote it and the response was lost. Read everything again.
  if (tries === 1) throw new RetryLater(`another worker keeps changing the stories of topic ${topic.id}`);
  return placeInStory(deps, topic, hit, tries - 1);
}

async function openStory(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  read: StoriesSnapshot,
): Promise<Placement | BeyondShare | undefined> {
  const { item, feed, polledAt } = hit;
  // The item may have been delivered in a story that does not list it: days ago through another feed, or by an attempt
  // that died before it updated the story.
  const claim = await findEarlierClaim(deps, topic, item.id);
  if (claim) return finishEarlierDelivery(deps, topic, hit, claim);
  const article = await findDeliveredArticle(deps, topic, hit);
  if (article) return { storyId: article.storyId, lead: false, role: 'copy', alerts: [] };
  const story: Story = {
    id: hash64(topic.id, item.id),
    leadItemId: item.id,
    // Not the current time: a worker of the previous release does not count stories, and must open the same story.
    openedAt: polledAt,
    title: item.title,
    itemIds: [item.id],
    sources: [feed.title],
    outlets: outletsWith({ sources: [] }, hit),
    signatures: [signatureOf(itemTextOf(hit))],
    headlines: [headlineHash(item.title)],
    ...livePageOf(hit),
  };
  const entry = { ...alertEntry('new', story.id, hit, undefined), role: 'first' as const };
  const report = { ...hit, entry, outlets: 1 };
  if (await isBeyondFeedShare(deps, topic, report)) return 'beyond share';
  if (!(await deps.stories.open(topic.id, read, story))) return undefined;
  const { alerts } = await deliverFirstReport(deps, topic, report);
  return { storyId: story.id, lead: true, role: 'first', alerts };
}

/**
 * Returns whether an item comes from its site's own feed, and only other sites' feeds have had items at its address so
 * far. Any feed can claim any address; such a claim must not silence what the site itself publishes there.
 */
async function isContested(
  { config, stories }: NotifyDeps,
  hit: Hit,
  read: StoriesSnapshot,
): Promise<boolean> {
  const { item, topicId } = hit;
  const isOwn = (feedId: string) => isOfSite(feedId, item.url, config.feeds);
  const isKnown = read.stories.some(({ itemIds }) => itemIds.some((id) => mayShareAddress(id, item.id)));
  if (!isKnown || !isOwn(hit.feed.id)) return false;
  const versions = await stories.deliveredAtAddress(topicId, item.id);
  return versions.length > 0 && !versions.some(({ feedId }) => isOwn(feedId));
}

const MIN_ARTICLE_AGE_MS = 24 * 3_600_000;

/**
 * Returns the version of the same article that another feed delivered days ago. The article has the same age in both
 * feeds; anything published later at its address is another article.
 */
async function findDeliveredArticle(
  { stories }: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
): Promise<DeliveredVersion | undefined> {
  const { id, published, contentHash } = hit.item;
  // Open stories cover younger articles.
  if (published !== undefined && Date.parse(hit.polledAt) - Date.parse(published) < MIN_ARTICLE_AGE_MS)
    return undefined;
  const versions = await stories.deliveredAtAddress(topic.id, id);
  return versions
    .filter(({ silent, gathered }) => !silent && !gathered)
    .find((version) =>
      published === undefined
        ? version.contentHash === contentHash
        : published <= version.polledAt && materialChange(version, hit) === undefined,
    );
}

/** Finishes a delivery that an earlier attempt claimed. */
async function finishEarlierDelivery(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  claim: ClaimState,
): Promise<Placement> {
  const storyId = claim.storyId ?? hash64(topic.id, hit.item.id);
  const role = claim.role === 'development' ? claim.role : 'also';
  const entry = { ...alertEntry('new', storyId, hit, undefined), role } as const;
  const { alerts } = await deliverLaterReport(deps, topic, {
    ...hit,
    entry,
    story: undefined,
    isReportedBySms: claim.settled,
  });
  return { storyId, lead: false, role, alerts };
}

/**
 * Returns whether an item must not alert a story that a reader took out of another: the item or its text may have been
 * delivered there. Once another item has alerted the story, the item may be the further source that an SMS waits for.
 */
async function isReportedElsewhere(
  deps: NotifyDeps,
  topic: Topic,
  entry: AlertEntry,
  { kind, story }: JoiningOutcome,
): Promise<boolean> {
  if (story.splitFrom === undefined) return false;
  const { id } = commonPlan(topic, { entry, version: '', outlets: 1 });
  if ((await deps.claims.find(id))?.settled) return false;
  if (kind === 'member' || kind === 'copy') return true;
  return (await findEarlierClaim(deps, topic, entry.itemId)) !== undefined;
}

/** The result for an item that does not offer its story's first report. */
const NOT_REPORTED: FirstReportResult = { alerts: [], reported: { itemId: '' }, smsItemId: undefined };

type JoiningOutcome = Exclude<Outcome, { kind: 'opens' }> & { readonly isContested: boolean };

async function joinStory(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  outcome: JoiningOutcome,
): Promise<Placement | undefined> {
  const { item, feed } = hit;
  const { story } = outcome;
  const outlets = outletsWith(story, hit);
  const entry = { ...alertEntry('new', story.id, hit, story), role: 'first' as const };
  const first = (await isReportedElsewhere(deps, topic, entry, outcome))
    ? NOT_REPORTED
    : await deliverFirstReport(deps, topic, { ...hit, entry, outlets: outlets.length });
  const lead = story.leadItemId === item.id;
  // Claims of 0.1.0 do not say which item they report. Assume the item that opened the story.
  const isFirst = first.reported ? first.reported.itemId === item.id : lead;
  let role: Placement['role'] = outcome.kind === 'member' ? 'also' : outcome.kind;
  let { followUps, smsFollowUps } = story;
  let { alerts, reported }: Pick<Placement, 'alerts' | 'reported'> = first;
  let isDiverted = false;
  // A member was delivered before, unless it opened the story and another item reported the story first.
  const isDelivered = outcome.kind === 'member' && (!lead || story.splitFrom !== undefined);
  // Take the role from an earlier attempt, if any: other items may since have reported what was new at that time.
  if (isFirst) role = 'first';
  // The first report came from a copy: the same article in another feed, or under another name in its own feed.
  else if (lead && reported?.textHash === textHashOf(item)) role = 'copy';
  else if (role !== 'development' && !isDelivered) {
    role = (await findEarlierClaim(deps, topic, item.id))?.role ?? role;
  }
  if (role !== 'first') [alerts, reported] = [[], undefined];
  if (!isDelivered && (role === 'development' || role === 'also')) {
    // Deliver before adding the item to the story: afterwards, a retry would find nothing new in the item.
    const report = { ...hit, entry: { ...entry, role }, story };
    const isReportedBySms = first.smsItemId === item.id;
    const because = outcome.kind === 'copy' ? {} : { because: reasonOf(outcome) };
    const delivered = await deliverLaterReport(deps, topic, { ...report, isReportedBySms, ...because });
    ({ alerts, reported, followUps, smsFollowUps, isDiverted } = delivered);
  }
  // A feed that claims an article first must not silence the site's own edits of it.
  const isOwnLead = outcome.isContested && mayShareAddress(story.leadItemId, item.id);
  const placed: Placement = { storyId: story.id, lead: lead || isOwnLead, role, alerts, reported };
  if (story.itemIds.includes(item.id) && story.sources.includes(feed.title)) return placed;
  const joined: Story = {
    ...story,
    itemIds: [...new Set([...story.itemIds, item.id])].slice(0, MAX_MEMBERS),
    sources: [...new Set([...story.sources, feed.title])].slice(0, MAX_MEMBERS),
    outlets: outlets.slice(0, MAX_MEMBERS),
    // Diverted text must not count as known, or the story would hold back the next feed that reports it.
    ...(outcome.kind === 'member' || isDiverted ? {} : withItemText(story, itemTextOf(hit))),
    ...(followUps ? { followUps } : {}),
    ...(smsFollowUps ? { smsFollowUps } : {}),
    ...(story.livePage === undefined ? livePageOf(hit) : {}),
  };
  return (await deps.stories.change(topic.id, story, joined)) ? placed : undefined;
}

const livePageOf = ({ item, feed }: Hit) => (item.context === undefined ? {} : { livePage: feed.id });

const itemTextOf = ({ item, feed }: Hit) => ({ ...item, outlet: outletOf(item.url, feed.title) });

/** Bounds a story's record. Members beyond this number are recognised by their delivered versions. */
const MAX_MEMBERS = 200;

/** Returns the reason for an item's role, for the alert log. */
function reasonOf(outcome: Exclude<JoiningOutcome, { kind: 'copy' }>): string {
  if (outcome.kind === 'member') return 'it opened the story, but another item reported it first';
  const { likelihood, novelty, story } = outcome;
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const words = novelty.words.map((word) => `“${word}”`).join(', ');
  const headline =
    novelty.words.length === 0
      ? 'its headline adds nothing new'
      : `${percent(novelty.share)} of its headline is new: ${words}`;
  return `it is ${percent(likelihood)} likely to belong to the story “${truncate(story.title, MAX_TITLE)}”; ${headline}`;
}

const MAX_TITLE = 100;
