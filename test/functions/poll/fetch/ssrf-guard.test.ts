import dns from 'node:dns';
import ipaddr from 'ipaddr.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FetchResult } from '../../../../functions/poll/fetch/fetch.ts';
import { sendRequest, singleUseAgents } from '../../../../functions/poll/fetch/http-client.ts';
import { httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { specialAddressKind } from '../../../../functions/shared/special-address.ts';
import type { SsrfGuard } from '../../../../functions/shared/ssrf-guard.ts';
import { type LoopbackServer, loopbackServer } from '../../../helpers/loopback-server.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { sampled } from '../../../helpers/size.ts';
import { LOCAL_NAMES, NON_PUBLIC_IPV4, NON_PUBLIC_IPV6, spellingsOf } from './hostile-hosts.ts';
import { stubNetwork } from './stubbed-network.ts';

const PUBLIC = '93.184.215.14';
const PUBLIC6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';
const HOSTILE = [...NON_PUBLIC_IPV4.flatMap(spellingsOf), ...NON_PUBLIC_IPV6];

afterEach(() => {
  vi.restoreAllMocks();
});

const fetch = httpFetch({ clock: Date.now });
const withLoopback = httpFetch({ clock: Date.now, guard: { loopback: true } });
const portOf = ({ url }: LoopbackServer) => Number(new URL(url).port);
const refusal = (fetched: FetchResult) =>
  fetched.kind === 'failed' && fetched.failure.kind === 'refused'
    ? fetched.failure.detail
    : expect.fail(`expected a refusal, got ${JSON.stringify(fetched)}`);

describe('specialAddressKind', () => {
  /** Asks ipaddr.js, and adds what it lacks: IPv6 addresses outside 2000::/3 are not allocated. */
  function isSpecial(text: string): boolean {
    const address = ipaddr.parse(text);
    if (address.range() !== 'unicast') return true;
    return (
      address instanceof ipaddr.IPv6 && !address.match(ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number])
    );
  }
  const differing = (addresses: Iterable<string>) =>
    [...addresses].filter((address) => (specialAddressKind(address) !== undefined) !== isSpecial(address));

  /** Yields the first and last address of every range, and their neighbours. */
  function* edges(prototype: ipaddr.IPv4 | ipaddr.IPv6): Generator<string> {
    const { SpecialRanges } = prototype as unknown as { SpecialRanges: Record<string, unknown[]> };
    for (const value of Object.values(SpecialRanges)) {
      const ranges = (Array.isArray(value[0]) ? value : [value]) as [ipaddr.IPv4 | ipaddr.IPv6, number][];
      for (const [start, length] of ranges) {
        const bytes = start.toByteArray();
        const size = BigInt(bytes.length * 8);
        const first = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        const end = first + (1n << (size - BigInt(length)));
        for (const number of [first - 1n, first, first + 1n, end - 1n, end]) {
          if (number < 0n || number >> size > 0n) continue;
          const parts = Array.from({ length: bytes.length }, (_, n) =>
            Number((number >> (size - 8n * BigInt(n + 1))) & 255n),
          );
          yield ipaddr.fromByteArray(parts).toString();
        }
      }
    }
  }

  it('agrees with ipaddr.js at the edges of all its ranges', () => {
    const four = [...edges(ipaddr.IPv4.prototype as ipaddr.IPv4)];
    const six = [...edges(ipaddr.IPv6.prototype as ipaddr.IPv6)];
    expect([four.length, six.length].every((count) => count > 80)).toBe(true);
    expect(differing(four)).toEqual([]);
    expect(differing(six)).toEqual([]);
  });

  it('agrees with ipaddr.js on random addresses', () => {
    const random = seededRandom(1);
    const byte = () => random.integer(256);
    const four = Array.from({ length: 50_000 }, () => [byte(), byte(), byte(), byte()].join('.'));
    expect(differing(four)).toEqual([]);
    const six = Array.from({ length: 50_000 }, () => {
      const bytes = Array.from({ length: 16 }, byte);
      // Most of IPv6 is not allocated. Prefers 2000::/3, which has more ranges.
      if (random.chance(0.8)) bytes[0] = 0x20 + (byte() % 0x20);
      if (random.chance(0.3)) bytes.splice(0, 2, 0x20, 0x01);
      return ipaddr.fromByteArray(bytes).toString();
    });
    expect(differing(six)).toEqual([]);
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['fd00:ec2::254', 'private'],
    ['169.254.169.254', 'link-local'],
    ['168.63.129.16', 'metadata'],
    ['100.64.0.1', "provider's"],
    ['239.1.1.1', 'multicast'],
    ['203.0.113.7', 'documentation'],
    ['::ffff:127.0.0.1', 'reserved'],
    ['::ffff:93.184.215.14', 'reserved'],
    ['::169.254.169.254', 'reserved'],
    ['fe80::1%eth0', 'reserved'],
    ['2606:2800::1%eth0', 'reserved'],
    ['nonsense', 'reserved'],
    ['', 'reserved'],
    ['0177.0.0.1', 'reserved'],
    [PUBLIC, undefined],
    [PUBLIC6, undefined],
  ])('classifies %j as %s', (address, kind) => {
    expect(specialAddressKind(address)).toBe(kind);
  });
});

