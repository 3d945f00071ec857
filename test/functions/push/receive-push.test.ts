import { createHmac } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_PUSH_BYTES, MAX_PUSHES_PER_HOUR, receivePush } from '../../../functions/push/receive-push.ts';
import type { FeedDue } from '../../../functions/shared/messages.ts';
import type { PipelineConfig } from '../../../functions/shared/model.ts';
import {
  type PushSubscription,
  pushSubscriptions,
} from '../../../functions/shared/store/push-subscriptions.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const SUBSCRIPTION: PushSubscription = {
  hub: 'https://hub.test/',
  topic: 'https://herald.test/feed',
  token: 'token',
  secret: 'secret',
};
const BODY = '<rss><channel><item><title>Ostrand signs</title></item></channel></rss>';

const feed = { id: 'herald', url: 'https://herald.test/feed', enabled: true };
const config = { feeds: [feed, { ...feed, id: 'off', enabled: false }] } as unknown as PipelineConfig;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let sent: FeedDue[];
let subscriptions: ReturnType<typeof pushSubscriptions>;

beforeEach(async () => {
  sent = [];
  subscriptions = pushSubscriptions(memoryTable());
  for (const id of ['herald', 'off', 'removed']) await subscriptions.put(id, SUBSCRIPTION, NOW);
});

function receive(
  method: string,
  path: string,
  { query = {}, headers = {}, body = '' as string | Uint8Array } = {} as {
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
  },
) {
  const deps = {
    clock: () => NOW,
    log: silent,
    config,
    subscriptions,
    feeds: {
      send: async (messages: readonly { body: FeedDue }[]) => void sent.push(...messages.map((m) => m.body)),
    },
  };
  const bytes = Buffer.from(body as string);
  return receivePush(deps, { method, path, query: new URLSearchParams(query), headers, body: bytes });
}

const signed = (body: string | Uint8Array, method = 'sha256', secret = 'secret') => ({
  'x-hub-signature': `${method}=${createHmac(method, secret).update(body).digest('hex')}`,
});
const confirm = (query: Record<string, string>) =>
  receive('GET', '/herald/token', {
    query: { 'hub.mode': 'subscribe', 'hub.topic': SUBSCRIPTION.topic, 'hub.challenge': 'c', ...query },
  });

describe('the confirmation of a subscription', () => {
  it('echoes the challenge, and passes on the lease', async () => {
    expect(await confirm({ 'hub.lease_seconds': '3600' })).toEqual({ status: 200, body: 'c' });
    expect(sent).toMatchObject([
      { v: 1, feedId: 'herald', push: { kind: 'lease', topic: SUBSCRIPTION.topic, lease: 3_600_000 } },
    ]);
  });

  it.each([
    ['is at most 15 days', '8640000', 15 * 86_400_000],
    ['is a day if the hub does not say', '', 86_400_000],
    ['is a day if the hub writes nonsense', '-5', 86_400_000],
  ])('a lease %s', async (_, seconds, lease) => {
    await confirm({ 'hub.lease_seconds': seconds });
    expect(sent).toMatchObject([{ push: { lease } }]);
  });

  it.each([
    ['another topic', { 'hub.topic': 'https://herald.test/other' }],
    ['the end of the subscription, which nobody asks for', { 'hub.mode': 'unsubscribe' }],
    ['no challenge', { 'hub.challenge': '' }],
    ['an endless challenge', { 'hub.challenge': 'x'.repeat(1_001) }],
  ])('is refused for %s', async (_, query) => {
    expect(await confirm(query)).toMatchObject({ status: 404 });
    expect(sent).toEqual([]);
  });

  it('passes on that a hub has ended the subscription', async () => {
    expect(await confirm({ 'hub.mode': 'denied' })).toMatchObject({ status: 200 });
    expect(sent).toMatchObject([{ push: { kind: 'denied' } }]);
  });
});

