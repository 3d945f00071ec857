import { describe, expect, it } from 'vitest';
import { quotasInDocument } from '../../../bench/quotas/quota-document.ts';
import { maxCount, quotasInMarkdown } from '../../../bench/quotas/quota-table.ts';
import { type QuotaName, quotas } from '../../../bench/quotas/quotas.ts';
import { FEEDS, type Row, rowsOfFeeds, rowsOfTopics, TOPICS } from '../../../bench/quotas/rows.ts';

const all: readonly (readonly [Row, readonly number[]])[] = [
  ...rowsOfFeeds().map((row) => [row, FEEDS] as const),
  ...rowsOfTopics().map((row) => [row, TOPICS] as const),
];

const limit = ({ quota }: Row) => (typeof quota === 'string' ? quotas[quota] : quota).value;

it('docs/operations.md has the numbers of npm run bench -- quotas', () => {
  expect(quotasInDocument(), 'run npm run bench -- quotas --write').toBe(quotasInMarkdown());
});

describe('the limit of a part', () => {
  it.each(all.map(([row]) => [row.part, row] as const))('%s: is the last number that fits', (_, row) => {
    const stop = maxCount(row);
    if (stop === undefined) return expect(row.use(1e12)).toBeLessThan(limit(row));
    expect(row.use(stop)).toBeLessThanOrEqual(limit(row));
    expect(row.use(stop + 1)).toBeGreaterThan(limit(row) * 0.999);
  });

  it('is closer with more feeds, and with more topics', () => {
    for (const [{ part, use }, scales] of all) {
      const uses = scales.map(use);
      expect(
        uses.every((one) => Number.isFinite(one) && one > 0),
        part,
      ).toBe(true);
      expect(uses, part).toEqual(uses.toSorted((a, b) => a - b));
    }
  });
});

it('every quota limits a part', () => {
  const named = all.map(([{ quota }]) => quota);
  const inNames = JSON.stringify(named);
  // The limits for creating channels and for emails in 15 minutes are products of two numbers.
  for (const name of Object.keys(quotas) as QuotaName[]) {
    const used = named.includes(name) || inNames.includes(quotas[name].name) || name === 'runTime';
    expect(used, name).toBe(true);
  }
  for (const { source } of Object.values(quotas)) expect(source).toMatch(/^docs\.aws\.amazon\.com\//);
});
