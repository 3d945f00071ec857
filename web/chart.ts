import { scaleBand, scaleLinear } from 'd3-scale';
import { area, curveMonotoneX } from 'd3-shape';
import { type Markup, markup } from '../functions/shared/markup.ts';
import { count } from '../functions/shared/text/count.ts';
import type { RecentPoll } from '../local/feed-status.ts';

/** In units of the picture, which the page scales. */
const SPARK = { width: 120, height: 24 };

/** Returns a small plot of numbers over time, oldest first, with a label for those who cannot see it. */
export function sparkline(numbers: readonly number[], label: string): Markup {
  const { width, height } = SPARK;
  const x = scaleLinear([0, Math.max(1, numbers.length - 1)], [0, width]);
  const y = scaleLinear([0, Math.max(1, ...numbers)], [height - 1, 2]);
  const shape = area<number>()
    .x((_, n) => x(n))
    .y0(height)
    .y1((value) => y(value))
    .curve(curveMonotoneX)
    .digits(1);
  return markup`<svg class="spark" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${label}" preserveAspectRatio="none"><path d="${shape(numbers) ?? ''}"/></svg>`;
}

const TICK = { width: 3, height: 24 };
/** Polls with news stand higher than those without; failures have a colour. */
const TICK_HEIGHTS: Readonly<Record<RecentPoll, number>> = { changed: 16, unchanged: 5, failed: 24 };

/** Returns the last polls as a row of ticks, oldest first. */
export function pollTicks(polls: readonly RecentPoll[]): Markup {
  const { width, height } = TICK;
  const failed = polls.filter((poll) => poll === 'failed').length;
  const label = `Last ${count(polls.length, 'poll')}: ${failed} failed`;
  return markup`<svg class="ticks" viewBox="0 0 ${String(MAX_TICKS * width)} ${String(height)}" role="img" aria-label="${label}" preserveAspectRatio="xMinYMax meet"><title>${label}</title>${polls
    .slice(-MAX_TICKS)
    .map(
      (poll, n) =>
        markup`<rect class="${poll}" x="${String(n * width)}" y="${String(height - TICK_HEIGHTS[poll])}" width="${String(width - 1)}" height="${String(TICK_HEIGHTS[poll])}"/>`,
    )}</svg>`;
}

const MAX_TICKS = 40;

export interface Bar {
  /** Such as a day. */
  readonly name: string;
  readonly value: number;
  /** Shown on hovering. */
  readonly title: string;
}

const BARS = { height: 60, band: 12 };
/** With fewer bars, each would be as wide as the page. */
const MIN_BARS = 30;

/** Returns a bar chart. The caller adds the names of its ends, and the numbers as a table. */
export function barChart(bars: readonly Bar[], label: string): Markup {
  const { height, band } = BARS;
  const width = Math.max(bars.length, MIN_BARS) * band;
  const x = scaleBand(
    bars.map(({ name }) => name),
    [width - bars.length * band, width],
  ).padding(0.2);
  const y = scaleLinear([0, Math.max(1, ...bars.map(({ value }) => value))], [height, 3]).nice(3);
  const ticks = y.ticks(3).filter((tick) => tick > 0 && Number.isInteger(tick));
  const number = (value: number) => value.toFixed(1);
  return markup`<svg class="bars" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${label}" preserveAspectRatio="none">
${ticks.map((tick) => markup`<line class="grid" x1="0" x2="${String(width)}" y1="${number(y(tick))}" y2="${number(y(tick))}"><title>${tick.toLocaleString('en')}</title></line>`)}
${bars.map(({ name, value, title }) => {
  // Something is always visible.
  const top = value === 0 ? height - 1 : Math.min(y(value), height - 3);
  return markup`<rect class="${value === 0 ? 'none' : 'some'}" x="${number(x(name) ?? 0)}" y="${number(top)}" width="${number(x.bandwidth())}" height="${number(height - top)}"><title>${title}</title></rect>`;
})}
</svg>`;
}
