import { expect, it } from 'vitest';
import { conditionalHeaders, validatorsOf } from '../../../../functions/poll/fetch/cache-headers.ts';

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
])('%s is sent as %s', (etag, sent) => {
  expect(conditionalHeaders({ etag, lastModified: MODIFIED })).toEqual({
    'if-none-match': sent,
    'if-modified-since': MODIFIED,
  });
});

it.each(['', '"é1"', '"a\r\nb: c"', `"${'x'.repeat(2_000)}"`, '"\u0000"', '"日"'])(
  'what cannot be sent back is neither kept nor sent: %j',
  (value) => {
    expect(validatorsOf(() => value)).toEqual({});
    expect(conditionalHeaders({ etag: value, lastModified: value })).toEqual({});
  },
);