describe('hostile addresses', () => {
  it('number hundreds', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThan(500);
  });

  it('reach this machine if nothing guards it', async () => {
    const sentinel = await loopbackServer((response) => response.end());
    const noGuard: SsrfGuard = {
      checkUrl: () => undefined,
      checkHost: () => undefined,
      lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    };
    const agents = singleUseAgents(noGuard);
    const hosts = [...spellingsOf('127.0.0.1').filter((host) => !host.startsWith('[')), ...LOCAL_NAMES];
    let valid = 0;
    for (const host of hosts) {
      const address = `http://${host}:${portOf(sentinel)}/`;
      if (!URL.canParse(address)) continue;
      valid++;
      const response = await sendRequest(new URL(address), { agents, headers: {}, deadline: 5_000 });
      response.resume();
    }
    expect(valid).toBeGreaterThan(40);
    expect(sentinel.requests).toHaveLength(valid);
  });

  it.each(['http', 'https'])('are never requested over %s', async (protocol) => {
    const sentinel = await loopbackServer((response) => response.end('<rss/>'));
    const resolves = Object.fromEntries(LOCAL_NAMES.map((name) => [name.toLowerCase(), [['127.0.0.1']]]));
    const network = stubNetwork({ ...resolves, localhost: [['::1']] }, portOf(sentinel));
    for (const host of [...HOSTILE, ...LOCAL_NAMES]) {
      for (const port of ['', `:${portOf(sentinel)}`]) {
        const fetched = await fetch({ url: `${protocol}://${host}${port}/feed` });
        // An invalid address is unreachable, not refused.
        if (URL.canParse(`${protocol}://${host}/`)) refusal(fetched);
        else expect(fetched).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' } });
      }
    }
    expect(network.dialled).toEqual([]);
    expect(sentinel.requests).toEqual([]);
  });

  it.each([undefined, true])('are not reached by redirects (loopback allowed: %s)', async (loopback) => {
    const ports = ['', ':80', ':443', ':9200', ':9229', ':6379'];
    const hosts = HOSTILE.filter((host) => URL.canParse(`http://${host}/`));
    let location = '';
    const feeds = await loopbackServer((response) => response.writeHead(302, { location }).end());
    const network = stubNetwork({ 'feeds.news': [[PUBLIC]] }, portOf(feeds));
    const guardedFetch = httpFetch({ clock: Date.now, guard: loopback ? { loopback } : {} });
    const isAllowed = (host: string) =>
      loopback === true && /^(127\.|\[::1\]$)/.test(new URL(`http://${host}`).hostname);
    for (const [n, host] of sampled(hosts, 5).entries()) {
      if (isAllowed(host)) continue;
      // Headers are ASCII.
      const escaped = host.replaceAll(/[^ -~]/gu, encodeURIComponent);
      location = `${n % 2 === 0 ? 'http:' : ''}//${escaped}${ports[n % ports.length]}/latest/meta-data/`;
      expect(refusal(await guardedFetch({ url: 'http://feeds.news/' }))).toMatch(/^a redirect to http:/);
    }
    expect(new Set(network.dialled)).toEqual(new Set([PUBLIC]));
  });
});

