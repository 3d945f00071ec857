import { Scalar } from 'yaml';

/**
 * Returns the offset in a YAML text of a character of a scalar's value, or undefined if it cannot be found. Lines may be
 * folded, quotes doubled and characters escaped, so white space is not counted.
 */
export function scalarOffset(yaml: string, scalar: Scalar, offset: number): number | undefined {
  const [from, to] = scalar.range ?? [];
  if (from === undefined || to === undefined || typeof scalar.value !== 'string') return undefined;
  const before = scalar.value.slice(0, offset).replace(/\s/g, '').length;
  const isAtEnd = scalar.value.slice(offset).trim() === '';
  let seen = 0;
  let last = from;
  for (const { at, end, units } of sourceUnits(yaml, scalar, from, to)) {
    if (!isAtEnd && seen + units > before) return at;
    seen += units;
    last = end;
  }
  return isAtEnd && seen === before ? last : undefined;
}

/** A character as the YAML text writes it. */
interface SourceUnit {
  readonly at: number;
  readonly end: number;
  /** Length of the character in the value, in UTF-16 units. */
  readonly units: number;
}

const PLAIN = /\S/gu;
const SINGLE = /''|\S/gu;
const DOUBLE = /\\(?:x..|u.{4}|U.{8}|[\s\S])|\S/gu;
/** Escapes that stand for white space or for nothing. */
const ESCAPED_SPACE = /^\\[\s tnrvfNLP_]$|^\\x(0[9a-d]|20|a0)$|^\\u(0009|000[a-d]|0020|00a0)$/i;

/** Yields the characters of a value, without white space. */
function* sourceUnits(yaml: string, { type }: Scalar, from: number, to: number): Generator<SourceUnit> {
  const isQuoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
  const isBlock = type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED;
  // The first line of a block has only its indicator.
  const start = isQuoted ? from + 1 : isBlock ? yaml.indexOf('\n', from) : from;
  const text = yaml.slice(start, isQuoted ? to - 1 : to);
  const pattern = type === Scalar.QUOTE_DOUBLE ? DOUBLE : type === Scalar.QUOTE_SINGLE ? SINGLE : PLAIN;
  for (const { 0: sign, index } of text.matchAll(pattern)) {
    if (
      sign.startsWith('\\') &&
      sign.length > 1 &&
      type === Scalar.QUOTE_DOUBLE &&
      ESCAPED_SPACE.test(sign)
    ) {
      continue;
    }
    yield { at: start + index, end: start + index + sign.length, units: unitsOf(sign, type) };
  }
}

function unitsOf(sign: string, type: Scalar['type']): number {
  if (type === Scalar.QUOTE_SINGLE && sign === "''") return 1;
  if (type !== Scalar.QUOTE_DOUBLE || !sign.startsWith('\\')) return sign.length;
  return sign.startsWith('\\U') && Number.parseInt(sign.slice(2), 16) > 0xffff ? 2 : 1;
}
