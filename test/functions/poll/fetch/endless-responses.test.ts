import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import zlib from 'node:zlib';
import { expect, it } from 'vitest';
import type { FetchResult } from '../../../../functions/poll/fetch/fetch.ts';
import { limitReads } from '../../../../functions/poll/fetch/http-client.ts';
import { FETCH_LIMITS, httpFetch } from '../../../../functions/poll/fetch/http-fetch.ts';
import { peakMemory } from '../../../helpers/memory.ts';
import { processorTime } from '../../../helpers/processor-time.ts';
import { rawServer } from '../../../helpers/raw-server.ts';
import { isLong } from '../../../helpers/size.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const FEED = '<rss version="2.0"><channel><title>t</title><item><title>flood</title></item></channel></rss>';

/** Writes a text again and again, as fast as it is read, without end. */
function pump(socket: Socket, unit: string): void {
  const bytes = Buffer.from(unit, 'latin1');
  const write = () => {
    while (!socket.destroyed) if (!socket.write(bytes)) return void socket.once('drain', write);
  };
  write();
}

const startingWith = (head: string, then: (socket: Socket) => void) => (socket: Socket) => {
  socket.write(head, 'latin1');
  then(socket);
};
const compressedBody = (encoding: string, bytes: Buffer) => (socket: Socket) =>
  socket.end(Buffer.concat([Buffer.from(`${OK}Content-Encoding: ${encoding}\r\n\r\n`), bytes]));
const repeated = (bytes: Buffer, times: number) => Buffer.concat(Array(times).fill(bytes));
/** They take most of the time of all. */
const LONG_ONES = ['chunks of one byte', 'a brotli bomb'];

const zeros = Buffer.alloc(50 * 1024 * 1024);

const responses: Readonly<Record<string, readonly [(socket: Socket) => void, outcome: string | RegExp]>> = {
  'informational responses': [(to) => pump(to, 'HTTP/1.1 103 E\r\n\r\n'.repeat(3_000)), /informational/],
  '100 Continue': [(to) => pump(to, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3_000)), /informational/],
  'malformed informational responses': [
    (to) => pump(to, 'http/1.1  103 E\r\nx y: 1\r\n\r\n'.repeat(999)),
    /informational/,
  ],
  'informational responses with long headers': [
    (to) => pump(to, `HTTP/1.1 103 E\r\nLink: ${'a'.repeat(100_000)}\r\n\r\n`),
    /informational/,
  ],
  headers: [
    startingWith('HTTP/1.1 200 OK\r\n', (to) => pump(to, 'a: b\r\n'.repeat(1_000))),
    /128 KiB of headers/,
  ],
  'blank lines before a response': [(to) => pump(to, '\r\n'.repeat(10_000)), /keeps sending/],
  'carriage returns before a response': [(to) => pump(to, '\r'.repeat(10_000)), /keeps sending/],
  'chunks of one byte': [startingWith(CHUNKED, (to) => pump(to, '1\r\n \r\n'.repeat(10_000))), 'limit'],
  'chunks with long extensions': [
    startingWith(CHUNKED, (to) => pump(to, `1;${'a'.repeat(10_000)}\r\n \r\n`)),
    'broken',
  ],
  'an endless chunk extension': [startingWith(`${CHUNKED}1;`, (to) => pump(to, 'a'.repeat(10_000))), /./],
  trailers: [startingWith(`${CHUNKED}1\r\n<\r\n0\r\n`, (to) => pump(to, 'X: y\r\n'.repeat(1_000))), 'broken'],
  'an endless body': [startingWith(`${OK}\r\n`, (to) => pump(to, ' '.repeat(10_000))), 'limit'],
  'a redirect with an endless body': [
    startingWith('HTTP/1.1 302 F\r\nLocation: /ok\r\n\r\n', (to) => pump(to, ' '.repeat(10_000))),
    'document',
  ],
  'an error with an endless body': [
    startingWith('HTTP/1.1 404 N\r\n\r\n', (to) => pump(to, ' '.repeat(10_000))),
    /^HTTP 404/,
  ],
  'responses after the response': [
    startingWith(`${OK}Content-Length: 6\r\n\r\n<rss/>`, (to) => pump(to, `${OK}Content-Length: 0\r\n\r\n`)),
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
  'Link headers': [
    (to) => to.end(`HTTP/1.1 200 OK\r\n${'Link: <a>;rel=alternate\r\n'.repeat(4_900)}\r\n<html>`),
    'document',
  ],
  charsets: [(to) => to.end(`${OK}X: ${';charset='.repeat(12_000)}\r\n\r\n${FEED}`), 'document'],
  'a bomb of three layers of gzip': [
    compressedBody('gzip,gzip,gzip', zlib.gzipSync(zlib.gzipSync(zlib.gzipSync(zeros)))),
    'limit',
  ],
  'a brotli bomb': [
    compressedBody(
      'br',
      zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
    ),
    'limit',
  ],
  'a zstd bomb': [compressedBody('zstd', zlib.zstdCompressSync(zeros)), 'limit'],
  'too many layers of compression': [
    compressedBody('gzip,'.repeat(5), zlib.gzipSync('a')),
    /^a body compressed 5 times/,
  ],
  'many gzip members': [compressedBody('gzip', repeated(zlib.gzipSync('<'), 100_000)), 'document'],
};

