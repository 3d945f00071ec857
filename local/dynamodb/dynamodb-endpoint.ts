import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GrowingBuffer } from '../../functions/shared/growing-buffer.ts';
import type { EmbeddedDynamoDb } from './embedded-dynamo-db.ts';
import { ServiceError } from './service-error.ts';

/** DynamoDB's limit on a request. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const TARGET = /^DynamoDB_20120810\.(\w+)$/;

/** Returns a server that answers the DynamoDB API over HTTP. Does not verify signatures. */
export function createDynamoDbEndpoint(store: EmbeddedDynamoDb): Server {
  return createServer((request, response) => void answer(store, request, response));
}

async function answer(store: EmbeddedDynamoDb, request: IncomingMessage, response: ServerResponse) {
  try {
    const [, operation = ''] = TARGET.exec(String(request.headers['x-amz-target'])) ?? [];
    const input = parseInput((await readBody(request)).toString());
    send(response, 200, store.answer(operation, input));
  } catch (error) {
    const { name, message, status } = asServiceError(error);
    send(response, status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message });
  }
}

function parseInput(body: string): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Readonly<Record<string, unknown>>;
  } catch {
    // Not JSON; the error below covers this.
  }
  throw new ServiceError('SerializationException', 'expected a JSON object');
}

function send(response: ServerResponse, status: number, content: unknown): void {
  const body = Buffer.from(JSON.stringify(content));
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = new GrowingBuffer(MAX_BODY_BYTES);
  for await (const chunk of request) {
    if (!body.append(chunk as Uint8Array)) {
      throw new ServiceError('RequestEntityTooLarge', `expected at most ${MAX_BODY_BYTES} bytes`, 413);
    }
  }
  return body.bytes();
}

/** Turns errors of SQLite, such as a full disk, into a server error, which the SDK retries. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalServerError', error instanceof Error ? error.message : String(error), 500);
}
