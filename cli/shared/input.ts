import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { GrowingBuffer } from '../../functions/shared/growing-buffer.ts';

/** Opens a file, or standard input for "-". A file that cannot be read fails at the first read. */
export function openInput(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file);
}

/** Returns how an input is named in messages. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Returns the error to throw for an input that cannot be read. `what`: what it holds, such as "a feed". */
export function unreadableError(file: string, what: string, cause: unknown): NewsAlertsError {
  const next = 'name a file, or - for standard input';
  return new NewsAlertsError(
    `${inputName(file)}: expected ${what}, got ${describeFileError(cause)}; ${next}`,
    {
      cause,
    },
  );
}

/**
 * Reads a file, or standard input for "-", up to `most` bytes. `fits`: this is all of it.
 * @throws NewsAlertsError when it cannot be read
 */
export async function readStart(
  file: string,
  what: string,
  most: number,
): Promise<{ readonly bytes: Uint8Array; readonly fits: boolean }> {
  const content = new GrowingBuffer(most);
  let fits = true;
  try {
    for await (const chunk of openInput(file)) {
      fits = content.append(chunk as Buffer);
      if (!fits) break;
    }
  } catch (cause) {
    throw unreadableError(file, what, cause);
  }
  return { bytes: content.bytes(), fits };
}

/**
 * Reads all of a file, or of standard input for "-".
 * @throws NewsAlertsError when it cannot be read, or has more than `most` bytes
 */
export async function readInput(file: string, what: string, most: number): Promise<Uint8Array> {
  const { bytes, fits } = await readStart(file, what, most);
  if (fits) return bytes;
  throw new NewsAlertsError(
    `${inputName(file)}: expected ${what} of at most ${most / 1024 / 1024} MB, got more; split it, nothing was changed`,
  );
}
