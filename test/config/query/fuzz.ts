import { isDeepStrictEqual } from 'node:util';
import { codeFrame } from '../../../config/query/code-frame.ts';
import { partsOf } from '../../../config/query/combine.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { printQuery } from '../../../config/query/print-query.ts';
import { QueryError } from '../../../config/query/query-error.ts';
import { TermSets } from '../../../config/query/term-sets.ts';
import type { Query } from '../../../functions/shared/model.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { nearlyQuery, tokenSoup, unicodeSoup } from './random-query.ts';

const GENERATORS = [tokenSoup, unicodeSoup, nearlyQuery];

export interface FuzzResult {
  /** How many texts were accepted, and how many refused. */
  readonly taken: number;
  readonly refused: number;
  readonly slowestMs: number;
  readonly slowest: string;
  /** Texts that violate an invariant, and how. */
  readonly failures: readonly { readonly text: string; readonly what: string }[];
}

const SETS = new TermSets(
  new Map([
    ['storms', { text: 'storm OR "storm surge" OR title:gale' }],
    ['set', { any: [{ text: 'one two' }, { text: 'three -four' }] }],
  ]),
);

/** Parses the random texts of consecutive seeds. */
export function fuzz(from: number, count: number): FuzzResult {
  const result = { taken: 0, refused: 0, slowestMs: 0, slowest: '' };
  const failures: { text: string; what: string }[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const random = seededRandom(seed);
    const text = random.pick(GENERATORS)(random, 0);
    const began = performance.now();
    const [outcome, what] = tryText(text);
    const took = performance.now() - began;
    if (took > result.slowestMs) Object.assign(result, { slowestMs: took, slowest: text });
    result[outcome]++;
    if (what !== undefined) failures.push({ text, what });
  }
  return { ...result, failures };
}

/** Returns whether a text is accepted, and what is wrong with the result, if anything. */
export function tryText(text: string): ['taken' | 'refused', string | undefined] {
  try {
    const { query, warnings } = parseQuery(text, SETS);
    for (const warning of warnings) codeFrame(warning);
    return ['taken', faultOfQuery(query)];
  } catch (error) {
    if (!(error instanceof QueryError))
      return ['refused', `threw ${error instanceof Error ? error.stack : error}`];
    const { message, at, length } = error;
    const isInside = at >= 0 && length >= 0 && at + length <= text.length;
    if (!isInside) return ['refused', `a span outside the text: ${at}, ${length}`];
    if (!message.startsWith('expected ') || !message.includes(', got '))
      return ['refused', `an unusual message: ${message}`];
    return [
      'refused',
      codeFrame(error).split('\n').length === 3 ? undefined : 'a code frame that does not have three lines',
    ];
  }
}

function faultOfQuery(query: Query): string | undefined {
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(query)), query))
    return 'changes if converted to JSON and back';
  if (!isFlat(query)) return `is not flat: ${JSON.stringify(query)}`;
  const printed = printQuery(query);
  const reparsed = parseQuery(printed).query;
  return isDeepStrictEqual(reparsed, query)
    ? undefined
    : `printed as ${printed}, which is ${JSON.stringify(reparsed)}`;
}

function isFlat(query: Query): boolean {
  const parts = partsOf(query);
  if ('all' in query && (parts.length < 2 || parts.some((part) => 'all' in part))) return false;
  if ('any' in query && (parts.length < 2 || parts.some((part) => 'any' in part))) return false;
  if ('not' in query && 'not' in query.not) return false;
  return parts.every(isFlat);
}
