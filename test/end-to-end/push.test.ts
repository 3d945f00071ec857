import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { MAX_PUSH_BYTES } from '../../functions/push/receive-push.ts';
import { pushSubscriptions } from '../../functions/shared/store/push-subscriptions.ts';
import { virtualClock } from '../../local/clock.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import type { OutgoingMessage } from '../../local/sns/outgoing-message.ts';
import { eventually } from '../helpers/eventually.ts';
import { freePort } from '../helpers/free-port.ts';
import { startWebSubHub, type WebSubHub } from '../helpers/websub-hub.ts';
import { documentOf, type FeedServer, startFeedServer } from './feed-server.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEFORE = { guid: '0', title: 'Harbour fees unchanged', published: '2026-03-01T12:00:00Z' };

let feed: FeedServer;
let hub: WebSubHub;
let clock: ReturnType<typeof virtualClock>;
let runtime: Runtime;
let deliveries: OutgoingMessage[];
let outcomes: string[];
let logged: unknown[];

beforeEach(async () => {
  [feed, hub] = await Promise.all([startFeedServer(), startWebSubHub()]);
  feed.items = [BEFORE];
  feed.encode = (document) => Buffer.from(withHub(document));
  clock = virtualClock(START);
  deliveries = [];
  outcomes = [];
  logged = [];
  const { config, placeholders } = parseConfig(
    `
feeds: [{ id: herald, url: "${feed.url}", title: The Herald, every: 5m to 20m }]
topics: [{ id: summit, name: Summit, match: Ostrand }]
recipients: [{ email: you@example.com }]
`,
    'test.yaml',
    {},
  );
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => {
    logged.push(event, fields);
    if (event === 'poll') outcomes.push(String(fields.outcome));
    if (event === 'push-refused') outcomes.push(`refused ${fields.status}`);
  };
  const port = await freePort();
  runtime = await startRuntime({
    config,
    subscriptions: placeholders,
    clock: clock.now,
    loopbackFeeds: true,
    push: { url: `http://127.0.0.1:${port}/news/`, port },
    log: {
      info: log,
      debug: log,
      warn: log,
      error: (event, fields) => expect.fail(`${event} ${JSON.stringify(fields)}`),
    },
    onDelivery: (delivery) => deliveries.push(delivery),
  });
});

afterEach(async () => {
  await runtime.stop();
  await Promise.all([feed.stop(), hub.stop()]);
});

const withHub = (document: string) =>
  document.replace(
    '<channel>',
    `<channel><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="${hub.url}"/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="${feed.url}"/>`,
  );

/** Runs the ticks of some minutes, at intervals of `step` minutes. */
async function minutes(count: number, step = 1): Promise<void> {
  for (let n = 0; n < count; n += step) {
    clock.advanceTo(clock.now() + step * MINUTE);
    await runtime.tick();
    await runtime.drained();
  }
}

/** Polls until the hub has confirmed the subscription. */
async function subscribed(): Promise<void> {
  for (let n = 0; hub.subscriptions.size === 0 && n < 30; n++) await minutes(5, 5);
  await hub.verified(feed.url);
  await runtime.drained();
  expect(outcomes).toContain('subscribed');
}

const subjects = () => deliveries.map(({ subject }) => subject);
const published = (minutesAgo = 0) => new Date(clock.now() - minutesAgo * MINUTE).toISOString();
const push = async (items: Parameters<typeof documentOf>[0]) => {
  clock.advanceTo(clock.now() + 1_000);
  const statuses = await hub.publish(feed.url, { body: documentOf(items) });
  await runtime.drained();
  return statuses;
};

it('alerts to what a hub pushes at once, and once; polls then only check on the hub', async () => {
  await subscribed();
  const [request] = hub.requests;
  expect(request?.get('hub.mode')).toBe('subscribe');
  expect(request?.get('hub.topic')).toBe(feed.url);

  const requests = feed.requests.length;
  const signed = { guid: 'a', title: 'Ostrand signs', published: published() };
  feed.items = [signed, BEFORE];
  expect(await push([signed])).toEqual([202]);
  await eventually(() => expect(subjects()).toEqual(['Summit: Ostrand signs']));
  expect(feed.requests).toHaveLength(requests);

  await minutes(120, 5);
  expect(subjects()).toEqual(['Summit: Ostrand signs']);
  const polls = feed.requests.length - requests;
  expect(polls).toBeGreaterThanOrEqual(1);
  expect(polls).toBeLessThanOrEqual(3);
});

it('returns to its usual polls when the hub falls silent', async () => {
  await subscribed();
  const first = { guid: 'a', title: 'Ostrand signs', published: published() };
  feed.items = [first, BEFORE];
  await push([first]);
  feed.items = [{ guid: 'b', title: 'Ostrand resigns', published: published(-10) }, first, BEFORE];
  await minutes(80, 5);
  expect(subjects()).toEqual(['Summit: Ostrand signs', 'Summit: Ostrand resigns']);
  const requests = feed.requests.length;
  await minutes(60, 5);
  expect(feed.requests.length - requests).toBeGreaterThanOrEqual(3);
});

