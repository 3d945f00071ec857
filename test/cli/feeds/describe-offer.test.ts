import { describe, expect, it } from 'vitest';
import { describeOffer } from '../../../cli/feeds/describe-offer.ts';
import type { Offer } from '../../../cli/feeds/offers.ts';
import type { Entry } from '../../../functions/poll/parser/parse.ts';

const NOW = Date.UTC(2026, 5, 10, 12);
const entry = (published?: string): Entry => ({
  title: 'T',
  summary: '',
  content: '',
  authors: [],
  categories: [],
  ...(published === undefined ? {} : { published }),
});
const offer = (fields: Partial<Offer> = {}): Offer => ({
  kind: 'feed',
  url: 'https://owls.example/rss',
  title: 'Owls',
  isComments: false,
  otherFormats: [],
  ...fields,
});
const found = (...entries: readonly Entry[]) => ({
  found: { finalUrl: '', feed: { title: 'Owls', entries } },
});

describe('describeOffer', () => {
  it.each<[string, Partial<Offer>]>([
    [
      'feed with push (WebSub): Owls; 2 items, the newest 12 min old',
      { kind: 'push feed', ...found(entry('2026-06-10T10:00:00Z'), entry('2026-06-10T11:48:00Z')) },
    ],
    [
      'live page: Owls; 1 item, the newest 0 s old',
      { kind: 'live page', ...found(entry('2026-06-10T12:30:00Z')) },
    ],
    ['news sitemap; no items yet', { kind: 'news sitemap', title: '', ...found() }],
    ['feed of comments: Owls; 1 item, without dates', { isComments: true, ...found(entry()) }],
    ['feed: Owls; not read', {}],
    ['feed: Owls; could not be read: HTTP 503', { failure: 'HTTP \u001b503' }],
    [
      'feed: Owls; not read; other formats: https://a.example/, https://b.example/',
      { otherFormats: ['https://a.example/', 'https://b.example/'] },
    ],
  ])('returns "%s"', (expected, fields) => {
    expect(describeOffer(offer(fields), NOW)).toBe(expected);
  });

  it('shortens the reason of a failure', () => {
    expect(describeOffer(offer({ failure: 'x'.repeat(10_000) }), NOW).length).toBeLessThan(200);
  });
});
