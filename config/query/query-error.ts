import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** A text in the query language. Whoever has it compiled may know more of where it stands. */
export interface QueryText {
  readonly text: string;
}

/** A stretch of a query's text, in UTF-16 units. */
export interface QuerySpan {
  readonly source: QueryText;
  readonly at: number;
  readonly length: number;
}

/** What is wrong at a place of a query, "expected …, got …", and what to write instead. */
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

/** What is understood, but hardly meant so. */
export interface QueryWarning extends QuerySpan {
  readonly message: string;
  readonly suggestion: string;
}

/** From the first of two places to the end of the other, in one text. */
export function joinSpans(first: QuerySpan, last: QuerySpan): QuerySpan {
  return { source: first.source, at: first.at, length: last.at + last.length - first.at };
}

export function textAt({ source, at, length }: QuerySpan): string {
  return source.text.slice(at, at + length);
}
