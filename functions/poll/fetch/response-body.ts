import type { IncomingMessage } from 'node:http';
import { GrowingBuffer } from '../../shared/growing-buffer.ts';

/** The deadline has passed. */
export class DeadlineExceeded extends Error {}

/** Chunks of a body; of one byte each, they take half a second. */
export const MAX_CHUNKS = 750_000;

export interface ResponseBody {
  /** As they were sent. */
  readonly bytes: Buffer;
  /** Why it is not all of it: larger than allowed, or the connection broke off. */
  readonly cut?: Truncation;
}

export type Truncation = 'limit' | 'broken';

/**
 * Reads the body of an answer, up to `limit` bytes or 750,000 chunks. A connection that breaks off leaves what has come
 * until then; rejects if that is nothing, or with TooLate.
 */
export function readBody(answer: IncomingMessage, limit: number): Promise<ResponseBody> {
  return new Promise((resolve, reject) => {
    const body = new GrowingBuffer(limit);
    const breakOff = (error: unknown) => {
      if (error instanceof DeadlineExceeded || body.bytes().length === 0) reject(error);
      else resolve({ bytes: body.bytes(), cut: 'broken' });
    };
    const broken = () => new Error('the connection ended before the answer did');
    // It tells nothing more.
    if (answer.closed) return breakOff(answer.errored ?? broken());
    let chunks = 0;
    answer.on('data', (chunk: Buffer) => {
      if (body.append(chunk) && ++chunks < MAX_CHUNKS) return;
      resolve({ bytes: body.bytes(), cut: 'limit' });
      answer.destroy();
    });
    answer.on('end', () => resolve({ bytes: body.bytes() }));
    answer.on('error', breakOff);
    // After an end or an error, it changes nothing.
    answer.on('close', () => breakOff(broken()));
  });
}
