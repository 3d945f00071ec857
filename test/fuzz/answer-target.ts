import { type AddressInfo, createServer } from 'node:net';
import { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { mutate, pieceOf } from './mutate.ts';
import { type FuzzTarget, NOW } from './target.ts';

const HEADS = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "a"\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nLast-Modified: Sun, 01 Mar 2026 08:00:00 GMT\r\n\r\n',
  'HTTP/1.1 301 Moved\r\nLocation: /other\r\nSet-Cookie: a=b; Path=/\r\n\r\n',
  'HTTP/1.1 429 Slow down\r\nRetry-After: 120\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=300\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n',
  'HTTP/1.0 500 Oops\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
];

/** Short, so a server without an answer does not delay the run. */
const LIMITS = { deadline: 500, maxWait: 500, bytes: 100_000, redirects: 3 };
const KINDS = ['document', 'unchanged', 'failed', 'postponed'];

/** Sends hostile HTTP responses to the real client over loopback, one at a time. */
export const answerTarget: FuzzTarget = {
  share: 2,
  make(random, seeds) {
    const body = random.pick(seeds.documents).subarray(0, 4_000);
    const head = random.pick(HEADS).replace('LENGTH', String(random.pick([body.length, 0, 10, 1e9])));
    const chunk = head.includes('chunked') ? `${body.length.toString(16)}\r\n` : '';
    const response = Buffer.concat([Buffer.from(head + chunk), body, Buffer.from(chunk && '\r\n0\r\n\r\n')]);
    const heads = HEADS.map((text) => Buffer.from(text));
    if (random.chance(0.2))
      return Buffer.concat([
        Buffer.from(head.replace('\r\n\r\n', `\r\nX: ${pieceOf(random, seeds)}\r\n\r\n`)),
        body,
      ]);
    return mutate(random, response, heads, seeds);
  },
  async check(input) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(input));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
      const fetched = await httpFetch({ clock: () => NOW, limits: LIMITS, guard: { loopback: true } })({
        url,
      });
      if (!KINDS.includes(fetched.kind)) return `a result of the unknown kind ${fetched.kind}`;
      if (fetched.kind === 'document') {
        if (fetched.bytes.length > LIMITS.bytes) return `${fetched.bytes.length} bytes beyond the limit`;
        await parseFeed(fetched.bytes, {
          url: fetched.url,
          contentType: fetched.contentType,
          link: fetched.link,
          cut: fetched.cut,
          now: NOW,
        });
      }
      return undefined;
    } finally {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    }
  },
};
