import { ARGUMENT_MASK, HAS_PARTS, hasBit, OP_SHIFT } from './encoding.ts';

/** Evaluates an operator other than the presence of terms. */
export type EvaluateOperator = (op: number, argument: number) => boolean;

/** Evaluates the clause that starts at `start`. */
export function evaluateClause(
  code: Int32Array,
  start: number,
  present: Int32Array,
  evaluateOperator: EvaluateOperator,
): boolean {
  const instruction = code[start] as number;
  const op = instruction >>> OP_SHIFT;
  const argument = instruction & ARGUMENT_MASK;
  const end = start + argument;
  switch (op) {
    case 0:
      return hasBit(present, argument);
    case 1:
      return !hasBit(present, argument);
    case 2:
      for (let at = start + 1; at <= end; at = nextPart(code, at)) {
        if (!evaluateClause(code, at, present, evaluateOperator)) return false;
      }
      return true;
    case 3:
      for (let at = start + 1; at <= end; at = nextPart(code, at)) {
        if (evaluateClause(code, at, present, evaluateOperator)) return true;
      }
      return false;
    case 4:
      return !evaluateClause(code, start + 1, present, evaluateOperator);
    case 7:
      for (let at = start + 1; at <= end; at = (at + 1) | 0) {
        if (hasBit(present, code[at] as number)) return true;
      }
      return false;
    default:
      return evaluateOperator(op, argument);
  }
}

/** Returns the start of the clause after the one at `at`. */
export function nextPart(code: Int32Array, at: number): number {
  const instruction = code[at] as number;
  const op = instruction >>> OP_SHIFT;
  return (HAS_PARTS >> op) & 1 ? at + 1 + (instruction & ARGUMENT_MASK) : at + 1;
}
