import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { virtualClock } from '../../local/clock.ts';
import { localSdk } from '../../local/local-sdk.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import type { OutgoingMessage } from '../../local/sns/outgoing-message.ts';
import { eventually } from '../helpers/eventually.ts';
import { isLong } from '../helpers/size.ts';
import { type FeedServer, startFeedServer } from './feed-server.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;

let feed: FeedServer;
let other: FeedServer;
let subscriber: Subscriber;
let clock: ReturnType<typeof virtualClock>;
let runtime: Runtime;
let deliveries: OutgoingMessage[];
let polls: Readonly<Record<string, unknown>>[];
let dataDir: string;

/** An item of every feed before a test, for the first poll. No topic watches for it. */
const BEFORE = { guid: '0', title: 'Harbour fees unchanged', published: '2026-03-01T12:00:00Z' };

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'news-alerts-e2e-'));
  [feed, other, subscriber] = await Promise.all([startFeedServer(), startFeedServer(), startSubscriber()]);
  feed.items = [BEFORE];
  other.items = [{ ...BEFORE, guid: '1' }];
  clock = virtualClock(START);
  deliveries = [];
  polls = [];
  await start();
  const sns = new SNSClient(localSdk(runtime.url));
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  for (const { TopicArn = '' } of Topics) await subscriber.subscribe(TopicArn, sns);
});

afterEach(async () => {
  await runtime.stop();
  await Promise.all([feed.stop(), other.stop(), subscriber.stop()]);
  rmSync(dataDir, { recursive: true });
});

const COURIER = () => `  - { id: courier, url: "${other.url}", title: The Courier, every: 1m }`;
const TO_YOU = '  - { email: you@example.com, sms: "+15550100" }';

/** Loads the configuration of all tests, with more feeds, topics and recipients. */
function load({ feeds = COURIER(), topics = '', recipients = TO_YOU } = {}) {
  return parseConfig(
    `
feeds:
  - { id: herald, url: "${feed.url}", title: The Herald, every: 1m }
${feeds}
topics:
  - { id: summit, name: Summit, match: { all: [Ostrand, Veloza] } }
${topics}
recipients:
${recipients}
`,
    'test.yaml',
    {},
  );
}

async function start() {
  const { config, placeholders } = load();
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => {
    if (event === 'poll') polls.push(fields);
  };
  runtime = await startRuntime({
    config,
    subscriptions: placeholders,
    dataDir,
    clock: clock.now,
    loopbackFeeds: true,
    log: {
      info: log,
      debug: log,
      warn: log,
      error: (event, fields) => expect.fail(`${event} ${JSON.stringify(fields)}`),
    },
    onDelivery: (delivery) => deliveries.push(delivery),
  });
}

/** Runs dispatch in the next minute, and waits for everything that follows. */
async function minute() {
  clock.advanceTo(clock.now() + MINUTE);
  await runtime.tick();
  await runtime.drained();
}

/** Runs the minute that is this many minutes after the start. */
async function minuteAt(minutes: number) {
  clock.advanceTo(START + (minutes - 1) * MINUTE);
  await minute();
}

/** Waits for alerts, since a publish does not wait for HTTP deliveries. */
const alerted = (count: number) => eventually(() => expect(subscriber.alerts).toHaveLength(count));

const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

it('takes an item from a feed to every subscriber, once, with the reason', async () => {
  await minute();
  feed.items = [
    { guid: 'a', title: 'Ostrand and Veloza to meet', text: 'In Port Lumen.', published: at(1) },
    { guid: 'b', title: 'Ostrand opens a bridge', published: at(1) },
  ];
  await minute();
  await minute();
  await alerted(1);

  expect(subscriber.alerts[0]).toMatchObject({
    subject: 'Summit: Ostrand and Veloza to meet',
    kind: 'new',
    entries: [{ title: 'Ostrand and Veloza to meet', url: 'http://news.example/a', feed: 'The Herald' }],
  });
  expect(deliveries.map(({ protocol }) => protocol).sort()).toEqual(['email', 'sms']);
  const email = deliveries.find(({ protocol }) => protocol === 'email');
  expect(email?.body).toContain('http://news.example/a');
  expect(email?.body).toContain('Why: “Ostrand”, “Veloza” (title: *Ostrand* and Veloza to meet)');
  const sms = deliveries.find(({ protocol }) => protocol === 'sms');
  expect(sms?.body).toBe('Summit: Ostrand and Veloza to meet\nhttp://news.example/a');
});

