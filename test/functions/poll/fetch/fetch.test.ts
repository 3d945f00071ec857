import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  FETCH_LIMITS,
  type FetchLimits,
  type FetchResult,
  httpFetch,
} from '../../../../functions/poll/fetch/fetch.ts';
import { loopbackServer, refusingUrl } from '../../../helpers/loopback-server.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const BODY = '<rss version="2.0"><channel><title>Zürich</title></channel></rss>';
const XML = { 'content-type': 'application/rss+xml; charset=utf-8' };

/** Limits that make a hang a matter of a moment. */
const LIMITS: FetchLimits = { deadline: 5_000, patience: 5_000, bytes: 100_000, redirects: 3 };
const fetcher = (limits: Partial<FetchLimits> = {}) =>
  httpFetch({ clock: () => NOW, limits: { ...LIMITS, ...limits }, guard: { loopback: true } });

function failure(fetched: FetchResult) {
  return fetched.kind === 'failed' ? fetched.failure : expect.fail(`not failed, but ${fetched.kind}`);
}

const text = (fetched: FetchResult) =>
  fetched.kind === 'document' ? Buffer.from(fetched.bytes).toString() : expect.fail(JSON.stringify(fetched));

describe('a document', () => {
  it('comes with what the server said of it', async () => {
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

  it('may have no body, and no headers', async () => {
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
  ])('%j are sent back as they came, and a 304 is unchanged', async (validators, sent) => {
    const { url, requests } = await loopbackServer((response) => response.writeHead(304).end());
    expect(await fetcher()({ url, ...validators })).toEqual({ kind: 'unchanged' });
    const { headers = {} } = requests[0] ?? {};
    const conditional = Object.entries(headers).filter(([name]) => name.startsWith('if-'));
    expect(Object.fromEntries(conditional)).toEqual(sent);
  });

  it('go along with redirects', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      number === 1 ? response.writeHead(301, { location: '/new' }).end() : response.writeHead(304).end(),
    );
    expect(await fetcher()({ url, etag })).toEqual({ kind: 'unchanged', moved: `${url}/new` });
    expect(requests.map(({ path, headers }) => [path, headers['if-none-match']])).toEqual([
      ['/', etag],
      ['/new', etag],
    ]);
  });

  it('that were not sent make a 304 a fault', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(304).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: 'HTTP 304' });
  });
});

