import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../../functions/poll/parser/parse.ts';

const parse = (value: unknown) =>
  parseFeed(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), {
    url: 'https://herald.test/feed.json',
    now: Date.parse('2026-03-03T00:00:00Z'),
  });

it('JSON Feed 1.1 gives every field', async () => {
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

const feed = (item: object, head: object = {}) =>
  parse({ version: 'https://jsonfeed.org/version/1.1', ...head, items: [{ id: 1, ...item }] });

it.each([
  [
    'a title that is not HTML',
    { title: 'Use <select> and <b> wisely' },
    { title: 'Use <select> and <b> wisely' },
  ],
  ['a title that is HTML', { title: 'Storm <b>Ana</b>' }, { title: 'Storm Ana' }],
  ['a title escaped twice', { title: 'Mayor&amp;#8217;s plan' }, { title: 'Mayor’s plan' }],
  ['a summary that is not HTML', { summary: 'The <video> element' }, { summary: 'The <video> element' }],
  ['invisible characters', { content_text: 'Ost\u200brand' }, { content: 'Ostrand' }],
  ['an address with an entity', { url: '/1?a=1&amp;b=2' }, { url: 'https://herald.test/1?a=1&b=2' }],
  ['an address without a scheme', { url: 'herald.test/1' }, { url: 'https://herald.test/1' }],
  [
    'an attachment alone',
    {
      attachments: [
        { url: '/1.jpg', mime_type: 'image/jpeg' },
        { url: '/1.mp3', mime_type: 'audio/mpeg' },
      ],
    },
    { url: 'https://herald.test/1.mp3' },
  ],
])('reads an item with %s', async (_name, item, expected) => {
  expect(await feed(item)).toMatchObject({ ok: true, feed: { entries: [expected] } });
});

it('relative links are relative to the site if another host serves the feed', async () => {
  const head = { home_page_url: 'https://news.tolmark.test/a/' };
  expect(await feed({ url: '1' }, head)).toMatchObject({
    feed: { entries: [{ url: 'https://news.tolmark.test/a/1' }] },
  });
});

describe('nearly JSON', () => {
  it.each([
    [
      'raw control characters',
      '{"items":[{"id":"1","title":"Storm\twarning","content_text":"line\nbreak"}]}',
    ],
    [
      'commas before brackets',
      '{"items":[{"id":"1","title":"Storm warning","content_text":"line break",},],}',
    ],
    [
      'commas before items',
      '{"items":[,,{"id":"1","title":"Storm warning","content_text":"line break"},,{"id":"2"}]}',
    ],
    [
      'no comma between items',
      '{"items":[{"id":"1","title":"Storm warning","content_text":"line break"}\n{"id":"2"}]}',
    ],
    [
      'comments',
      '{ // feed\n"items":/* all */[{"id":"1","title":"Storm warning","content_text":"line break"}]}',
    ],
    [
      'unknown escapes',
      '{"items":[{"id":"1","title":"Storm\\ warn\\ing","content_text":"line\\u0020break",}]}',
    ],
    [
      'NaN, Infinity and undefined',
      '{"a":NaN,"b":-Infinity,"items":[{"id":"1","x":undefined,"title":"Storm warning","content_text":"line break"}]}',
    ],
    [
      'names of JavaScript prototypes',
      '{"__proto__":{"items":1},"items":[{"id":"1","title":"Storm warning","content_text":"line break",}]}',
    ],
  ])('with %s is read', async (_name, source) => {
    const item = { guid: '1', title: 'Storm warning', content: 'line break' };
    expect(await parse(source)).toMatchObject({
      ok: true,
      feed: {
        entries: source.includes('"2"') ? [item, { guid: '2' }] : [item],
      },
    });
  });

  it.each([
    ['{"items":[{"id":1', 'line 1, column 18: expected "," or "}", got the end'],
    ['{"items":[\n  {"id" 1}]}', 'line 2, column 9: expected ":", got "1}]}"'],
    ['{"items":[{"id":1 "a":2}]}', 'line 1, column 19: expected "," or "}", got "\\"a\\":2}]}"'],
    ['{"title":"say "hi" now"}', 'line 1, column 16: expected "," or "}", got "hi\\" now\\"}"'],
    ['{items:[]}', 'line 1, column 2: expected a quoted name, got "items:[]}"'],
    ['{"a":foo}', 'line 1, column 6: expected a value, got "foo}"'],
    ['{"a":"b', 'line 1, column 8: expected a closing quote, got the end'],
    ['{"a":1} x', 'line 1, column 9: expected the end, got "x"'],
  ])('reports where %s is invalid', async (source, where) => {
    expect(await parse(source)).toMatchObject({
      failure: { kind: 'malformed', detail: `invalid JSON at ${where}` },
    });
  });
});

describe('JSON', () => {
  it.each([
    ['without a version, with items', { items: [{ id: 1 }, 'x', null, []] }, 1],
    ['of version 1 with an author', { version: '1.0', items: [{ title: 'a', author: { name: 'b' } }] }, 1],
    ['without items', { version: 'https://jsonfeed.org/version/1', items: [] }, 0],
    [
      'with names of JavaScript prototypes',
      '{"items":[{"id":1,"__proto__":{"polluted":1},"constructor":2}]}',
      1,
    ],
  ])('%s is a feed', async (_name, value, entries) => {
    const parsed = await parse(value);
    expect(parsed.ok && parsed.feed.entries.length).toBe(entries);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['another object', { title: 'x' }],
    ['a list', [1]],
    ['a list of other objects', { items: [{ price: 1 }] }],
    ['no items', { title: 'x', items: [] }],
    ['JSON truncated within the first item', '{"items":[{"id":1'],
    ['JSON nested too deep', `{"items":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ])('%s is not a feed', async (_name, value) => {
    expect(await parse(value)).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
  });
});
