import { ownValue } from '../../functions/shared/own-value.ts';
import { MAX_NEAR } from './limits.ts';
import { joinSpans, QueryError, type QuerySpan, type QueryWarning, textAt } from './query-error.ts';
import type { TermToken, Token } from './tokens.ts';

/** Maximum words in between, for operators without a number: adjacent, near, in a sentence, in a paragraph. */
const [BESIDE, SOME, SENTENCE, PARAGRAPH] = [1, 5, 15, 50];

/** w/5, pre/5, near/5f, ONEAR/5, W/n, w/s. A single letter is an operator only between two operands. */
const OPERATOR_WITH_SLASH =
  /^(?:(?<letter>[wnp])|pre|[on]?near|adj|within|around|next|before|prox)\/(?<distance>\d+|n)f?$/i;
const IN_UNIT = /^w\/(?:(?<sentence>s|sent|sentence)|p|para|paragraph)$/i;
/** ADJ5, adj5, NEAR5, AROUND~5. Nobody searches for these words. */
const OPERATOR_WITHOUT_SLASH =
  /^(?:[ON]?NEAR|[on]near|near|ADJ|adj|PRE|WITHIN|AROUND|PROX)[:~]?(?<distance>\d+)$/;
/** N5, W5. These are also names of roads. */
const ONE_LETTER = /^[NW](?<distance>\d{1,2})$/;
/** storm ~5 flood. */
const TILDE = /^~(?<distance>\d+)$/;
/** WITHIN 5. The number follows as a separate word. */
const BEFORE_NUMBER = /^(?:WITHIN|AROUND|NEXT|BEFORE|AFTER|ADJ|ONEAR)$/;
const NOT = /^(?:AND|BUT)[-_]?NOT$/;
const OPERATOR_IN_ANGLES = /^<(?<name>and|or|not|near(?:\/\d+)?)>$/i;

/** Words in capitals that may be operators of other tools, if their neighbours are not in capitals too. */
const POSSIBLE_OPERATORS: Readonly<Record<string, string>> = {
  ADJ: nearOperator(BESIDE),
  ONEAR: nearOperator(SOME),
  AROUND: nearOperator(SOME),
  WITHIN: nearOperator(SOME),
  SENTENCE: nearOperator(SENTENCE),
  PARAGRAPH: nearOperator(PARAGRAPH),
  SAME: nearOperator(PARAGRAPH),
  UND: 'AND',
  ODER: 'OR',
  NICHT: 'NOT',
  XOR: 'OR',
};

/** A term and the tokens before and after it. */
export interface Neighbours {
  readonly before: Token | undefined;
  readonly token: TermToken;
  readonly after: Token;
}

/**
 * Returns a warning for a word that may be an operator of another tool. Throws QueryError if it cannot be anything
 * else: searched for as a word, it would never match.
 */
export function checkForeignOperator({ before, token, after }: Neighbours): QueryWarning | undefined {
  if (token.quoted || token.exact) return undefined;
  const { text } = token;
  const isBetween = endsOperand(before) && beginsOperand(after);
  const [distance, isCertain] = distanceOf(text);
  // "NOT w/5" is one operator, like "NOT NEAR/5".
  const isOperator = isCertain || isBetween || (before?.kind === 'not' && beginsOperand(after));
  if (distance !== undefined && isOperator) refuse(token, nearOperator(distance));
  const isNumber = after.kind === 'term' && /^\d+$/.test(after.text);
  if (isBetween && isNumber && BEFORE_NUMBER.test(text) && isBesideLowerCase(before)) {
    refuse(joinSpans(token, after), nearOperator(Number(after.text)));
  }
  if (NOT.test(text) && beginsOperand(after)) refuse(token, 'NOT');
  const { name } = OPERATOR_IN_ANGLES.exec(text)?.groups ?? {};
  if (name !== undefined) refuse(token, name === 'near' ? nearOperator(SOME) : name.toUpperCase());
  return isBetween ? possibleOperatorWarning({ before, token, after }) : undefined;
}

/** Throws QueryError for `/5` and `/s`, which are not the start of a pattern. */
export function refuseSlash(span: QuerySpan, written: string): void {
  const distance = written === 's' ? SENTENCE : written === 'p' ? PARAGRAPH : Number(written);
  refuse(span, nearOperator(distance));
}

/** Rewrites "one other"~5 with NEAR. Returns undefined unless the phrase has two words. */
export function phraseAsNear(phrase: string, distance: number): string | undefined {
  const [one, other, ...more] = phrase.trim().split(/\s+/);
  return one && other && more.length === 0 ? `${one} ${nearOperator(distance)} ${other}` : undefined;
}

function distanceOf(text: string): [distance: number | undefined, isCertain: boolean] {
  const unit = IN_UNIT.exec(text)?.groups;
  if (unit) return [unit.sentence === undefined ? PARAGRAPH : SENTENCE, true];
  const { letter, distance } =
    (OPERATOR_WITH_SLASH.exec(text) ?? OPERATOR_WITHOUT_SLASH.exec(text) ?? TILDE.exec(text))?.groups ?? {};
  if (distance === undefined) return [undefined, false];
  const isCertain = text.includes('/') && letter === undefined;
  return [/^\d/.test(distance) ? Number(distance) : SOME, isCertain];
}

function possibleOperatorWarning({ before, token, after }: Neighbours): QueryWarning | undefined {
  const { distance } = ONE_LETTER.exec(token.text)?.groups ?? {};
  const operator = ownValue(POSSIBLE_OPERATORS, token.text) ?? (distance && nearOperator(Number(distance)));
  if (operator === undefined || !isBesideLowerCase(before, after)) return undefined;
  return {
    ...token,
    message: `${token.text} is treated as a word`,
    suggestion: `did you mean ${operator}?`,
  };
}

/** Returns whether any of the tokens is not in capitals. Some queries are in capitals from start to end. */
function isBesideLowerCase(...tokens: readonly (Token | undefined)[]): boolean {
  return tokens.some((token) => token !== undefined && /\p{Ll}|[()]/u.test(textAt(token)));
}

function nearOperator(distance: number): string {
  return `NEAR/${Math.min(Math.max(distance, 1), MAX_NEAR)}`;
}

/** Suggestions repeat the whole query only if it is at most this long. */
const MAX_SHOWN = 80;

function refuse(span: QuerySpan, operator: string): never {
  const { source, at, length } = span;
  const rewritten = `${source.text.slice(0, at)}${operator}${source.text.slice(at + length)}`.trim();
  const shown = rewritten.length <= MAX_SHOWN && !rewritten.includes('\n') ? rewritten : operator;
  const order = operator.startsWith('NEAR') ? 'NEAR matches in any order; ' : '';
  throw new QueryError(
    `expected an operator of this query language, got ${textAt(span)}, which would be searched for as words`,
    span,
    `did you mean ${shown}? ${order}put ${textAt(span)} in quotes to search for its words`,
  );
}

function endsOperand(token: Token | undefined): boolean {
  return token !== undefined && ['term', 'pattern', 'set', 'close'].includes(token.kind);
}

function beginsOperand({ kind }: Token): boolean {
  return ['term', 'pattern', 'set', 'open', 'field'].includes(kind);
}
