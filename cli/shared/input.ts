import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { GrowingBuffer } from '../../functions/shared/growing-buffer.ts';

/** Opens a file, or standard input for "-". If the file cannot be read, the first read fails. */
export function openInput(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file);
}

/** Returns the name of an input in messages. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Returns the error for an input that cannot be read. `what`: the expected content, such as "a feed". */
export function unreadableError(file: string, what: string, cause: unknown): NewsAlertsError {
  const next = 'give the name of a file, or - for standard input';
  return new NewsAlertsError(
    `${inputName(file)}: expected ${what}, got ${describeFileError(cause)}; ${next}`,
    {
      cause,
    },
  );
}

/**
 * Reads at most `maxBytes` of a file, or of standard input for "-". `fits`: nothing was left out.
 * @throws NewsAlertsError when the input cannot be read
 */
export async function readStart(
  file: string,
  what: string,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly fits: boolean }> {
  const content = new GrowingBuffer(maxBytes);
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
 * @throws NewsAlertsError when the input cannot be read, or has more than `maxBytes`
 */
export async function readInput(file: string, what: string, maxBytes: number): Promise<Uint8Array> {
  const { bytes, fits } = await readStart(file, what, maxBytes);
  if (fits) return bytes;
  throw new NewsAlertsError(
    `${inputName(file)}: expected ${what} of at most ${maxBytes / 1024 / 1024} MB, got more; split the file. Nothing was changed`,
  );
}
