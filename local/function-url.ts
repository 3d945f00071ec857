import { createServer, type IncomingMessage } from 'node:http';
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** A port of this machine at which a function answers. */
export interface FunctionUrl {
  /** Address on this machine. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface FunctionUrlOptions {
  readonly port: number;
  /** The option that sets the port. */
  readonly option: string;
  /** Bytes of a request's body. */
  readonly maxBody: number;
  readonly handler: (event: LambdaFunctionURLEvent) => Promise<LambdaFunctionURLResult & object>;
  /** Called if the handler throws. The caller gets 503. */
  readonly onError: (error: unknown) => void;
}

/** The bodies of this many may be in memory at once. */
const MAX_CONNECTIONS = 50;
const MAX_REQUEST_MS = 30_000;

/**
 * Passes requests to a function on a loopback port of its own, so that a proxy or tunnel which leads here from the internet
 * leads to nothing else. Stands in for Lambda's function URL.
 */
export async function startFunctionUrl(options: FunctionUrlOptions): Promise<FunctionUrl> {
  const { port, option, maxBody, handler, onError } = options;
  const server = createServer(async (request, response) => {
    const body = await readBody(request, maxBody).catch(() => undefined);
    // The caller has left.
    if (!body) return;
    if (body === 'too large') {
      response.writeHead(413, { connection: 'close' }).end(`expected at most ${maxBody} bytes\n`);
      return;
    }
    try {
      const {
        statusCode = 200,
        headers = {},
        body: answer,
        isBase64Encoded,
      } = await handler(eventOf(request, body));
      response
        .writeHead(statusCode, headers as Record<string, string>)
        .end(Buffer.from(answer ?? '', isBase64Encoded ? 'base64' : 'utf8'));
    } catch (error) {
      onError(error);
      if (!response.headersSent) response.writeHead(503);
      response.end();
    }
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = MAX_REQUEST_MS;
  const url = await listenOnLoopback(server, port, option);
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the fields of the event that our functions read. */
function eventOf(request: IncomingMessage, body: Buffer): LambdaFunctionURLEvent {
  // Some addresses, such as "//", cannot be parsed.
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? [];
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']),
  );
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers,
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: {
      domainName: request.headers.host ?? '',
      http: { method: request.method ?? '', path, sourceIp: callerOf(request, headers['x-forwarded-for']) },
    },
  } as LambdaFunctionURLEvent;
}

/** Returns the address of the caller. Only this machine can connect, so a proxy here has added the last part of the header. */
function callerOf({ socket }: IncomingMessage, forwardedFor = ''): string {
  return forwardedFor.split(',').at(-1)?.trim() || (socket.remoteAddress ?? '');
}

/**
 * Returns the body of a request.
 * @throws Error if the caller leaves before its end
 */
async function readBody(request: IncomingMessage, maxBody: number): Promise<Buffer | 'too large'> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBody) return 'too large';
    // A copy, since a small part may hold on to a large buffer.
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}
