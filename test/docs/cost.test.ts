import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOf } from '../../cli/cost/bill.ts';
import { MEASURED_MONTHS } from '../../cli/cost/measured-months.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8');

/** The cells of the table of figures: for each size, the units of each row, then the dollars of all rows. */
const rows = Array.from(document.matchAll(/^\| (?:\*\*)?[A-Zt].*\$.*\|$/gm), ([row]) =>
  row
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.replaceAll('*', '').trim()),
);

describe('docs/cost.md', () => {
  it('has the figures from which `cost` calculates, at the present prices', () => {
    const expected = MEASURED_MONTHS.map(({ usage }) => billOf(usage));
    const shown = (dollars: { full: number; withFree: number }) =>
      `$${dollars.full.toFixed(2)} / $${dollars.withFree.toFixed(2)}`;
    const lines = expected[0]?.lines.map((_, n) =>
      expected.flatMap(({ lines }) => [
        lines[n]?.used.toLocaleString('en', { maximumFractionDigits: 2 }),
        lines[n] && shown(lines[n]),
      ]),
    );
    const figures = rows.filter((row) => row.length === 6);
    expect(figures.slice(0, lines?.length)).toEqual(lines);
  });
});
