import { compileTopics } from '../functions/match/engine/compile.ts';
import { Engine } from '../functions/match/engine/engine.ts';
import { pack, unpack } from '../functions/match/engine/flat.ts';
import type { Query } from '../functions/shared/model.ts';

interface BenchTopic {
  id: number;
  any: string[];
  all: string[][];
  not: string[];
}
const term = (text: string): Query => {
  const title = text.startsWith('title:');
  let t = title ? text.slice(6) : text;
  const prefix = t.endsWith('*');
  if (prefix) t = t.slice(0, -1);
  return {
    term: {
      text: t,
      exact: true,
      ...(t.includes(' ') ? { quoted: true as const } : {}),
      ...(prefix ? { prefix: true as const } : {}),
    },
    ...(title ? { in: 'title' as const } : {}),
  };
};
const any = (terms: string[]): Query =>
  terms.length === 1 ? term(terms[0] as string) : { any: terms.map(term) };
export function toQuery({ any: some, all, not }: BenchTopic): Query {
  const parts: Query[] = [any(some), ...all.map(any), ...not.map((t): Query => ({ not: term(t) }))];
  return parts.length === 1 ? (parts[0] as Query) : { all: parts };
}
export const compile = (topics: BenchTopic[]) => make(pack(compileTopics(topics.map(toQuery))));
function make(bytes: Uint8Array) {
  const engine = new Engine(unpack(bytes), () => undefined);
  return {
    bytes,
    match: ({ title, body }: { title: string; body: string }) =>
      engine.match({ title, summary: body, content: '' }),
  };
}
export const serialize = (m: { bytes: Uint8Array }) => m.bytes;
export const load = make;
