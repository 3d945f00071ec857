import { joinSpans, QueryError, type QuerySpan, textAt } from './query-error.ts';
import type { Token } from './tokens.ts';

/** Throws what is wrong where something to look for should stand, or the text should end. */
export function missingOperand(tokens: readonly Token[], at: number): never {
  const before = tokens[at - 1];
  const token = tokens[at];
  if (!token) throw new RangeError('read beyond the end');
  const something = 'expected something to look for';
  if (before && isOperator(before)) {
    throw new QueryError(
      `${something} after ${textAt(before)}, got ${token.kind === 'end' ? 'the end' : textAt(token)}`,
      token.kind === 'end' ? before : token,
      before.kind === 'not' && token.kind === 'near'
        ? 'write one -(one NEAR/5 other) to leave out where both are together'
        : isOperator(token)
          ? 'leave one of the two out, or put it in quotes to search for it'
          : `write a word or a "phrase" after it, or "${textAt(before)}" to search for that`,
    );
  }
  if (isOperator(token)) {
    throw new QueryError(
      `${something} before ${textAt(token)}, got nothing`,
      token,
      `write a word or a "phrase" before it, or "${textAt(token)}" to search for that`,
    );
  }
  if (token.kind === 'close') {
    if (before?.kind === 'open')
      nothingToFind(`${something} between ( and ), got nothing`, joinSpans(before, token));
    throw new QueryError('expected an opening ( for it, got none', token, 'leave it out, or write ( before');
  }
  return nothingToFind('expected a word or a "quoted phrase", got nothing', token);
}

function nothingToFind(message: string, place: QuerySpan): never {
  throw new QueryError(message, place, 'write what to look for: flood OR "storm surge"');
}

function isOperator({ kind }: Token): boolean {
  return kind === 'and' || kind === 'or' || kind === 'not' || kind === 'minus' || kind === 'near';
}
