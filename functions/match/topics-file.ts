import { closeSync, openSync, readSync } from 'node:fs';
import { compileTopics } from './engine/compile-topics.ts';
import { FormatError, pack, unpack } from './engine/encoded-topics.ts';
import { Engine } from './engine/engine.ts';
import type { FindPattern } from './evaluate.ts';
import {
  createMatcher,
  type Matcher,
  type TopicQuery,
  topicQueriesOf,
  type WatchedTopic,
} from './matcher.ts';

/**
 * Compiled topics as a file: a header, where each entry's own text starts, the engine's bytes, and those texts. A cold
 * start reads all but the texts; of these it reads one when its entry first matches, to tell why.
 */

/** Bytes of the index and of the engine. */
const HEADER_BYTES = 8;

export function packTopics(topics: readonly WatchedTopic[]): Uint8Array {
  const entries = topicQueriesOf(topics);
  const engine = pack(compileTopics(entries.map(({ query }) => query)));
  const texts = entries.map((entry) => Buffer.from(JSON.stringify(entry)));
  const index = new Int32Array(texts.length + 1);
  index[0] = HEADER_BYTES + index.byteLength + engine.byteLength;
  texts.forEach((text, n) => {
    index[n + 1] = (index[n] ?? 0) + text.byteLength;
  });
  const header = Int32Array.of(index.byteLength, engine.byteLength);
  return Buffer.concat([new Uint8Array(header.buffer), new Uint8Array(index.buffer), engine, ...texts]);
}

/** Opens what `packTopics` gave. Throws FormatError. */
export function openTopics(path: string, findPattern: FindPattern): Matcher {
  const file = openSync(path, 'r');
  try {
    const [indexLength = 0, engineLength = 0] = numbers(read(file, path, 0, HEADER_BYTES));
    const index = numbers(read(file, path, HEADER_BYTES, indexLength));
    const engine = new Engine(
      unpack(read(file, path, HEADER_BYTES + indexLength, engineLength)),
      findPattern,
    );
    const known = new Map<number, TopicQuery>();
    const entryAt = (n: number): TopicQuery => {
      let entry = known.get(n);
      if (!entry) {
        const [start = 0, end = 0] = index.subarray(n, n + 2);
        entry = JSON.parse(read(file, path, start, end - start).toString()) as TopicQuery;
        known.set(n, entry);
      }
      return entry;
    };
    return createMatcher(engine, entryAt, findPattern);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function read(file: number, path: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const got = readSync(file, bytes, 0, length, position);
  if (got < length) {
    throw new FormatError(
      `${path}: expected ${position + length} bytes of compiled topics, got ${position + got}`,
    );
  }
  return bytes;
}

function numbers(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