it('refuses what is forged, unsigned, weaker than before, too large or for nobody', async () => {
  await subscribed();
  const body = documentOf([{ guid: 'x', title: 'Ostrand is sold', published: published() }]);
  const [{ callback = '' } = {}] = hub.subscriptions.values();
  const post = async (url: string, headers: Record<string, string>, content: string | Uint8Array = body) => {
    const { status } = await fetch(url, { method: 'POST', headers, body: Buffer.from(content as string) });
    return status;
  };
  expect(
    await hub.publish(feed.url, { body, headers: { 'x-hub-signature': `sha256=${'0'.repeat(64)}` } }),
  ).toEqual([403]);
  hub.method = '';
  expect(await hub.publish(feed.url, { body })).toEqual([403]);
  expect(await post(callback, { 'x-hub-signature': 'md5=00' })).toBe(403);
  expect(await post(callback.replace(/\/[^/]+$/, '/0123'), {})).toBe(410);
  expect(await post(callback.replace('herald', 'courier'), {})).toBe(410);
  expect(await post(callback, {}, new Uint8Array(MAX_PUSH_BYTES + 1))).toBe(413);
  expect((await fetch(`${callback}?hub.mode=subscribe&hub.topic=other&hub.challenge=x`)).status).toBe(404);
  expect((await fetch(`${callback}?hub.mode=unsubscribe&hub.topic=${feed.url}&hub.challenge=x`)).status).toBe(
    404,
  );

  hub.method = 'sha512';
  expect(await push([{ guid: 'a', title: 'Ostrand signs', published: published() }])).toEqual([202]);
  hub.method = 'sha256';
  expect(await hub.publish(feed.url, { body })).toEqual([403]);
  await runtime.drained();
  expect(subjects()).toEqual(['Summit: Ostrand signs']);
});

it('accepts sha1 from a hub that has no better, and ignores a push that is repeated', async () => {
  await subscribed();
  hub.method = 'sha1';
  const before = { guid: 'a', title: 'Ostrand signs', published: published() };
  expect(await push([before])).toEqual([202]);
  feed.items = [{ ...before, title: 'Ostrand does not sign after all' }, BEFORE];
  const requests = feed.requests.length;
  expect(await push(feed.items)).toEqual([202]);
  // An edit is fetched, since a hub may send the older text last.
  expect(feed.requests).toHaveLength(requests + 1);
  outcomes = [];
  expect(await push([before])).toEqual([202]);
  expect(outcomes).toEqual(['repeated']);
});

it('renews its lease, keeps its secret, and asks again after a refusal', async () => {
  hub.lease = 4 * 3_600;
  await subscribed();
  await minutes(3 * 60 + 30, 10);
  expect(hub.requests).toHaveLength(2);
  const secrets = hub.requests.map((request) => request.get('hub.secret'));
  expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(secrets[1]).toBe(secrets[0]);

  await hub.deny(feed.url);
  await runtime.drained();
  await minutes(60, 10);
  expect(hub.requests).toHaveLength(2);
  clock.advanceTo(clock.now() + 24 * HOUR);
  await minutes(30, 10);
  expect(hub.requests).toHaveLength(3);
  await hub.verified(feed.url);
});

it('fetches the feed when a push does not say what a poll would find', async () => {
  await subscribed();
  const news = { guid: 'a', title: 'Ostrand signs', published: published() };
  feed.items = [news, BEFORE];
  const hint = async (body: string, headers = {}) => {
    const requests = feed.requests.length;
    clock.advanceTo(clock.now() + 1_000);
    expect(await hub.publish(feed.url, { body, headers })).toEqual([202]);
    await runtime.drained();
    return feed.requests.length - requests;
  };
  expect(await hint(documentOf([news]), { link: '<https://herald.test/other>; rel="self"' })).toBe(1);
  expect(subjects()).toEqual(['Summit: Ostrand signs']);
  expect(await hint('no feed at all')).toBe(1);
  const many = Array.from({ length: 8 }, (_, n) => ({
    guid: `m${n}`,
    title: `Ostrand ${n}`,
    published: published(),
  }));
  expect(await hint(documentOf(many))).toBe(1);
  expect(subjects()).toEqual(['Summit: Ostrand signs']);
});

it('keeps the secret and the token out of the log and of all messages', async () => {
  await subscribed();
  const { secret = '', token = '' } = (await pushSubscriptions(runtime.platform.table()).get('herald')) ?? {};
  await push([{ guid: 'a', title: 'Ostrand signs', published: published() }]);
  expect(secret).toHaveLength(64);
  expect(JSON.stringify([logged, deliveries])).not.toMatch(new RegExp(`${secret}|${token}`));
});
