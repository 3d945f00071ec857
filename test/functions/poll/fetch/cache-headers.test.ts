import { expect, it } from 'vitest';
import {
  conditionalHeaders,
  freshFor,
  validatorsOf,
} from '../../../../functions/poll/fetch/cache-headers.ts';

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
  // A server with a wrong clock means the time between Date and Expires.
  [{ expires: 'Mon, 02 Mar 2026 09:10:00 GMT', date: 'Mon, 02 Mar 2026 09:00:00 GMT' }, 600_000],
  [{ 'cache-control': 'max-age=300', expires: 'Mon, 02 Mar 2026 13:00:00 GMT' }, 300_000],
  [{ expires: 'Mon, 02 Mar 2026 11:00:00 GMT' }, undefined],
  [{ expires: '0' }, undefined],
  [{ expires: '-1' }, undefined],
  [{ expires: 'soon' }, undefined],
])('%j makes a response fresh for %j ms', (headers, ms) => {
  expect(freshFor((name) => headers[name], NOW)).toBe(ms);
});

const MODIFIED = 'Mon, 02 Mar 2026 10:00:00 GMT';

it.each([
  ['"abc-gzip"', '"abc-gzip", "abc"'],
  ['W/"abc-gzip"', 'W/"abc-gzip", W/"abc"'],
  ['"abc--gzip"', '"abc--gzip", "abc"'],
  ['"abc-br"', '"abc-br", "abc"'],
  ['"abc-zstd"', '"abc-zstd", "abc"'],
  ['"abc"', '"abc"'],
  ['"gzip"', '"gzip"'],
  ['"a-gzip-b"', '"a-gzip-b"'],
  ['abc-gzip', 'abc-gzip'],
])('sends the tag %s as %s', (etag, sent) => {
  expect(conditionalHeaders({ etag, lastModified: MODIFIED })).toEqual({
    'if-none-match': sent,
    'if-modified-since': MODIFIED,
  });
});

it.each(['', '"é1"', '"a\r\nb: c"', `"${'x'.repeat(2_000)}"`, '"\u0000"', '"日"'])(
  'neither keeps nor sends a validator that cannot be sent back: %j',
  (value) => {
    expect(validatorsOf(() => value)).toEqual({});
    expect(conditionalHeaders({ etag: value, lastModified: value })).toEqual({});
  },
);
