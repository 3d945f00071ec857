import { afterEach, expect, it, vi } from 'vitest';
import { type FetchRequest, httpFetch } from '../../../../functions/poll/fetch/fetch.ts';
import { loopbackServer } from '../../../helpers/loopback-server.ts';
import { stubNetwork } from './stubbed-network.ts';

const PUBLIC = '93.184.215.14';
const NAMES = ['victim.test', 'www.victim.test', 'evil.test', 'www.evil.test', 'other.test', 'local.test'];
const NOW = Date.parse('2026-03-02T12:00:00Z');
const DAY_MS = 86_400_000;

afterEach(() => {
  vi.restoreAllMocks();
});

type Answer = readonly [status: number, headers?: Readonly<Record<string, string>>];

/** Answers by host and path: `victim.test/busy`. All else is a feed. */
async function net(answers: Readonly<Record<string, Answer>>, addresses: Record<string, string[][]> = {}) {
  const server = await loopbackServer((response, _, { headers, path }) => {
    const [status, fields] = answers[`${headers.host}${path}`] ?? [200];
    response.writeHead(status, fields).end(status === 200 ? '<rss/>' : '');
  });
  const names = Object.fromEntries(NAMES.map((name) => [name, [[PUBLIC]]]));
  stubNetwork({ ...names, ...addresses }, Number(new URL(server.url).port));
  return server;
}

const BUSY: Answer = [429, { 'retry-after': '86400' }];
const to = (location: string, status = 302): Answer => [status, { location }];
const VICTIM = 'http://victim.test/feed';

it.each<[string, Readonly<Record<string, Answer>>, FetchRequest]>([
  ['a redirect', { 'evil.test/': to('http://victim.test/busy') }, { url: 'http://evil.test/' }],
  ['a move for good', { 'evil.test/': to('http://victim.test/busy', 301) }, { url: 'http://evil.test/' }],
  [
    'the address that the feed has moved to',
    {},
    { url: 'http://victim.test/busy', feedUrl: 'http://evil.test/' },
  ],
  [
    'a chain',
    {
      'evil.test/': to('http://other.test/'),
      'other.test/': to('http://victim.test/a'),
      'victim.test/a': to('/busy'),
    },
    { url: 'http://evil.test/' },
  ],
  [
    'a chain that comes back',
    { 'victim.test/evil': to('http://evil.test/'), 'evil.test/': to('http://victim.test/busy') },
    { url: 'http://evil.test/' },
  ],
  [
    'another spelling of the host',
    { 'evil.test/': to('http://VICTIM.test:80/busy') },
    { url: 'http://evil.test/' },
  ],
])('what a host asks for, reached through %s, holds up none of its feeds', async (_, answers, wanted) => {
  await net({ ...answers, 'victim.test/busy': BUSY });
  const fetch = httpFetch({ clock: () => NOW });
  expect(await fetch(wanted)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'status', retryAt: NOW + DAY_MS },
  });
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it.each<[string, Readonly<Record<string, Answer>>, string]>([
  ['at once', {}, 'http://victim.test/busy'],
  [
    'through its own redirect',
    { 'victim.test/old': to('http://victim.test/busy') },
    'http://victim.test/old',
  ],
  [
    'with an address beside it',
    { 'victim.test/both': [429, { ...BUSY[1], location: '/x' }] },
    'http://victim.test/both',
  ],
  ['with its name in capitals', {}, 'http://Victim.TEST:80/busy'],
  ['with a dot behind its name', { 'victim.test./busy': BUSY }, 'http://victim.test./busy'],
])('a host that asks for it itself is left alone for all of its feeds: %s', async (_, answers, url) => {
  await net({ 'victim.test/busy': BUSY, ...answers }, { 'victim.test.': [[PUBLIC]] });
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
])('Retry-After: %s holds up a host for %i ms', async (value, wait) => {
  await net({ 'victim.test/busy': [503, { 'retry-after': value }] });
  let now = NOW;
  const fetch = httpFetch({ clock: () => now });
  await fetch({ url: 'http://victim.test/busy' });
  if (wait > 0) expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'postponed' });
  now += wait;
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it('a host that wants to be left alone is not asked through redirects either', async () => {
  const server = await net({ 'victim.test/busy': BUSY, 'evil.test/': to(VICTIM) });
  const fetch = httpFetch({ clock: () => NOW });
  await fetch({ url: 'http://victim.test/busy' });
  expect(await fetch({ url: 'http://evil.test/' })).toMatchObject({ kind: 'postponed' });
  expect(server.requests.filter(({ path }) => path === '/feed')).toEqual([]);
});

