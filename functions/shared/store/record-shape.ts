import { inspect } from 'node:util';
import { NewsAlertsError } from '../errors.ts';
import type { Attributes } from './table.ts';

/** Whether a stored value is what the program writes, and what that is called in an error. */
interface Check<Value> {
  readonly name: string;
  readonly accepts: (value: unknown) => value is Value;
}

/** A check for each attribute of a record. */
export type Shape<Fields> = { readonly [Name in keyof Fields]-?: Check<Fields[Name]> };

const check = <Value>(name: string, accepts: (value: unknown) => boolean): Check<Value> => ({
  name,
  accepts: accepts as Check<Value>['accepts'],
});

export const text = check<string>('text', (value) => typeof value === 'string');
export const number = check<number>('a number', (value) => typeof value === 'number');
export const flag = check<boolean>('true or false', (value) => typeof value === 'boolean');
export const yes = check<true>('true', (value) => value === true);
export const bytes = check<Uint8Array>('bytes', (value) => value instanceof Uint8Array);

/** One of the names of a type. Later releases may have more, so any text is accepted. */
export const named = <Name extends string>(): Check<Name> => check('text', text.accepts);

export const optional = <Value>({ name, accepts }: Check<Value>): Check<Value | undefined> =>
  check(name, (value) => value === undefined || accepts(value));

export const listOf = <Value>({ name, accepts }: Check<Value>): Check<readonly Value[]> =>
  check(`a list, each ${name}`, (value) => Array.isArray(value) && value.every(accepts));

export const mapOf = <Value>({ name, accepts }: Check<Value>): Check<Readonly<Record<string, Value>>> =>
  check(`a map, each ${name}`, (value) => isMap(value) && Object.values(value).every(accepts));

/** A map with at least these attributes. */
export const having = <Fields>(shape: Shape<Fields>): Check<Fields> =>
  check(
    `a map with ${Object.keys(shape).join(', ')}`,
    (value) => isMap(value) && faultIn(value, shape) === undefined,
  );

/**
 * Returns a record's attributes without its key, unknown ones included, so that a later release's are kept. Throws
 * `NewsAlertsError` if an attribute is not what the program writes.
 */
export function readRecord<Fields>(record: Attributes, shape: Shape<Fields>): Fields {
  const fault = faultIn(record, shape);
  const { pk, sk, expiresAt: _expiresAt, ...fields } = record;
  if (fault === undefined) return fields as Fields;
  throw new NewsAlertsError(
    `the record ${String(pk)} ${String(sk)}: ${fault}; if a later release has written it, run that release; otherwise restore it from a backup`,
  );
}

function faultIn<Fields>(record: Attributes, shape: Shape<Fields>): string | undefined {
  for (const [attribute, { name, accepts }] of Object.entries<Check<unknown>>(shape)) {
    const value = record[attribute];
    if (!accepts(value))
      return `expected ${attribute} to be ${name}, got ${inspect(value, { breakLength: Infinity }).slice(0, MAX_SHOWN)}`;
  }
  return undefined;
}

const MAX_SHOWN = 100;

function isMap(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
