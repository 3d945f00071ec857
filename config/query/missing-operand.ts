import { joinSpans, QueryError, type QuerySpan, textAt } from './query-error.ts';
import type { Token } from './tokens.ts';

/** Throws the QueryError for a token where an operand or the end was expected. */
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
        ? 'write one -(one NEAR/5 other) to exclude the two together'
        : isOperator(token)
          ? 'remove one of the two, or put it in quotes to search for it'
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
    throw new QueryError(
      'expected an opening ( before ), got none',
      token,
      'remove it, or write ( before it',
    );
  }
  return nothingToFind('expected a word or a "quoted phrase", got nothing', token);
}

function nothingToFind(message: string, span: QuerySpan): never {
  throw new QueryError(message, span, 'write a query, such as flood OR "storm surge"');
}

function isOperator({ kind }: Token): boolean {
  return kind === 'and' || kind === 'or' || kind === 'not' || kind === 'minus' || kind === 'near';
}
