import { RetryLater } from '../../shared/errors.ts';
import { hash64 } from '../../shared/hash.ts';
import { mayShareAddress } from '../../shared/item-id.ts';
import type { Hit, NotifyMode, Topic } from '../../shared/model.ts';
import type { ClaimState } from '../../shared/store/claims.ts';
import type { DeliveredVersion, StoriesSnapshot, Story } from '../../shared/store/stories.ts';
import { truncate } from '../../shared/text/truncate.ts';
import type { NotifyDeps } from '../deps.ts';
import { STORY_WINDOW_MS } from '../story/find-story.ts';
import { materialChange } from '../story/material-change.ts';
import { type Outcome, outcomeOf } from '../story/outcome.ts';
import { isOfSite, outletOf, outletsWith } from '../story/outlets.ts';
import { headlineHash, type ItemText, signatureOf, withSignature } from '../story/signature.ts';
import { watchedTerms } from '../story/watched-terms.ts';
import { alertEntry } from './alert-entry.ts';
import { deliverFirstReport, deliverLaterReport, findEarlierClaim, isBeyondFeedShare } from './deliver.ts';

type NonSilentHit = Hit & { readonly loudness: Exclude<NotifyMode, 'silent'> };
type Placement = Pick<DeliveredVersion, 'storyId' | 'lead'> &
  Required<Pick<DeliveredVersion, 'role'>> & { readonly alerts: readonly string[] };

/** The item would open a story whose report has to wait since its feed or site has used up its part of the caps. */
export type BeyondShare = 'beyond share';

/**
 * Puts an item into a story, an open one or a new one, and delivers what it is there: the first report, a development, a
 * retelling, or a copy, which is only counted. Does nothing with an item beyond the share of its feed.
 */
export async function placeInStory(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  tries = 3,
): Promise<Placement | BeyondShare> {
  // By when it was found: what comes back from the dead letters after days belongs to the stories of then.
  const at = Math.min(deps.clock(), Date.parse(hit.polledAt));
  const read = await deps.stories.since(topic.id, at - STORY_WINDOW_MS);
  const watched = watchedTerms(deps.config.topics);
  const arriving = { ...itemTextOf(hit), at, isContested: await isContested(deps, hit, read) };
  const outcome = outcomeOf(read.stories, arriving, await deps.termCounts(), watched);
  const placed =
    outcome.kind === 'opens'
      ? await openStory(deps, topic, hit, read)
      : await joinStory(deps, topic, hit, { ...outcome, isContested: arriving.isContested });
  if (placed) return placed;
  // By another, or by the SDK's first try, whose answer was lost: the next attempt finds things as they are now.
  if (tries === 1) throw new RetryLater(`another is at work on the stories of ${topic.id}`);
  return placeInStory(deps, topic, hit, tries - 1);
}

async function openStory(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  read: StoriesSnapshot,
): Promise<Placement | BeyondShare | undefined> {
  const { item, feed, polledAt } = hit;
  // It was delivered before, as part of a story that it is not found in any more: through another feed days ago, or by an
  // attempt that died before the story knew of it.
  const before = await findEarlierClaim(deps, topic, item.id);
  if (before) return finishEarlierDelivery(deps, topic, hit, before);
  const article = await findDeliveredArticle(deps, topic, hit);
  if (article) return { storyId: article.storyId, lead: false, role: 'copy', alerts: [] };
  const story: Story = {
    id: hash64(topic.id, item.id),
    leadItemId: item.id,
    // Not now: a function of the release before, which does not count stories, must open the same one.
    openedAt: polledAt,
    title: item.title,
    itemIds: [item.id],
    sources: [feed.title],
    outlets: outletsWith({ sources: [] }, hit),
    signatures: [signatureOf(itemTextOf(hit))],
    headlines: [headlineHash(item.title)],
  };
  const entry = { ...alertEntry('new', story.id, hit, undefined), role: 'first' as const };
  const news = { ...hit, entry, outlets: 1 };
  if (await isBeyondFeedShare(deps, topic, news)) return 'beyond share';
  if (!(await deps.stories.open(topic.id, read, story))) return undefined;
  const { alerts } = await deliverFirstReport(deps, topic, news);
  return { storyId: story.id, lead: true, role: 'first', alerts };
}

/**
 * Whether a site's own feed shows an item at whose address only feeds of others had something so far. Any feed can claim any
 * address, and must not silence what the site itself says there.
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
  const tellings = await stories.deliveredAtAddress(topicId, item.id);
  return tellings.length > 0 && !tellings.some(({ feedId }) => isOwn(feedId));
}

const MIN_ARTICLE_AGE_MS = 24 * 3_600_000;

/**
 * Returns the record of the same article as another feed has shown it days ago. An article is as old there as here; what is
 * published at its address later is something else.
 */
async function findDeliveredArticle(
  { stories }: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
): Promise<DeliveredVersion | undefined> {
  const { id, published, contentHash } = hit.item;
  // The stories of the last days show what is younger.
  if (published !== undefined && Date.parse(hit.polledAt) - Date.parse(published) < MIN_ARTICLE_AGE_MS)
    return undefined;
  const tellings = await stories.deliveredAtAddress(topic.id, id);
  return tellings
    .filter(({ silent, gathered }) => !silent && !gathered)
    .find((telling) =>
      published === undefined
        ? telling.contentHash === contentHash
        : published <= telling.polledAt && materialChange(telling, hit) === undefined,
    );
}

