import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FetchResult } from '../../../../functions/poll/fetch/fetch.ts';
import { FETCH_LIMITS, type FetchLimits, httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { loopbackServer, refusingUrl } from '../../../helpers/loopback-server.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const BODY = '<rss version="2.0"><channel><title>Zürich</title></channel></rss>';
const XML = { 'content-type': 'application/rss+xml; charset=utf-8' };

/** Short limits, so that tests of hanging servers end soon. */
const LIMITS: FetchLimits = { deadline: 5_000, maxWait: 5_000, bytes: 100_000, redirects: 3 };
const fetcher = (limits: Partial<FetchLimits> = {}) =>
  httpFetch({ clock: () => NOW, limits: { ...LIMITS, ...limits }, guard: { loopback: true } });

function failure(fetched: FetchResult) {
  return fetched.kind === 'failed' ? fetched.failure : expect.fail(`expected a failure, got ${fetched.kind}`);
}

const text = (fetched: FetchResult) =>
  fetched.kind === 'document' ? Buffer.from(fetched.bytes).toString() : expect.fail(JSON.stringify(fetched));

describe('a document', () => {
  it('comes with its content type, validators and address', async () => {
    const { url, requests } = await loopbackServer((response) =>
      response
        .writeHead(200, { ...XML, etag: 'W/"1"', 'last-modified': 'Mon, 02 Mar 2026 10:00:00 GMT' })
        .end(BODY),
    );
    expect(await fetcher()({ url: `${url}/feed?a=1` })).toEqual({
      kind: 'document',
      bytes: Buffer.from(BODY),
      contentType: 'application/rss+xml; charset=utf-8',
      etag: 'W/"1"',
      lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT',
      url: `${url}/feed?a=1`,
    });
    expect(requests).toHaveLength(1);
    const [{ path, headers } = { path: '', headers: {} }] = requests;
    expect(path).toBe('/feed?a=1');
    expect(headers).toMatchObject({
      accept: expect.stringContaining('application/rss+xml'),
      'user-agent': expect.stringMatching(/^Mozilla\/5\.0 \(compatible; news-alerts\/[\d.]+; feed reader\)$/),
    });
    expect(headers).not.toHaveProperty('if-none-match');
    expect(headers).not.toHaveProperty('if-modified-since');
  });

  it('may have neither a body nor headers', async () => {
    const { url } = await loopbackServer((response) => response.end());
    expect(await fetcher()({ url })).toEqual({
      kind: 'document',
      bytes: Buffer.alloc(0),
      contentType: '',
      url,
    });
  });
});

describe('validators', () => {
  const etag = '"1"';
  const lastModified = 'Mon, 02 Mar 2026 10:00:00 GMT';

  it.each([
    [
      { etag, lastModified },
      { 'if-none-match': etag, 'if-modified-since': lastModified },
    ],
    [{ etag }, { 'if-none-match': etag }],
    [{ lastModified }, { 'if-modified-since': lastModified }],
  ])('%j are sent back unchanged, and a 304 means unchanged', async (validators, sent) => {
    const { url, requests } = await loopbackServer((response) => response.writeHead(304).end());
    expect(await fetcher()({ url, ...validators })).toEqual({ kind: 'unchanged' });
    const { headers = {} } = requests[0] ?? {};
    const conditional = Object.entries(headers).filter(([name]) => name.startsWith('if-'));
    expect(Object.fromEntries(conditional)).toEqual(sent);
  });

  it('are sent along redirects', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      number === 1 ? response.writeHead(301, { location: '/new' }).end() : response.writeHead(304).end(),
    );
    expect(await fetcher()({ url, etag })).toEqual({ kind: 'unchanged', moved: `${url}/new` });
    expect(requests.map(({ path, headers }) => [path, headers['if-none-match']])).toEqual([
      ['/', etag],
      ['/new', etag],
    ]);
  });

  it('make a 304 a failure if none were sent', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(304).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: 'HTTP 304' });
  });
});

