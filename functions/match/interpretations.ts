import type { Query } from '../shared/model.ts';
import { isOneName } from '../shared/text/variants.ts';

/** Words of one name: 2 500 000, 5 per cent. */
const MAX_WORDS = 4;
/** Two names in a row of words have four readings; more are no query that anybody writes. */
const MAX_INTERPRETATIONS = 8;

/**
 * What words without quotes that must all be there stand for: themselves, or one name where they stand in a row and are
 * also written together, as "iPhone 17" and "iPhone17", "5 percent" and "5 %". The first is as they are.
 */
export function interpretationsOf(parts: readonly Query[]): readonly (readonly Query[])[] {
  const readings: (readonly Query[])[] = [];
  const read = (at: number, before: readonly Query[]): void => {
    if (readings.length === MAX_INTERPRETATIONS) return;
    const part = parts[at];
    if (!part) {
      readings.push(before);
      return;
    }
    read(at + 1, [...before, part]);
    for (let to = at + 2; to <= Math.min(parts.length, at + MAX_WORDS); to++) {
      const name = nameOf(parts.slice(at, to));
      if (name) read(to, [...before, name]);
    }
  };
  // The queries of most topics have no number.
  if (parts.some((part) => isBare(part) && HAS_DIGIT.test(part.term.text))) read(0, []);
  return readings.length > 0 ? readings : [parts];
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