it.each(Object.entries(responses).filter(([name]) => isLong || !LONG_ONES.includes(name)))(
  'takes little time and memory for %s',
  // Other work of the process can count as memory once, but not three times.
  { retry: 2 },
  async (_, [respond, outcome]) => {
    const server = await rawServer((socket, path) =>
      path === '/feed' ? respond(socket) : socket.end(`${OK}\r\n${FEED}`),
    );
    const fetch = httpFetch({ clock: Date.now, guard: { loopback: true } });
    let fetched: FetchResult | undefined;
    const before = process.threadCpuUsage();
    const memory = await peakMemory(async () => {
      fetched = await fetch({ url: `${server.url}/feed` });
    });
    // Includes the server and the memory measurement; the fetch alone takes less than a second.
    expect(processorTime(before)).toBeLessThan(8_000);
    expect(memory).toBeLessThan(5 * FETCH_LIMITS.bytes);
    const result =
      fetched?.kind === 'failed'
        ? fetched.failure.detail
        : fetched?.kind === 'document'
          ? (fetched.cut ?? 'document')
          : '';
    if (typeof outcome === 'string') expect(result).toBe(outcome);
    else expect(result).toMatch(outcome);
    expect(await fetch({ url: `${server.url}/ok` })).toMatchObject({ kind: 'document' });
  },
);

it.each([
  ['single bytes', 1, 50_001],
  ['more bytes than any response has', 65_536, 193],
])('ends a connection after too many: %s', async (_, size, chunks) => {
  const connection = new PassThrough();
  limitReads(connection);
  const error = new Promise<Error>((resolve) => connection.once('error', resolve));
  const chunk = Buffer.alloc(size);
  for (let n = 1; n < chunks; n++) connection.emit('data', chunk);
  expect(connection.destroyed).toBe(false);
  connection.emit('data', chunk);
  expect((await error).message).toMatch(/keeps sending/);
});

it.each([1, 3, 50])('reads an ordinary feed in chunks of %i bytes to its end', async (size) => {
  const body = FEED.replace('flood', 'flood'.repeat(20_000));
  const server = await rawServer((socket) => {
    const chunks = body.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
    socket.end(
      `${CHUNKED}${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
    );
  });
  const fetched = await httpFetch({ clock: Date.now, guard: { loopback: true } })({ url: server.url });
  expect(fetched).toMatchObject({ kind: 'document' });
  expect(fetched).not.toHaveProperty('cut');
  expect(fetched.kind === 'document' && Buffer.from(fetched.bytes).toString()).toBe(body);
});
