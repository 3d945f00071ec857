import pLimit from 'p-limit';
import { smsAlertIdOf } from '../../functions/notify/policy/plan.ts';
import type { PipelineConfig, Protocol, Subscription, Topic } from '../../functions/shared/model.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { AlertLog, type AlertRecord } from '../alerts/alert-log.ts';
import { alertsOf, alertTime } from '../alerts/list-alerts.ts';
import { type PastItem, type PastStory, simulatePolicy } from './simulate-policy.ts';

const DAY_MS = 86_400_000;
/** Of the month that is expected, and at most of the history that it follows from. */
export const MONTH_DAYS = 30;
const MAX_CONCURRENT_TOPICS = 3;

/** What thirty days bring if they are as those before. */
export interface ExpectedTopic {
  readonly id: string;
  /** How long the topic has taken notice of anything, ms, up to a month; undefined where it has of nothing. */
  readonly historyMs: number | undefined;
  /** Undefined where that is too short to say. */
  readonly month: ExpectedMessages | undefined;
}

export interface ExpectedMessages {
  /** First reports and developments in the time that is known. */
  readonly alerts: number;
  readonly emails: number;
  /** Every SMS is of one. */
  readonly smsParts: number;
}

/**
 * Returns what the next thirty days bring, for each topic that has recipients: the items of its last thirty days, or fewer,
 * delivered by the present policies to the present recipients. `replayed` says what counts as a message. Retellings and
 * developments that were not delivered then, such as those of a topic without a round-up, are not in the log and do not
 * count.
 */
export async function expectedMonth(
  table: Table,
  { topics }: Pick<PipelineConfig, 'topics'>,
  subscriptions: readonly Subscription[],
  now: number,
): Promise<ExpectedTopic[]> {
  const limit = pLimit(MAX_CONCURRENT_TOPICS);
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
  const log = new AlertLog(table);
  const [items, stories] = await Promise.all([log.items(id), log.stories(id)]);
  // 0.1.0 kept no record of its alerts: the history begins after it.
  const times = [
    ...items.filter(({ alerts, silent }) => alerts ?? silent).map(({ polledAt }) => polledAt),
    ...[...stories.values()].filter(({ outlets }) => outlets).map(({ openedAt }) => openedAt),
  ];
  if (times.length === 0) return { id, historyMs: undefined, month: undefined };
  const begins = times.reduce((least, time) => Math.min(least, Date.parse(time)), now);
  const known = Math.min(now - begins, MONTH_DAYS * DAY_MS);
  if (known < minHistoryMs(topic)) return { id, historyMs: known, month: undefined };

  const past = pastItems(await alertsOf(log, items, now - known), now - known);
  const messages = await simulatePolicy(topic, past, (storyId) => pastStory(stories.get(storyId)), now);
  const ofMonth = (MONTH_DAYS * DAY_MS) / known;
  return {
    id,
    historyMs: known,
    month: {
      alerts: past.filter(({ role }) => role !== 'also').length,
      emails: messages.email * recipients.email * ofMonth,
      smsParts: messages.sms * recipients.sms * ofMonth,
    },
  };
}

/** A day says nothing of what comes once a week. */
function minHistoryMs({ deliver, sms }: Topic): number {
  return [deliver.mode, sms?.deliver.mode].includes('weekly') ? 7 * DAY_MS : DAY_MS;
}

/** Returns the items that were delivered, each once, oldest first; without what a feed held when it was first read. */
function pastItems(alerts: readonly AlertRecord[], since: number): PastItem[] {
  const bySms = new Set(alerts.map(({ id }) => smsAlertIdOf(id)));
  return alerts
    .filter(({ id, protocols }) => !bySms.has(id) && protocols?.join() !== 'sms')
    .flatMap((alert) => (alert.welcome ? [] : (pastItem(alert) ?? [])))
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at);
}

/** Earlier releases noted no role: their updates were edits, which are developments. */
function pastItem(alert: AlertRecord): PastItem | undefined {
  const { id, kind, entry, urgent = false, stories: [storyId = ''] = [] } = alert;
  if (!entry) return undefined;
  const { role = kind === 'update' ? 'development' : 'first', foundAt } = entry;
  return { id, role, storyId, urgent, at: foundAt ? Date.parse(foundAt) : alertTime(alert) };
}

function pastStory(story: Story | undefined): PastStory | undefined {
  return story && { openedAt: story.openedAt, outlets: (story.outlets ?? story.sources).length };
}