describe('compression', () => {
  it('is requested and decoded', async () => {
    const { url, requests } = await loopbackServer((response) =>
      response.writeHead(200, { ...XML, 'content-encoding': 'gzip' }).end(gzipSync(BODY)),
    );
    expect(text(await fetcher()({ url }))).toBe(BODY);
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip, br, zstd');
  });

  it('may be named in several headers', async () => {
    const { url } = await loopbackServer((response) => {
      response.setHeader('content-encoding', ['gzip', 'br']);
      response.end(brotliCompressSync(gzipSync(BODY)));
    });
    expect(text(await fetcher()({ url }))).toBe(BODY);
  });

  it('that breaks off is decoded as far as possible', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(BODY).subarray(0, -12)),
    );
    const fetched = await fetcher()({ url });
    expect(fetched).toMatchObject({ kind: 'document', cut: 'broken' });
    expect(BODY.startsWith(text(fetched)) && text(fetched).length > 20).toBe(true);
  });

  it('is malformed if nothing can be decoded', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(200, { 'content-encoding': 'br' }).end(Buffer.alloc(50, 0xff)),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'malformed',
      detail: expect.stringMatching(/^a corrupt compressed body: \w+$/),
    });
  });

  it('of a zip bomb is decoded up to the limit only', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(LIMITS.bytes);
    const { url } = await loopbackServer((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const start = performance.now();
    const fetched = await fetcher()({ url });
    expect(fetched).toMatchObject({ kind: 'document', cut: 'limit' });
    expect(text(fetched)).toHaveLength(LIMITS.bytes);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('size', () => {
  it('may reach the limit; of a larger body the start is kept', async () => {
    const { url } = await loopbackServer((response, _number, { path }) =>
      response.end(Buffer.alloc(Number(path.slice(1)), 'x')),
    );
    const [whole, larger] = [
      await fetcher()({ url: `${url}/100000` }),
      await fetcher()({ url: `${url}/100001` }),
    ];
    expect([text(whole).length, text(larger).length]).toEqual([100_000, 100_000]);
    expect(whole).not.toHaveProperty('cut');
    expect(larger).toMatchObject({ cut: 'limit' });
    expect(FETCH_LIMITS.bytes).toBe(5 * 1024 * 1024);
  });

  it('is counted while the body arrives, so an endless one is cut', async () => {
    const { url } = await loopbackServer((response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', write);
      write();
    });
    expect(await fetcher()({ url })).toMatchObject({ kind: 'document', cut: 'limit' });
  });
});

describe('redirects', () => {
  it.each([300, 301, 302, 303, 307, 308])(
    'with status %d are followed, and the document has the last address',
    async (status) => {
      const { url, requests } = await loopbackServer((response, _number, { path }) => {
        if (path === '/b/c') response.writeHead(200, XML).end(BODY);
        else response.writeHead(status, { location: path === '/a' ? '/b/' : 'c' }).end('moved');
      });
      expect(await fetcher()({ url: `${url}/a` })).toMatchObject({ kind: 'document', url: `${url}/b/c` });
      expect(requests.map(({ path }) => path)).toEqual(['/a', '/b/', '/b/c']);
    },
  );

  it('are given up after the maximum', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      response.writeHead(302, { location: `/${number}` }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'more than 3 redirects, the last to /4',
    });
    expect(requests).toHaveLength(4);
  });

  it('are redacted in messages, relative ones as well', async () => {
    const { url } = await loopbackServer((response, number) =>
      response.writeHead(302, { location: `/${number}?q7x9Zk2mWvP44t` }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'more than 3 redirects, the last to /4?***',
    });
  });

  it('that loop are given up at once', async () => {
    const { url, requests } = await loopbackServer((response, _number, { path }) =>
      response.writeHead(301, { location: path === '/a' ? '/b' : '/a#top' }).end(),
    );
    expect(failure(await fetcher()({ url: `${url}/a` }))).toEqual({
      kind: 'redirects',
      detail: `a redirect loop back to ${url}/a`,
    });
    expect(requests).toHaveLength(2);
  });

  it('to an invalid address are not followed', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(302, { location: 'http://' }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'a redirect to http://, which is not a valid address',
    });
  });

  it.each<[readonly number[], string | undefined]>([
    [[301], '/1'],
    [[308, 301], '/2'],
    [[301, 302, 301], '/1'],
    [[302], undefined],
    [[307, 308], undefined],
    [[], undefined],
  ])('with statuses %j move the feed to %s', async (statuses, moved) => {
    const { url } = await loopbackServer((response, number) => {
      const status = statuses[number - 1];
      if (status) response.writeHead(status, { location: `/${number}#part` }).end();
      else if (number > 4) response.writeHead(304).end();
      else response.end(BODY);
    });
    const fetched = await fetcher()({ url: `${url}/0` });
    expect(fetched).toMatchObject({ kind: 'document', url: `${url}/${statuses.length}` });
    expect('moved' in fetched ? fetched.moved : undefined).toBe(moved && `${url}${moved}`);
  });

  it('move the feed although it is unchanged', async () => {
    const { url } = await loopbackServer((response, _number, { path }) =>
      path === '/new'
        ? response.writeHead(304, { 'cache-control': 'max-age=60' }).end()
        : response.writeHead(301, { location: '/new' }).end(),
    );
    expect(await fetcher()({ url, etag: '"1"' })).toEqual({
      kind: 'unchanged',
      moved: `${url}/new`,
      freshFor: 60_000,
    });
  });

  it('without a location are a status failure', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(301).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: 'HTTP 301' });
  });
});

