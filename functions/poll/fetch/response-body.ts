import type { IncomingMessage } from 'node:http';
import { GrowingBuffer } from '../../shared/growing-buffer.ts';

/** Thrown when the deadline of a fetch has passed. */
export class DeadlineExceeded extends Error {}

/** Chunks of a body. This many chunks of one byte take half a second. */
const MAX_CHUNKS = 750_000;

export interface ResponseBody {
  readonly bytes: Buffer;
  /** Why `bytes` are only the start of the body. */
  readonly cut?: Truncation;
}

/** `limit`: the body is larger than allowed. `broken`: the connection or the compressed data ended early. */
export type Truncation = 'limit' | 'broken';

/**
 * Reads up to `limit` bytes or 750,000 chunks of a body, still encoded. If the connection is cut off, returns the bytes
 * received until then, or rejects if there are none. Rejects with DeadlineExceeded at the deadline.
 */
export function readBody(response: IncomingMessage, limit: number): Promise<ResponseBody> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBuffer(limit);
    const breakOff = (error: unknown) => {
      if (error instanceof DeadlineExceeded || body.bytes().length === 0) reject(error);
      else resolve({ bytes: body.bytes(), cut: 'broken' });
    };
    const broken = () => new Error('the connection closed before the response was complete');
    // A closed response emits no more events.
    if (response.closed) return breakOff(response.errored ?? broken());
    let chunks = 0;
    response.on('data', (chunk: Buffer) => {
      if (body.append(chunk) && ++chunks < MAX_CHUNKS) return;
      resolve({ bytes: body.bytes(), cut: 'limit' });
      response.destroy();
    });
    response.on('end', () => resolve({ bytes: body.bytes() }));
    response.on('error', breakOff);
    response.on('close', () => {
      // Creating an error takes longer than reading most bodies.
      if (!response.readableEnded) breakOff(broken());
    });
  });
}
