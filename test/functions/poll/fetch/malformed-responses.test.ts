import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectionMessage } from '../../../../functions/poll/fetch/failure-messages.ts';
import type { FetchResult } from '../../../../functions/poll/fetch/fetch.ts';
import { httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { peakMemory } from '../../../helpers/memory.ts';
import { processorTime } from '../../../helpers/processor-time.ts';
import { rawServer } from '../../../helpers/raw-server.ts';
import { isLong } from '../../../helpers/size.ts';

const FEED = '<rss version="2.0"><channel><title>Herald</title></channel></rss>';
const LENGTH = FEED.length;
const HEX = LENGTH.toString(16);
const fetch = httpFetch({ clock: () => 0, limits: { deadline: 5_000 }, guard: { loopback: true } });

/** Fetches a response of these raw bytes, sent in pieces before the server closes the connection. */
async function fetchRaw(response: string | Buffer, pieceBytes = 1_000_000): Promise<FetchResult> {
  const bytes = Buffer.from(response as string, 'latin1');
  const { url } = await rawServer(async (socket) => {
    socket.setNoDelay();
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      socket.write(bytes.subarray(at, at + pieceBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.end();
  });
  return fetch({ url });
}

const text = (fetched: FetchResult) =>
  fetched.kind === 'document' ? Buffer.from(fetched.bytes).toString() : expect.fail(JSON.stringify(fetched));

const ok = (headers: string, body = FEED) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`;
const length = `Content-Length: ${LENGTH}`;
const chunked = (body = `${HEX}\r\n${FEED}\r\n0\r\n\r\n`) => ok('Transfer-Encoding: chunked', body);

/** curl reads all of these, and browsers read most, as far as they were tried. */
const READABLE: readonly (readonly [string, string])[] = [
  ['20 KB of cookies', ok(`${`Set-Cookie: c=${'x'.repeat(480)}\r\n`.repeat(40)}${length}`)],
  ['120 KB of headers', ok(`${`X-Policy: ${'x'.repeat(1_000)}\r\n`.repeat(118)}${length}`)],
  ['3,000 headers', ok(`${'a: b\r\n'.repeat(3_000)}${length}`)],
  ['a control character in a header', ok(`X-Note: a\u0001b\r\n${length}`)],
  ['a carriage return in a header', ok(`X-Note: a\rb\r\n${length}`)],
  ['bare line feeds only', ok(length).replaceAll('\r\n', '\n')],
  ['some bare line feeds', ok(`A: b\n${length}\r\nC: d`).replace('\r\n\r\n', '\r\n\n')],
  ['a folded header', ok(`A: b\r\n  c\r\n${length}`)],
  ['a folded first header', ok(` A: b\r\n${length}`)],
  ['a length beside chunks', `${chunked()}`.replace('\r\n', `\r\n${length}\r\n`)],
  ['a wrong length beside chunks', `${chunked()}`.replace('\r\n', '\r\nContent-Length: 3\r\n')],
  ['the length twice', ok(`${length}\r\n${length}`)],
  ['the length twice in one header', ok(`${length}, ${LENGTH}`)],
  ['two lengths', ok(`${length}\r\nContent-Length: ${LENGTH + 5}`)],
  ['a non-numeric length', ok('Content-Length: all')],
  ['a length with a unit', ok(`${length} bytes`)],
  ['a length with a sign', ok(`Content-Length: +${LENGTH}`)],
  ['a length of 30 digits', ok(`Content-Length: ${'9'.repeat(30)}`)],
  ['a blank in a name', ok(`X Note: a\r\n${length}`)],
  ['a blank after a name', ok(`X-Note : a\r\nContent-Length : ${LENGTH}`)],
  ['no name', ok(`: a\r\n${length}`)],
  ['a name in UTF-8', Buffer.from(ok(`X-Ü: a\r\n${length}`)).toString('latin1')],
  ['brackets in a name', ok(`X[0]: a\r\n${length}`)],
  ['a line that is not a header', ok(`Warning in line 3\r\n${length}`)],
  ['the status line twice', ok(`HTTP/1.1 200 OK\r\n${length}`)],
  ['no reason phrase', `HTTP/1.1 200\r\n${length}\r\n\r\n${FEED}`],
  ['two blanks before the status', `HTTP/1.1  200 OK\r\n${length}\r\n\r\n${FEED}`],
  ['a status line in lower case', `http/1.1 200 ok\r\n${length}\r\n\r\n${FEED}`],
  ['HTTP/1.0 and no length', `HTTP/1.0 200 OK\r\n\r\n${FEED}`],
  ['HTTP/2 in the status line', `HTTP/2 200\r\n${length}\r\n\r\n${FEED}`],
  ['blank lines first', `\r\n\r\n${ok(length)}`],
  ['a byte order mark first', `\xef\xbb\xbf${ok(length)}`],
  ['an informational response first', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok(length)}`],
  [
    'an informational response and an invalid head',
    `HTTP/1.1  103 Early\r\n\r\n${ok(`X Y: z\r\n${length}`)}`,
  ],
  ['garbage after the end', `${ok(length)}\r\n\r\ngarbage`],
  ['garbage after the last chunk', `${chunked()}garbage`],
  ['blanks in chunk sizes', chunked(`${HEX}   \r\n${FEED}\r\n0  \r\n\r\n`)],
  ['the identity encoding', ok(`Transfer-Encoding: identity\r\n${length}`)],
  ['an upgrade offer', ok(`Upgrade: h2\r\nConnection: Upgrade\r\n${length}`)],
];

describe('a response with', () => {
  it.each(READABLE)('%s is read, as in curl', async (_what, response) => {
    const fetched = await fetchRaw(response);
    expect(text(fetched)).toBe(FEED);
    expect(fetched).not.toHaveProperty('cut');
  });

  it.each(READABLE.filter(([, response]) => response.length < 1_000))(
    '%s is read even if it arrives byte by byte',
    async (_what, response) => {
      expect(text(await fetchRaw(response, 1))).toBe(FEED);
    },
  );

  it.each([
    ['a length that is too large', ok(`Content-Length: ${LENGTH + 50}`)],
    ['no last chunk', chunked(`${HEX}\r\n${FEED}\r\n`)],
    ['bare line feeds between chunks', chunked(`${HEX}\n${FEED}\n0\n\n`)],
  ])('%s is read as truncated', async (_what, response) => {
    const fetched = await fetchRaw(response);
    expect(text(fetched)).toBe(FEED);
    expect(fetched).toMatchObject({ cut: 'broken' });
  });

  it('repaired headers keeps its metadata', async () => {
    expect(
      await fetchRaw(
        ok(
          `Content-Type: text/xml\r\nX Y: z\r\nETag: "1"\r\nLast-Modified: x\r\nLink: </f>; rel=feed\r\n${length}`,
        ),
      ),
    ).toMatchObject({ contentType: 'text/xml', etag: '"1"', lastModified: 'x', link: '</f>; rel=feed' });
  });

  it.each([
    ['is shorter than its length', `X Y: z\r\nContent-Length: ${LENGTH + 50}`, FEED],
    [
      'breaks off within a chunk',
      'X Y: z\r\nTransfer-Encoding: chunked',
      `${(LENGTH + 50).toString(16)}\r\n${FEED}`,
    ],
    ['has a wrong chunk', 'X Y: z\r\nTransfer-Encoding: chunked', `${HEX}\r\n${FEED}\r\nzz\r\n`],
  ])('repaired headers and a body that %s is read as truncated', async (_what, headers, body) => {
    const fetched = await fetchRaw(ok(headers, body));
    expect(text(fetched)).toBe(FEED);
    expect(fetched).toMatchObject({ cut: 'broken' });
  });

  it.each([
    ['a chunked encoding without chunks', ok('X Y: z\r\nTransfer-Encoding: chunked')],
    ['an endless head', 'HTTP/1.1  200 OK\r\nX Y: z\r\n'],
    ['only a length', ok('X Y: z\r\nContent-Length: 9', '')],
  ])('repaired headers and %s fails at once', async (_what, response) => {
    const start = performance.now();
    expect(await fetchRaw(response)).toMatchObject({ failure: { kind: 'unreachable' } });
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it('repaired headers and a compressed body is read', async () => {
    const head = Buffer.from(`HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Encoding: gzip\r\n\r\n`);
    expect(text(await fetchRaw(Buffer.concat([head, gzipSync(FEED)])))).toBe(FEED);
  });

  it('a head of carriage returns takes little time', async () => {
    const start = process.threadCpuUsage();
    expect(
      await fetchRaw(`HTTP/1.1  200 OK${'\r'.repeat(120_000)}X\r\n${length}\r\n\r\n${FEED}`),
    ).toBeDefined();
    expect(processorTime(start)).toBeLessThan(1_000);
  });

  it('endless informational responses fails', async () => {
    const start = process.threadCpuUsage();
    expect(await fetchRaw('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50_000))).toMatchObject({
      failure: { kind: 'unreachable', detail: 'only informational responses (1xx)' },
    });
    expect(processorTime(start)).toBeLessThan(2_000);
  });

  it.each([
    [
      'more than 128 KiB of headers',
      ok(`${`a: ${'b'.repeat(1_000)}\r\n`.repeat(140)}${length}`),
      /128 KiB of headers \(HPE_HEADER_OVERFLOW\)$/,
    ],
    ['another protocol', 'SSH-2.0-x\r\n\r\n', /not valid HTTP.*\(HPE_\w+\)$/],
    ['no head at all', FEED, /not valid HTTP.*\(HPE_\w+\)$/],
    ['no bytes', '', /closed the connection before the response was complete \(ECONNRESET\)$/],
    ['a chunked encoding without chunks', chunked(FEED), /closed the connection before the response/],
  ])('%s fails with a plain message', async (_what, response, message) => {
    expect(await fetchRaw(response)).toEqual({
      kind: 'failed',
      failure: { kind: 'unreachable', detail: expect.stringMatching(message) },
    });
  });
});

describe('a connection', () => {
  it('carries one response, and a second one on it is ignored', async () => {
    const { url, requests } = await rawServer((socket, path) => {
      const own = ok(`Content-Length: ${path.length}`, path);
      socket.write(`${own}${ok('Content-Length: 8', 'smuggled')}`);
    });
    for (const path of ['/one', '/two', '/three'])
      expect(text(await fetch({ url: `${url}${path}` }))).toBe(path);
    // The same holds for repaired headers.
    const repaired = await rawServer((socket, path) => {
      socket.write(`${ok(`X Y: z\r\nContent-Length: ${path.length}`, path)}${ok(length)}`);
    });
    for (const path of ['/one', '/two'])
      expect(text(await fetch({ url: `${repaired.url}${path}` }))).toBe(path);
    expect(requests).toHaveLength(3);
    expect(requests[0]).toMatch(/\r\nconnection: close\r\n/i);
  });

  it('that repairs headers is guarded like any other', async () => {
    const { url, requests } = await rawServer((socket) => socket.end(ok('X Y: z')));
    const guardedFetch = httpFetch({ clock: () => 0 });
    expect(await guardedFetch({ url })).toMatchObject({ kind: 'failed', failure: { kind: 'refused' } });
    expect(requests).toHaveLength(0);
  });

  it('that repairs headers ends at the deadline', async () => {
    const { url } = await rawServer((socket) => void socket.write('HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n<rss'));
    const fetchBriefly = httpFetch({ clock: () => 0, limits: { deadline: 300 }, guard: { loopback: true } });
    const start = performance.now();
    expect(await fetchBriefly({ url })).toMatchObject({ failure: { kind: 'timeout' } });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it.each([
    ['ENOTFOUND', 'unknown host; check the address (ENOTFOUND)'],
    ['CERT_HAS_EXPIRED', expect.stringMatching(/^no secure connection .* \(CERT_HAS_EXPIRED\)$/)],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', expect.stringMatching(/^no secure connection/)],
    ['ERR_TLS_CERT_ALTNAME_INVALID', expect.stringMatching(/^no secure connection/)],
    ['HPE_INVALID_VERSION', expect.stringMatching(/^the response is not valid HTTP/)],
    ['ENEW', 'something new (ENEW)'],
  ])('that fails with %s has a plain message', (code, message) => {
    expect(connectionMessage(Object.assign(new Error('something new'), { code }))).toEqual(message);
  });
});

it.runIf(isLong)('a body in chunks of one byte takes at most three times its limit of memory', async () => {
  const bytes = 1_000_000;
  const unit = Buffer.from('1\r\n \r\n'.repeat(10_000));
  const { url } = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    let sent = 0;
    const write = () => {
      while (!socket.destroyed && sent < bytes * 1.2) {
        sent += 10_000;
        if (!socket.write(unit)) return;
      }
      socket.end('0\r\n\r\n');
    };
    socket.on('drain', write);
    write();
  });
  const fetchPatiently = httpFetch({
    clock: () => 0,
    limits: { deadline: 60_000, bytes },
    guard: { loopback: true },
  });
  let fetched: FetchResult | undefined;
  const peak = await peakMemory(async () => {
    fetched = await fetchPatiently({ url });
  });
  expect(fetched).toMatchObject({ kind: 'document', cut: 'limit' });
  expect(peak).toBeLessThan(3 * bytes);
});
