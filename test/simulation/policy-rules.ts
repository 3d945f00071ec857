import { weekdayNumber } from '../../config/week.ts';
import { quotaWindowsOf } from '../../functions/notify/policy/caps.ts';
import { quietUntil } from '../../functions/notify/policy/quiet-hours.ts';
import type {
  AlertEntry,
  DeliveryPolicy,
  Protocol,
  QuietHours,
  QuietSchedule,
  Topic,
} from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/protocols.ts';
import { smsMonthWindow } from '../../functions/shared/sms-month.ts';
import { isOfCrowd } from './crowds.ts';
import type { RunEvidence } from './invariants.ts';
import { wasMuted } from './mute-rules.ts';
import type { Article } from './news.ts';
import type { ClaimAttempt, PublishedAlert } from './run-record.ts';
import { HOUR } from './virtual-time.ts';

/** Returns a description of each alert that broke its topic's policies. */
export function brokenPolicies(evidence: RunEvidence): string[] {
  return [
    ...deliveredInQuietHours(evidence),
    ...deliveredTooOften(evidence),
    ...deferredWithoutNeed(evidence),
    ...deliveredTooEarly(evidence),
    ...smsBeyondParts(evidence),
    ...withheldSms(evidence),
  ];
}

function topicOf({ scenario }: RunEvidence, topicId: string): Topic | undefined {
  return (scenario.deployment?.config ?? scenario.config).topics.find(({ id }) => id === topicId);
}

/** Returns the protocols of an alert before the month's SMS parts were checked. */
function plannedFor(topic: Topic, protocols: readonly Protocol[]): readonly Protocol[] {
  return topic.sms && protocols.length === 1 ? protocols : ALL_PROTOCOLS;
}

/** Returns whether the alert got its place within the caps when the topic still had one policy for both protocols. */
function isOfBefore({ records }: RunEvidence, { topicId, alert }: PublishedAlert): boolean {
  return records.some(
    ({ pk, sk, by }) =>
      pk === `TOPIC#${topicId}` &&
      /^SENT#(hour|day)#/.test(String(sk)) &&
      (by as string[]).includes(alert.id),
  );
}

function policyFor(topic: Topic, protocols: readonly Protocol[]): DeliveryPolicy {
  return topic.sms && protocols.join() === 'sms' ? topic.sms : topic;
}

/** Returns the claim attempt that led to a publish. */
function claimOf({ record }: RunEvidence, { alert, at }: PublishedAlert): ClaimAttempt | undefined {
  return record.attempts.get(alert.id)?.findLast((attempt) => attempt.at <= at);
}

const isGathered = (claim: ClaimAttempt) => claim.covers.length > 0;
/** Returns the earliest due time of the entries, because a follow-up also takes entries that are due later. */
const dueTime = ({ covers }: ClaimAttempt) =>
  Math.min(...covers.map((key) => Date.parse(key.split('#')[1] ?? '')));
/** Returns whether an alert is a first report or a follow-up. Digests and round-ups are not counted by caps. */
const isAtOnce = ({ alert: { kind } }: PublishedAlert) => kind === 'new' || kind === 'follow-up';