it.runIf(isLong)('sends recent items of a first poll in one welcome digest, and no older items', async () => {
  feed.items = [
    { guid: 'a', title: 'Ostrand and Veloza to meet', published: at(-60) },
    { guid: 'b', title: 'Envoys of both sides prepare the day of Ostrand and Veloza', published: at(-120) },
    { guid: 'c', title: 'Ostrand, Veloza: a history', published: at(-60 * 48) },
  ];
  await minute();
  expect(subscriber.alerts).toHaveLength(0);
  await minute();
  await alerted(1);
  expect(subscriber.alerts[0]?.kind).toBe('welcome');
  expect(subscriber.alerts[0]?.entries.map(({ url }) => url)).toEqual([
    'http://news.example/a',
    'http://news.example/b',
  ]);
  await minute();
  await minute();
  expect(subscriber.alerts).toHaveLength(1);
});

it.runIf(isLong)('polls conditionally, and does no further work for a 304', async () => {
  feed.items = [{ guid: 'a', title: 'Nothing of note' }];
  await minute();
  await minute();
  expect(feed.requests.map(({ status }) => status)).toEqual([200, 304]);
  expect(polls.filter(({ feedId }) => feedId === 'herald').map(({ outcome }) => outcome)).toEqual([
    'changed',
    'unchanged',
  ]);
});

it('sends a changed headline in a follow-up two hours after the alert, but not a corrected comma', async () => {
  await minute();
  feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet on Friday', published: at(1) }];
  await minute();
  await alerted(1);
  feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet, on Friday', published: at(1) }];
  await minute();
  feed.items = [
    { guid: 'a', title: 'Talks of Ostrand and Veloza called off after border incident', published: at(1) },
  ];
  await minute();
  await minute();
  await alerted(1);
  await minuteAt(122);
  await alerted(2);
  expect(subscriber.alerts[1]).toMatchObject({
    subject: 'Re: Summit: Ostrand and Veloza to meet on Friday',
    kind: 'follow-up',
    entries: [{ kind: 'update', previousTitle: 'Ostrand and Veloza to meet on Friday' }],
  });
  expect(deliveries.slice(2).map(({ protocol }) => protocol)).toEqual(['email']);
});

it('alerts a story only once when several feeds report it, and lists retellings in the round-up', async () => {
  await minute();
  feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet in Port Lumen', published: at(1) }];
  other.items = [
    // The same article under another guid, and a retelling.
    {
      guid: 'z',
      title: 'Ostrand and Veloza will meet in Port Lumen',
      link: 'http://news.example/a?utm_source=courier',
      published: at(1),
    },
    { guid: 'y', title: 'Veloza and Ostrand agree to meet in Port Lumen', published: at(1) },
  ];
  await minute();
  await minute();
  await alerted(1);
  const [alert] = subscriber.alerts;
  await minuteAt(6 * 60);
  await alerted(2);
  expect(subscriber.alerts[1]).toMatchObject({ kind: 'roundup', entries: [{ role: 'also' }] });
  const named = [alert, subscriber.alerts[1]].flatMap((one) => one?.entries.map(({ url }) => url));
  expect(named.toSorted()).toEqual(['http://news.example/a', 'http://news.example/y']);
});

it.runIf(isLong)('continues when a feed fails, and sends its missed news when it recovers', async () => {
  await minute();
  feed.broken = 503;
  other.items = [{ guid: 'y', title: 'Veloza meets Ostrand', published: at(1) }];
  await minute();
  await minute();
  await alerted(1);
  const outcomes = polls.filter(({ feedId }) => feedId === 'herald').map(({ outcome }) => outcome);
  expect(outcomes.slice(1)).toEqual(['failed', 'failed']);

  feed.broken = undefined;
  feed.items = [{ guid: 'a', title: 'Joint statement of Ostrand and Veloza on fisheries', published: at(3) }];
  for (let n = 0; n < 5; n++) await minute();
  await alerted(2);
  expect(subscriber.alerts[1]?.entries[0]?.feed).toBe('The Herald');
});

it('continues after a restart, and loses and repeats nothing', async () => {
  await minute();
  feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet', published: at(1) }];
  await minute();
  await alerted(1);
  await runtime.stop();

  const second = { guid: 'b', title: 'Ostrand snubs Veloza over harbour fees', published: at(2) };
  feed.items = [second, ...feed.items];
  await start();
  await minute();
  await alerted(2);
  await minute();
  expect(subscriber.alerts.map(({ entries }) => entries[0]?.title)).toEqual([
    'Ostrand and Veloza to meet',
    second.title,
  ]);
});

