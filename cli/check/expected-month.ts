import pLimit from 'p-limit';
import { smsAlertIdOf } from '../../functions/notify/policy/plan.ts';
import type { PipelineConfig, Protocol, Subscription, Topic } from '../../functions/shared/model.ts';
import { byProtocol, SMS_POLICY_PROTOCOLS } from '../../functions/shared/protocols.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { MONTH_DAYS, minHistoryMs } from '../../local/past/estimate.ts';
import { type DeliveredItem, type DeliveredStory, simulatePolicy } from '../../local/past/simulate-policy.ts';
import { AlertLog, type AlertRecord } from '../alerts/alert-log.ts';
import { alertsOf, alertTime } from '../alerts/list-alerts.ts';

const DAY_MS = 86_400_000;
const MAX_CONCURRENT_TOPICS = 3;

/** The messages to expect from a topic in the next thirty days, if they are like the days before. */
export interface ExpectedTopic {
  readonly id: string;
  /** Time since the topic's first record, ms, at most a month; undefined without any record. */
  readonly historyMs: number | undefined;
  /** Undefined when the history is too short. */
  readonly month: ExpectedMessages | undefined;
}

type ByProtocol = Readonly<Record<Protocol, number>>;

interface ExpectedMessages {
  /** First reports and developments within the history. */
  readonly alerts: number;
  /** To all recipients, by protocol. Every SMS has one part. */
  readonly messages: ByProtocol;
}

/**
 * Returns the messages to expect in thirty days, for each topic with recipients: the items of its last thirty days, or of
 * its shorter history, delivered by the current policies to the current recipients. `simulatePolicy` defines what counts
 * as a message. Retellings and developments that were never delivered, such as those of a topic without a round-up, do
 * not count: the log lacks them.
 */
export async function expectedMonth(
  table: Table,
  { topics }: Pick<PipelineConfig, 'topics'>,
  subscriptions: readonly Subscription[],
  now: number,
): Promise<ExpectedTopic[]> {
  const limit = pLimit(MAX_CONCURRENT_TOPICS);
  const withRecipients = topics
    .map((topic) => ({ topic, to: recipientsOf(topic, subscriptions) }))
    .filter(({ to }) => Object.values(to).some((recipients) => recipients > 0));
  return Promise.all(
    withRecipients.map(({ topic, to }) => limit(() => expectedTopic(table, topic, to, now))),
  );
}

function recipientsOf({ id }: Topic, subscriptions: readonly Subscription[]): ByProtocol {
  return byProtocol(
    (by) => subscriptions.filter(({ topicId, protocol }) => topicId === id && protocol === by).length,
  );
}

async function expectedTopic(
  table: Table,
  topic: Topic,
  recipients: ByProtocol,
  now: number,
): Promise<ExpectedTopic> {
  const { id } = topic;
  const log = new AlertLog(table);
  const [items, stories] = await Promise.all([log.items(id), log.stories(id)]);
  // Release 0.1.0 kept no log of its alerts, so the history starts after it.
  const times = [
    ...items.filter(({ alerts, silent }) => alerts ?? silent).map(({ polledAt }) => polledAt),
    ...[...stories.values()].filter(({ outlets }) => outlets).map(({ openedAt }) => openedAt),
  ];
  if (times.length === 0) return { id, historyMs: undefined, month: undefined };
  const start = times.reduce((earliest, time) => Math.min(earliest, Date.parse(time)), now);
  const historyMs = Math.min(now - start, MONTH_DAYS * DAY_MS);
  if (historyMs < minHistoryMs(topic)) return { id, historyMs, month: undefined };

  const past = pastItems(await alertsOf(log, items, now - historyMs), now - historyMs);
  const messages = await simulatePolicy(topic, past, (storyId) => pastStory(stories.get(storyId)), now);
  const scale = (MONTH_DAYS * DAY_MS) / historyMs;
  return {
    id,
    historyMs,
    month: {
      alerts: past.filter(({ role }) => role !== 'also').length,
      messages: byProtocol((protocol) => messages[protocol] * recipients[protocol] * scale),
    },
  };
}

/** Returns the delivered items, each once, oldest first. Leaves out items that a feed already held at its first poll. */
function pastItems(alerts: readonly AlertRecord[], since: number): DeliveredItem[] {
  const bySms = new Set(alerts.map(({ id }) => smsAlertIdOf(id)));
  return alerts
    .filter(({ id, protocols }) => !bySms.has(id) && protocols?.join() !== SMS_POLICY_PROTOCOLS.join())
    .flatMap((alert) => (alert.welcome ? [] : (pastItem(alert) ?? [])))
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at);
}

/** Alerts of earlier releases have no role. Their updates were edits, which are developments. */
function pastItem(alert: AlertRecord): DeliveredItem | undefined {
  const { id, kind, entry, urgent = false, stories: [storyId = ''] = [] } = alert;
  if (!entry) return undefined;
  const { role = kind === 'update' ? 'development' : 'first', foundAt } = entry;
  return { id, role, storyId, urgent, at: foundAt ? Date.parse(foundAt) : alertTime(alert) };
}

function pastStory(story: Story | undefined): DeliveredStory | undefined {
  return story && { openedAt: story.openedAt, outlets: (story.outlets ?? story.sources).length };
}