/** Does what an attempt before has left undone, if anything. */
async function finishEarlierDelivery(
  deps: NotifyDeps,
  topic: Topic,
  hit: NonSilentHit,
  before: ClaimState,
): Promise<Placement> {
  const storyId = before.storyId ?? hash64(topic.id, hit.item.id);
  const role = before.role === 'development' ? before.role : 'also';
  const entry = { ...alertEntry('new', storyId, hit, undefined), role } as const;
  const { alerts } = await deliverLaterReport(deps, topic, {
    ...hit,
    entry,
    story: undefined,
    isReportedBySms: before.settled,
  });
  return { storyId, lead: false, role, alerts };
}

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
  const first = await deliverFirstReport(deps, topic, { ...hit, entry, outlets: outlets.length });
  const lead = story.leadItemId === item.id;
  // Claims of 0.1.0 do not say which item they report: it is taken for the one that opened the story.
  const isFirst = first.itemId === item.id || (first.itemId === undefined && lead);
  let role: Placement['role'] = outcome.kind === 'member' ? 'also' : outcome.kind;
  let { followUps, smsFollowUps } = story;
  let { alerts } = first;
  let isDiverted = false;
  // A member has been delivered before, unless it is the one that opened the story, and another was quicker to report it.
  const isDelivered = outcome.kind === 'member' && !lead;
  // Others may have said since what was new when an attempt before began to send it.
  if (isFirst) role = 'first';
  else if (role !== 'development' && !isDelivered) {
    role = (await findEarlierClaim(deps, topic, item.id))?.role ?? role;
  }
  if (role !== 'first') alerts = [];
  if (!isDelivered && (role === 'development' || role === 'also')) {
    // Before the story knows the item: until then a retry finds that it says something new.
    const more = { ...hit, entry: { ...entry, role }, story };
    const isReportedBySms = first.smsItemId === item.id;
    const because = outcome.kind === 'copy' ? {} : { because: reasonOf(outcome) };
    const delivered = await deliverLaterReport(deps, topic, { ...more, isReportedBySms, ...because });
    ({ alerts, followUps, smsFollowUps, isDiverted } = delivered);
  }
  // A feed that claims an article first must not silence the edits that its site makes.
  const isOwnLead = outcome.isContested && mayShareAddress(story.leadItemId, item.id);
  const placed: Placement = { storyId: story.id, lead: lead || isOwnLead, role, alerts };
  if (story.itemIds.includes(item.id) && story.sources.includes(feed.title)) return placed;
  const joined: Story = {
    ...story,
    itemIds: [...new Set([...story.itemIds, item.id])].slice(0, MAX_MEMBERS),
    sources: [...new Set([...story.sources, feed.title])].slice(0, MAX_MEMBERS),
    outlets: outlets.slice(0, MAX_MEMBERS),
    // Text diverted to a digest must not count as known: the story would hold back the next feed that reports it.
    ...(outcome.kind === 'member' || isDiverted ? {} : withItemText(story, itemTextOf(hit))),
    ...(followUps ? { followUps } : {}),
    ...(smsFollowUps ? { smsFollowUps } : {}),
  };
  return (await deps.stories.change(topic.id, story, joined)) ? placed : undefined;
}

const itemTextOf = ({ item, feed }: Hit) => ({ ...item, outlet: outletOf(item.url, feed.title) });

/** Bounds a story's record; the records of delivered items know the members beyond it. */
const MAX_MEMBERS = 200;
const MAX_TERMS = 300;

/** Returns what a story remembers of its items' texts, with those of one more item. */
function withItemText(
  { title, signatures = [], headlines = [headlineHash(title)], terms = '' }: Story,
  item: ItemText,
): Pick<Story, 'signatures' | 'headlines' | 'terms'> {
  const titles = [...new Set([...headlines, headlineHash(item.title)])].slice(-MAX_MEMBERS);
  const before = signatures.length > 0 ? signatures : [signatureOf({ title, summary: '' })];
  const next = withSignature(before, signatureOf(item));
  const gone = before.filter((signature) => !next.includes(signature));
  if (gone.length === 0) return { signatures: next, headlines: titles };
  const words = gone.flatMap((signature) => signature.split(/[ |]/).map((word) => word.replace(/\*$/, '')));
  const all = [...new Set([...terms.split(' '), ...words])].filter((word) => word !== '');
  return { signatures: next, headlines: titles, terms: all.slice(-MAX_TERMS).join(' ') };
}

function reasonOf(outcome: Exclude<JoiningOutcome, { kind: 'copy' }>): string {
  if (outcome.kind === 'member') return 'it opened the story, which another item reported first';
  const { likelihood, novelty, story } = outcome;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const words = novelty.words.map((word) => `“${word}”`).join(', ');
  const headline =
    novelty.words.length === 0
      ? 'its headline says nothing that was not known'
      : `${percent(novelty.share)} of its headline was not known before: ${words}`;
  return `with ${percent(likelihood)} likelihood it is of the story “${truncate(story.title, MAX_TITLE)}”; ${headline}`;
}

const MAX_TITLE = 100;
