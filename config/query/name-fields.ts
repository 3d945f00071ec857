import type { LeafQuery, NameOperator, NameQuery } from '../../functions/shared/model.ts';
import { languageTag } from './language-tag.ts';
import type { QuerySpan } from './query-error.ts';

interface NameField {
  /** The operator as it is written in a query, without the colon. */
  readonly field: string;
  /** The values that the operator takes. */
  readonly expected: string;
  readonly example: string;
  /** Returns the value in its canonical form. Throws QueryError if it is invalid. */
  readonly parse: (value: string, span: QuerySpan) => string;
  readonly print: (value: string) => string;
}

/** How the operators that take names and not words are written. */
const NAME_FIELDS = {
  source: {
    field: 'source',
    expected: 'source names or hosts',
    example: 'source:name, source:"a name", or source:(a OR b)',
    parse: sourceName,
    print: (name) => `source:"${name}"`,
  },
  language: {
    field: 'lang',
    expected: 'language tags',
    example: 'lang:de, or lang:(de OR fr)',
    parse: languageTag,
    print: (tag) => `lang:${tag}`,
  },
} as const satisfies Record<NameOperator, NameField>;

export type NameFieldName = (typeof NAME_FIELDS)[NameOperator]['field'];

const OPERATORS: ReadonlyMap<string, NameOperator> = new Map(
  Object.entries(NAME_FIELDS).map(([operator, { field }]) => [field, operator as NameOperator]),
);
export const NAME_FIELD_NAMES = [...OPERATORS.keys()] as readonly NameFieldName[];

export const isNameField = (field: string): field is NameFieldName => OPERATORS.has(field);

export function nameField(field: NameFieldName): NameField & {
  /** Returns the value of a leaf with this operator, or undefined for other leaves. */
  readonly valueIn: (leaf: LeafQuery) => string | undefined;
  readonly leafOf: (value: string) => NameQuery;
} {
  const operator = OPERATORS.get(field) as NameOperator;
  return {
    ...NAME_FIELDS[operator],
    valueIn: (leaf) => (leaf as Partial<Record<NameOperator, string>>)[operator],
    leafOf: (value) => ({ [operator]: value }) as NameQuery,
  };
}

export function printName(query: NameQuery): string {
  const [[operator, value]] = Object.entries(query) as [[NameOperator, string]];
  return NAME_FIELDS[operator].print(value);
}

/** Returns the host if the value is an address, or else the value. */
function sourceName(value: string): string {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return value;
  return new URL(value).hostname.replace(/^www\./, '');
}
