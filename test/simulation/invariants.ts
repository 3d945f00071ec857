import { OPERATIONS_TOPIC } from '../../functions/notify/operations-topic.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Alert, AlertEntry, Protocol, TimeOfDay, Topic } from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID, type QueueName } from '../../functions/shared/pipeline.ts';
import { isOfBurst } from './feed-burst.ts';
import type { Article } from './news.ts';
import { lostNotices } from './notices.ts';
import { brokenPolicies, isUsedUp, outletsOf } from './policy-rules.ts';
import { REWRITTEN } from './rewritten-story.ts';
import type { PublishedAlert, RunRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import type { RunCounts } from './simulate.ts';
import { REFUSED_WORD } from './stories.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

type StoredRecord = Readonly<Record<string, unknown>>;

export interface RunEvidence {
  readonly scenario: Scenario;
  readonly record: RunRecord;
  /** What the table holds in the end. */
  readonly records: readonly StoredRecord[];
  readonly deadLetters: readonly { readonly queue: QueueName; readonly body: string }[];
}

/** A story that is owed to a topic, and the articles through which it is. */
interface Owed {
  readonly topic: Topic;
  readonly story: string;
  readonly articles: ReadonlyMap<string, Article>;
}

const PROTOCOLS: readonly Protocol[] = ['email', 'sms'];

/** What was promised and not kept, in words. */
export function brokenRules(evidence: RunEvidence): { broken: string[]; counts: RunCounts } {
  const owed = owedStories(evidence);
  const tellings = deliveredReports(evidence);
  const repeats = tellings.flatMap((telling) => repeatsOf(telling, evidence));
  const lost = [...owed.values()].flatMap((one) => lostReports(one, tellings, evidence));
  const broken = [
    ...evidence.record.broken,
    ...lost.filter(({ excused }) => !excused).map(({ what }) => what),
    ...repeats.filter(({ excused }) => !excused).map(({ what }) => what),
    ...falseAlerts(tellings, evidence),
    ...deliveredHistory(tellings, evidence),
    ...foundTwice(evidence),
    ...lostNotices(evidence.scenario, evidence.record, (id) => mayHaveSent(id, evidence.record)),
    ...[...owed.values()].flatMap((one) => undeliveredUpdates(one, tellings, evidence)),
    ...[...owed.values()].flatMap((one) => outdatedReports(one, evidence)),
    ...unaccounted([...owed.values()], evidence),
    ...[...owed.values()].flatMap((one) => wronglyNamed(one, evidence)),
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
      if (silent || isRefused(version.title)) continue;
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

/** One thing told of a story to a topic's readers, and every publish that told it. */
interface DeliveredReport {
  readonly topicId: string;
  readonly story: string | undefined;
  /** The story itself, or the words of an update of it. */
  readonly what: string;
  readonly publishes: { readonly publish: PublishedAlert; readonly entry: AlertEntry }[];
}

function deliveredReports({ scenario, record }: RunEvidence): DeliveredReport[] {
  const tellings = new Map<string, DeliveredReport>();
  for (const publish of record.published) {
    for (const entry of publish.alert.entries) {
      const story =
        publish.topicId === OPERATIONS_TOPIC_ID ? entry.storyId : scenario.news.storyOf(entry.title);
      const what = whatIs(entry);
      const name = `${publish.topicId} ${story} ${what}`;
      const telling = tellings.get(name) ?? { topicId: publish.topicId, story, what, publishes: [] };
      tellings.set(name, telling);
      telling.publishes.push({ publish, entry });
    }
  }
  return [...tellings.values()];
}

/** A first report is of its story, an edit of its text, and all else of its item. */
function whatIs({ kind, role = 'first', itemId, title, summary }: AlertEntry): string {
  if (kind === 'update') return `update ${title} ${summary}`;
  return role === 'first' ? 'new' : `item ${itemId}`;
}

interface RepeatedReport {
  readonly what: string;
  readonly excused: boolean;
}

/**
 * Told again: allowed only where the one window was left open by a fault, that is, an earlier publish of the same alert
 * was taken by SNS, and its function died, had no answer, or could not write it down.
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
          (unanswered || by.state === 'dead' || by.failed.size > givenUpBefore) &&
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
  const isConfirmed = outletsOf([...articles.values()]) >= (topic.sms?.minSources ?? 1);
  return PROTOCOLS.filter(
    (protocol) =>
      !told.some(({ publishes }) => publishes.some(({ publish }) => publish.protocols.includes(protocol))),
  )
    .filter((protocol) => protocol === 'email' || (isConfirmed && !isUsedUp(evidence)))
    .map((protocol) => {
      // An attempt that may have sent it was not repeated, as the policy asks.
      const doubtful = alertsAbout(topic.id, story, evidence).some((id) => mayHaveSent(id, evidence.record));
      const excused = evidence.scenario.config.onAmbiguous[protocol] === 'skip' && doubtful;
      return { excused, what: `lost by ${protocol}: ${nameOf(topic.id, story)}` };
    });
}

/** Ids of the alerts that were to tell the story, from their first attempt on. */
function alertsAbout(topicId: string, story: string, { records, record, scenario }: RunEvidence): string[] {
  // Gathered items are in no story, and have only the record of what was delivered.
  const storyIds = records
    .filter(({ pk, sk }) => pk === `TOPIC#${topicId}` && /^(STORY|TOLD)#/.test(String(sk)))
    .filter(({ title }) => scenario.news.storyOf(String(title)) === story)
    .map(({ id, storyId }) => String(id ?? storyId));
  return records
    .filter(({ sk, topicId: of }) => sk === 'ALERT' && of === topicId)
    .filter(({ stories }) => (stories as string[]).some((id) => storyIds.includes(id)))
    .map(({ pk }) => String(pk).slice('ALERT#'.length))
    .filter((id) => {
      // Attempts before the last that was a first one sent nothing, and were given back.
      const covers = record.attempts.get(id)?.at(-1)?.covers ?? [];
      const told = covers.map((key) => record.digestEntries.get(`${topicId} ${key}`)?.storyId ?? '');
      return told.length === 0 || told.some((one) => storyIds.includes(one));
    });
}

/** True when an attempt at the alert ended, and nobody can know whether it sent it: for a fault, and for nothing else. */
function mayHaveSent(alertId: string, { attempts: all, unanswered }: RunRecord): boolean {
  const attempts = all.get(alertId) ?? [];
  if (attempts.length < 2) return false;
  if (unanswered.has(alertId)) return true;
  return attempts.some(({ by, givenUpBefore }) => by.state === 'dead' || by.failed.size > givenUpBefore);
}

function falseAlerts(tellings: readonly DeliveredReport[], { scenario }: RunEvidence): string[] {
  return tellings.flatMap(({ topicId, story, publishes }) => {
    if (topicId === OPERATIONS_TOPIC_ID) return [];
    const watched = scenario.watched.get(topicId) ?? '';
    const wrong = publishes.find(({ entry }) => !entry.title.split(' ').includes(watched));
    if (story === undefined) return [`told to ${topicId}: what nobody has written`];
    return wrong ? [`told though it does not match: ${nameOf(topicId, story)}`] : [];
  });
}

/** What is old when a feed first shows it is no news. */
function deliveredHistory(tellings: readonly DeliveredReport[], { scenario }: RunEvidence): string[] {
  const old = new Set(scenario.news.articles.filter(({ isHistory }) => isHistory).map(({ story }) => story));
  return tellings
    .filter(({ story = '' }) => old.has(story))
    .map(({ topicId, story }) => `told though it is old: ${nameOf(topicId, String(story))}`);
}

/** A feed whose names are others in every answer is known by what it says: each article is remembered once. */
function foundTwice({ scenario, record, records }: RunEvidence): string[] {
  return scenario.news.feeds.flatMap(({ id, churns }) => {
    if (!churns) return [];
    const editions = record.committed.filter(({ feedId }) => feedId === id).map(({ edition }) => edition);
    const names = new Set(editions.flatMap(({ shown }) => shown.map(({ article }) => article.name)));
    const state = records.find(({ pk, sk }) => pk === `FEED#${id}` && sk === 'STATE');
    // As it went over the wire.
    const remembered = Buffer.from(String(state?.seen ?? ''), 'base64').length / 32;
    return remembered === names.size
      ? []
      : [`${names.size} articles of ${id} are remembered as ${remembered}`];
  });
}

/** The last headline of a story's first article must have been told, where updates are wished for. */
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
  const doubtful = [...record.attempts.keys()].some((id) => mayHaveSent(id, record));
  // Developments go by email, mostly by that alone.
  const silence = scenario.config.onAmbiguous.email === 'skip';
  return silence && doubtful ? [] : [`update lost: ${nameOf(topic.id, story)}, ${shown.version.title}`];
}

/**
 * Two attempts at one commit have the same revision, and all polls of the release before have none: they are told apart by
 * their clocks. Where those were set back in
 * between, the later of two texts counts as the earlier one.
 */
function wereSentOutOfOrder({ feedId, versions }: Article, last: string, { sent }: RunRecord): boolean {
  const others = versions.map(({ title }) => title).filter((title) => title !== last);
  return [...sent]
    .filter(([name]) => name.startsWith(`${feedId} `))
    .some(([, attempts]) =>
      attempts.some(
        (later, n) =>
          later.titles.includes(last) &&
          attempts
            .slice(0, n)
            .some(
              ({ polledAt, titles }) =>
                polledAt > later.polledAt && titles.some((title) => others.includes(title)),
            ),
      ),
    );
}

/** Where a feed never shows what is out of date, no text is told after a later one. */
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
  // An alert that is sent again tells nothing anew.
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
  return inOrder ? [] : [`an old text told after a later one: ${nameOf(topic.id, story)}, versions ${told}`];
}

/** Every owed article belongs to exactly one story of the topic, which names its feed. */
function unaccounted(owed: readonly Owed[], { records, scenario }: RunEvidence): string[] {
  return owed.flatMap(({ topic, story, articles }) => {
    if (isOfBurst(story)) return [];
    const stories = records.filter(
      ({ pk, sk }) => pk === `TOPIC#${topic.id}` && String(sk).startsWith('STORY#'),
    );
    return [...articles.values()].flatMap((article) => {
      const ids = itemIdsOf(article, records);
      const holding = stories.filter(({ itemIds }) => ids.some((id) => (itemIds as string[]).includes(id)));
      const about = `${article.name} (${nameOf(topic.id, story)})`;
      // Stories of the release before count no writes: of two copies that join one at once, it may know the later one alone.
      const mayBeUndone = scenario.deployment !== undefined && isCopy(article, [...articles.values()]);
      if (holding.length === 0) return mayBeUndone ? [] : [`no story holds ${about}`];
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
 * Every article that is owed and no copy of another is named in one message by email, whatever its story is taken to be: as
 * the first report, in a follow-up, in a digest or in a round-up.
 */
function wronglyNamed(
  { topic, story, articles }: Owed,
  { record, records, scenario }: RunEvidence,
): string[] {
  const isSkipped = scenario.config.onAmbiguous.email === 'skip';
  const doubtful = isSkipped && [...record.attempts.keys()].some((id) => mayHaveSent(id, record));
  const hasList = topic.roundUp !== undefined || topic.deliver.mode !== 'now';
  // One that a poll found and never committed may have been told, too.
  const found = scenario.news.articles.filter((one) => one.story === story && wasSent(one, record));
  return [...articles.values()].flatMap((article) => {
    const ids = itemIdsOf(article, records);
    // An attempt that died before it stored the item has sent it under a name that no later answer has.
    const { feedId, url } = article;
    const isRenamed =
      scenario.news.feeds.some(({ id, churns }) => churns && id === feedId) ||
      scenario.news.articles.some(
        (one) => one !== article && one.feedId === feedId && url !== undefined && one.url === url,
      );
    const titles = article.versions.map(({ title }) => title);
    const isOf = ({ itemId, title }: AlertEntry) =>
      ids.includes(itemId) || (isRenamed && titles.includes(title));
    const entries = record.published
      .filter(({ topicId, protocols }) => topicId === topic.id && protocols.includes('email'))
      .flatMap(({ alert }) => alert.entries.map((entry) => ({ entry, alertId: alert.id })))
      .filter(({ entry }) => entry.kind === 'new' && isOf(entry));
    const about = `${article.name} (${nameOf(topic.id, story)})`;
    const messages = new Set(entries.map(({ alertId }) => alertId));
    // One that was sent without an answer may have been sent again with another item of the story in its place.
    const isAmbiguous = [...messages].some((id) => mayHaveSent(id, record));
    if (messages.size > 1 && !isAmbiguous) return [`named in ${messages.size} messages: ${about}`];
    if (messages.size > 0 || !hasList || doubtful || isCopy(article, found)) return [];
    return [`named in no message: ${about}`];
  });
}

function wasSent({ feedId, versions }: Article, { sent }: RunRecord): boolean {
  const own = [...sent].filter(([name]) => name.startsWith(`${feedId} `)).flatMap(([, attempts]) => attempts);
  return versions.some(({ title }) => own.some(({ titles }) => titles.includes(title)));
}

/** Also where one of the two was edited later, or is refused as it stands. */
function isCopy(article: Article, all: readonly Article[]): boolean {
  const textOf = (title: string) => title.replace(REFUSED_WORD, '').trim();
  const titles = article.versions.map(({ title }) => textOf(title));
  return all.some(
    (other) => other !== article && other.versions.some(({ title }) => titles.includes(textOf(title))),
  );
}

function itemIdsOf({ feedId, versions }: Article, records: readonly StoredRecord[]): string[] {
  const titles = versions.map(({ title }) => title);
  return records
    .filter(({ pk, sk }) => String(pk).startsWith('ITEM#') && sk === `FEED#${feedId}`)
    .filter(({ title }) => titles.includes(String(title)))
    .map(({ pk }) => String(pk).slice('ITEM#'.length));
}

/**
 * What a committed poll was shown is stored, as it was shown last. Of two polls at work at once, which were shown
 * different texts, the one that does not commit may still store its own after the other's.
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
      .map(({ article }) => `not stored as it was last shown: ${article.name} of ${feedId}`),
  );
}

/**
 * SNS refuses some headlines for good: their alerts stay as they are, and only theirs. Of a story that another headline has
 * told already, that can be the SMS which waited for the source that has the refused one.
 */
function stuckClaims({ records }: RunEvidence): string[] {
  const refusedItems = new Set(
    records
      .filter(({ sk, title }) => String(sk).startsWith('FEED#') && isRefused(String(title)))
      .map(({ pk }) => String(pk).slice('ITEM#'.length)),
  );
  const refused = new Set<unknown>(
    records
      .filter(({ sk }) => String(sk).startsWith('STORY#'))
      .flatMap(({ pk, id, title, itemIds }) => {
        const alert = hash64('alert', String(pk).slice('TOPIC#'.length), String(id), 'new', '');
        const ofSms = `ALERT#${hash64(alert, 'sms')}`;
        if (isRefused(String(title))) return [`ALERT#${alert}`, ofSms];
        return (itemIds as readonly string[]).some((item) => refusedItems.has(item)) ? [ofSms] : [];
      }),
  );
  return records
    .filter(({ sk, state }) => sk === 'ALERT' && state === 'claimed')
    .filter(({ pk }) => !refused.has(pk))
    .map(({ pk }) => `still claimed: ${pk}`);
}

/** Digests are sent when they are due, at the hour that the topic names, once for each due date. */
function digestFaults(evidence: RunEvidence): string[] {
  const { scenario, record, records } = evidence;
  const broken: string[] = [];
  for (const { pk, sk, entry } of records) {
    if (entry && String(sk).startsWith('DIGEST#')) broken.push(`never sent: ${pk} ${sk}`);
  }
  const rounds = new Map<string, Set<string>>();
  const told = new Map<string, string>();
  const claims = new Map(records.filter(({ sk }) => sk === 'ALERT').map((one) => [String(one.pk), one]));
  for (const { alert, at, topicId } of record.published) {
    const isGathered = (record.attempts.get(alert.id)?.at(-1)?.covers ?? []).length > 0;
    if (alert.kind === 'new' || (alert.kind === 'follow-up' && !isGathered)) continue;
    // What may have been sent must not be told by another way, nor anything in its place.
    const content = alert.entries.map(({ itemId, kind }) => `${itemId} ${kind}`).join();
    if ((told.get(alert.id) ?? content) !== content)
      broken.push(`a digest of ${topicId} was sent with other news`);
    told.set(alert.id, content);
    const covers = (claims.get(`ALERT#${alert.id}`)?.covers ?? []) as string[];
    const dueAt = dueTimeOf(covers);
    if (!Number.isFinite(dueAt)) {
      broken.push(`a digest of ${topicId} covers nothing`);
      continue;
    }
    if (at < dueAt - scenario.clockSkew) broken.push(`a digest of ${topicId} was sent before it was due`);
    const topic = [OPERATIONS_TOPIC, ...topicsOf(evidence)].find(({ id }) => id === topicId);
    const claim = claims.get(`ALERT#${alert.id}`);
    if (topic) broken.push(...wrongDueDate(topic, alert.kind, dueAt, claim ?? {}, evidence));
    // As they were laid by: the digest itself may be without SMS, where the month's parts are used up.
    const { protocols = '', storyId = '' } = record.digestEntries.get(`${topicId} ${covers[0]}`) ?? {};
    const isDigest = alert.kind !== 'follow-up' && alert.kind !== 'roundup';
    const what = alert.kind === 'follow-up' ? `follow-up of ${storyId}` : isDigest ? 'digest' : alert.kind;
    const name = `${topicId} ${dueAt} ${what} ${protocols}`;
    const ids = rounds.get(name) ?? new Set();
    rounds.set(name, ids);
    if (ids.has(alert.id)) continue;
    const first = [...ids][0];
    ids.add(alert.id);
    if (first === undefined) continue;
    // A second round is for what came after the first was made up.
    const since = record.attempts.get(first)?.[0]?.at ?? 0;
    const late = covers.every((key) => (record.digestEntries.get(`${topicId} ${key}`)?.at ?? 0) >= since);
    if (!late) broken.push(`two digests of ${topicId} for ${new Date(dueAt).toISOString()}`);
  }
  return broken;
}

/** A follow-up takes along what would have been due later. */
const dueTimeOf = (covers: readonly string[]) =>
  Math.min(...covers.map((key) => Date.parse(key.split('#')[1] ?? '')));

/** What waits longer than its topic says; a clock that is set back makes a wait longer. */
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
    // It takes along retellings, which wait for a day.
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

/** By the clocks of the minute before: they may be put forward or back at that very moment. */
function endsAnHour(time: number, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  return time % MINUTE === 0 && format.format(time - MINUTE).endsWith(':59');
}

/** Where clocks are put forward over the hour it comes as much later: by an hour, or half of one. */
function isTimeOf({ hour, minute }: TimeOfDay, time: number, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  const [h = 0, m = 0] = format.format(time).split(':').map(Number);
  return [0, 30, 60].includes(h * 60 + m - hour * 60 - minute);
}

/** Feeds that were due are asked again at their next turn; a headline that SNS refuses ends there. Nothing else may. */
function unexpectedDeadLetters({ deadLetters, scenario }: RunEvidence): string[] {
  return deadLetters
    .filter(({ queue }) => queue !== 'feeds')
    .filter(({ body }) => {
      const { item } = JSON.parse(body) as { item?: { title?: string } };
      return !isRefused(item?.title ?? '') || scenario.news.storyOf(item?.title ?? '') === undefined;
    })
    .map(({ queue, body }) => `dead in ${queue}: ${body.slice(0, 200)}`);
}
