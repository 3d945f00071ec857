import { NewsAlertsError } from '../../functions/shared/errors.ts';

/**
 * A text in the query language. Errors refer to this object, so that the caller can look up the position of the text in a
 * file.
 */
export interface QueryText {
  readonly text: string;
}

/** A range of a query's text, in UTF-16 units. */
export interface QuerySpan {
  readonly source: QueryText;
  readonly at: number;
  readonly length: number;
}

/** A fault in a query. The message says "expected …, got …"; the suggestion says what to write instead. */
export class QueryError extends NewsAlertsError implements QuerySpan {
  override name = 'QueryError';
  readonly source: QueryText;
  readonly at: number;
  readonly length: number;
  readonly suggestion: string;

  constructor(message: string, { source, at, length }: QuerySpan, suggestion: string) {
    super(message);
    this.source = source;
    this.at = at;
    this.length = length;
    this.suggestion = suggestion;
  }
}

/** A valid part of a query that is probably not what the user wants. */
export interface QueryWarning extends QuerySpan {
  readonly message: string;
  readonly suggestion: string;
}

/** Returns the span from the start of the first span to the end of the last, in one text. */
export function joinSpans(first: QuerySpan, last: QuerySpan): QuerySpan {
  return { source: first.source, at: first.at, length: last.at + last.length - first.at };
}

export function textAt({ source, at, length }: QuerySpan): string {
  return source.text.slice(at, at + length);
}