describe('every request of a chain', () => {
  it('is checked, such as a third one that leads to cloud metadata', async () => {
    const server = await loopbackServer((response, number) =>
      response
        .writeHead(301, {
          location: ['http://b.news/', 'https://feeds.news:80/', 'http://169.254.169.254/latest/'][
            number - 1
          ],
        })
        .end(),
    );
    const network = stubNetwork({ 'a.news': [[PUBLIC]], 'b.news': [[PUBLIC6]] }, portOf(server));
    const direct = await fetch({ url: 'http://a.news/' });
    // The second redirect leads to https, which the stub does not speak.
    expect(direct).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' } });
    expect(network.dialled).toEqual([PUBLIC, PUBLIC6]);

    vi.restoreAllMocks();
    const three = await loopbackServer((response, number) =>
      response
        .writeHead(302, {
          location: number === 3 ? 'http://169.254.169.254/latest/' : `http://${'abc'[number]}.news/`,
        })
        .end(),
    );
    const again = stubNetwork(
      { 'a.news': [[PUBLIC]], 'b.news': [[PUBLIC]], 'c.news': [[PUBLIC]] },
      portOf(three),
    );
    expect(refusal(await fetch({ url: 'http://a.news/' }))).toBe(
      'a redirect to http://169.254.169.254/latest/: 169.254.169.254 is a link-local address: use an address on the public internet',
    );
    expect(again.dialled).toEqual([PUBLIC, PUBLIC, PUBLIC]);
    expect(three.requests).toHaveLength(3);
  });

  it('resolves its name once and connects to that address, so rebinding a name gains nothing', async () => {
    const server = await loopbackServer((response, number) =>
      number === 2 ? response.writeHead(302, { location: '/again' }).end() : response.end('<rss/>'),
    );
    const network = stubNetwork({ 'rebind.news': [[PUBLIC], [PUBLIC], ['127.0.0.1']] }, portOf(server));
    expect(await fetch({ url: 'http://rebind.news/' })).toMatchObject({ kind: 'document' });
    expect(network).toEqual({ dialled: [PUBLIC], resolved: ['rebind.news'] });
    expect(refusal(await fetch({ url: 'http://rebind.news/' }))).toBe(
      'a redirect to http://rebind.news/again: rebind.news is 127.0.0.1, which is a loopback address: to read feeds on this machine, add --loopback-feeds',
    );
    expect(network.dialled).toEqual([PUBLIC, PUBLIC]);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [[PUBLIC, '10.0.0.1']],
    [['10.0.0.1', PUBLIC]],
    [[PUBLIC6, '::1']],
    [[PUBLIC, `64:ff9b::${PUBLIC}`]],
    [[PUBLIC6, '::ffff:127.0.0.1', PUBLIC]],
  ])('is refused if its name has both public and non-public addresses: %j', async (addresses) => {
    const server = await loopbackServer((response) => response.end('<rss/>'));
    const network = stubNetwork({ 'mixed.news': [addresses] }, portOf(server));
    refusal(await fetch({ url: 'http://mixed.news/' }));
    expect(network.dialled).toEqual([]);
  });

  it('may go to public addresses', async () => {
    const server = await loopbackServer((response) => response.end('<rss/>'));
    const network = stubNetwork({ 'both.news': [[PUBLIC, PUBLIC6]] }, portOf(server));
    for (const url of ['http://both.news/', `http://${PUBLIC}/`, `http://[${PUBLIC6}]:8080/`])
      expect(await fetch({ url })).toMatchObject({ kind: 'document', url });
    expect(network.dialled).toEqual([PUBLIC, PUBLIC6, PUBLIC, PUBLIC6]);
  });

  it('is unreachable if its name does not resolve', async () => {
    stubNetwork({}, 9);
    expect(await fetch({ url: 'http://nowhere.news/' })).toEqual({
      kind: 'failed',
      failure: { kind: 'unreachable', detail: 'unknown host; check the address (ENOTFOUND)' },
    });
  });
});

