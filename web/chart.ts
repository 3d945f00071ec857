import { scaleBand, scaleLinear } from 'd3-scale';
import { area, curveMonotoneX } from 'd3-shape';
import { type Markup, markup } from '../functions/shared/markup.ts';

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
