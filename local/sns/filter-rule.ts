import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { ownValue } from '../../functions/shared/own-value.ts';

/** A fault in a filter policy. Each action reports it to the caller in its own way. */
export class InvalidFilterPolicy extends NewsAlertsError {
  override name = 'InvalidFilterPolicy';
}

export type Scalar = string | number | boolean | null;

/** One rule for an attribute. It tests whether the attribute exists, or one of the attribute's values. */
export type FilterRule = { readonly exists: boolean } | { readonly test: (value: Scalar) => boolean };

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fail = (detail: string): never => {
  throw new InvalidFilterPolicy(`FilterPolicy: ${detail}`);
};

const onText =
  (test: (text: string) => boolean) =>
  (value: Scalar): boolean =>
    typeof value === 'string' && test(value);

/** @throws InvalidFilterPolicy with the wording of SNS */
export function parseFilterRule(rule: unknown): FilterRule {
  if (isScalar(rule)) return { test: (value) => value === rule };
  if (!isObject(rule)) return fail('Match value must be String, number, true, false, or null');
  const [[operator, operand] = fail('Only one key allowed in match expression'), ...more] =
    Object.entries(rule);
  if (more.length > 0) return fail('Only one key allowed in match expression');
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') return fail('exists match pattern must be either true or false.');
      return { exists: operand };
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return { test: textTest(operator, operand) };
    case 'anything-but':
      return { test: anythingBut(operand) };
    case 'numeric':
      return { test: numericTest(operand) };
    default:
      return fail(`Unrecognized match type ${operator}`);
  }
}

function textTest(operator: 'prefix' | 'suffix' | 'equals-ignore-case', operand: unknown) {
  if (typeof operand !== 'string') return fail(`${operator} match pattern must be a string`);
  if (operator === 'prefix') return onText((text) => text.startsWith(operand));
  if (operator === 'suffix') return onText((text) => text.endsWith(operand));
  return onText((text) => text.toLowerCase() === operand.toLowerCase());
}

function anythingBut(operand: unknown): (value: Scalar) => boolean {
  if (isObject(operand)) {
    const [operator, prefix] = Object.entries(operand)[0] ?? [];
    if (operator !== 'prefix' || Object.keys(operand).length > 1) {
      return fail(`Unsupported anything-but pattern: ${operator}`);
    }
    if (typeof prefix !== 'string') return fail('prefix match pattern must be a string');
    return onText((text) => !text.startsWith(prefix));
  }
  const unwanted: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (unwanted.length === 0) return fail('Empty arrays are not allowed');
  if (!unwanted.every(isScalar)) return fail('Match value must be String, number, true, false, or null');
  return (value) => !unwanted.includes(value);
}

const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** Parses `["=", 1]`, `[">", 1]`, or a range such as `[">=", 1, "<", 5]`. */
function numericTest(operand: unknown): (value: Scalar) => boolean {
  if (!Array.isArray(operand) || operand.length === 0) return fail('Invalid member in numeric match: ]');
  const [first, low, second, high, ...more]: unknown[] = operand;
  const lower = comparison(first, low);
  if (operand.length === 2) return (value) => typeof value === 'number' && lower(value);
  if (first !== '>' && first !== '>=') return fail('Too many elements in numeric expression');
  if (second !== '<' && second !== '<=') return fail(`Bad numeric range operator: ${second}`);
  const upper = comparison(second, high);
  if (Number(high) <= Number(low)) return fail('Bottom must be less than top');
  if (more.length > 0) return fail('Too many terms in numeric range expression');
  return (value) => typeof value === 'number' && lower(value) && upper(value);
}

function comparison(operator: unknown, limit: unknown): (value: number) => boolean {
  if (typeof operator !== 'string') return fail(`Invalid member in numeric match: ${operator}`);
  const compare = ownValue(COMPARE, operator);
  if (compare === undefined) return fail(`Unrecognized numeric range operator: ${operator}`);
  if (typeof limit !== 'number') {
    return fail(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  }
  return (value) => compare(value, limit);
}
