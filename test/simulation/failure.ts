import type { Result } from './run-seeds.ts';

/** What was broken in a run, and how to see it again. */
export function failure({ seed, broken }: Result, mutant?: string): string {
  const more = broken.length > 5 ? `\n  and ${broken.length - 5} more` : '';
  const undone = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return `seed ${seed}:\n  ${broken.slice(0, 5).join('\n  ')}${more}\n  replay: npm run simulate -- --seed ${seed}${undone}`;
}
