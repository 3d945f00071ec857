import { ARGUMENT_MASK, HAS_PARTS, hasBit, OP_SHIFT } from './encoding.ts';

/** What is more than the presence of atoms: an operator and its argument. */
export type EvaluateOperator = (op: number, argument: number) => boolean;

/** Runs the part of a program that starts there. */
export function evaluateClause(
  code: Int32Array,
  start: number,
  present: Int32Array,
  others: EvaluateOperator,
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
        if (!evaluateClause(code, at, present, others)) return false;
      }
      return true;
    case 3:
      for (let at = start + 1; at <= end; at = nextPart(code, at)) {
        if (evaluateClause(code, at, present, others)) return true;
      }
      return false;
    case 4:
      return !evaluateClause(code, start + 1, present, others);
    case 7:
      for (let at = start + 1; at <= end; at = (at + 1) | 0) {
        if (hasBit(present, code[at] as number)) return true;
      }
      return false;
    default:
      return others(op, argument);
  }
}

/** Where the part of a program after this one starts. */
export function nextPart(code: Int32Array, at: number): number {
  const instruction = code[at] as number;
  const op = instruction >>> OP_SHIFT;
  return (HAS_PARTS >> op) & 1 ? at + 1 + (instruction & ARGUMENT_MASK) : at + 1;
}