describe('a push', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'])(
    'signed with %s reaches poll, byte for byte',
    async (method) => {
      const headers = {
        ...signed(BODY, method),
        'content-type': 'application/rss+xml',
        link: '<https://hub.test/>; rel="hub", <https://herald.test/feed>; rel="self"',
      };
      expect(await receive('POST', '/some/prefix/herald/token', { body: BODY, headers })).toMatchObject({
        status: 202,
      });
      const [{ push } = {}] = sent;
      expect(push).toMatchObject({
        kind: 'content',
        contentType: 'application/rss+xml',
        self: ['https://herald.test/feed'],
        signedWith: method,
      });
      expect(push?.kind === 'content' && gunzipSync(Buffer.from(push.body ?? '', 'base64')).toString()).toBe(
        BODY,
      );
    },
  );

  it.each<[string, string, Record<string, string>, number]>([
    ['to another token', '/herald/other', signed(BODY), 410],
    ['to no token', '/herald/', signed(BODY), 410],
    ['for a feed that is off', '/off/token', signed(BODY), 410],
    ['for a feed that is no longer in the file', '/removed/token', signed(BODY), 410],
    ['with a broken escape', '/herald/%E0%A4%A', signed(BODY), 410],
    ['without a signature', '/herald/token', {}, 403],
    ['with another secret', '/herald/token', signed(BODY, 'sha256', 'guess'), 403],
    ['for another body', '/herald/token', signed(`${BODY} `), 403],
    ['with a signature cut short', '/herald/token', { 'x-hub-signature': 'sha256=00' }, 403],
    ['with a method that nobody should use', '/herald/token', signed(BODY, 'md5'), 403],
    ['with a name of every object', '/herald/token', { 'x-hub-signature': 'constructor=00' }, 403],
  ])('%s is refused', async (_, path, headers, status) => {
    expect(await receive('POST', path, { body: BODY, headers })).toMatchObject({ status });
    expect(sent).toEqual([]);
  });

  it('of more than 5 MiB is refused, and one of random bytes below that makes poll fetch the feed', async () => {
    const large = new Uint8Array(MAX_PUSH_BYTES + 1);
    expect(await receive('POST', '/herald/token', { body: large, headers: signed(large) })).toMatchObject({
      status: 413,
    });
    const random = Buffer.from(
      Array.from({ length: 900_000 }, (_, n) => (Math.imul(n, 2654435761) >>> 13) & 0xff),
    );
    expect(await receive('POST', '/herald/token', { body: random, headers: signed(random) })).toMatchObject({
      status: 202,
    });
    expect(JSON.stringify(sent).length).toBeLessThan(1_000_000);
  });

  it('with a weaker signature than the hub has used is refused', async () => {
    await subscriptions.count('herald', 'sha256', NOW);
    expect(
      await receive('POST', '/herald/token', { body: BODY, headers: signed(BODY, 'sha1') }),
    ).toMatchObject({ status: 403 });
    expect(
      await receive('POST', '/herald/token', { body: BODY, headers: signed(BODY, 'sha512') }),
    ).toMatchObject({ status: 202 });
  });

  it('is refused beyond a number in an hour', async () => {
    for (let n = 0; n < MAX_PUSHES_PER_HOUR; n++) await subscriptions.count('herald', 'sha1', NOW);
    expect(await receive('POST', '/herald/token', { body: BODY, headers: signed(BODY) })).toMatchObject({
      status: 429,
    });
    await subscriptions.count('herald', 'sha1', NOW + 3_600_000);
    expect(await receive('POST', '/herald/token', { body: BODY, headers: signed(BODY) })).toMatchObject({
      status: 202,
    });
  });

  it('fails, so that the hub sends it again, when the queue does not accept it', async () => {
    const failing = { send: () => Promise.reject(new Error('down')) };
    const deps = { clock: () => NOW, log: silent, config, subscriptions, feeds: failing };
    const request = {
      method: 'POST',
      path: '/herald/token',
      query: new URLSearchParams(),
      headers: signed(BODY),
      body: Buffer.from(BODY),
    };
    await expect(receivePush(deps, request)).rejects.toThrow('down');
  });
});

it('answers other methods without a message', async () => {
  expect(await receive('PUT', '/herald/token')).toMatchObject({ status: 405 });
  expect(sent).toEqual([]);
});