describe('compression', () => {
  it('is asked for and undone', async () => {
    const { url, requests } = await loopbackServer((response) =>
      response.writeHead(200, { ...XML, 'content-encoding': 'gzip' }).end(gzipSync(BODY)),
    );
    expect(text(await fetcher()({ url }))).toBe(BODY);
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip, br, zstd');
  });

  it('may be told in several headers', async () => {
    const { url } = await loopbackServer((response) => {
      response.setHeader('content-encoding', ['gzip', 'br']);
      response.end(brotliCompressSync(gzipSync(BODY)));
    });
    expect(text(await fetcher()({ url }))).toBe(BODY);
  });

  it('that cannot be undone to its end is undone as far as it can be', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(BODY).subarray(0, -12)),
    );
    const fetched = await fetcher()({ url });
    expect(fetched).toMatchObject({ kind: 'document', cut: 'broken' });
    expect(BODY.startsWith(text(fetched)) && text(fetched).length > 20).toBe(true);
  });

  it('that cannot be undone at all is malformed', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(200, { 'content-encoding': 'br' }).end(Buffer.alloc(50, 0xff)),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'malformed',
      detail: expect.stringMatching(/^a compressed body that cannot be read: \w+$/),
    });
  });

  it('of a bomb is left in time', async () => {
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
  it('may be what the limit says: of what is larger, the start is kept', async () => {
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

  it('is counted while it comes: a flood without end is left', async () => {
    const { url } = await loopbackServer((response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await fetcher()({ url })).toMatchObject({ kind: 'document', cut: 'limit' });
  });
});

describe('redirects', () => {
  it.each([300, 301, 302, 303, 307, 308])(
    'of %d are followed, and the last address counts',
    async (status) => {
      const { url, requests } = await loopbackServer((response, _number, { path }) => {
        if (path === '/b/c') response.writeHead(200, XML).end(BODY);
        else response.writeHead(status, { location: path === '/a' ? '/b/' : 'c' }).end('moved');
      });
      expect(await fetcher()({ url: `${url}/a` })).toMatchObject({ kind: 'document', url: `${url}/b/c` });
      expect(requests.map(({ path }) => path)).toEqual(['/a', '/b/', '/b/c']);
    },
  );

  it('without end are left after as many as are allowed', async () => {
    const { url, requests } = await loopbackServer((response, number) =>
      response.writeHead(302, { location: `/${number}` }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'more than 3 redirects, the last to /4',
    });
    expect(requests).toHaveLength(4);
  });

  it('are told as people may see them, relative ones as well', async () => {
    const { url } = await loopbackServer((response, number) =>
      response.writeHead(302, { location: `/${number}?q7x9Zk2mWvP44t` }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'more than 3 redirects, the last to /4?***',
    });
  });

  it('that lead back are left at once', async () => {
    const { url, requests } = await loopbackServer((response, _number, { path }) =>
      response.writeHead(301, { location: path === '/a' ? '/b' : '/a#top' }).end(),
    );
    expect(failure(await fetcher()({ url: `${url}/a` }))).toEqual({
      kind: 'redirects',
      detail: `redirects that lead back to ${url}/a`,
    });
    expect(requests).toHaveLength(2);
  });

  it('to no address are not followed', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(302, { location: 'http://' }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'redirects',
      detail: 'a redirect to http://, which is no address',
    });
  });

  it.each<[readonly number[], string | undefined]>([
    [[301], '/1'],
    [[308, 301], '/2'],
    [[301, 302, 301], '/1'],
    [[302], undefined],
    [[307, 308], undefined],
    [[], undefined],
  ])('of %j say where to ask from now on: %s', async (statuses, moved) => {
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

  it('say where to ask from now on when nothing has changed, too', async () => {
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

  it('to nowhere are a status', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(301).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: 'HTTP 301' });
  });
});

describe('a status', () => {
  it.each([
    ...[204, 205, 206, 226, 400, 418].map((status) => [status, '']),
    [401, ': the server wants a login; give an address that needs none'],
    [
      403,
      ': the server refuses the request; some refuse programs that they do not know: set another userAgent in the file',
    ],
    [404, ': nothing is at this address; look on the site for the new one'],
    [500, ': the server has failed; it is asked again'],
    [502, ': the server has failed; it is asked again'],
  ])('of %d without a body is a failure%s', async (status, words) => {
    const { url } = await loopbackServer((response) => response.writeHead(Number(status)).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'status', detail: `HTTP ${status}${words}` });
  });

  it.each([200, 201, 202, 203, 206, 226])('of %d with a document is one', async (status) => {
    const { url } = await loopbackServer((response) => response.writeHead(status, XML).end(BODY));
    expect(text(await fetcher()({ url }))).toBe(BODY);
  });

  it('of 410 is for good', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(410).end());
    expect(failure(await fetcher()({ url }))).toEqual({ kind: 'gone', detail: 'HTTP 410' });
  });

  it.each([
    [301, 'gone'],
    [302, 'status'],
    [307, 'status'],
  ])('of 410 behind a %d is %s: where it leads to today is not the feed', async (status, kind) => {
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
  ])('of %d with Retry-After %j says when to come again', async (status, value, retryAt) => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(status, { 'retry-after': value }).end('come later'),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'status',
      detail: expect.stringMatching(new RegExp(`^HTTP ${status}: `)),
      ...(retryAt === undefined ? {} : { retryAt }),
    });
  });

  it.each([429, 503])('of %d with Retry-After leaves all of the host alone until then', async (status) => {
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

  it('with a Retry-After beyond all time says nothing of it', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(429, { 'retry-after': '9'.repeat(400) }).end(),
    );
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'status',
      detail: 'HTTP 429: the server was asked too often; set a longer every for the feed',
    });
  });

  it('leaves a long body unread', async () => {
    const { url } = await loopbackServer((response) => response.writeHead(404).end('x'.repeat(1_000_000)));
    expect(failure(await fetcher()({ url }))).toMatchObject({ kind: 'status' });
  });
});