describe('a status', () => {
  it.each([
    ...[204, 205, 206, 226, 400, 418].map((status) => [status, '']),
    [401, ': the server requires a login; use an address that needs none'],
    [
      403,
      ': the server refuses the request; some servers block unknown clients: set another userAgent in the file',
    ],
    [404, ': nothing at this address; look for the new one on the site'],
    [500, ': server error; often temporary'],
    [502, ': server error; often temporary'],
  ])('of %d without a body is a failure%s', async (status, message) => {
    const { url } = await loopbackServer((response) => response.writeHead(Number(status)).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: `HTTP ${status}${message}` });
  });

  it.each([200, 201, 202, 203, 206, 226])('of %d with a body is a document', async (status) => {
    const { url } = await loopbackServer((response) => response.writeHead(status, XML).end(BODY));
    expect(text(await fetcher()({ url }))).toBe(BODY);
  });

  it('of 410 means that the feed is gone', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(410).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'gone', detail: 'HTTP 410' });
  });

  it.each([
    [301, 'gone'],
    [302, 'status'],
    [307, 'status'],
  ])('of 410 behind a %d is a failure of kind %s', async (status, kind) => {
    const { url } = await loopbackServer((response, _n, { path }) =>
      path === '/gone'
        ? response.writeHead(410).end()
        : response.writeHead(status, { location: '/gone' }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({ kind, detail: 'HTTP 410' });
  });

  it.each([
    [429, '120', NOW + 120_000],
    [503, ' 0 ', NOW],
    [503, 'Mon, 02 Mar 2026 13:00:00 GMT', NOW + 3_600_000],
    [429, 'Mon, 02 Mar 2026 11:00:00 GMT', NOW - 3_600_000],
    [429, 'soon', undefined],
    [429, '', undefined],
    [404, '60', NOW + 60_000],
  ])('of %d with Retry-After %j sets the time of the next request', async (status, value, retryAt) => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(status, { 'retry-after': value }).end('come later'),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'status',
      detail: expect.stringMatching(new RegExp(`^HTTP ${status}: `)),
      ...(retryAt === undefined ? {} : { retryAt }),
    });
  });

  it.each([429, 503])('of %d with Retry-After pauses the whole host until then', async (status) => {
    let now = NOW;
    const { url, requests } = await loopbackServer((response, number) =>
      number === 1 ? response.writeHead(status, { 'retry-after': '60' }).end() : response.end(BODY),
    );
    const fetch = httpFetch({ clock: () => now, guard: { loopback: true } });
    expect(await fetch({ url: `${url}/a` })).toMatchObject({ kind: 'failed' });
    const postponed = { kind: 'postponed', retryAt: NOW + 60_000 };
    expect(await fetch({ url: `${url}/b` })).toEqual(postponed);
    now += 59_999;
    expect(await fetch({ url: `${url}/a` })).toEqual(postponed);
    expect(requests).toHaveLength(1);
    now += 1;
    expect(await fetch({ url: `${url}/b` })).toMatchObject({ kind: 'document' });
  });

  it('ignores an infinite Retry-After', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(429, { 'retry-after': '9'.repeat(400) }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'status',
      detail: 'HTTP 429: too many requests; set a longer every for the feed',
    });
  });

  it('leaves a long body unread', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(404).end('x'.repeat(1_000_000)));
    expect(failure(await fetcher()({ url }))).toMatchObject({ kind: 'status' });
  });
});