describe('a redirect', () => {
  it.each<[string, string | RegExp]>([
    ['file:///etc/hostname', /file: is not a protocol for feeds/],
    ['ftp://feeds.news/', /ftp: is not a protocol/],
    ['gopher://feeds.news:80/', /gopher: is not a protocol/],
    ['data:text/xml,<rss/>', /data: is not a protocol/],
    ['javascript:alert(1)', /javascript: is not a protocol/],
    ['http://user:secret@feeds.news/', /^[^@]*with a user name or password[^@]*$/],
    ['http://user@feeds.news/', /with a user name or password/],
    ['http://feeds.news:22/', /on port 22/],
    ['https://feeds.news:8443/', /on port 8443/],
    ['http://feeds.news:0/', /on port 0/],
  ])('to %s is refused', async (location, detail) => {
    const server = await loopbackServer((response) => response.writeHead(302, { location }).end());
    const network = stubNetwork({ 'feeds.news': [[PUBLIC]] }, portOf(server));
    const message = refusal(await fetch({ url: 'http://feeds.news:8080/' }));
    expect(message).toMatch(detail);
    expect(message).not.toContain('secret');
    expect(network.dialled).toEqual([PUBLIC]);
  });

  it.each(['http://other.news/', 'http://other.news:443/', 'http://other.news:8080/'])(
    'from port 8080 to %s is followed',
    async (location) => {
      const server = await loopbackServer((response, number) =>
        number === 1 ? response.writeHead(302, { location }).end() : response.end('<rss/>'),
      );
      stubNetwork({ 'feeds.news': [[PUBLIC]], 'other.news': [[PUBLIC]] }, portOf(server));
      expect(await fetch({ url: 'http://feeds.news:8080/' })).toMatchObject({ kind: 'document' });
    },
  );
});

describe('with loopback allowed', () => {
  it('all other non-public addresses stay refused', async () => {
    const server = await loopbackServer((response) => response.end('<rss/>'));
    const port = portOf(server);
    const network = stubNetwork(
      { localhost: [['127.0.0.1', '::1']], lan: [['127.0.0.1', '10.0.0.1']] },
      port,
    );
    for (const host of ['127.0.0.1', '127.9.9.9', '[::1]', 'localhost', '2130706433', '127.1'])
      expect(await withLoopback({ url: `http://${host}:${port}/` })).toMatchObject({ kind: 'document' });
    expect(new Set(network.dialled)).toEqual(new Set(['127.0.0.1', '127.9.9.9', '::1']));
    const dialled = network.dialled.length;
    for (const host of [
      '10.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '0.0.0.0',
      '[::]',
      '169.254.169.254',
      'lan',
    ])
      refusal(await withLoopback({ url: `http://${host}:${port}/` }));
    expect(network.dialled).toHaveLength(dialled);
  });

  it('a refusal without it names the option', async () => {
    vi.spyOn(dns, 'lookup');
    expect(refusal(await fetch({ url: 'http://127.0.0.1:9/feed' }))).toBe(
      '127.0.0.1 is a loopback address: to read feeds on this machine, add --loopback-feeds',
    );
    expect(dns.lookup).not.toHaveBeenCalled();
  });
});
