import { type SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NotifyDeps } from '../../../functions/notify/deps.ts';
import { notifyStores } from '../../../functions/notify/deps.ts';
import { notify } from '../../../functions/notify/notify.ts';
import { processSequentially } from '../../../functions/shared/aws/batch.ts';
import { snsChannels } from '../../../functions/shared/aws/sns-channels.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../functions/shared/default-follow-ups.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { Hit } from '../../../functions/shared/messages.ts';
import type { Alert, Topic } from '../../../functions/shared/model.ts';
import { queues, stages } from '../../../functions/shared/pipeline.ts';
import { digests } from '../../../functions/shared/store/digests.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { MemoryQueue } from '../../simulation/aws/sqs.ts';
import { STREAM_COUNTS } from './unrelated-stream.ts';

const START = Date.parse('2026-03-01T09:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Emails per second that the account allows. */
const EMAILS_PER_SECOND = 10;
const ALERTS = sized(400, 10_000);
const TOPICS = ALERTS / 200;
/** Each publish takes 100 ms, and five workers publish in parallel. */
const PUBLISH_MS = 20;

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

interface Sent {
  readonly at: number;
  readonly topicId: string;
  readonly alert: Alert;
}

/** Drains the hits queue in virtual time, through the real channels and an SNS that fails while `isOut` says so. */
async function drainBacklog(policy: Pick<Topic, 'atMost'>, isOut: (time: number) => boolean) {
  let now = START;
  const clock = () => now;
  vi.stubGlobal('setTimeout', (then: () => void, delay: number) => {
    now += Math.ceil(delay);
    queueMicrotask(then);
  });
  const sent: Sent[] = [];
  let tokens = EMAILS_PER_SECOND;
  let filledAt = now;
  const client = {
    send: async ({ input }: { input: { TopicArn: string; Message: string } }) => {
      now += PUBLISH_MS;
      if (isOut(now)) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      tokens = Math.min(EMAILS_PER_SECOND, tokens + ((now - filledAt) / 1000) * EMAILS_PER_SECOND);
      filledAt = now;
      if (tokens < 1) {
        const $metadata = { httpStatusCode: 400 };
        throw new SNSServiceException({
          name: 'Throttling',
          message: 'Rate exceeded',
          $fault: 'client',
          $metadata,
        });
      }
      tokens--;
      const { default: json } = JSON.parse(input.Message) as { default: string };
      sent.push({ at: now, topicId: input.TopicArn, alert: JSON.parse(json) as Alert });
      return { MessageId: String(sent.length) };
    },
  } as unknown as SNSClient;

  const topics = Array.from(
    { length: TOPICS },
    (_, n): Topic => ({
      id: `t${n}`,
      name: `Topic ${n}`,
      query: { all: [] },
      deliver: { mode: 'now' },
      followUps: DEFAULT_FOLLOW_UPS,
      ...policy,
    }),
  );
  const table = memoryTable();
  const deps: NotifyDeps = {
    clock,
    log,
    metrics: countedMetrics(),
    config: { version: '1', feeds: [], topics, firstPoll: 0, onAmbiguous: { email: 'resend', sms: 'skip' } },
    ...notifyStores(table, 'worker'),
    termCounts: async () => STREAM_COUNTS,
    channels: snsChannels(client, '', 'operations'),
    exit: () => ({}),
  };
  const { visibilityTimeout, maxReceiveCount } = queues.hits;
  const fifo = { fifo: true, visibilityTimeout: visibilityTimeout * 1000, clock };
  const dead = new MemoryQueue(fifo);
  const queue = new MemoryQueue({ ...fifo, maxReceiveCount, deadLetters: dead });
  const random = seededRandom(3);
  const word = () => Array.from({ length: 7 }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join('');
  for (let n = 0; n < ALERTS; n++) {
    const title = `${Array.from({ length: 6 }, word).join(' ')} ${n}`;
    const hit: Hit = {
      v: 2,
      kind: 'hit',
      topicId: `t${n % TOPICS}`,
      tickAt: new Date(now).toISOString(),
      polledAt: new Date(now).toISOString(),
      feed: { id: `feed-${n % 997}`, title: `Feed ${n % 997}` },
      item: { id: hash64(String(n)), contentHash: hash64(title), title, summary: '' },
      change: 'new',
      loudness: 'alert',
      terms: [],
      why: [],
    };
    queue.send([
      {
        Id: '0',
        MessageBody: JSON.stringify(hit),
        MessageGroupId: hit.topicId,
        MessageDeduplicationId: hash64(title),
      },
    ]);
  }
  const { trigger } = stages.notify;
  const batchSize = 'queue' in trigger ? trigger.batchSize : 1;
  let ticked = now;
  for (;;) {
    if (now - ticked >= MINUTE) {
      ticked = now;
      for (const { topicId, dueAt } of await digests(table).due(now)) {
        await notify(deps, { v: 1, kind: 'digest', topicId, dueAt });
      }
    }
    const next = queue.nextVisibleAt();
    if (next === undefined) break;
    now = Math.max(now, Math.min(next, ticked + MINUTE));
    const messages = queue.receive(batchSize);
    if (messages.length === 0) continue;
    const Records = messages.map(({ id, body, receives }) => ({
      messageId: id,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
    })) as unknown as SQSRecord[];
    const { batchItemFailures } = await processSequentially<Hit>(
      { Records } as SQSEvent,
      log,
      ({ kind }) => kind,
      ({ item }) => item.id,
      (hit) => notify(deps, hit),
    );
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, receipt } of messages) if (!failed.has(id)) queue.delete(receipt ?? '');
  }
  const emptyAt = now;
  for (now = START + 24 * HOUR; ; ) {
    const due = await digests(table).due(now);
    if (due.length === 0) break;
    for (const { topicId, dueAt } of due) await notify(deps, { v: 1, kind: 'digest', topicId, dueAt });
  }
  return { sent, emptyAt, dead: dead.messages.length };
}