function isUrgent({ scenario }: RunEvidence, topicId: string, { title }: Pick<AlertEntry, 'title'>): boolean {
  return title.split(' ').includes(scenario.urgent.get(topicId) ?? ' ');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the weekday (1 is Monday), the minute of the day and the UTC offset in a time zone, by Intl alone. */
function clockOf(time: number, timeZone: string) {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return {
    weekday: weekdayNumber(String(parts.get('weekday')).toLowerCase()),
    minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
    offset: parts.get('timeZoneName'),
  };
}

/** Returns whether a time is in quiet hours, by Intl. Uses the product's code near clock changes, which unit tests cover. */
function isQuiet(quiet: QuietSchedule, time: number): boolean {
  const { weekday, minutes, offset } = clockOf(time, quiet.timeZone);
  const around = [time - 26 * HOUR, time + 26 * HOUR];
  if (around.some((other) => clockOf(other, quiet.timeZone).offset !== offset))
    return quietUntil(quiet, time) !== undefined;
  const begins = (days: QuietHours['days'], day: number) => days?.includes(day) ?? true;
  return quiet.hours.some(({ from, to, days }) => {
    const [start, end] = [from.hour * 60 + from.minute, to.hour * 60 + to.minute];
    const today = begins(days, weekday) && start <= minutes && (minutes < end || end <= start);
    const yesterday = begins(days, weekday === 1 ? 7 : weekday - 1) && end <= start && minutes < end;
    return today || yesterday;
  });
}

/**
 * In quiet hours, by the clock of the claiming function, no alert is claimed for sending at once, and no digest is due. An
 * alert that was claimed or due before them may still be sent in them.
 */
function deliveredInQuietHours(evidence: RunEvidence): string[] {
  return evidence.record.published.flatMap((publish) => {
    const { topicId, alert } = publish;
    const topic = topicOf(evidence, topicId);
    const claim = claimOf(evidence, publish);
    if (!topic || !claim || topicId === OPERATIONS_TOPIC_ID) return [];
    // Whoever chose one mail a day gets it at its hour.
    if (publish.readers === 'daily') return [];
    const { quiet } = policyFor(topic, claim.protocols);
    if (!quiet || alert.entries.some((entry) => isUrgent(evidence, topicId, entry))) return [];
    const time = isGathered(claim) ? dueTime(claim) : claim.claimedAt;
    return !isQuiet(quiet, time)
      ? []
      : [`${alert.kind} sent in quiet hours of ${topicId}: ${new Date(time).toISOString()}`];
  });
}

/** Counts the alerts that were sent at once in an hour or a day, by the clocks of the claiming functions. */
function deliveredTooOften(evidence: RunEvidence): string[] {
  const told = new Map<string, { limit: number; ids: Set<string> }>();
  for (const publish of evidence.record.published) {
    const topic = topicOf(evidence, publish.topicId);
    const claim = claimOf(evidence, publish);
    if (!topic || !claim || !isAtOnce(publish)) continue;
    // A gathered follow-up takes a place in the hour or day in which it is due. What joins it late, after clocks were set back,
    // is sent in a second message of the same follow-up.
    const claimedAt = isGathered(claim) ? dueTime(claim) : claim.claimedAt;
    const id = isGathered(claim) ? `${publish.alert.entries[0]?.storyId} ${claimedAt}` : publish.alert.id;
    const isCommon = isOfBefore(evidence, publish) || !topic.sms;
    const protocols = isCommon ? ALL_PROTOCOLS : plannedFor(topic, claim.protocols);
    const { atMost } = policyFor(topic, protocols);
    if (!atMost) continue;
    const { hour, day } = quotaWindowsOf({ topicId: topic.id, atMost, protocols }, claimedAt);
    for (const window of [hour, day]) {
      if (!window) continue;
      const name = `${topic.id} ${protocols} ${window.sk}`;
      const { ids } = told.get(name) ?? { ids: new Set() };
      told.set(name, { limit: window.limit, ids: ids.add(id) });
    }
  }
  return [...told]
    .filter(([, { ids, limit }]) => ids.size > limit)
    .map(([name, { ids, limit }]) => `${ids.size} sent at once, at most ${limit} allowed: ${name}`);
}

/** Returns whether the alert was sent long before this window began. */
function wasDeliveredBefore({ record }: RunEvidence, alertId: string, window: string): boolean {
  const settled = record.published.find(({ alert }) => alert.id === alertId)?.settledAt;
  const begins = Date.parse(window.split('#').at(-1) ?? '') - (window.includes('#day#') ? 25 : 1) * HOUR;
  return settled !== undefined && settled < begins - HOUR;
}

/** Checks that alerts waited for the end of an hour or a day only if the caps were used up. */
function deferredWithoutNeed(evidence: RunEvidence): string[] {
  const { record, records } = evidence;
  return [...record.digestEntries].flatMap(([name, { kind, role, protocols, feed, title }]) => {
    const [topicId = '', sk = ''] = name.split(' ');
    // Other reports are in the digest if they were due in quiet hours or without a place within the caps.
    if (role !== 'first') return [];
    const topic = topicOf(evidence, topicId);
    const policy = topic && policyFor(topic, protocols);
    const claimedAt = Date.parse(sk.split('#')[2] ?? '');
    if (!policy || kind === 'welcome' || policy.deliver.mode !== 'now') return [];
    if (policy.quiet && isQuiet(policy.quiet, claimedAt)) return [];
    // A feed with crowded hits has a share of the caps; items beyond it wait for a digest.
    if (isOfCrowd(evidence, topicId, { feedId: feed, titles: [title] })) return [];
    if (policy.atMost?.byDefault) return [`waited because of another feed’s burst: ${name}`];
    const { hour, day } = policy.atMost
      ? quotaWindowsOf({ topicId, atMost: policy.atMost, protocols }, claimedAt)
      : { hour: undefined, day: undefined };
    const isFull = [hour, day].some((window) => {
      const taken = records.find((one) => one.pk === window?.pk && one.sk === window?.sk);
      const names = new Set(taken?.by as string[] | undefined);
      // Alerts that were sent before the window began take places that others could have had.
      const stale = [...names].filter((id) => window && wasDeliveredBefore(evidence, id, window.sk));
      return window && names.size - stale.length >= window.limit;
    });
    return isFull ? [] : [`waited although the caps had room: ${name}`];
  });
}

/**
 * Reports SMS that were sent before `minSources` outlets had shown the story. The previous release had one policy for both
 * protocols, and counted feeds.
 */
function deliveredTooEarly(evidence: RunEvidence): string[] {
  const { scenario, record } = evidence;
  const isDeployed = scenario.deployment !== undefined;
  return record.published.flatMap((publish) => {
    const { topicId, protocols, alert, at } = publish;
    const minSources = topicOf(evidence, topicId)?.sms?.minSources ?? 1;
    if (!protocols.includes('sms') || claimOf(evidence, publish)?.protocols.join() !== 'sms') return [];
    return alert.entries.flatMap(({ title, role = 'first' }) => {
      if (role !== 'first') return [];
      const story = scenario.news.storyOf(title);
      const shown = scenario.news.articles.filter((article) => article.story === story && article.from <= at);
      const feeds = isDeployed ? new Set(shown.map(({ feedId }) => feedId)).size : 0;
      const count = Math.max(outletsOf(shown), feeds);
      return count < minSources
        ? [`an SMS of ${topicId} with ${count} of ${minSources} sources: ${story}`]
        : [];
    });
  });
}

/** Returns the number of sites, plus the feeds whose articles all lack an address. */
export function outletsOf(articles: readonly Article[]): number {
  const sites = articles.flatMap(({ url }) => (url ? [new URL(url).hostname] : []));
  const addressed = new Set(articles.filter(({ url }) => url).map(({ feedId }) => feedId));
  const others = articles.map(({ feedId }) => feedId).filter((feedId) => !addressed.has(feedId));
  return new Set([...sites, ...others]).size;
}

/** Counts each alert once. A repetition after an unknown outcome costs parts again, but is not counted here. */
function smsBeyondParts({ scenario, record }: RunEvidence): string[] {
  const { smsParts } = scenario.config;
  if (!smsParts) return [];
  const spent = new Map<string, Map<string, number>>();
  for (const publish of record.published) {
    const claim = claimOf({ record } as RunEvidence, publish);
    if (!claim || !publish.protocols.includes('sms')) continue;
    const { sk } = smsMonthWindow(smsParts, claim.claimedAt);
    const alerts = spent.get(sk) ?? new Map<string, number>();
    spent.set(sk, alerts.set(publish.alert.id, smsParts.recipients[publish.topicId] ?? 0));
  }
  return [...spent].flatMap(([month, alerts]) => {
    const parts = [...alerts.values()].reduce((sum, count) => sum + count, 0);
    return parts > smsParts.month ? [`${parts} SMS parts of ${smsParts.month} in ${month}`] : [];
  });
}

/** Alerts may go by email alone only if too few SMS parts were left, and the operators must then be notified. */
function withheldSms(evidence: RunEvidence): string[] {
  const { scenario, record } = evidence;
  const withheld = record.published.filter((publish) => {
    if (publish.readers === 'daily') return false;
    const topic = topicOf(evidence, publish.topicId);
    // A first report whose story was muted at first does not make a list of retellings an SMS.
    const since = record.attempts.get(publish.alert.id)?.[0]?.by.startedAt ?? publish.at;
    const isFirst = publish.alert.entries.some(
      ({ role = 'first', storyId }) =>
        role === 'first' && !wasMuted(record, { topicId: publish.topicId, storyId }, since, publish.at),
    );
    return topic && !topic.sms && isFirst && claimOf(evidence, publish)?.protocols.join() === 'email';
  });
  if (withheld.length === 0) return [];
  if (!isUsedUp(evidence)) return withheld.map(({ topicId, alert }) => `no SMS of ${topicId}: ${alert.id}`);
  const isLaidBy = [...record.digestEntries.values()].some(({ storyId }) => storyId.startsWith('sms-parts '));
  const isTold = record.published.some(({ alert }) =>
    alert.entries.some(({ storyId }) => storyId.startsWith('sms-parts ')),
  );
  const mayBeSilent = scenario.config.onAmbiguous.email === 'skip';
  return isLaidBy && (isTold || mayBeSilent)
    ? []
    : ['the operators were not notified that the SMS parts are used up'];
}

/** Returns whether the remaining SMS parts were ever too few for some topic. */
export function isUsedUp({ scenario, records }: Pick<RunEvidence, 'scenario' | 'records'>): boolean {
  const { smsParts } = scenario.config;
  if (!smsParts) return false;
  const most = Math.max(...Object.values(smsParts.recipients));
  return records.some(({ pk, places }) => pk === 'SMS-PARTS' && Number(places) + most > smsParts.month);
}
