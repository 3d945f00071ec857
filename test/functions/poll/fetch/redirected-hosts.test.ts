import { afterEach, expect, it, vi } from 'vitest';
import type { FetchRequest } from '../../../../functions/poll/fetch/fetch.ts';
import { httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';
import { stubNetwork } from './stubbed-network.ts';

const PUBLIC = '93.184.215.14';
const NAMES = ['victim.test', 'www.victim.test', 'evil.test', 'www.evil.test', 'other.test', 'local.test'];
const NOW = Date.parse('2026-03-02T12:00:00Z');
const DAY_MS = 86_400_000;

afterEach(() => {
  vi.restoreAllMocks();
});

type Reply = readonly [status: number, headers?: Readonly<Record<string, string>>];

/** Serves replies by host and path, such as `victim.test/busy`. Everything else is a feed. */
async function serve(replies: Readonly<Record<string, Reply>>, addresses: Record<string, string[][]> = {}) {
  const server = await loopbackServer((response, _, { headers, path }) => {
    const [status, fields] = replies[`${headers.host}${path}`] ?? [200];
    response.writeHead(status, fields).end(status === 200 ? '<rss/>' : '');
  });
  const names = Object.fromEntries(NAMES.map((name) => [name, [[PUBLIC]]]));
  stubNetwork({ ...names, ...addresses }, Number(new URL(server.url).port));
  return server;
}

const BUSY: Reply = [429, { 'retry-after': '86400' }];
const redirectTo = (location: string, status = 302): Reply => [status, { location }];
const VICTIM = 'http://victim.test/feed';

it.each<[string, Readonly<Record<string, Reply>>, FetchRequest]>([
  ['a redirect', { 'evil.test/': redirectTo('http://victim.test/busy') }, { url: 'http://evil.test/' }],
  [
    'a permanent redirect',
    { 'evil.test/': redirectTo('http://victim.test/busy', 301) },
    { url: 'http://evil.test/' },
  ],
  [
    'an address that the feed has moved to',
    {},
    { url: 'http://victim.test/busy', feedUrl: 'http://evil.test/' },
  ],
  [
    'a chain of redirects',
    {
      'evil.test/': redirectTo('http://other.test/'),
      'other.test/': redirectTo('http://victim.test/a'),
      'victim.test/a': redirectTo('/busy'),
    },
    { url: 'http://evil.test/' },
  ],
  [
    'a chain that returns to the host',
    {
      'victim.test/evil': redirectTo('http://evil.test/'),
      'evil.test/': redirectTo('http://victim.test/busy'),
    },
    { url: 'http://evil.test/' },
  ],
  [
    'another spelling of the host',
    { 'evil.test/': redirectTo('http://VICTIM.test:80/busy') },
    { url: 'http://evil.test/' },
  ],
])('a host reached through %s cannot pause its own feeds', async (_, replies, request) => {
  await serve({ ...replies, 'victim.test/busy': BUSY });
  const fetch = httpFetch({ clock: () => NOW });
  expect(await fetch(request)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'status', retryAt: NOW + DAY_MS },
  });
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it.each<[string, Readonly<Record<string, Reply>>, string]>([
  ['directly', {}, 'http://victim.test/busy'],
  [
    'through its own redirect',
    { 'victim.test/old': redirectTo('http://victim.test/busy') },
    'http://victim.test/old',
  ],
  [
    'with a location besides',
    { 'victim.test/both': [429, { ...BUSY[1], location: '/x' }] },
    'http://victim.test/both',
  ],
  ['under its name in capitals', {}, 'http://Victim.TEST:80/busy'],
  ['under its name with a final dot', { 'victim.test./busy': BUSY }, 'http://victim.test./busy'],
])('a host pauses all its feeds when requested %s', async (_, replies, url) => {
  await serve({ 'victim.test/busy': BUSY, ...replies }, { 'victim.test.': [[PUBLIC]] });
  const fetch = httpFetch({ clock: () => NOW });
  expect(await fetch({ url })).toMatchObject({ kind: 'failed' });
  expect(await fetch({ url: VICTIM })).toEqual({ kind: 'postponed', retryAt: NOW + DAY_MS });
});

it.each([
  ['-5', 0],
  ['0', 0],
  ['1.5', 0],
  ['soon', 0],
  ['9'.repeat(400), 0],
  ['Mon, 02 Mar 2020 10:00:00 GMT', 0],
  ['1000000000000', DAY_MS],
  ['Fri, 02 Jan 2099 10:00:00 GMT', DAY_MS],
  ['60', 60_000],
])('Retry-After: %s pauses a host for %i ms', async (value, wait) => {
  await serve({ 'victim.test/busy': [503, { 'retry-after': value }] });
  let now = NOW;
  const fetch = httpFetch({ clock: () => now });
  await fetch({ url: 'http://victim.test/busy' });
  if (wait > 0) expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'postponed' });
  now += wait;
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it('a paused host is not requested through redirects either', async () => {
  const server = await serve({ 'victim.test/busy': BUSY, 'evil.test/': redirectTo(VICTIM) });
  const fetch = httpFetch({ clock: () => NOW });
  await fetch({ url: 'http://victim.test/busy' });
  expect(await fetch({ url: 'http://evil.test/' })).toMatchObject({ kind: 'postponed' });
  expect(server.requests.filter(({ path }) => path === '/feed')).toEqual([]);
});

it.each([200, 304, 404])('Retry-After with HTTP %i pauses nobody', async (status) => {
  await serve({ 'victim.test/': [status, { 'retry-after': '86400' }] });
  const fetch = httpFetch({ clock: () => NOW });
  await fetch({ url: 'http://victim.test/', etag: '"a"' });
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it('a hanging host reached through redirects does not delay its own feeds', async () => {
  const server = await loopbackServer((response, _, { headers, path }) => {
    if (headers.host === 'evil.test') response.writeHead(302, { location: 'http://victim.test/slow' }).end();
    else if (path === '/slow') response.writeHead(200).write('<');
    else response.end('<rss/>');
  });
  stubNetwork({ 'victim.test': [[PUBLIC]], 'evil.test': [[PUBLIC]] }, Number(new URL(server.url).port));
  const fetch = httpFetch({ clock: () => NOW, limits: { deadline: 1_000, maxWait: 300 } });
  const evil = [1, 2, 3, 4].map((n) => fetch({ url: `http://evil.test/${n}` }));
  await eventually(() => expect(server.requests.filter(({ path }) => path === '/slow')).toHaveLength(2));
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
  await Promise.all(evil);
});

const withLoopback = (request: FetchRequest) =>
  httpFetch({ clock: () => NOW, guard: { loopback: true } })(request);
const REFUSED = { kind: 'failed', failure: { kind: 'refused' } };

it.each([
  'http://127.0.0.1/secret',
  'http://localhost/secret',
  'http://[::1]/secret',
  'http://2130706433/secret',
  'http://local.test/secret',
  'http://evil.test/secret',
])('with loopback allowed, a public feed is still not redirected to %s', async (location) => {
  const server = await serve(
    { 'evil.test/': redirectTo(location) },
    { 'evil.test': [[PUBLIC], ['127.0.0.1']], 'local.test': [['127.0.0.1']], localhost: [['127.0.0.1']] },
  );
  expect(await withLoopback({ url: 'http://evil.test/' })).toMatchObject(REFUSED);
  expect(server.requests).toHaveLength(1);
});

it('with loopback allowed, a public feed cannot move there, nor by a name that resolves there at times', async () => {
  const server = await serve({}, { 'evil.test': [['127.0.0.1']], 'mixed.test': [['127.0.0.1', PUBLIC]] });
  const feedUrl = 'http://evil.test/';
  for (const url of ['http://127.0.0.1/secret', 'http://evil.test/secret'])
    expect(await withLoopback({ url, feedUrl })).toMatchObject(REFUSED);
  expect(await withLoopback({ url: 'http://mixed.test/' })).toMatchObject(REFUSED);
  expect(server.requests).toEqual([]);
});

it.each([
  ['http://localhost/', 'http://127.0.0.1/feed'],
  ['http://127.0.0.1/', '/feed'],
  // A name from a hosts file.
  ['http://local.test/', 'http://local.test/feed'],
])('a feed on this machine, %s, is redirected to %s', async (url, location) => {
  await serve(
    {
      'localhost/': redirectTo(location),
      '127.0.0.1/': redirectTo(location),
      'local.test/': redirectTo(location),
    },
    { localhost: [['127.0.0.1']], 'local.test': [['127.0.0.1']] },
  );
  expect(await withLoopback({ url })).toMatchObject({ kind: 'document' });
});

it('a feed on this machine may be redirected to a public one', async () => {
  await serve({ '127.0.0.1/': redirectTo('http://other.test/') });
  expect(await withLoopback({ url: 'http://127.0.0.1/' })).toMatchObject({ kind: 'document' });
});
