import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FunctionUrl, startFunctionUrl } from '../../local/function-url.ts';
import { eventually } from '../helpers/eventually.ts';

let listener: FunctionUrl;
let failures: unknown[];
let paths: string[];

beforeEach(async () => {
  failures = [];
  paths = [];
  listener = await startFunctionUrl({
    port: 0,
    option: '--push-port',
    maxBody: 1_000,
    handler: async ({ rawPath }) => {
      paths.push(rawPath);
      if (rawPath === '/fails') throw new Error('the queue is down');
      return { statusCode: 410, body: '' };
    },
    onError: (error) => failures.push(error),
  });
});

afterEach(() => listener.stop());

/** Sends bytes, ends the connection after the first answer or at once, and returns what came back. */
function send(bytes: string, { waits = true } = {}): Promise<string> {
  const { port, hostname } = new URL(listener.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (!waits) setTimeout(() => socket.destroy(), 50);
    });
    socket.on('data', (chunk) => {
      answer += String(chunk);
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

it.each(['//', '/%', 'http://', '*', '/\u00e9'])(
  'answers a request for %s, and logs no failure',
  async (target) => {
    expect(await send(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/);
    expect(failures).toEqual([]);
  },
);

it('logs no failure if a caller leaves in the middle of a body', async () => {
  await send('POST /a/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf', { waits: false });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(failures).toEqual([]);
  expect(paths).toEqual([]);
});

it('answers 503 and logs the failure if the handler fails, so that the hub sends it again', async () => {
  expect(await send('GET /fails HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1.1 503/);
  await eventually(() => expect(failures).toHaveLength(1));
});
