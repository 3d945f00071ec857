import { createServer, type IncomingMessage } from 'node:http';
import type { createHandler } from '../functions/push/handler.ts';
import { MAX_PUSH_BYTES } from '../functions/push/receive-push.ts';
import type { Log } from '../functions/shared/events.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';

export interface PushListener {
  /** Address on this machine. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Hubs send one push of a feed at a time, and each may have 5 MiB. */
const MAX_CONNECTIONS = 50;
const MAX_REQUEST_MS = 30_000;

/**
 * Answers WebSub hubs on a loopback port of its own, so that a proxy or tunnel which leads here from the internet leads to
 * nothing else. Stands in for Lambda's function URL.
 */
export async function startPushListener(
  port: number,
  handler: ReturnType<typeof createHandler>,
  log: Log,
): Promise<PushListener> {
  const server = createServer(async (request, response) => {
    try {
      const body = await readBody(request);
      if (!body) {
        response.writeHead(413, { connection: 'close' }).end(`expected at most ${MAX_PUSH_BYTES} bytes\n`);
        return;
      }
      const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
      const answer = await handler({
        rawPath: pathname,
        rawQueryString: search.slice(1),
        headers: Object.fromEntries(
          Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']),
        ),
        body: body.toString('base64'),
        isBase64Encoded: true,
        requestContext: { http: { method: request.method ?? '' } },
      });
      const { statusCode = 200, headers = {} } = answer;
      response.writeHead(statusCode, headers as Record<string, string>).end(answer.body);
    } catch (error) {
      log.error('push-failed', { error: String(error) });
      // The hub sends it again.
      if (!response.headersSent) response.writeHead(503);
      response.end();
    }
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = MAX_REQUEST_MS;
  const url = await listenOnLoopback(server, port, '--push-port');
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the body of a request; undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_PUSH_BYTES) return undefined;
    // A copy, since a small part may hold on to a large buffer.
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}
