import type { Theme } from './fault-plan.ts';
import type { SeedResult } from './run-seeds.ts';

export interface ReplayOptions {
  readonly mutant?: string | undefined;
  readonly theme?: Theme | undefined;
}

/** Returns the rules that a run broke, and the command that replays it. */
export function describeFailure({ seed, broken }: SeedResult, { mutant, theme }: ReplayOptions = {}): string {
  const more = broken.length > 5 ? `\n  and ${broken.length - 5} more` : '';
  const undone = mutant === undefined ? '' : ` --mutant ${mutant}`;
  const about = theme === undefined ? '' : ` --theme ${theme}`;
  return `seed ${seed}:\n  ${broken.slice(0, 5).join('\n  ')}${more}\n  replay: npm run simulate -- --seed ${seed}${undone}${about}`;
}
