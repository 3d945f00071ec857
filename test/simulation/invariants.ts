import { OPERATIONS_TOPIC } from '../../functions/notify/operations-topic.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Alert, AlertEntry, Protocol, TimeOfDay, Topic } from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID, type QueueName } from '../../functions/shared/pipeline.ts';
import { gatheredItems, gatheredWithoutNeed } from './crowds.ts';
import { brokenDailyMails } from './daily-rules.ts';
import type { DeliveryCounts } from './delivery/delivery-counts.ts';
import { deliveredThoughMuted, isLeftOut, wasMuted } from './mute-rules.ts';
import type { Article } from './news.ts';
import { lostNotices } from './notices.ts';
import { brokenPolicies, isUsedUp, outletsOf } from './policy-rules.ts';
import { REWRITTEN } from './rewritten-story.ts';
import { type CommittedPoll, givenUpSince, type PublishedAlert, type RunRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import type { RunCounts } from './simulate.ts';
import { brokenSplits, isAlerted, isTakenOut, withOrigins } from './split-rules.ts';
import { DEPLOYED_EVERYWHERE, REFUSED_WORD } from './stories.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

type StoredRecord = Readonly<Record<string, unknown>>;

export interface RunEvidence {
  readonly scenario: Scenario;
  readonly record: RunRecord;
  /** All records of the table at the end. */
  readonly records: readonly StoredRecord[];
  readonly deadLetters: readonly { readonly queue: QueueName; readonly body: string }[];
}

/** A story that must be delivered to a topic, and the articles that report it. */
interface Owed {
  readonly topic: Topic;
  readonly story: string;
  readonly articles: ReadonlyMap<string, Article>;
}

/** The counts of the pipeline itself. */
type PipelineCounts = Omit<RunCounts, keyof DeliveryCounts>;

const PROTOCOLS: readonly Protocol[] = ['email', 'sms'];

/** Returns a description of each broken rule, and the counts of the run. */
export function brokenRules(evidence: RunEvidence): { broken: string[]; counts: PipelineCounts } {
  const owed = owedStories(evidence);
  const tellings = deliveredReports(evidence);
  const repeats = tellings.flatMap((telling) => repeatsOf(telling, evidence));
  const lost = [...owed.values()].flatMap((one) => lostReports(one, tellings, evidence));
  const broken = [
    ...evidence.record.broken,
    ...lost.filter(({ excused }) => !excused).map(({ what }) => what),
    ...repeats.filter(({ excused }) => !excused).map(({ what }) => what),
    ...falseAlerts(tellings, evidence),
    ...deliveredThoughMuted(evidence),
    ...brokenDailyMails(evidence, (id) => mayHaveSent(id, evidence.record)),
    ...brokenSplits(evidence, (id) => mayHaveSent(id, evidence.record)),
    ...deliveredHistory(tellings, evidence),
    ...foundTwice(evidence),
    ...lostNotices(evidence.scenario, evidence.record, (id) => mayHaveSent(id, evidence.record)),
    ...[...owed.values()].flatMap((one) => undeliveredUpdates(one, tellings, evidence)),
    ...[...owed.values()].flatMap((one) => outdatedReports(one, evidence)),
    ...unaccounted([...owed.values()], evidence),
    ...[...owed.values()].flatMap((one) => wronglyNamed(one, evidence)),
    ...gatheredWithoutNeed(evidence),
    ...missingItems(evidence),
    ...stuckClaims(evidence),
    ...digestFaults(evidence),
    ...unexpectedDeadLetters(evidence),
    ...brokenPolicies(evidence),
  ];
  return {
    broken,
    counts: {
      owed: owed.size,
      rewritten: [...owed.values()].filter(({ story, articles }) => story === REWRITTEN && articles.size > 1)
        .length,
      published: evidence.record.published.length,
      developments: rolesIn(evidence, 'development'),
      retellings: rolesIn(evidence, 'also'),
      repeated: repeats.filter(({ excused }) => excused).length,
      skipped: lost.filter(({ excused }) => excused).length,
      muted: evidence.record.mutes.length,
      leftOut: evidence.records.flatMap(({ mutedStories = [] }) => mutedStories as string[]).length,
      split: evidence.record.splits.length,
      followed: evidence.record.splits.filter((split) => isAlerted(split, evidence)).length,
      daily: evidence.record.published.filter(({ readers }) => readers === 'daily').length,
    },
  };
}

function rolesIn({ record }: RunEvidence, role: AlertEntry['role']): number {
  const mailed = record.published.filter(({ protocols }) => protocols.includes('email'));
  return mailed.flatMap(({ alert }) => alert.entries.filter((entry) => entry.role === role)).length;
}

const nameOf = (topicId: string, story: string) => `${story} for ${topicId}`;

function topicsOf({ scenario }: RunEvidence): readonly Topic[] {
  return (scenario.deployment?.config ?? scenario.config).topics;
}

const isRefused = (title: string) => title.includes(REFUSED_WORD);

function owedStories(evidence: RunEvidence): Map<string, Owed> {
  const { scenario, record } = evidence;
  const { watched, config } = scenario;
  const owed = new Map<string, Owed & { articles: Map<string, Article> }>();
  const known = new Map<string, Set<string>>();
  for (const { at, feedId, edition, first } of record.committed) {
    const seen = known.get(feedId) ?? new Set<string>();
    known.set(feedId, seen);
    for (const { article, version, dated } of edition.shown) {
      if (seen.has(article.name)) continue;
      seen.add(article.name);
      const silent = article.isHistory || (first && dated !== undefined && dated < at - config.firstPoll);
      if (silent || isRefused(version.title) || mayLookLikeEdit(article, scenario)) continue;
      for (const topic of topicsOf(evidence)) {
        if (!version.title.split(' ').includes(watched.get(topic.id) ?? '')) continue;
        const name = nameOf(topic.id, article.story);
        const one = owed.get(name) ?? { topic, story: article.story, articles: new Map() };
        owed.set(name, one);
        one.articles.set(article.name, article);
      }
    }
  }
  return owed;
}

/** The previous release recorded no guids, so that a second article at the address of one that it found looks like an edit. */
function mayLookLikeEdit(article: Article, scenario: Scenario): boolean {
  const { feedId, url, from } = article;
  return scenario.news.articles.some(
    (one) =>
      one !== article &&
      one.feedId === feedId &&
      url !== undefined &&
      one.url === url &&
      one.from <= from &&
      isOfPreviousRelease(one, scenario),
  );
}

/** A report of a story that a topic's readers received, and every publish that contained it. */
interface DeliveredReport {
  readonly topicId: string;
  readonly story: string | undefined;
  /** `new` for a first report, the text for an update, or the item for everything else. */
  readonly what: string;
  readonly publishes: { readonly publish: PublishedAlert; readonly entry: AlertEntry }[];
}

function deliveredReports(evidence: RunEvidence): DeliveredReport[] {
  const { scenario, record } = evidence;
  const tellings = new Map<string, DeliveredReport>();
  for (const publish of record.published) {
    const gathered = gatheredItems(publish.topicId, evidence);
    for (const entry of publish.alert.entries) {
      const story =
        publish.topicId === OPERATIONS_TOPIC_ID ? entry.storyId : scenario.news.storyOf(entry.title);
      const kind = whatIs(entry, gathered);
      // A reader has made two stories of one piece of news, and each has a first report.
      const isSplit = kind === 'new' && isTakenOut(publish.topicId, entry.storyId, evidence);
      const what = isSplit ? `new story ${entry.storyId}` : kind;
      const name = `${publish.topicId} ${story} ${what}`;
      const telling = tellings.get(name) ?? { topicId: publish.topicId, story, what, publishes: [] };
      tellings.set(name, telling);
      telling.publishes.push({ publish, entry });
    }
  }
  return [...tellings.values()];
}

/**
 * Returns what identifies an entry: the story for a first report, the text for an edit, the item for everything else. Gathered
 * items open no story, so each is listed.
 */
function whatIs(
  { kind, role = 'first', itemId, title, summary }: AlertEntry,
  gathered: ReadonlySet<string>,
): string {
  if (kind === 'update') return `update ${title} ${summary}`;
  return role === 'first' && !gathered.has(itemId) ? 'new' : `item ${itemId}`;
}

interface RepeatedReport {
  readonly what: string;
  readonly excused: boolean;
}

/**
 * Returns the repetitions of a report. A repetition is excused only if a fault left the window of ADR 2 open: SNS accepted
 * an earlier publish of the same alert, but its function died, received no response, or could not record it.
 */
function repeatsOf(
  { topicId, story, what, publishes }: DeliveredReport,
  { scenario }: RunEvidence,
): RepeatedReport[] {
  return PROTOCOLS.flatMap((protocol) => {
    const reached = publishes.filter(({ publish }) => publish.protocols.includes(protocol));
    return reached.slice(1).map(({ publish }, n): RepeatedReport => {
      const earlier = reached.slice(0, n + 1);
      const leftOpen = earlier.every(
        ({ publish: { alert, by, givenUpBefore, settledAt, unanswered } }) =>
          alert.id === publish.alert.id &&
          (unanswered || by.state === 'dead' || givenUpSince(by, givenUpBefore).length > 0) &&
          (settledAt === undefined || settledAt >= publish.at),
      );
      const excused = leftOpen && scenario.config.onAmbiguous[protocol] === 'resend';
      return { excused, what: `told again by ${protocol}: ${nameOf(topicId, String(story))}, ${what}` };
    });
  });
}

function lostReports(
  { topic, story, articles }: Owed,
  tellings: readonly DeliveredReport[],
  evidence: RunEvidence,
): RepeatedReport[] {
  const told = tellings.filter((one) => one.topicId === topic.id && one.story === story);
  // A gathered item has one source.
  const gathered = gatheredItems(topic.id, evidence);
  const isInStory = (article: Article) =>
    !itemIdsOf(article, evidence.records).some((id) => gathered.has(id));
  const reporting = [...articles.values()].filter(isInStory);
  const isConfirmed = isConfirmedBySources(topic, story, reporting, evidence);
  return PROTOCOLS.filter(
    (protocol) =>
      !told.some(({ publishes }) => publishes.some(({ publish }) => publish.protocols.includes(protocol))),
  )
    .filter((protocol) => protocol === 'email' || (isConfirmed && !isUsedUp(evidence)))
    .filter((protocol) => !isFirstReportLeftOut(topic.id, story, protocol, evidence))
    .map((protocol) => {
      // With `skip`, an alert that may have been sent is not repeated.
      const doubtful = alertsAbout(topic.id, story, evidence).some((id) => mayHaveSent(id, evidence.record));
      const excused = evidence.scenario.config.onAmbiguous[protocol] === 'skip' && doubtful;
      return { excused, what: `lost by ${protocol}: ${nameOf(topic.id, story)}` };
    });
}

/** Returns whether a story has enough independent sources for an SMS. After a split, one of its stories must have them. */
function isConfirmedBySources(
  { id, sms }: Topic,
  story: string,
  articles: readonly Article[],
  evidence: RunEvidence,
): boolean {
  const { minSources = 1 } = sms ?? {};
  const { records, scenario } = evidence;
  const found = records.filter(
    ({ pk, sk, title }) =>
      pk === `TOPIC#${id}` &&
      String(sk).startsWith('STORY#') &&
      scenario.news.storyOf(String(title)) === story,
  );
  const isSplit = found.some(({ id: storyId }) => isTakenOut(id, String(storyId), evidence));
  return isSplit
    ? found.some(({ outlets }) => (outlets as string[]).length >= minSources)
    : minSources === 1 || outletsOf(articles) >= minSources;
}

/** Returns whether a reader had muted the story when its first report would have been sent. */
function isFirstReportLeftOut(
  topicId: string,
  story: string,
  protocol: Protocol,
  evidence: RunEvidence,
): boolean {
  return storyIdsOf(topicId, story, evidence).some((storyId) => {
    const id = firstReportId(topicId, storyId);
    const gathered = evidence.records
      .filter((one) => one.pk === `TOPIC#${topicId}` && one.storyId === storyId && one.gathered === true)
      .flatMap(({ alerts = [] }) => (alerts as string[]).slice(0, 1));
    return [id, ...gathered]
      .flatMap((one) => [one, hash64(one, 'sms')])
      .some((alertId) => isLeftOut(evidence.record, { topicId, storyId }, alertId, protocol));
  });
}

const alertIdIn = (pk: unknown) => String(pk).slice('ALERT#'.length);
const firstReportId = (topicId: string, storyId: string) => hash64('alert', topicId, storyId, 'new', '');

/** Returns the ids of the topic's stories that hold the news. */
function storyIdsOf(topicId: string, story: string, { records, scenario }: RunEvidence): string[] {
  // Gathered items belong to no story, and have only a delivered version (`TOLD#`).
  return records
    .filter(({ pk, sk }) => pk === `TOPIC#${topicId}` && /^(STORY|TOLD)#/.test(String(sk)))
    .filter(({ title }) => scenario.news.storyOf(String(title)) === story)
    .map(({ id, storyId }) => String(id ?? storyId));
}

/** Returns the ids of the alerts that contain the story, including those that were only claimed. */
function alertsAbout(topicId: string, story: string, evidence: RunEvidence): string[] {
  const { records, record } = evidence;
  const storyIds = storyIdsOf(topicId, story, evidence);
  return records
    .filter(({ sk, topicId: of }) => sk === 'ALERT' && of === topicId)
    .filter(({ stories }) => (stories as string[]).some((id) => storyIds.includes(id)))
    .map(({ pk }) => alertIdIn(pk))
    .filter((id) => {
      // Uses the last attempt: earlier ones with other entries sent nothing, and released the claim.
      const covers = record.attempts.get(id)?.at(-1)?.covers ?? [];
      const told = covers.map((key) => record.digestEntries.get(`${topicId} ${key}`)?.storyId ?? '');
      return told.length === 0 || told.some((one) => storyIds.includes(one));
    });
}

/** Returns whether, because of a fault, it is unknown if an attempt sent the alert. */
function mayHaveSent(alertId: string, { attempts: all, unanswered }: RunRecord): boolean {
  const attempts = all.get(alertId) ?? [];
  if (attempts.length < 2) return false;
  if (unanswered.has(alertId)) return true;
  return attempts.some(
    ({ by, givenUpBefore }) =>
      by.state === 'dead' ||
      // Between its claim and its publish an alert reads nothing, so a failed read does not leave it in doubt.
      givenUpSince(by, givenUpBefore).some((operation) => operation !== 'Query'),
  );
}

function falseAlerts(tellings: readonly DeliveredReport[], { scenario }: RunEvidence): string[] {
  return tellings.flatMap(({ topicId, story, publishes }) => {
    if (topicId === OPERATIONS_TOPIC_ID) return [];
    const watched = scenario.watched.get(topicId) ?? '';
    const wrong = publishes.find(({ entry }) => !entry.title.split(' ').includes(watched));
    if (story === undefined) return [`delivered to ${topicId}: an item that no feed contains`];
    return wrong ? [`delivered although it does not match: ${nameOf(topicId, story)}`] : [];
  });
}

/** Articles that are already old when a feed first shows them must not be delivered. */
function deliveredHistory(tellings: readonly DeliveredReport[], { scenario }: RunEvidence): string[] {
  const old = new Set(scenario.news.articles.filter(({ isHistory }) => isHistory).map(({ story }) => story));
  return tellings
    .filter(({ story = '' }) => old.has(story))
    .map(({ topicId, story }) => `delivered although it is old: ${nameOf(topicId, String(story))}`);
}

/**
 * A feed that changes its guids in every response is recognised by its texts: each article is in the seen set once, unless the
 * feed changed them in a document of which half is new. The editions of truncated documents are not recorded, so their articles
 * may be in it as well.
 */
function foundTwice({ scenario, record, records }: RunEvidence): string[] {
  return scenario.news.feeds.flatMap(({ id, churns, troubles }) => {
    if (!churns) return [];
    const committed = record.committed.filter(({ feedId }) => feedId === id);
    const names = new Set(
      committed.flatMap(({ edition: { shown } }) => shown.map(({ article }) => article.name)),
    );
    const state = records.find(({ pk, sk }) => pk === `FEED#${id}` && sk === 'STATE');
    // The record is in its wire format, so binary data is base64.
    const remembered = Buffer.from(String(state?.seen ?? ''), 'base64').length / 32;
    const isTruncated = troubles.some(({ kind }) => kind === 'broken');
    const all = scenario.news.articles.filter(({ feedId }) => feedId === id).length;
    const most = (isTruncated ? all : names.size) + takenForNew(committed);
    return remembered >= names.size && remembered <= most
      ? []
      : [`the seen set of ${id} has ${remembered} entries for ${names.size} articles`];
  });
}

/** After so many renamed documents in a row, names in a feed say nothing (ADR 21). */
const MAX_RENAMES = 3;
/** Documents this long after the feed's last news do not count as renamed. A bit shorter, because clocks differ. */
const MAX_RENAME_AGE = 8 * HOUR;

/**
 * Returns how many known articles a feed showed under new names in documents of which they were not the larger part, so that they
 * counted as new. In open stories they are copies.
 */
function takenForNew(committed: readonly CommittedPoll[]): number {
  const known = new Set<string>();
  let [taken, renames, lastNewsAt] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const { at, edition } of committed) {
    const names = edition.shown.map(({ article }) => article.name);
    const knownShown = names.filter((name) => known.has(name)).length;
    if (knownShown > names.length / 2) renames += at - lastNewsAt < MAX_RENAME_AGE ? 1 : 0;
    else {
      taken += renames < MAX_RENAMES ? knownShown : 0;
      renames = 0;
    }
    if (knownShown < names.length) lastNewsAt = at;
    for (const name of names) known.add(name);
  }
  return taken;
}

/** The last headline of a story's edited article must have been delivered, unless the topic excludes updates. */
function undeliveredUpdates(
  { topic, story, articles }: Owed,
  tellings: readonly DeliveredReport[],
  evidence: RunEvidence,
): string[] {
  const { mode } = topic.followUps;
  if (mode === 'off' || (mode === 'urgent' && !topic.roundUp)) return [];
  const { record, scenario } = evidence;
  const edited = [...articles.values()].find(({ versions }) => versions.length > 1);
  if (!edited) return [];
  const last = record.committed.findLast(({ feedId }) => feedId === edited.feedId);
  const shown = last?.edition.shown.find(({ article }) => article.name === edited.name);
  if (!shown) return [];
  const told = tellings.filter((one) => one.topicId === topic.id && one.story === story);
  const titles = told.flatMap(({ publishes }) => publishes.map(({ entry }) => entry.title));
  if (titles.includes(shown.version.title)) return [];
  if (wereSentOutOfOrder(edited, shown.version.title, record)) return [];
  if (isUpdateLeftOut(topic.id, edited, shown.version.title, evidence)) return [];
  const doubtful = [...record.attempts.keys()].some((id) => mayHaveSent(id, record));
  // Developments are sent by email, and mostly by email only.
  const silence = scenario.config.onAmbiguous.email === 'skip';
  return silence && doubtful ? [] : [`update lost: ${nameOf(topic.id, story)}, ${shown.version.title}`];
}

/** Returns whether a reader had muted the story when an edit with this headline would have been sent. */
function isUpdateLeftOut(
  topicId: string,
  edited: Article,
  headline: string,
  { record, records }: RunEvidence,
): boolean {
  return deliveredVersionsOf(topicId, edited, records).some(({ storyId }) =>
    records
      .filter(({ sk, topicId: of, title }) => sk === 'ALERT' && of === topicId && title === headline)
      .filter(({ kind, stories }) => kind === 'update' && (stories as string[]).includes(String(storyId)))
      .some(({ pk }) => isLeftOut(record, { topicId, storyId: String(storyId) }, alertIdIn(pk), 'email')),
  );
}

/** Returns what a topic's readers last received of an article (`TOLD#`). */
function deliveredVersionsOf(
  topicId: string,
  article: Article,
  records: readonly StoredRecord[],
): StoredRecord[] {
  const keys = itemIdsOf(article, records).map((id) => `TOLD#${id}#${article.feedId}`);
  return records.filter(({ pk, sk }) => pk === `TOPIC#${topicId}` && keys.includes(String(sk)));
}

/**
 * Returns whether the last text was sent with an earlier time than another text. Two attempts at one commit have the same
 * revision, and polls of the previous release have none, so only their clocks distinguish them. If the clock was set back in
 * between, the later of the two texts counts as the earlier one.
 */
function wereSentOutOfOrder({ feedId, versions }: Article, last: string, { sent }: RunRecord): boolean {
  const others = versions.map(({ title }) => title).filter((title) => title !== last);
  return [...sent]
    .filter(([name]) => name.startsWith(`${feedId} `))
    .some(([, attempts]) =>
      attempts.some(
        (later, n) =>
          later.items.some(({ title }) => title === last) &&
          attempts
            .slice(0, n)
            .some(
              ({ polledAt, items }) =>
                polledAt > later.polledAt && items.some(({ title }) => others.includes(title)),
            ),
      ),
    );
}

/** Unless a feed shows outdated versions, no text may be delivered after a later one. */
function outdatedReports(owed: Owed, evidence: RunEvidence): string[] {
  return PROTOCOLS.flatMap((protocol) => outdatedBy(protocol, owed, evidence));
}

function outdatedBy(
  protocol: Protocol,
  { topic, story, articles }: Owed,
  { scenario, record }: RunEvidence,
): string[] {
  const edited = [...articles.values()].find(({ versions }) => versions.length > 1);
  const feed = scenario.news.feeds.find(({ id }) => id === edited?.feedId);
  if (!edited || !feed || feed.troubles.some(({ kind }) => kind === 'stale')) return [];
  // A repeated alert counts once.
  const alerts = new Map(
    record.published
      .filter(({ topicId, protocols }) => topicId === topic.id && protocols.includes(protocol))
      // A gathered follow-up may come after an urgent one.
      .filter(({ alert: { id } }) => (record.attempts.get(id)?.at(-1)?.covers ?? []).length === 0)
      .map(({ alert }) => [alert.id, alert]),
  );
  const told = [...alerts.values()]
    .flatMap(({ entries }) => entries)
    .map(({ title, summary }) =>
      edited.versions.findIndex((version) => version.title === title && version.summary === summary),
    )
    .filter((version) => version >= 0);
  const inOrder = told.every((version, n) => n === 0 || version > (told[n - 1] ?? 0));
  return inOrder
    ? []
    : [`an old text was delivered after a later one: ${nameOf(topic.id, story)}, versions ${told}`];
}

/** Returns whether functions of the previous release may have found the article. */
const isOfPreviousRelease = ({ from }: Article, { deployment }: Scenario) =>
  deployment !== undefined && from < deployment.at + DEPLOYED_EVERYWHERE;

/** Every owed article belongs to exactly one story of the topic, which names its feed. */
function unaccounted(owed: readonly Owed[], { records, scenario }: RunEvidence): string[] {
  return owed.flatMap(({ topic, story, articles }) => {
    const gathered = gatheredItems(topic.id, { records });
    // Stories of the previous release have no version. If two items join one at the same time, one may be overwritten.
    const mayBeOverwritten = [...articles.values()].some((article) => isOfPreviousRelease(article, scenario));
    const stories = records.filter(
      ({ pk, sk }) => pk === `TOPIC#${topic.id}` && String(sk).startsWith('STORY#'),
    );
    return [...articles.values()].flatMap((article) => {
      const ids = itemIdsOf(article, records);
      if (ids.some((id) => gathered.has(id))) return [];
      const holding = stories.filter(({ itemIds }) => ids.some((id) => (itemIds as string[]).includes(id)));
      const about = `${article.name} (${nameOf(topic.id, story)})`;
      if (holding.length === 0) return mayBeOverwritten ? [] : [`no story holds ${about}`];
      const tells = new Set(holding.map(({ title }) => scenario.news.storyOf(String(title))));
      if (holding.length > 1 || tells.size > 1 || !tells.has(story)) {
        return [`${holding.length} stories hold ${about}: ${[...tells].join(', ')}`];
      }
      const sources = holding[0]?.sources as string[];
      return sources.includes(article.feedId)
        ? []
        : [`the story does not name ${article.feedId} for ${about}`];
    });
  });
}

/**
 * Every article that must be delivered, except copies, is named in exactly one email: as the first report, in a follow-up,
 * in a digest or in a round-up. This holds even if it was grouped into the wrong story.
 */
function wronglyNamed(
  { topic, story, articles }: Owed,
  { record, records, scenario }: RunEvidence,
): string[] {
  const isSkipped = scenario.config.onAmbiguous.email === 'skip';
  const doubtful = isSkipped && [...record.attempts.keys()].some((id) => mayHaveSent(id, record));
  const hasList = topic.roundUp !== undefined || topic.deliver.mode !== 'now';
  // Includes articles that a poll sent without committing, because these may have been delivered too.
  const found = scenario.news.articles.filter((one) => one.story === story && wasSent(one, record));
  return [...articles.values()].flatMap((article) => {
    const ids = itemIdsOf(article, records);
    // An attempt that died before it stored the item may have sent it under an id that no later response has.
    const { feedId, url } = article;
    const isChurning = scenario.news.feeds.some(({ id, churns }) => churns && id === feedId);
    const isRenamed =
      isChurning ||
      scenario.news.articles.some(
        (one) => one !== article && one.feedId === feedId && url !== undefined && one.url === url,
      );
    const titles = article.versions.map(({ title }) => title);
    const isOf = ({ itemId, title, feed }: AlertEntry) =>
      ids.includes(itemId) || (isRenamed && feed === feedId && titles.includes(title));
    const entries = record.published
      .filter(({ topicId, protocols }) => topicId === topic.id && protocols.includes('email'))
      .flatMap(({ alert }) => alert.entries.map((entry) => ({ entry, alertId: alert.id })))
      .filter(({ entry }) => entry.kind === 'new' && isOf(entry));
    const about = `${article.name} (${nameOf(topic.id, story)})`;
    const messages = new Set(entries.map(({ alertId }) => alertId));
    // A publish without a response may have been repeated with another item of the story.
    const isAmbiguous = [...messages].some((id) => mayHaveSent(id, record));
    // Stories of the previous release hold no texts, so that a retelling under a second name is not recognised.
    const mayBeUnknown = isChurning && isOfPreviousRelease(article, scenario);
    if (messages.size > 1 && !isAmbiguous && !mayBeUnknown)
      return [`named in ${messages.size} messages: ${about}`];
    if (messages.size > 0 || !hasList || doubtful || isCopy(article, found)) return [];
    if (isItemLeftOut(topic.id, article, { record, records })) return [];
    return [`named in no message: ${about}`];
  });
}

/** Returns whether a reader had muted the story of an article when this would have been sent for the first time. */
function isItemLeftOut(
  topicId: string,
  article: Article,
  { record, records }: Pick<RunEvidence, 'record' | 'records'>,
): boolean {
  return deliveredVersionsOf(topicId, article, records).some(
    ({ sk, storyId: current, alerts = [], gathered }) => {
      const itemId = String(sk).split('#')[1] ?? '';
      return withOrigins(topicId, String(current), records).some((storyId) => {
        const first = firstReportId(topicId, storyId);
        const reported = records.find(({ pk }) => pk === `ALERT#${first}`)?.entry as AlertEntry | undefined;
        return [
          hash64('item', topicId, itemId),
          ...(reported?.itemId === itemId ? [first] : []),
          ...(gathered === true ? (alerts as string[]).slice(0, 1) : []),
        ].some((id) => isLeftOut(record, { topicId, storyId }, id, 'email'));
      });
    },
  );
}

function wasSent({ feedId, versions }: Article, { sent }: RunRecord): boolean {
  const own = [...sent].filter(([name]) => name.startsWith(`${feedId} `)).flatMap(([, attempts]) => attempts);
  return versions.some(({ title }) => own.some(({ items }) => items.some((item) => item.title === title)));
}

/** Returns whether another article ever had the same headline, ignoring the word that SNS refuses. */
function isCopy(article: Article, all: readonly Article[]): boolean {
  const textOf = (title: string) => title.replace(REFUSED_WORD, '').trim();
  const titles = article.versions.map(({ title }) => textOf(title));
  return all.some(
    (other) => other !== article && other.versions.some(({ title }) => titles.includes(textOf(title))),
  );
}

/**
 * Returns the ids of an article: those of its items, and those of its delivered versions. A poll that died before it stored an item
 * may have sent it under another id. A second article at an address has one id as an item and another one in topics.
 */
function itemIdsOf({ feedId, versions }: Article, records: readonly StoredRecord[]): string[] {
  const titles = versions.map(({ title }) => title);
  const isOwn = ({ title }: StoredRecord) => titles.includes(String(title));
  const delivered = records.filter(
    ({ sk }) => String(sk).startsWith('TOLD#') && String(sk).endsWith(`#${feedId}`),
  );
  const idOf = ({ sk }: StoredRecord) => String(sk).split('#')[1] ?? '';
  const ofOthers = new Set(delivered.filter((one) => !isOwn(one)).map(idOf));
  const stored = records
    .filter(({ pk, sk }) => String(pk).startsWith('ITEM#') && sk === `FEED#${feedId}`)
    .filter(isOwn)
    .map(({ pk }) => String(pk).slice('ITEM#'.length))
    .filter((id) => !ofOthers.has(id));
  return [...new Set([...stored, ...delivered.filter(isOwn).map(idOf)])];
}

/**
 * Every article of a feed's last committed poll must have been stored as that poll saw it. A concurrent poll that did not
 * commit may have overwritten the record later, so any earlier write of the text counts.
 */
function missingItems({ record, records }: RunEvidence): string[] {
  const latest = new Map(record.committed.map((one) => [one.feedId, one]));
  return [...latest.values()].flatMap(({ feedId, edition }) =>
    edition.shown
      .filter(({ version }) => {
        const text = `${version.title} ${version.summary}`;
        return !records.some(({ pk, sk }) => {
          return sk === `FEED#${feedId}` && record.stored.get(`${pk} ${sk}`)?.has(text);
        });
      })
      .map(({ article }) => `not stored as last shown: ${article.name} of ${feedId}`),
  );
}

/**
 * Only claims of alerts whose headline SNS always refuses may stay open. If another headline already reported the story,
 * this can be the SMS that waited for another source, when that source has the refused headline, or the retelling with the
 * refused headline, when its message had become a dead letter by then.
 */
function stuckClaims(evidence: RunEvidence): string[] {
  const { records } = evidence;
  const refusedItems = new Set(
    records
      .filter(({ sk, title }) => String(sk).startsWith('FEED#') && isRefused(String(title)))
      .map(({ pk }) => String(pk).slice('ITEM#'.length)),
  );
  const retellings = topicsOf(evidence).flatMap(({ id }) =>
    [...refusedItems].map((item) => hash64('item', id, item)),
  );
  const refused = new Set<unknown>([
    ...retellings.flatMap((id) => [`ALERT#${id}`, `ALERT#${hash64(id, 'sms')}`]),
    ...records
      .filter(({ sk }) => String(sk).startsWith('STORY#'))
      .flatMap(({ pk, id, title, itemIds }) => {
        const alert = hash64('alert', String(pk).slice('TOPIC#'.length), String(id), 'new', '');
        const ofSms = `ALERT#${hash64(alert, 'sms')}`;
        if (isRefused(String(title))) return [`ALERT#${alert}`, ofSms];
        return (itemIds as readonly string[]).some((item) => refusedItems.has(item)) ? [ofSms] : [];
      }),
  ]);
  return records
    .filter(({ sk, state }) => sk === 'ALERT' && state === 'claimed')
    .filter(({ pk }) => !refused.has(pk))
    .map(({ pk }) => `still claimed: ${pk}`);
}

/** Digests must be sent when they are due, at the topic's time, and once for each due date. */
function digestFaults(evidence: RunEvidence): string[] {
  const { scenario, record, records } = evidence;
  const broken: string[] = [];
  for (const { pk, sk, entry } of records) {
    if (entry && String(sk).startsWith('DIGEST#')) broken.push(`never sent: ${pk} ${sk}`);
  }
  const rounds = new Map<string, Set<string>>();
  const told = new Map<string, PublishedAlert>();
  const claims = new Map(records.filter(({ sk }) => sk === 'ALERT').map((one) => [String(one.pk), one]));
  for (const publish of record.published) {
    const { alert, at, topicId, readers } = publish;
    const isDaily = readers === 'daily';
    const waiting = isDaily ? record.dailyEntries : record.digestEntries;
    const isGathered = (record.attempts.get(alert.id)?.at(-1)?.covers ?? []).length > 0;
    if (alert.kind === 'new' || (alert.kind === 'follow-up' && !isGathered)) continue;
    // An alert that may have been sent must be repeated with the same entries, but for stories that were muted in between.
    const earlier = told.get(alert.id) ?? publish;
    const contentOf = ({ entries }: Alert) =>
      entries
        .filter(({ storyId }) => !wasMuted(record, { topicId, storyId }, earlier.by.startedAt, at))
        .map(({ itemId, kind }) => `${itemId} ${kind}`)
        .join();
    if (contentOf(earlier.alert) !== contentOf(alert))
      broken.push(`a digest of ${topicId} was repeated with other entries`);
    told.set(alert.id, publish);
    const covers = (claims.get(`ALERT#${alert.id}`)?.covers ?? []) as string[];
    const dueAt = dueTimeOf(covers);
    if (!Number.isFinite(dueAt)) {
      broken.push(`a digest of ${topicId} covers nothing`);
      continue;
    }
    if (at < dueAt - scenario.clockSkew) broken.push(`a digest of ${topicId} was sent before it was due`);
    const topic = [OPERATIONS_TOPIC, ...topicsOf(evidence)].find(({ id }) => id === topicId);
    const claim = claims.get(`ALERT#${alert.id}`);
    if (isDaily) broken.push(...wrongDailyTime(topicId, dueAt, evidence));
    else if (topic) broken.push(...wrongDueDate(topic, alert.kind, dueAt, claim ?? {}, evidence));
    // The protocols of the entries: the digest itself has no SMS once the month's parts are used up.
    const { protocols = '', storyId = '', kind = '' } = waiting.get(`${topicId} ${covers[0]}`) ?? {};
    const isDigest = alert.kind !== 'follow-up' && alert.kind !== 'roundup';
    const ofKind = alert.kind === 'follow-up' ? `follow-up of ${storyId}` : isDigest ? 'digest' : alert.kind;
    const what = isDaily ? kind : ofKind;
    const name = `${topicId} ${dueAt} ${what} ${protocols}`;
    const ids = rounds.get(name) ?? new Set();
    rounds.set(name, ids);
    if (ids.has(alert.id)) continue;
    const first = [...ids][0];
    ids.add(alert.id);
    if (first === undefined) continue;
    // A second digest may contain only entries that were added after the first was claimed.
    const since = record.attempts.get(first)?.[0]?.at ?? 0;
    const late = covers.every((key) => (waiting.get(`${topicId} ${key}`)?.at ?? 0) >= since);
    if (!late) broken.push(`two digests of ${topicId} for ${new Date(dueAt).toISOString()}`);
  }
  return broken;
}

/** Returns the earliest due time of the entries, because a follow-up also takes entries that are due later. */
const dueTimeOf = (covers: readonly string[]) =>
  Math.min(...covers.map((key) => Date.parse(key.split('#')[1] ?? '')));

function wrongDailyTime(topicId: string, dueAt: number, { scenario }: RunEvidence): string[] {
  const digest = scenario.config.signup?.digest;
  const isInTime = digest && isTimeOf(digest, dueAt, digest.timeZone);
  return isInTime ? [] : [`a daily mail of ${topicId} was due at ${new Date(dueAt).toISOString()}`];
}

/** Reports digests that are due at a wrong time, and entries that waited too long. Allows for a clock that is set back. */
function wrongDueDate(
  topic: Topic,
  kind: Alert['kind'],
  dueAt: number,
  claim: StoredRecord,
  { record, records, scenario }: RunEvidence,
): string[] {
  const { id, roundUp } = topic;
  const covers = (claim.covers ?? []) as string[];
  const { deliver, quiet, followUps } = topic.sms && String(claim.protocols) === 'sms' ? topic.sms : topic;
  const due = new Date(dueAt).toISOString();
  if (kind === 'follow-up') {
    const { storyId } = record.digestEntries.get(`${id} ${covers[0]}`) ?? {};
    const story = records.find((one) => one.id === storyId && String(one.sk).startsWith('STORY#'));
    const soonest = Date.parse(String(story?.openedAt)) + followUps.every - 2 * scenario.clockSkew;
    if (dueAt < soonest) return [`a follow-up of ${id} was due too soon, at ${due}`];
    const longest = Math.max(followUps.everyAtMost, 20 * MINUTE) + HOUR + 2 * scenario.clockSkew;
    // Retellings in the follow-up may have waited up to a day, so only developments are checked.
    return covers
      .map((key) => record.digestEntries.get(`${id} ${key}`))
      .filter((entry) => entry?.role === 'development' && dueAt - entry.at > longest)
      .map(() => `a development of ${id} waited for too long, until ${due}`);
  }
  if (quiet?.hours.some(({ to }) => isTimeOf(to, dueAt, quiet.timeZone))) return [];
  if (kind === 'roundup') {
    const isInTime = roundUp && isTimeOf(roundUp, dueAt, roundUp.timeZone);
    const late = covers.filter(
      (key) => dueAt - (record.digestEntries.get(`${id} ${key}`)?.at ?? 0) > 25 * HOUR + MINUTE,
    );
    return isInTime && late.length === 0 ? [] : [`a round-up of ${id} was due at ${due}`];
  }
  if (deliver.mode === 'now') return [];
  if (deliver.mode === 'hourly')
    return endsAnHour(dueAt, deliver.timeZone ?? 'UTC')
      ? []
      : [`an hourly digest of ${id} was due at ${due}`];
  const broken = isTimeOf(deliver, dueAt, deliver.timeZone)
    ? []
    : [`a ${deliver.mode} digest of ${id} was due at ${due}`];
  const longest = (deliver.mode === 'weekly' ? 7 * 24 + 1 : 25) * HOUR + MINUTE;
  for (const key of covers) {
    const laidBy = record.digestEntries.get(`${id} ${key}`)?.at ?? 0;
    if (dueAt - laidBy > longest) broken.push(`an entry of ${id} waited for too long`);
  }
  return broken;
}

/** Returns whether an hour ends at this time. Reads the clock a minute earlier, because it may change at this very time. */
function endsAnHour(time: number, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  return time % MINUTE === 0 && format.format(time - MINUTE).endsWith(':59');
}

/** Returns whether the clock shows this time, or up to an hour later, since daylight saving may skip the time itself. */
function isTimeOf({ hour, minute }: TimeOfDay, time: number, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  const [h = 0, m = 0] = format.format(time).split(':').map(Number);
  return [0, 30, 60].includes(h * 60 + m - hour * 60 - minute);
}

/** Only polls, which the feed's next turn makes up for, and headlines that SNS always refuses may be dead letters. */
function unexpectedDeadLetters({ deadLetters, scenario }: RunEvidence): string[] {
  return deadLetters
    .filter(({ queue }) => queue !== 'feeds')
    .filter(({ body }) => {
      const { item } = JSON.parse(body) as { item?: { title?: string } };
      return !isRefused(item?.title ?? '') || scenario.news.storyOf(item?.title ?? '') === undefined;
    })
    .map(({ queue, body }) => `unexpected dead letter in ${queue}: ${body.slice(0, 200)}`);
}
