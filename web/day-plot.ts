import { type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { DayCount } from '../past/try-query.ts';

/** In units of the picture, which the page scales. */
const HEIGHT = 60;
const BAR = 10;
const GAP = 2;
/** With fewer days, bars would be as wide as the page. */
const MIN_DAYS = 30;

/** Returns a plot of the stories of each day, with the same numbers as a table for those who cannot see it. */
export function dayPlot(days: readonly DayCount[]): Markup {
  const most = Math.max(1, ...days.map(({ stories }) => stories));
  const width = Math.max(days.length, MIN_DAYS) * (BAR + GAP);
  const bars = days.map(({ day, stories }, n) => {
    // A story is always visible.
    const height = stories === 0 ? 1 : Math.max(3, Math.round((stories / most) * HEIGHT));
    const x = width - (days.length - n) * (BAR + GAP);
    const kind = stories === 0 ? 'none' : 'some';
    return markup`<rect class="${kind}" x="${String(x)}" y="${String(HEIGHT - height)}" width="${String(BAR)}" height="${String(height)}"><title>${day}: ${count(stories, 'story', 'stories')}</title></rect>`;
  });
  const first = days[0]?.day ?? '';
  const last = days.at(-1)?.day ?? '';
  const rows = days
    .filter(({ stories }) => stories > 0)
    .map(
      ({ day, stories, items }) =>
        markup`<tr><td>${day}</td><td>${String(stories)}</td><td>${String(items)}</td></tr>`,
    );
  return markup`<figure class="plot">
<svg viewBox="0 0 ${String(width)} ${String(HEIGHT)}" role="img" aria-label="Stories per day, at most ${String(most)}" preserveAspectRatio="none">${bars}</svg>
<figcaption><span>${first}</span><span>stories per day, at most ${String(most)}</span><span>${last}</span></figcaption>
<details><summary>As a table</summary><table><thead><tr><th>day</th><th>stories</th><th>items</th></tr></thead><tbody>${rows}</tbody></table></details>
</figure>`;
}
