import { ServiceError } from './service-error.ts';

/** A value in the form of DynamoDB's API, such as `{ S: 'text' }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

const TOKEN = /\s*(\(|\)|=|<|AND\b|OR\b|attribute_not_exists\b|[#:]?\w+)/y;

/**
 * Evaluates a condition expression. Supports what the stages use: attribute_not_exists(…), =, <, AND, OR and parentheses.
 * AND binds more tightly than OR.
 * @throws ServiceError for any other expression
 */
export function evaluateCondition(
  expression: string,
  item: Item | undefined,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, AttributeValue>>,
): boolean {
  const tokens = tokenise(expression);
  let position = 0;
  const next = () => tokens[position++] ?? '';
  const expect = (wanted: string) => {
    const got = next();
    if (got !== wanted) throw syntaxError(expression, `expected ${wanted}, got "${got}"`);
  };
  const attribute = (token: string) => item?.[names[token] ?? token];

  const comparison = (): boolean => {
    const token = next();
    if (token === '(') {
      const result = disjunction();
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
  const conjunction = (): boolean => {
    let result = comparison();
    while (tokens[position] === 'AND') {
      position++;
      result = comparison() && result;
    }
    return result;
  };
  const disjunction = (): boolean => {
    let result = conjunction();
    while (tokens[position] === 'OR') {
      position++;
      result = conjunction() || result;
    }
    return result;
  };
  const result = disjunction();
  if (position < tokens.length) throw syntaxError(expression, `got "${tokens[position]}" after its end`);
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

/** Compares two values. Values of different types are neither equal nor ordered. */
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

/** Compares two texts by their UTF-8 bytes, for sorting. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // Only from here on does the order of UTF-16 differ from that of UTF-8.
  if (!HIGH.test(a) && !HIGH.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const HIGH = /[\ud800-\uffff]/;
