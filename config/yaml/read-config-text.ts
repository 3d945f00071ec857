import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../faults.ts';
import { describeFileError } from '../file-error.ts';
import { nearestName } from '../query/nearest-name.ts';

/**
 * Reads the user's file as text. Throws ConfigError, which says what to do, where it is no text that can be read. `option`:
 * by which the command names the file.
 */
export function readConfigText(path: string, option: string): string {
  const bytes = readBytes(path, option);
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.includes(0);
  if (isUtf16) throw fault(path, bytes, 0, 'expected a text in UTF-8, got another encoding, such as UTF-16');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstInvalidByte(bytes);
    const byte = (bytes[at] ?? 0).toString(16).toUpperCase();
    throw fault(
      path,
      bytes,
      at,
      `expected a text in UTF-8, got the byte ${byte}, as in Latin-1 or Windows-1252`,
    );
  }
}

function readBytes(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ConfigError([
      { file: path, line: 1, column: 1, path: '', message: unreadableMessage(path, code, error, option) },
    ]);
  }
}

const EXPECTED = 'expected the file with your feeds, topics and recipients';

function unreadableMessage(path: string, code: string, error: unknown, option: string): string {
  if (code === 'ENOENT') {
    const near = similarFile(path);
    const instead = near === undefined ? '' : `did you mean ${near}? Or `;
    return (
      `${EXPECTED}, got no such file; ` +
      `${instead}name another with ${option}, or copy news-alerts.yaml from the repository`
    );
  }
  if (code === 'EISDIR') {
    const inside = similarFile(join(path, 'news-alerts.yaml'));
    const name = inside ?? join(path, 'news-alerts.yaml');
    return `${EXPECTED}, got a folder; name the file in it: ${option} ${name}`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `${EXPECTED}, got no permission (${code}); give it to yourself: chmod u+r ${path}`;
  }
  return `${EXPECTED}, got ${describeFileError(error)}; name another with ${option}`;
}

/** A file beside it with nearly its name, or of the name that is looked for first with another ending. */
function similarFile(path: string): string | undefined {
  const folder = dirname(path);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.ya?ml(\.txt)?$/i.test(name));
  } catch {
    return undefined;
  }
  const name = basename(path);
  const near = names.includes(name) ? name : nearestName(name, names);
  return near === undefined ? undefined : join(folder, near);
}

/** Every prefix that ends before it can be read, with what is cut off at its end taken for a beginning. */
function firstInvalidByte(bytes: Uint8Array): number {
  let [from, to] = [0, bytes.length];
  const isFine = (end: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (isFine(middle)) from = middle;
    else to = middle;
  }
  return from;
}

function fault(path: string, bytes: Uint8Array, at: number, message: string): ConfigError {
  const before = new TextDecoder().decode(bytes.subarray(0, at)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new ConfigError([
    {
      file: path,
      line: before.length,
      column,
      path: '',
      message: `${message}; save the file as UTF-8, which every editor can`,
    },
  ]);
}
