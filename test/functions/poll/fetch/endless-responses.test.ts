import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import zlib from 'node:zlib';
import { expect, it } from 'vitest';
import { FETCH_LIMITS, type FetchResult, httpFetch } from '../../../../functions/poll/fetch/fetch.ts';
import { limitReads } from '../../../../functions/poll/fetch/http-client.ts';
import { peakMemory } from '../../../helpers/memory.ts';
import { processorTime } from '../../../helpers/processor-time.ts';
import { rawServer } from '../../../helpers/raw-server.ts';
import { isLong } from '../../../helpers/size.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const FEED = '<rss version="2.0"><channel><title>t</title><item><title>flood</title></item></channel></rss>';

/** Writes it as often as it is read, without end. */
function pump(socket: Socket, unit: string): void {
  const bytes = Buffer.from(unit, 'latin1');
  const go = () => {
    while (!socket.destroyed) if (!socket.write(bytes)) return void socket.once('drain', go);
  };
  go();
}

const starting = (head: string, then: (socket: Socket) => void) => (socket: Socket) => {
  socket.write(head, 'latin1');
  then(socket);
};
const bombs = (encoding: string, bytes: Buffer) => (socket: Socket) =>
  socket.end(Buffer.concat([Buffer.from(`${OK}Content-Encoding: ${encoding}\r\n\r\n`), bytes]));
const repeated = (bytes: Buffer, times: number) => Buffer.concat(Array(times).fill(bytes));
/** They take most of the time of all. */
const LONG_ONES = ['chunks of one byte', 'a bomb of brotli'];

const zeros = Buffer.alloc(50 * 1024 * 1024);

const answers: Readonly<Record<string, readonly [(socket: Socket) => void, outcome: string | RegExp]>> = {
  'interim answers': [(to) => pump(to, 'HTTP/1.1 103 E\r\n\r\n'.repeat(3_000)), /interim/],
  'requests to go on': [(to) => pump(to, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3_000)), /interim/],
  'interim answers of an odd form': [
    (to) => pump(to, 'http/1.1  103 E\r\nx y: 1\r\n\r\n'.repeat(999)),
    /interim/,
  ],
  'interim answers with long headers': [
    (to) => pump(to, `HTTP/1.1 103 E\r\nLink: ${'a'.repeat(100_000)}\r\n\r\n`),
    /interim/,
  ],
  headers: [
    starting('HTTP/1.1 200 OK\r\n', (to) => pump(to, 'a: b\r\n'.repeat(1_000))),
    /128 KiB of headers/,
  ],
  'blank lines before an answer': [(to) => pump(to, '\r\n'.repeat(10_000)), /goes on and on/],
  'carriage returns before an answer': [(to) => pump(to, '\r'.repeat(10_000)), /goes on and on/],
  'chunks of one byte': [starting(CHUNKED, (to) => pump(to, '1\r\n \r\n'.repeat(10_000))), 'limit'],
  'chunks with long extensions': [
    starting(CHUNKED, (to) => pump(to, `1;${'a'.repeat(10_000)}\r\n \r\n`)),
    'broken',
  ],
  'an extension of a chunk': [starting(`${CHUNKED}1;`, (to) => pump(to, 'a'.repeat(10_000))), /./],
  trailers: [starting(`${CHUNKED}1\r\n<\r\n0\r\n`, (to) => pump(to, 'X: y\r\n'.repeat(1_000))), 'broken'],
  'a body without an end': [starting(`${OK}\r\n`, (to) => pump(to, ' '.repeat(10_000))), 'limit'],
  'a redirect with a body without an end': [
    starting('HTTP/1.1 302 F\r\nLocation: /ok\r\n\r\n', (to) => pump(to, ' '.repeat(10_000))),
    'document',
  ],
  'an error with a body without an end': [
    starting('HTTP/1.1 404 N\r\n\r\n', (to) => pump(to, ' '.repeat(10_000))),
    /^HTTP 404/,
  ],
  'answers after the answer': [
    starting(`${OK}Content-Length: 6\r\n\r\n<rss/>`, (to) => pump(to, `${OK}Content-Length: 0\r\n\r\n`)),
    'document',
  ],
  cookies: [
    (to) => {
      const set = Array.from(
        { length: 2_000 },
        (_, n) => `Set-Cookie: a${n}=${'b'.repeat(9)};path=/${n}\r\n`,
      );
      to.end(`HTTP/1.1 302 F\r\nLocation: /${Math.random()}\r\n${set.join('')}Content-Length: 0\r\n\r\n`);
    },
    'document',
  ],
  'links in a header': [
    (to) => to.end(`HTTP/1.1 200 OK\r\n${'Link: <a>;rel=alternate\r\n'.repeat(4_900)}\r\n<html>`),
    'document',
  ],
  charsets: [(to) => to.end(`${OK}X: ${';charset='.repeat(12_000)}\r\n\r\n${FEED}`), 'document'],
  'a bomb of gzip in gzip in gzip': [
    bombs('gzip,gzip,gzip', zlib.gzipSync(zlib.gzipSync(zlib.gzipSync(zeros)))),
    'limit',
  ],
  'a bomb of brotli': [
    bombs('br', zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })),
    'limit',
  ],
  'a bomb of zstd': [bombs('zstd', zlib.zstdCompressSync(zeros)), 'limit'],
  'compressed too often': [bombs('gzip,'.repeat(5), zlib.gzipSync('a')), /^compressed 5 times/],
  'members of gzip': [bombs('gzip', repeated(zlib.gzipSync('<'), 100_000)), 'document'],
};