it.each([200, 304, 404])('Retry-After with HTTP %i holds up nobody', async (status) => {
  await net({ 'victim.test/': [status, { 'retry-after': '86400' }] });
  const fetch = httpFetch({ clock: () => NOW });
  await fetch({ url: 'http://victim.test/', etag: '"a"' });
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
});

it('a host that hangs, reached through redirects, keeps none of its own feeds waiting', async () => {
  const server = await loopbackServer((response, _, { headers, path }) => {
    if (headers.host === 'evil.test') response.writeHead(302, { location: 'http://victim.test/slow' }).end();
    else if (path === '/slow') response.writeHead(200).write('<');
    else response.end('<rss/>');
  });
  stubNetwork({ 'victim.test': [[PUBLIC]], 'evil.test': [[PUBLIC]] }, Number(new URL(server.url).port));
  const fetch = httpFetch({ clock: () => NOW, limits: { deadline: 1_000, patience: 300 } });
  const evil = [1, 2, 3, 4].map((n) => fetch({ url: `http://evil.test/${n}` }));
  await vi.waitFor(() => expect(server.requests.filter(({ path }) => path === '/slow')).toHaveLength(2));
  expect(await fetch({ url: VICTIM })).toMatchObject({ kind: 'document' });
  await Promise.all(evil);
});

const withLoopback = (wanted: FetchRequest) =>
  httpFetch({ clock: () => NOW, guard: { loopback: true } })(wanted);
const REFUSED = { kind: 'failed', failure: { kind: 'refused' } };

it.each([
  'http://127.0.0.1/secret',
  'http://localhost/secret',
  'http://[::1]/secret',
  'http://2130706433/secret',
  'http://local.test/secret',
  'http://evil.test/secret',
])('where loopback is allowed, no public feed is redirected to %s', async (location) => {
  const server = await net(
    { 'evil.test/': to(location) },
    { 'evil.test': [[PUBLIC], ['127.0.0.1']], 'local.test': [['127.0.0.1']], localhost: [['127.0.0.1']] },
  );
  expect(await withLoopback({ url: 'http://evil.test/' })).toMatchObject(REFUSED);
  expect(server.requests).toHaveLength(1);
});

it('where loopback is allowed, no public feed moves there, nor by a name that leads there at some time', async () => {
  const server = await net({}, { 'evil.test': [['127.0.0.1']], 'mixed.test': [['127.0.0.1', PUBLIC]] });
  const feedUrl = 'http://evil.test/';
  for (const url of ['http://127.0.0.1/secret', 'http://evil.test/secret'])
    expect(await withLoopback({ url, feedUrl })).toMatchObject(REFUSED);
  expect(await withLoopback({ url: 'http://mixed.test/' })).toMatchObject(REFUSED);
  expect(server.requests).toEqual([]);
});

it.each([
  ['http://localhost/', 'http://127.0.0.1/feed'],
  ['http://127.0.0.1/', '/feed'],
  // As in a hosts file.
  ['http://local.test/', 'http://local.test/feed'],
])('a feed of this machine, %s, is redirected to %s', async (url, location) => {
  await net(
    { 'localhost/': to(location), '127.0.0.1/': to(location), 'local.test/': to(location) },
    { localhost: [['127.0.0.1']], 'local.test': [['127.0.0.1']] },
  );
  expect(await withLoopback({ url })).toMatchObject({ kind: 'document' });
});

it('a feed of this machine may be redirected to a public one', async () => {
  await net({ '127.0.0.1/': to('http://other.test/') });
  expect(await withLoopback({ url: 'http://127.0.0.1/' })).toMatchObject({ kind: 'document' });
});