describe('a server that fails', () => {
  const patient = fetcher({ deadline: 150 });
  const TIMEOUT = { kind: 'timeout', detail: 'no complete answer within 0.15 s' };

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    ['never answers', () => undefined],
    ['sends headers and no more', (response) => response.writeHead(200, XML).flushHeaders()],
    [
      'drips',
      (response) => {
        response.writeHead(200, XML);
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'drips compressed',
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
  ])('%s is left at the deadline', async (_name, answer) => {
    const { url } = await loopbackServer(answer);
    const start = performance.now();
    expect(failure(await patient({ url }))).toEqual(TIMEOUT);
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('is left at the deadline of the whole chain, however little a hop takes of it', async () => {
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

  it('keeps its status though the body of it hangs', async () => {
    const { url } = await loopbackServer((response) =>
      response.writeHead(503, { 'retry-after': '60' }).write('x'),
    );
    expect(failure(await patient({ url }))).toEqual({
      kind: 'status',
      detail: expect.stringMatching(/^HTTP 503/),
      retryAt: NOW + 60_000,
    });
  });

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    ['resets the connection', (response) => response.socket?.resetAndDestroy()],
    ['closes it without an answer', (response) => response.socket?.end()],
    // Of this Node's client tells nothing, not even at the deadline, to those who wait for an answer or an error.
    [
      'changes the protocol',
      (response) =>
        response.socket?.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        ),
    ],
    ['speaks no HTTP', (response) => response.socket?.end('SSH-2.0-x\r\n\r\n')],
  ])('%s is unreachable', async (_name, answer) => {
    const { url } = await loopbackServer(answer);
    expect(failure(await fetcher()({ url }))).toEqual({
      kind: 'unreachable',
      detail: expect.stringMatching(/^\S/),
    });
  });

  it.each<[string, Parameters<typeof loopbackServer>[0]]>([
    [
      'sends half of a body',
      (response) => {
        response.writeHead(200, { ...XML, 'content-length': 1_000 });
        response.write(BODY, () => response.socket?.destroy());
      },
    ],
    [
      'breaks off in chunks',
      (response) => {
        response.writeHead(200, XML);
        response.write(BODY, () => response.socket?.destroy());
      },
    ],
  ])('%s leaves what has come', async (_name, answer) => {
    const { url } = await loopbackServer(answer);
    const fetched = await fetcher()({ url });
    expect(fetched).toMatchObject({ kind: 'document', cut: 'broken' });
    expect(text(fetched)).toBe(BODY);
  });

  it('is not there', async () => {
    expect(failure(await fetcher()({ url: await refusingUrl() }))).toEqual({
      kind: 'unreachable',
      detail: 'no server takes connections there; check the address and its port (ECONNREFUSED)',
    });
  });

  it('is forgotten by the next fetch', async () => {
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

describe('many feeds of a host', () => {
  it('are asked for two at a time, and waiting takes nothing of a deadline', async () => {
    let [now, most] = [0, 0];
    const { url } = await loopbackServer((response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(BODY);
      }, 200);
    });
    const fetch = fetcher({ deadline: 900 });
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => fetch({ url: `${url}/${n}` })));
    expect(all.map(({ kind }) => kind)).toEqual(Array(10).fill('document'));
    expect(most).toBe(2);
  });

  it('that hangs are postponed, and no other host waits for them', async () => {
    const hung = await loopbackServer(() => undefined);
    const well = await loopbackServer((response) => response.end(BODY));
    const fetch = fetcher({ deadline: 1_000, patience: 500 });
    const hanging = Array.from({ length: 5 }, (_, n) => fetch({ url: `${hung.url}/${n}` }));
    expect(await Promise.race([...hanging, fetch({ url: well.url })])).toMatchObject({ kind: 'document' });
    expect((await Promise.all(hanging)).map(({ kind }) => kind)).toEqual([
      ...['failed', 'failed', 'postponed', 'postponed', 'postponed'],
    ]);
    expect(hung.requests).toHaveLength(2);
  });
});

// Regression: such a validator could not be sent back, and failed every poll after the first.
it.each(['"é1"', `"${'x'.repeat(2_000)}"`])(
  'a validator that cannot be sent back is not kept: %.12s',
  async (etag) => {
    const { url } = await loopbackServer((response) => response.writeHead(200, { ...XML, etag }).end(BODY));
    expect(await fetcher()({ url })).not.toHaveProperty('etag');
  },
);
