import pLimit from 'p-limit';
import { smsIdOf } from '../../functions/notify/plan.ts';
import type { PipelineConfig, Protocol, Subscription, Topic } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/store/claims.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { type AlertRecord, toldItems, toldStories } from './ledger.ts';
import { alertsOf, timeOf } from './list-alerts.ts';
import { type Messages, type PastNews, replayed } from './replayed-policy.ts';

const DAY_MS = 86_400_000;
/** Of the month that is expected, and at most of the history that it follows from. */
export const MONTH_DAYS = 30;
const TOPICS_AT_ONCE = 3;

/** What thirty days bring if they are as those before. */
export interface ExpectedTopic {
  readonly id: string;
  /** How long the topic has taken notice of anything, ms, up to a month; undefined where it has of nothing. */
  readonly known: number | undefined;
  /** Undefined where that is too short to say. */
  readonly month: Expected | undefined;
}

export interface Expected {
  /** New stories and updates in the time that is known. */
  readonly alerts: number;
  readonly emails: number;
  /** Every SMS is of one. */
  readonly smsParts: number;
}

/** Of the topics that have recipients: the news that each has had of late, told by the policies and to the recipients of now. */
export async function expectedMonth(
  table: Table,
  { topics }: Pick<PipelineConfig, 'topics'>,
  subscriptions: readonly Subscription[],
  now: number,
): Promise<ExpectedTopic[]> {
  const limit = pLimit(TOPICS_AT_ONCE);
  const heard = topics
    .map((topic) => ({ topic, to: recipientsOf(topic, subscriptions) }))
    .filter(({ to }) => to.email + to.sms > 0);
  return Promise.all(heard.map(({ topic, to }) => limit(() => expectedTopic(table, topic, to, now))));
}

type Recipients = Readonly<Record<Protocol, number>>;

function recipientsOf({ id }: Topic, subscriptions: readonly Subscription[]): Recipients {
  const count = (by: Protocol) =>
    subscriptions.filter(({ topicId, protocol }) => topicId === id && protocol === by).length;
  return { email: count('email'), sms: count('sms') };
}

async function expectedTopic(
  table: Table,
  topic: Topic,
  recipients: Recipients,
  now: number,
): Promise<ExpectedTopic> {
  const { id } = topic;
  const [told, stories] = await Promise.all([toldItems(table, id), toldStories(table, id)]);
  // What 0.1.0 told left no record of its alerts: the history begins after it.
  const times = [
    ...told.filter(({ alerts, silent }) => alerts ?? silent).map(({ polledAt }) => polledAt),
    ...stories.filter(({ outlets }) => outlets).map(({ openedAt }) => openedAt),
  ];
  if (times.length === 0) return { id, known: undefined, month: undefined };
  const begins = times.reduce((least, time) => Math.min(least, Date.parse(time)), now);
  const known = Math.min(now - begins, MONTH_DAYS * DAY_MS);
  if (known < leastKnown(topic)) return { id, known, month: undefined };

  const news = newsOf(await alertsOf(table, told, now - known), now - known);
  const { email, sms } = await messagesOf(topic, news, stories, now);
  const ofMonth = (MONTH_DAYS * DAY_MS) / known;
  return {
    id,
    known,
    month: {
      alerts: news.length,
      emails: (email.atOnce + email.digests) * recipients.email * ofMonth,
      smsParts: (sms.atOnce + sms.digests) * recipients.sms * ofMonth,
    },
  };
}

/** A day says nothing of what comes once a week. */
function leastKnown({ deliver, sms }: Topic): number {
  return [deliver.mode, sms?.deliver.mode].includes('weekly') ? 7 * DAY_MS : DAY_MS;
}

interface StoryNews extends PastNews {
  readonly storyId: string | undefined;
}

/** New stories and updates, each once, however they were told; without what a feed held when it was first read. */
function newsOf(alerts: readonly AlertRecord[], since: number): StoryNews[] {
  const besides = new Set(alerts.map(({ id }) => smsIdOf(id)));
  return alerts
    .filter(({ id, protocols }) => !besides.has(id) && protocols?.join() !== 'sms')
    .filter(({ entry, welcome }) => entry !== undefined && !welcome)
    .map((alert) => ({
      id: alert.id,
      at: alert.entry?.foundAt ? Date.parse(alert.entry.foundAt) : timeOf(alert),
      urgent: alert.urgent ?? false,
      storyId: alert.stories?.[0],
    }))
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at);
}

/** An SMS that waits for sources is told when its story was: when the others came is not kept. */
async function messagesOf(
  topic: Topic,
  news: readonly StoryNews[],
  stories: readonly Story[],
  now: number,
): Promise<Record<Protocol, Messages>> {
  const { id, sms } = topic;
  const common = await replayed(id, topic, sms ? ['email'] : ALL_PROTOCOLS, news, now);
  if (!sms) return { email: common, sms: common };
  const outletsOf = new Map(
    stories.map(({ id: storyId, outlets, sources }) => [storyId, (outlets ?? sources).length]),
  );
  const confirmed = news.filter(({ storyId = '' }) => (outletsOf.get(storyId) ?? 1) >= sms.minSources);
  return { email: common, sms: await replayed(id, sms, ['sms'], confirmed, now) };
}
