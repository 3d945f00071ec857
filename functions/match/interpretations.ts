import type { Query } from '../shared/model.ts';
import { isOneName } from '../shared/text/variants.ts';

/** Maximum words in one name, such as "2 500 000" or "5 per cent". */
const MAX_WORDS = 4;
/** Two names in a row have four interpretations. Nobody writes queries with more than eight. */
const MAX_INTERPRETATIONS = 8;

/**
 * Returns the ways to interpret the parts of an `all` query. Unquoted words in a row may be one name that is also
 * written as one word, such as "iPhone 17" and "iPhone17", or "5 percent" and "5 %". The first interpretation is the
 * parts as given.
 */
export function interpretationsOf(parts: readonly Query[]): readonly (readonly Query[])[] {
  const interpretations: (readonly Query[])[] = [];
  const extend = (at: number, before: readonly Query[]): void => {
    if (interpretations.length === MAX_INTERPRETATIONS) return;
    const part = parts[at];
    if (!part) {
      interpretations.push(before);
      return;
    }
    extend(at + 1, [...before, part]);
    for (let to = at + 2; to <= Math.min(parts.length, at + MAX_WORDS); to++) {
      const name = nameOf(parts.slice(at, to));
      if (name) extend(to, [...before, name]);
    }
  };
  // Most queries contain no digit and need no search.
  if (parts.some((part) => isBare(part) && HAS_DIGIT.test(part.term.text))) extend(0, []);
  return interpretations.length > 0 ? interpretations : [parts];
}

const HAS_DIGIT = /\p{N}/u;

type TermQuery = Extract<Query, { term: unknown }>;

function isBare(part: Query): part is TermQuery {
  return 'term' in part && !part.term.quoted && !part.term.exact && !part.term.prefix;
}

function nameOf(parts: readonly Query[]): Query | undefined {
  const [first, ...others] = parts;
  if (!first || !isBare(first)) return undefined;
  if (!others.every((part) => isBare(part) && part.in === first.in)) return undefined;
  const texts = parts.map((part) => (part as TermQuery).term.text);
  const text = texts.join(' ');
  return HAS_DIGIT.test(text) && isOneName(texts) ? { ...first, term: { text } } : undefined;
}
