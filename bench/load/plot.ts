/** A curve, with an optional line at `atMost`. */
export interface Curve {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly atMost?: number | undefined;
}

const WIDTH = 640;
const HEIGHT = 120;
const LEFT = 60;
const TOP = 24;
const GAP = 40;

/** Returns an SVG with one panel per curve, from top to bottom. x is in minutes. */
export function plotOf(curves: readonly Curve[]): string {
  const panels = curves.map((curve, n) => panel(curve, TOP + n * (HEIGHT + GAP)));
  const height = TOP + curves.length * (HEIGHT + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 20}" height="${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`;
}

function panel({ title, unit, points, atMost }: Curve, top: number): string {
  const shown = points.filter(({ y }) => Number.isFinite(y));
  const right = Math.max(...shown.map(({ x }) => x), 1);
  const highest = Math.max(...shown.map(({ y }) => y), atMost ?? 0, 1e-9) * 1.05;
  const at = (x: number, y: number) =>
    `${(LEFT + (x / right) * WIDTH).toFixed(1)},${(top + HEIGHT - (y / highest) * HEIGHT).toFixed(1)}`;
  const curve = shown.map(({ x, y }) => at(Math.max(0, x), y)).join(' ');
  const bound =
    atMost === undefined
      ? ''
      : `<polyline points="${at(0, atMost)} ${at(right, atMost)}" fill="none" stroke="#b3261e" stroke-dasharray="4"/>`;
  return `<text x="${LEFT}" y="${top - 6}">${title} (${unit})</text>
<rect x="${LEFT}" y="${top}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>
<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${highest.toFixed(highest < 10 ? 1 : 0)}</text>
<text x="${LEFT - 6}" y="${top + HEIGHT}" text-anchor="end">0</text>
<text x="${LEFT + WIDTH}" y="${top + HEIGHT + 14}" text-anchor="end">${right.toFixed(0)} min</text>
${bound}<polyline points="${curve}" fill="none" stroke="#1a5fb4" stroke-width="1.5"/>`;
}