const numberOf = ({ title }: { readonly title: string }) => Number(title.split(' ').at(-1));
const areListedOnce = (sent: readonly Sent[]) =>
  new Set(sent.flatMap(({ alert }) => alert.entries.map(numberOf))).size ===
  sent.flatMap(({ alert }) => alert.entries).length;

describe(`${ALERTS} alerts that wait while SNS is down for an hour`, () => {
  afterEach(() => vi.unstubAllGlobals());
  const isOut = (time: number) => time < START + HOUR;

  it('drain at the account’s rate, each topic in order, without loss or repeats', {
    timeout: 240_000,
  }, async () => {
    const { sent, emptyAt, dead } = await drainBacklog({}, isOut);
    expect(dead).toBe(0);
    expect(sent).toHaveLength(ALERTS);
    expect(areListedOnce(sent)).toBe(true);
    // Once all messages are visible again, at four fifths of the rate or more.
    const seconds = (emptyAt - START - HOUR) / 1000 - queues.hits.visibilityTimeout;
    expect(seconds).toBeLessThan((ALERTS / EMAILS_PER_SECOND) * 1.25);
    for (const { topicId } of sent.slice(0, 5)) {
      const order = sent
        .filter((one) => one.topicId === topicId)
        .flatMap(({ alert }) => alert.entries.map(numberOf));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });

  it('respect the caps: alerts beyond them become digests', { timeout: 900_000 }, async () => {
    const usual = { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } as const;
    const { sent, dead } = await drainBacklog({ atMost: usual }, isOut);
    expect(dead).toBe(0);
    expect(areListedOnce(sent)).toBe(true);
    expect(sent.flatMap(({ alert }) => alert.entries)).toHaveLength(ALERTS);
    for (let n = 0; n < TOPICS; n++) {
      const own = sent.filter(({ topicId }) => topicId === `t${n}`);
      const alerts = own.filter(({ alert }) => alert.kind === 'new');
      const hours = Map.groupBy(alerts, ({ at }) => Math.floor(at / HOUR));
      for (const inHour of hours.values()) expect(inHour.length).toBeLessThanOrEqual(30);
      expect(own.length - alerts.length).toBeLessThanOrEqual(4);
    }
  });
});
