import { count } from '../../functions/shared/text/count.ts';
import type { DayCount } from '../../local/past/try-query.ts';

/** More days do not fit a screen. */
const MAX_DAYS = 31;
const MAX_BAR = 40;

/** Returns a line with a bar for each of the last 31 days, and one for the days before. */
export function dayPlot(days: readonly DayCount[]): string[] {
  const shown = days.slice(-MAX_DAYS);
  const earlier = days.slice(0, -MAX_DAYS);
  const most = Math.max(1, ...shown.map(({ stories }) => stories));
  const width = String(most).length;
  const sum = earlier.reduce((all, { stories }) => all + stories, 0);
  return [
    ...(earlier.length === 0
      ? []
      : [`  ${count(earlier.length, 'earlier day')}: ${count(sum, 'story', 'stories')}`]),
    ...shown.map(({ day, stories }) => {
      const bar = '#'.repeat(stories === 0 ? 0 : Math.max(1, Math.round((stories / most) * MAX_BAR)));
      return `  ${day}  ${String(stories).padStart(width)}  ${bar}`.trimEnd();
    }),
  ];
}