describe('a configuration that changes while the pipeline runs', () => {
  const reload = (parts: Parameters<typeof load>[0]) => {
    const { config, placeholders } = load(parts);
    return runtime.reload(config, placeholders);
  };
  const FLOODS = '  - { id: floods, match: flood }';
  const news = (n: number) => ({
    guid: `n${n}`,
    title: `Ostrand and Veloza talk of matter ${n}`,
    published: at(n),
  });

  it.runIf(isLong)('loses and repeats no items on their way', async () => {
    await minute();
    for (let n = 1; n <= 12; n++) {
      feed.items = [news(n), ...feed.items];
      clock.advanceTo(clock.now() + MINUTE);
      await runtime.tick();
      // The work of the tick is not finished yet.
      await reload(n % 2 === 0 ? {} : { topics: FLOODS });
      await runtime.drained();
    }
    await minuteAt(26 * 60);
    await minute();
    const named = subscriber.alerts.flatMap(({ entries }) => entries.map(({ url }) => url));
    await eventually(() => expect(named).toHaveLength(12));
    expect(new Set(named).size).toBe(12);
  });

  it('polls a new feed at once, but no other feed, and matches new topics from then on', async () => {
    await reload({ feeds: '' });
    await minute();
    const before = feed.requests.length;
    other.items = [{ guid: 'f', title: 'Flood at the harbour', published: at(1) }];
    await reload({ topics: FLOODS });
    await runtime.drained();
    expect(other.requests).toHaveLength(1);
    expect(feed.requests).toHaveLength(before);
    await minute();
    await minute();
    expect(deliveries.map(({ body }) => body).join()).toContain('Flood at the harbour');
  });

  it('subscribes new recipients, unsubscribes removed ones, and keeps those who signed up for a topic that comes back', async () => {
    const topicArns = async () =>
      ((await new SNSClient(localSdk(runtime.url)).send(new ListTopicsCommand({}))).Topics ?? []).map(
        ({ TopicArn = '' }) => TopicArn.replace(/.*channel-/, ''),
      );
    await minute();
    await reload({ topics: FLOODS, recipients: '  - { email: ann@example.com }' });
    expect((await topicArns()).toSorted()).toEqual(['_operations', 'floods', 'summit']);
    feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet', published: at(1) }];
    await minute();
    expect(deliveries.map(({ endpoint }) => endpoint)).toEqual(['ann@example.com']);
    const sns = new SNSClient(localSdk(runtime.url));
    const [TopicArn] = ((await sns.send(new ListTopicsCommand({}))).Topics ?? []).flatMap(({ TopicArn }) =>
      TopicArn?.endsWith('-channel-floods') ? [TopicArn] : [],
    );
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'zoe@example.com' }));
    const subscribed = async () =>
      ((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? []).map(
        ({ Endpoint }) => Endpoint,
      );
    expect((await subscribed()).toSorted()).toEqual(['ann@example.com', 'zoe@example.com']);
    // The topic is gone for a moment, as while its id is misspelt.
    await reload({});
    // Once no invocation with the old configuration runs.
    await eventually(async () => expect(await subscribed()).toEqual(['zoe@example.com']));
    await reload({ topics: FLOODS, recipients: '  - { email: ann@example.com }' });
    expect((await subscribed()).toSorted()).toEqual(['ann@example.com', 'zoe@example.com']);
  });

  it('subscribes recipients whose topic comes back while its channel is being removed', async () => {
    const sns = new SNSClient(localSdk(runtime.url));
    const subscribed = async () =>
      ((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).map(
        ({ Endpoint }) => Endpoint,
      );
    // The removal takes some milliseconds.
    for (let ms = 0; ms < 20; ms++) {
      await reload({ topics: FLOODS, recipients: '  - { email: ann@example.com }' });
      await reload({ topics: FLOODS, recipients: TO_YOU });
      await sleep(ms);
      await reload({ topics: FLOODS, recipients: '  - { email: ann@example.com }' });
      await runtime.drained();
      await sleep(20);
      expect(await subscribed(), `after ${ms} ms`).toContain('ann@example.com');
    }
  });

  it.runIf(isLong)('stays in force when a new one cannot be applied', async () => {
    await minute();
    const { config, placeholders } = load({ topics: FLOODS });
    const [summit, floods] = config.topics;
    if (!summit || !floods) return expect.fail('a topic is missing');
    // No channel can have this name.
    const impossible = { ...config, topics: [summit, { ...floods, id: 'no channel!' }] };
    await expect(runtime.reload(impossible, placeholders)).rejects.toThrow();
    feed.items = [{ guid: 'a', title: 'Ostrand and Veloza to meet', published: at(1) }];
    await minute();
    await alerted(1);
  });
});
