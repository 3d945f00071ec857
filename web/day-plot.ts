import { type Markup, markup } from '../functions/shared/markup.ts';
import { count } from '../functions/shared/text/count.ts';
import type { DayCount } from '../local/past/try-query.ts';
import { barChart } from './chart.ts';

/** Returns a plot of the stories of each day, with the same numbers as a table for those who cannot see it. */
export function dayPlot(days: readonly DayCount[]): Markup {
  const most = Math.max(...days.map(({ stories }) => stories));
  const bars = days.map(({ day, stories }) => ({
    name: day,
    value: stories,
    title: `${day}: ${count(stories, 'story', 'stories')}`,
  }));
  const rows = days
    .filter(({ stories }) => stories > 0)
    .map(
      ({ day, stories, items }) =>
        markup`<tr><td>${day}</td><td>${String(stories)}</td><td>${String(items)}</td></tr>`,
    );
  return markup`<figure class="plot">
${barChart(bars, `Stories per day, at most ${most}`)}
<figcaption><span>${days[0]?.day ?? ''}</span><span>stories per day, at most ${most.toLocaleString('en')}</span><span>${days.at(-1)?.day ?? ''}</span></figcaption>
<details><summary>As a table</summary><table><thead><tr><th>day</th><th>stories</th><th>items</th></tr></thead><tbody>${rows}</tbody></table></details>
</figure>`;
}
