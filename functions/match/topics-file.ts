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
 * Compiled topics as a file: a header, an index of where each query's JSON starts, the engine's bytes, and the JSON
 * texts. A cold start reads all but the texts. The text of a query is read when the query first matches, to give the
 * reasons.
 */

/** The header holds two integers: the size of the index and the size of the engine's part, in bytes. */
const HEADER_BYTES = 8;

export function packTopics(topics: readonly WatchedTopic[]): Uint8Array {
  const queries = topicQueriesOf(topics);
  const engine = pack(compileTopics(queries.map(({ query }) => query)));
  const texts = queries.map((query) => Buffer.from(JSON.stringify(query)));
  const index = new Int32Array(texts.length + 1);
  index[0] = HEADER_BYTES + index.byteLength + engine.byteLength;
  texts.forEach((text, n) => {
    index[n + 1] = (index[n] ?? 0) + text.byteLength;
  });
  const header = Int32Array.of(index.byteLength, engine.byteLength);
  return Buffer.concat([new Uint8Array(header.buffer), new Uint8Array(index.buffer), engine, ...texts]);
}

/** Opens a file written by `packTopics`. Throws FormatError if the file is truncated or has another format. */
export function openTopics(path: string, findPattern: FindPattern): Matcher {
  const file = openSync(path, 'r');
  try {
    const [indexLength = 0, engineLength = 0] = integersOf(read(file, path, 0, HEADER_BYTES));
    const index = integersOf(read(file, path, HEADER_BYTES, indexLength));
    const engine = new Engine(
      unpack(read(file, path, HEADER_BYTES + indexLength, engineLength)),
      findPattern,
    );
    const cache = new Map<number, TopicQuery>();
    const queryAt = (n: number): TopicQuery => {
      let query = cache.get(n);
      if (!query) {
        const [start = 0, end = 0] = index.subarray(n, n + 2);
        query = JSON.parse(read(file, path, start, end - start).toString()) as TopicQuery;
        cache.set(n, query);
      }
      return query;
    };
    return createMatcher(engine, queryAt, findPattern);
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

function integersOf(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
