import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../functions/poll/parse.ts';

const parse = (value: unknown) =>
  parseFeed(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), {
    url: 'https://herald.test/feed.json',
    now: Date.parse('2026-03-03T00:00:00Z'),
  });

it('JSON Feed 1.1 gives all that is there', async () => {
  const parsed = await parse({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'The Herald',
    home_page_url: '/',
    language: 'en-GB',
    authors: [{ name: 'Desk' }],
    items: [
      {
        id: 7,
        url: '/1',
        title: 'Storm &amp; <b>flood</b>',
        summary: 'Closed',
        content_html: '<p>One</p><p>two</p>',
        date_published: '2026-03-02T11:00:00+01:00',
        date_modified: '2026-03-02T12:00:00Z',
        authors: [{ name: 'Ann' }, { url: 'https://bo.test/' }],
        tags: ['Weather', 'Ports', 'Weather', 3, null],
      },
      {
        id: 'https://herald.test/2',
        external_url: 'https://other.test/2',
        content_text: 'a <b> &amp; c\u0007',
      },
    ],
  });
  expect(parsed).toEqual({
    ok: true,
    feed: {
      title: 'The Herald',
      url: 'https://herald.test/',
      language: 'en-gb',
      entries: [
        {
          guid: '7',
          url: 'https://herald.test/1',
          title: 'Storm & flood',
          summary: 'Closed',
          content: 'One two',
          published: '2026-03-02T10:00:00.000Z',
          updated: '2026-03-02T12:00:00.000Z',
          language: 'en-gb',
          authors: ['Ann', 'https://bo.test/'],
          categories: ['Weather', 'Ports', '3'],
        },
        {
          guid: 'https://herald.test/2',
          url: 'https://other.test/2',
          title: '',
          summary: '',
          content: 'a <b> &amp; c',
          language: 'en-gb',
          authors: ['Desk'],
          categories: [],
        },
      ],
    },
  });
});

describe('JSON', () => {
  it.each([
    ['without a version, with items', { items: [{ id: 1 }, 'x', null, []] }, 1],
    ['of version 1 with an author', { version: '1.0', items: [{ title: 'a', author: { name: 'b' } }] }, 1],
    ['without items yet', { version: 'https://jsonfeed.org/version/1', items: [] }, 0],
    ['with names of prototypes', '{"items":[{"id":1,"__proto__":{"polluted":1},"constructor":2}]}', 1],
  ])('%s is a feed', async (_name, value, entries) => {
    const parsed = await parse(value);
    expect(parsed.ok && parsed.feed.entries.length).toBe(entries);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['another object', { title: 'x' }],
    ['a list', [1]],
    ['items of something else', { items: [{ price: 1 }] }],
    ['no items', { title: 'x', items: [] }],
    ['broken off before the end of an item', '{"items":[{"id":1'],
    ['nested too deep', `{"items":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ])('%s is none', async (_name, value) => {
    expect(await parse(value)).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
  });
});
