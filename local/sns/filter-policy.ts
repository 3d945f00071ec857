import { type FilterRule, InvalidFilterPolicy, parseFilterRule, type Scalar } from './filter-rule.ts';

/** The rules by attribute name. Each named attribute must satisfy one of its rules. An empty policy matches everything. */
export type FilterPolicy = ReadonlyMap<string, readonly FilterRule[]>;

/** Limit of SNS on the attribute names of a policy. */
const MAX_KEYS = 5;
/** Limit of SNS on the product of the numbers of values. */
const MAX_COMBINATIONS = 150;

/** @throws InvalidFilterPolicy with the wording of SNS */
export function parseFilterPolicy(text: string): FilterPolicy {
  const fields = Object.entries(parseObject(text));
  if (fields.length > MAX_KEYS) {
    throw new InvalidFilterPolicy('FilterPolicy: Filter policy can not have more than 5 keys');
  }
  let combinations = 1;
  const policy = new Map<string, readonly FilterRule[]>();
  for (const [name, rules] of fields) {
    if (name === '$or') {
      throw new InvalidFilterPolicy('FilterPolicy: $or is not supported by the local SNS');
    }
    if (!Array.isArray(rules)) {
      throw new InvalidFilterPolicy(
        typeof rules === 'object' && rules !== null
          ? 'Filter policy scope MessageAttributes does not support nested filter policy'
          : `FilterPolicy: "${name}" must be an object or an array`,
      );
    }
    if (rules.length === 0) throw new InvalidFilterPolicy('FilterPolicy: Empty arrays are not allowed');
    combinations *= rules.length;
    policy.set(name, rules.map(parseFilterRule));
  }
  if (combinations > MAX_COMBINATIONS) {
    throw new InvalidFilterPolicy('FilterPolicy: Filter policy is too complex');
  }
  return policy;
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidFilterPolicy(`FilterPolicy: failed to parse JSON. ${cause}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidFilterPolicy('FilterPolicy: failed to parse JSON. Expected an object');
  }
  return value;
}

/**
 * Returns true if a message matches the policy.
 * @param attributes values of the message's attributes by name; a String.Array has several
 */
export function matchesPolicy(
  policy: FilterPolicy,
  attributes: ReadonlyMap<string, readonly Scalar[]>,
): boolean {
  return [...policy].every(([name, rules]) => {
    const values = attributes.get(name);
    return rules.some((rule) =>
      'exists' in rule ? rule.exists === (values !== undefined) : values?.some(rule.test),
    );
  });
}
