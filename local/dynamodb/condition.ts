import { ServiceError } from './service-error.ts';

/** A value as DynamoDB's API writes it. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

const TOKEN = /\s*(\(|\)|=|<|AND\b|OR\b|attribute_not_exists\b|[#:]?\w+)/y;

/**
 * Evaluates a condition expression of the kinds that the product writes: attribute_not_exists(…), =, <, AND, OR and
 * parentheses. AND binds stronger than OR.
 */
export function evaluateCondition(
  expression: string,
  item: Item | undefined,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, AttributeValue>>,
): boolean {
  const tokens = tokenise(expression);
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const expect = (wanted: string) => {
    const got = next();
    if (got !== wanted) throw syntaxError(expression, `expected ${wanted}, got "${got}"`);
  };
  const attribute = (token: string) => item?.[names[token] ?? token];

  const comparison = (): boolean => {
    const token = next();
    if (token === '(') {
      const result = any();
      expect(')');
      return result;
    }
    if (token === 'attribute_not_exists') {
      expect('(');
      const missing = attribute(next()) === undefined;
      expect(')');
      return missing;
    }
    const sign = next();
    const value = values[next()];
    if (value === undefined || (sign !== '=' && sign !== '<')) throw syntaxError(expression, `got "${sign}"`);
    return compare(attribute(token), sign, value);
  };
  const all = (): boolean => {
    let result = comparison();
    while (tokens[at] === 'AND') {
      at++;
      result = comparison() && result;
    }
    return result;
  };
  const any = (): boolean => {
    let result = all();
    while (tokens[at] === 'OR') {
      at++;
      result = all() || result;
    }
    return result;
  };
  const result = any();
  if (at < tokens.length) throw syntaxError(expression, `got "${tokens[at]}" after its end`);
  return result;
}

function tokenise(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw syntaxError(expression, `at character ${from}`);
    tokens.push(token);
  }
  return tokens;
}

function syntaxError(expression: string, detail: string): ServiceError {
  return new ServiceError('ValidationException', `Invalid expression: ${expression}: ${detail}`);
}

/** Values of two types are never equal, and neither is below the other. */
function compare(left: AttributeValue | undefined, sign: '=' | '<', right: AttributeValue): boolean {
  if (left?.N !== undefined && right.N !== undefined) {
    const [a, b] = [Number(left.N), Number(right.N)];
    return sign === '=' ? a === b : a < b;
  }
  if (left?.S !== undefined && right.S !== undefined) {
    const order = compareText(String(left.S), String(right.S));
    return sign === '=' ? order === 0 : order < 0;
  }
  return sign === '=' && left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

/** By UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
