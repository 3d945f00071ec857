import { compileTopics } from '../functions/match/engine/compile-topics.ts';
import { pack, unpack } from '../functions/match/engine/encoded-topics.ts';
import { Engine } from '../functions/match/engine/engine.ts';
import type { Query } from '../functions/shared/model.ts';
import type { BenchItem, BenchTopic } from './match/workload.ts';

/** The engine with the interface that ../shared/bench/match/run.mjs expects, for topics of exact forms. */
export interface BenchMatcher {
  readonly bytes: Uint8Array;
  readonly match: (item: BenchItem) => readonly number[];
}

export function compile(topics: readonly BenchTopic[]): BenchMatcher {
  return load(pack(compileTopics(topics.map(toQuery))));
}

export function serialize({ bytes }: BenchMatcher): Uint8Array {
  return bytes;
}

/** Loads topics. Their ids are their indexes. */
export function load(bytes: Uint8Array): BenchMatcher {
  const engine = new Engine(unpack(bytes), () => undefined);
  return {
    bytes,
    match: ({ title, body }) => engine.match({ title, summary: body, content: '' }),
  };
}

function toQuery({ any, all, not }: BenchTopic): Query {
  const parts: readonly Query[] = [
    anyOf(any),
    ...all.map(anyOf),
    ...not.map((term): Query => ({ not: termOf(term) })),
  ];
  const [first] = parts;
  return parts.length === 1 && first ? first : { all: parts };
}

function anyOf(terms: readonly string[]): Query {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? termOf(first) : { any: terms.map(termOf) };
}

function termOf(written: string): Query {
  const { title, text, star } = /^(?<title>title:)?(?<text>[^*]+)(?<star>\*)?$/.exec(written)?.groups ?? {};
  if (text === undefined) throw new TypeError(`expected a term, got ${written}`);
  return {
    term: {
      text,
      exact: true,
      ...(text.includes(' ') ? { quoted: true } : {}),
      ...(star ? { prefix: true } : {}),
    },
    ...(title ? { in: 'title' } : {}),
  };
}
