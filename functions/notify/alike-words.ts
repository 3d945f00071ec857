import { folded } from '../shared/text/folded.ts';

/** Letters that two words must begin with to be inflections of one, and how many others they may end in. */
const STEM = 4;
const ENDING = 3;
/** In shorter words, one letter makes another word. */
const LEAST_MISSPELT = 6;

/** The same word, an inflection as most languages make them, at the end, or a slip of the pen. Takes lower case. */
export function areAlike(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [folded(a), folded(b)];
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const same = commonStart(short, long);
  if (same === long.length) return true;
  if (same >= STEM && long.length - same <= ENDING && short.length - same < ENDING) return true;
  return same > 0 && short.length >= LEAST_MISSPELT && isSlip(short.slice(same), long.slice(same));
}

/** Of what is left after the same beginning: one letter too much, another one, or two the wrong way round. */
function isSlip(short: string, long: string): boolean {
  if (long.length > short.length) return long.slice(1) === short;
  if (long.slice(1) === short.slice(1)) return true;
  return long[0] === short[1] && long[1] === short[0] && long.slice(2) === short.slice(2);
}

function commonStart(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}
