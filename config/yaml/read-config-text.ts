import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../faults.ts';
import { describeFileError } from '../file-error.ts';
import { nearestName } from '../query/nearest-name.ts';

/**
 * Reads the user's file as UTF-8 text. Throws ConfigError, which says what to do, if the file cannot be read or is not UTF-8.
 *
 * @param option the command-line option for the file, for error messages
 */
export function readConfigText(path: string, option: string): string {
  const bytes = readBytes(path, option);
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.includes(0);
  if (isUtf16) {
    throw encodingError(path, bytes, 0, 'expected UTF-8 text, got another encoding, such as UTF-16');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstInvalidByte(bytes);
    const byte = (bytes[at] ?? 0).toString(16).toUpperCase();
    throw encodingError(
      path,
      bytes,
      at,
      `expected UTF-8 text, got the byte ${byte}, as in Latin-1 or Windows-1252`,
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
    const guess = near === undefined ? '' : `did you mean ${near}? Or `;
    return (
      `${EXPECTED}, got no such file; ` +
      `${guess}name another file with ${option}, or write a first one with \`npx news-alerts init\``
    );
  }
  if (code === 'EISDIR') {
    const inside = similarFile(join(path, 'news-alerts.yaml'));
    const name = inside ?? join(path, 'news-alerts.yaml');
    return `${EXPECTED}, got a folder; name the file in it: ${option} ${name}`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `${EXPECTED}, got no permission (${code}); allow it with: chmod u+r ${path}`;
  }
  return `${EXPECTED}, got ${describeFileError(error)}; name another file with ${option}`;
}

/** Returns the YAML file in the same folder with the most similar name; undefined if there is none. */
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

/**
 * Returns the offset of the first byte that is not valid UTF-8, by binary search. A character may be cut off at the end of a
 * prefix.
 */
function firstInvalidByte(bytes: Uint8Array): number {
  let [from, to] = [0, bytes.length];
  const isValidPrefix = (end: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (isValidPrefix(middle)) from = middle;
    else to = middle;
  }
  return from;
}

function encodingError(path: string, bytes: Uint8Array, at: number, message: string): ConfigError {
  const lines = new TextDecoder().decode(bytes.subarray(0, at)).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return new ConfigError([
    {
      file: path,
      line: lines.length,
      column,
      path: '',
      message: `${message}; save the file as UTF-8 in your editor`,
    },
  ]);
}
