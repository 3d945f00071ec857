import type { Query, Term } from '../../../functions/shared/model.ts';

/** Builders of queries for tests. */

export function term(text: string): { term: Term } {
  return { term: { text } };
}

export function phrase(text: string): { term: Term } {
  return { term: { text, quoted: true } };
}

export function exact(text: string): { term: Term } {
  return { term: { text, exact: true } };
}

export function prefix(text: string): { term: Term } {
  return { term: { text, prefix: true } };
}

export function titled({ term }: { term: Term }): Query {
  return { term, in: 'title' };
}

export function all(...parts: (Query | string)[]): Query {
  return { all: parts.map(toQuery) };
}

export function any(...parts: (Query | string)[]): Query {
  return { any: parts.map(toQuery) };
}

export function none(part: Query | string): Query {
  return { not: toQuery(part) };
}

export function near(words: number, one: Query | string, other: Query | string): Query {
  return { near: words, of: [toQuery(one), toQuery(other)] };
}

function toQuery(part: Query | string): Query {
  return typeof part === 'string' ? term(part) : part;
}
