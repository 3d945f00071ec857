import { weekdayNumber } from '../../config/week.ts';
import { quotaWindowsOf } from '../../functions/notify/policy/caps.ts';
import { quietUntil } from '../../functions/notify/policy/quiet-hours.ts';
import { smsMonthWindow } from '../../functions/notify/policy/sms-parts.ts';
import type {
  AlertEntry,
  DeliveryPolicy,
  Protocol,
  QuietHours,
  QuietSchedule,
  Topic,
} from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/store/protocol-attributes.ts';
import { BURST_FEED } from './feed-burst.ts';
import type { RunEvidence } from './invariants.ts';
import type { Article } from './news.ts';
import type { ClaimAttempt, PublishedAlert } from './run-record.ts';
import { HOUR } from './virtual-time.ts';

/** What was told when, or more often, than its topic allows. */
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

/** For whom an alert was meant before the month's SMS parts were looked at. */
function plannedFor(topic: Topic, protocols: readonly Protocol[]): readonly Protocol[] {
  return topic.sms && protocols.length === 1 ? protocols : ALL_PROTOCOLS;
}

/** It took its place when the topic had one policy for both, whomever it then went to. */
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

/** The claim under which something was published. */
function claimOf({ record }: RunEvidence, { alert, at }: PublishedAlert): ClaimAttempt | undefined {
  return record.attempts.get(alert.id)?.findLast((attempt) => attempt.at <= at);
}

const isGathered = (claim: ClaimAttempt) => claim.covers.length > 0;
/** When it was due; follow-ups take along what would have been due later. */
const dueTime = ({ covers }: ClaimAttempt) =>
  Math.min(...covers.map((key) => Date.parse(key.split('#')[1] ?? '')));
/** First reports, and developments that were not gathered; not what a digest lists. */
const isAtOnce = ({ alert: { kind } }: PublishedAlert) => kind === 'new' || kind === 'follow-up';