describe('a server', () => {
  const fetchBriefly = fetcher({ deadline: 150 });
  const TIMEOUT = { kind: 'timeout', detail: 'no complete response within 0.15 s' };

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    ['never responds', () => undefined],
    ['sends only headers', (response) => response.writeHead(200, XML).flushHeaders()],
    [
      'sends a byte now and then',
      (response) => {
        response.writeHead(200, XML);
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'stops inside a compressed body',
      (response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.write(gzipSync(BODY).subarray(0, 15));
      },
    ],
    [
      'redirects and then hangs',
      (response, number) => {
        if (number === 1) response.writeHead(302, { location: '/next' }).end();
      },
    ],
  ])('that %s times out', async (_name, respond) => {
    const { url } = await loopbackServer(respond);
    const start = performance.now();
    expect(failure(await fetchBriefly({ url }))).toEqual(TIMEOUT);
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('times out by the deadline of the whole chain, however fast each redirect is', async () => {
    const { url, requests } = await loopbackServer((response, number) => {
      setTimeout(() => response.writeHead(302, { location: `/${number}` }).end(), 100);
    });
    const start = performance.now();
    expect(failure(await fetcher({ deadline: 250, redirects: 9 })({ url }))).toMatchObject({
      kind: 'timeout',
    });
    expect(requests.length).toBeLessThan(5);
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('reports its status even if the body hangs', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(503, { 'retry-after': '60' }).write('x'),
    );
    expect(failure(await fetchBriefly({ url }))).toEqual({
      kind: 'status',
      detail: expect.stringMatching(/^HTTP 503/),
      retryAt: NOW + 60_000,
    });
  });

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    ['resets the connection', (response) => response.socket?.resetAndDestroy()],
    ['closes the connection without a response', (response) => response.socket?.end()],
    // Node's client emits neither a response nor an error for this, not even at the deadline.
    [
      'switches protocols',
      (response) =>
        response.socket?.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        ),
    ],
    ['does not speak HTTP', (response) => response.socket?.end('SSH-2.0-x\r\n\r\n')],
  ])('that %s is unreachable', async (_name, respond) => {
    const { url } = await loopbackServer(respond);
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'unreachable',
      detail: expect.stringMatching(/^\S/),
    });
  });

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    [
      'sends half a body',
      (response) => {
        response.writeHead(200, { ...XML, 'content-length': 1_000 });
        response.write(BODY, () => response.socket?.destroy());
      },
    ],
    [
      'breaks off between chunks',
      (response) => {
        response.writeHead(200, XML);
        response.write(BODY, () => response.socket?.destroy());
      },
    ],
  ])('that %s yields the received part', async (_name, respond) => {
    const { url } = await loopbackServer(respond);
    const fetched = await fetcher()({ url });
    expect(fetched).toMatchObject({ kind: 'document', cut: 'broken' });
    expect(text(fetched)).toBe(BODY);
  });

  it('is unreachable if it refuses connections', async () => {
    expect(failure(await fetcher()({ url: await refusingUrl() }))).toEqual({
      kind: 'unreachable',
      detail: 'connection refused; check the address and its port (ECONNREFUSED)',
    });
  });

  it('that has failed does not affect the next fetch', async () => {
    const { url } = await loopbackServer((response, number) => {
      if (number % 2 === 1) response.socket?.resetAndDestroy();
      else response.end(BODY);
    });
    const fetch = fetcher();
    const kinds: string[] = [];
    for (let n = 0; n < 4; n++) kinds.push((await fetch({ url })).kind);
    expect(kinds).toEqual(['failed', 'document', 'failed', 'document']);
  });
});

describe('many feeds on one host', () => {
  it('are fetched two at a time, and waiting does not count towards the deadline', async () => {
    let [concurrent, max] = [0, 0];
    const { url } = await loopbackServer((response) => {
      max = Math.max(max, ++concurrent);
      setTimeout(() => {
        concurrent--;
        response.end(BODY);
      }, 200);
    });
    const fetch = fetcher({ deadline: 900 });
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => fetch({ url: `${url}/${n}` })));
    expect(all.map(({ kind }) => kind)).toEqual(Array(10).fill('document'));
    expect(max).toBe(2);
  });

  it('that hangs are postponed, and no other host has to wait', async () => {
    const hangingServer = await loopbackServer(() => undefined);
    const healthyServer = await loopbackServer((response) => response.end(BODY));
    const fetch = fetcher({ deadline: 1_000, maxWait: 500 });
    const hanging = Array.from({ length: 5 }, (_, n) => fetch({ url: `${hangingServer.url}/${n}` }));
    expect(await Promise.race([...hanging, fetch({ url: healthyServer.url })])).toMatchObject({
      kind: 'document',
    });
    expect((await Promise.all(hanging)).map(({ kind }) => kind)).toEqual([
      ...['failed', 'failed', 'postponed', 'postponed', 'postponed'],
    ]);
    expect(hangingServer.requests).toHaveLength(2);
  });
});

// Regression: such a validator cannot be sent back, and made every poll after the first fail.
it.each(['"é1"', `"${'x'.repeat(2_000)}"`])(
  'does not keep a validator that cannot be sent back: %.12s',
  async (etag) => {
    const { url } = await loopbackServer((response) => response.writeHead(200, { ...XML, etag }).end(BODY));
    expect(await fetcher()({ url })).not.toHaveProperty('etag');
  },
);