it.each(Object.entries(answers).filter(([name]) => isLong || !LONG_ONES.includes(name)))(
  '%s take little time and memory',
  { timeout: 60_000 },
  async (_, [answer, outcome]) => {
    const server = await rawServer((socket, path) =>
      path === '/feed' ? answer(socket) : socket.end(`${OK}\r\n${FEED}`),
    );
    const fetch = httpFetch({ clock: Date.now, guard: { loopback: true } });
    let fetched: FetchResult | undefined;
    const before = process.threadCpuUsage();
    const memory = await peakMemory(async () => {
      fetched = await fetch({ url: `${server.url}/feed` });
    });
    // With what the server and the looks at memory take: the fetch alone takes less than a second.
    expect(processorTime(before)).toBeLessThan(8_000);
    expect(memory).toBeLessThan(5 * FETCH_LIMITS.bytes);
    const got =
      fetched?.kind === 'failed'
        ? fetched.failure.detail
        : fetched?.kind === 'document'
          ? (fetched.cut ?? 'document')
          : '';
    if (typeof outcome === 'string') expect(got).toBe(outcome);
    else expect(got).toMatch(outcome);
    expect(await fetch({ url: `${server.url}/ok` })).toMatchObject({ kind: 'document' });
  },
);

it.each([
  ['bytes that come one by one', 1, 50_001],
  ['more bytes than any answer has', 65_536, 193],
])('%s end a connection', async (_, size, pieces) => {
  const connection = new PassThrough();
  limitReads(connection);
  const error = new Promise<Error>((resolve) => connection.once('error', resolve));
  const piece = Buffer.alloc(size);
  for (let n = 1; n < pieces; n++) connection.emit('data', piece);
  expect(connection.destroyed).toBe(false);
  connection.emit('data', piece);
  expect((await error).message).toMatch(/goes on and on/);
});

it.each([1, 3, 50])('an ordinary feed in chunks of %i bytes is read to its end', async (size) => {
  const body = FEED.replace('flood', 'flood'.repeat(20_000));
  const server = await rawServer((socket) => {
    const chunks = body.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
    socket.end(
      `${CHUNKED}${chunks.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('')}0\r\n\r\n`,
    );
  });
  const fetched = await httpFetch({ clock: Date.now, guard: { loopback: true } })({ url: server.url });
  expect(fetched).toMatchObject({ kind: 'document' });
  expect(fetched).not.toHaveProperty('cut');
  expect(fetched.kind === 'document' && Buffer.from(fetched.bytes).toString()).toBe(body);
});