function isUrgent({ scenario }: RunEvidence, topicId: string, { title }: Pick<AlertEntry, 'title'>): boolean {
  return title.split(' ').includes(scenario.urgent.get(topicId) ?? ' ');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Weekday, 1 is Monday, time of the day and distance from UTC in a time zone, by Intl alone. */
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

/** By what clocks show, read apart from the product; but on days on which they change, which its own tests are about. */
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
 * Nothing is claimed in quiet hours, by the clock of who claims it, to be told at once; no digest is due in them. What
 * could not be sent before they began is sent when it can be.
 */
function deliveredInQuietHours(evidence: RunEvidence): string[] {
  return evidence.record.published.flatMap((publish) => {
    const { topicId, alert } = publish;
    const topic = topicOf(evidence, topicId);
    const claim = claimOf(evidence, publish);
    if (!topic || !claim || topicId === OPERATIONS_TOPIC_ID) return [];
    const { quiet } = policyFor(topic, claim.protocols);
    if (!quiet || alert.entries.some((entry) => isUrgent(evidence, topicId, entry))) return [];
    const time = isGathered(claim) ? dueTime(claim) : claim.claimedAt;
    return !isQuiet(quiet, time)
      ? []
      : [`${alert.kind} told in quiet hours of ${topicId}: ${new Date(time).toISOString()}`];
  });
}

/** Alerts that were told at once in an hour or a day, by the clocks of those who claimed them. */
function deliveredTooOften(evidence: RunEvidence): string[] {
  const told = new Map<string, { limit: number; ids: Set<string> }>();
  for (const publish of evidence.record.published) {
    const topic = topicOf(evidence, publish.topicId);
    const claim = claimOf(evidence, publish);
    if (!topic || !claim || !isAtOnce(publish)) continue;
    // Its place is one of the hour or day in which it is due.
    const claimedAt = isGathered(claim) ? dueTime(claim) : claim.claimedAt;
    const isCommon = isOfBefore(evidence, publish) || !topic.sms;
    const protocols = isCommon ? ALL_PROTOCOLS : plannedFor(topic, claim.protocols);
    const { atMost } = policyFor(topic, protocols);
    if (!atMost) continue;
    const { hour, day } = quotaWindowsOf({ topicId: topic.id, atMost, protocols }, claimedAt);
    for (const window of [hour, day]) {
      if (!window) continue;
      const name = `${topic.id} ${protocols} ${window.sk}`;
      const { ids } = told.get(name) ?? { ids: new Set() };
      told.set(name, { limit: window.limit, ids: ids.add(publish.alert.id) });
    }
  }
  return [...told]
    .filter(([, { ids, limit }]) => ids.size > limit)
    .map(([name, { ids, limit }]) => `${ids.size} told at once, ${limit} at most: ${name}`);
}

/** True when the alert was told in another window, long before. */
function wasDeliveredBefore({ record }: RunEvidence, alertId: string, window: string): boolean {
  const settled = record.published.find(({ alert }) => alert.id === alertId)?.settledAt;
  const begins = Date.parse(window.split('#').at(-1) ?? '') - (window.includes('#day#') ? 25 : 1) * HOUR;
  return settled !== undefined && settled < begins - HOUR;
}

/** What waited for the end of an hour or a day since there were too many: there were. */
function deferredWithoutNeed(evidence: RunEvidence): string[] {
  const { record, records } = evidence;
  return [...record.digestEntries].flatMap(([name, { kind, role, protocols, feed }]) => {
    const [topicId = '', sk = ''] = name.split(' ');
    // Of what is no first report, the digest has what would have been due in quiet hours, or when there was no place.
    if (role !== 'first') return [];
    const topic = topicOf(evidence, topicId);
    const policy = topic && policyFor(topic, protocols);
    const claimedAt = Date.parse(sk.split('#')[2] ?? '');
    if (!policy || kind === 'welcome' || policy.deliver.mode !== 'now') return [];
    if (policy.quiet && isQuiet(policy.quiet, claimedAt)) return [];
    // The feed has a share of the caps; items beyond it wait for a digest.
    if (feed === BURST_FEED) return [];
    if (policy.atMost?.byDefault) return [`waited beside a feed that brings very much: ${name}`];
    const { hour, day } = policy.atMost
      ? quotaWindowsOf({ topicId, atMost: policy.atMost, protocols }, claimedAt)
      : { hour: undefined, day: undefined };
    const isFull = [hour, day].some((window) => {
      const taken = records.find((one) => one.pk === window?.pk && one.sk === window?.sk);
      const names = new Set(taken?.by as string[] | undefined);
      // Told before the window began: it takes the place of others.
      const stale = [...names].filter((id) => window && wasDeliveredBefore(evidence, id, window.sk));
      return window && names.size - stale.length >= window.limit;
    });
    return isFull ? [] : [`waited though there was room: ${name}`];
  });
}

/**
 * An SMS before as many outlets as its topic asks for had shown the story at all. The release before has had one policy
 * for both, and counted feeds.
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

/** Sites, and feeds that have told it without an address alone. */
export function outletsOf(articles: readonly Article[]): number {
  const sites = articles.flatMap(({ url }) => (url ? [new URL(url).hostname] : []));
  const addressed = new Set(articles.filter(({ url }) => url).map(({ feedId }) => feedId));
  const others = articles.map(({ feedId }) => feedId).filter((feedId) => !addressed.has(feedId));
  return new Set([...sites, ...others]).size;
}

/** What is sent again, since nobody knew whether it was, is paid for again, and not counted here. */
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

/** Alerts go by email alone only when the parts did not suffice, and then the owner is told. */
function withheldSms(evidence: RunEvidence): string[] {
  const { scenario, record } = evidence;
  const withheld = record.published.filter((publish) => {
    const topic = topicOf(evidence, publish.topicId);
    const isFirst = publish.alert.entries.some(({ role = 'first' }) => role === 'first');
    return topic && !topic.sms && isFirst && claimOf(evidence, publish)?.protocols.join() === 'email';
  });
  if (withheld.length === 0) return [];
  if (!isUsedUp(evidence)) return withheld.map(({ topicId, alert }) => `no SMS of ${topicId}: ${alert.id}`);
  const isLaidBy = [...record.digestEntries.values()].some(({ storyId }) => storyId.startsWith('sms-parts '));
  const isTold = record.published.some(({ alert }) =>
    alert.entries.some(({ storyId }) => storyId.startsWith('sms-parts ')),
  );
  const mayBeSilent = scenario.config.onAmbiguous.email === 'skip';
  return isLaidBy && (isTold || mayBeSilent) ? [] : ['nobody was told that the SMS parts are used up'];
}

/** There was a time when the parts that were left did not suffice for some topic. */
export function isUsedUp({ scenario, records }: Pick<RunEvidence, 'scenario' | 'records'>): boolean {
  const { smsParts } = scenario.config;
  if (!smsParts) return false;
  const most = Math.max(...Object.values(smsParts.recipients));
  return records.some(({ pk, places }) => pk === 'SMS-PARTS' && Number(places) + most > smsParts.month);
}
