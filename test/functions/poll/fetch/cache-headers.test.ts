import { expect, it } from 'vitest';
import { freshFor } from '../../../../functions/poll/fetch/cache-headers.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');

it.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ 'cache-control': 'max-age=300' }, 300_000],
  [{ 'cache-control': 'public, Max-Age = "300", must-revalidate' }, 300_000],
  [{ 'cache-control': 's-maxage=60' }, 60_000],
  [{ 'cache-control': 's-maxage=60, max-age=300' }, 300_000],
  [{ 'cache-control': 'max-age=300', age: '100' }, 200_000],
  [{ 'cache-control': 'max-age=300', age: '300' }, undefined],
  [{ 'cache-control': 'max-age=300', age: 'old' }, 300_000],
  [{ 'cache-control': 'max-age=0' }, undefined],
  [{ 'cache-control': 'max-age=-5' }, undefined],
  [{ 'cache-control': 'max-age=12345678901234567890' }, undefined],
  [{ 'cache-control': 'no-cache, max-age=300' }, undefined],
  [{ 'cache-control': 'max-age=300,no-store' }, undefined],
  [{ 'cache-control': 'no-cache', expires: 'Mon, 02 Mar 2026 13:00:00 GMT' }, undefined],
  [{ expires: 'Mon, 02 Mar 2026 13:00:00 GMT' }, 3_600_000],
  // A server whose clock is wrong means the time between the two.
  [{ expires: 'Mon, 02 Mar 2026 09:10:00 GMT', date: 'Mon, 02 Mar 2026 09:00:00 GMT' }, 600_000],
  [{ 'cache-control': 'max-age=300', expires: 'Mon, 02 Mar 2026 13:00:00 GMT' }, 300_000],
  [{ expires: 'Mon, 02 Mar 2026 11:00:00 GMT' }, undefined],
  [{ expires: '0' }, undefined],
  [{ expires: '-1' }, undefined],
  [{ expires: 'soon' }, undefined],
])('%j is good for %j ms', (headers, ms) => {
  expect(freshFor((name) => headers[name], NOW)).toBe(ms);
});
