import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../functions/poll/parse.ts';
import { advertisedFeeds, isPage } from '../../../../functions/poll/reading/page.ts';

const URL_ = 'https://herald.test/news/';

describe('a page', () => {
  it.each([
    '<!DOCTYPE html><html></html>',
    '<!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n<p>',
    '<html>',
    '<head>',
    '<?xml version="1.0"?> <!-- a --> <!-- b --><html xmlns="http://www.w3.org/1999/xhtml">',
  ])('is known: %j', (source) => expect(isPage(source)).toBe(true));

  it.each([
    '<rss version="2.0">',
    '<!DOCTYPE html><rss version="2.0">',
    '<!DOCTYPE html>\n<!-- a -->\n<atom:feed>',
    '<htmlish>',
    'html',
    '<!-- <html>',
    '',
  ])('is not: %j', (source) => expect(isPage(source)).toBe(false));
});

describe('the feeds of a page', () => {
  it('are found wherever they stand, and however they are quoted', () => {
    const source = `<!doctype html><html><head><title>The Herald</title>
<link rel="alternate" type="application/rss+xml" title="News &amp; weather" href="/rss.xml?a=1&amp;b=2">
<LINK HREF='atom.xml' TYPE='application/atom+xml' REL='Alternate'/>
<link rel=alternate type=application/feed+json href=feed.json>
<link rel="alternate nofollow" type="application/rss+xml; charset=utf-8" href="https://other.test/rss">
<link rel="alternate" type="application/rss+xml" href="/rss.xml?a=1&b=2">
<link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" href="/a.css"><link rel="icon" type="application/rss+xml" href="/i">
</head><body><a rel="alternate" type="application/atom+xml" href="/body.xml">Feed</a>
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"><link rel="alternate" type="application/rss+xml"></body></html>`;
    expect(advertisedFeeds(source, URL_)).toEqual([
      { url: 'https://herald.test/rss.xml?a=1&b=2', title: 'News & weather' },
      { url: 'https://herald.test/news/atom.xml' },
      { url: 'https://herald.test/news/feed.json' },
      { url: 'https://other.test/rss' },
      { url: 'https://herald.test/body.xml' },
    ]);
  });

  it('start from its base', () => {
    const link = '<link rel="alternate" type="application/rss+xml" href="rss">';
    expect(advertisedFeeds(`<base href="https://base.test/a/">${link}`, URL_)).toEqual([
      { url: 'https://base.test/a/rss' },
    ]);
    expect(advertisedFeeds(`<base href="/b/">${link}`, URL_)).toEqual([{ url: 'https://herald.test/b/rss' }]);
    expect(advertisedFeeds(`<base target="_top">${link}`, URL_)).toEqual([
      { url: 'https://herald.test/news/rss' },
    ]);
  });

  it('are told with the failure, and its words name the first', async () => {
    const page = '<!doctype html><link rel="alternate" type="application/rss+xml" title="All" href="/rss">';
    expect(await parseFeed(Buffer.from(page), { url: URL_, now: Date.now() })).toEqual({
      ok: false,
      failure: {
        kind: 'html',
        detail: 'a web page where a feed was expected; it names the feed https://herald.test/rss',
      },
      advertised: [{ url: 'https://herald.test/rss', title: 'All' }],
    });
    expect(await parseFeed(Buffer.from('<html>'), { url: URL_, now: Date.now() })).toMatchObject({
      failure: { detail: 'a web page where a feed was expected' },
      advertised: [],
    });
  });
});

it('a page that has all of a feed in its body is one', async () => {
  const page =
    '<html><body><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Storm</title></entry></feed></body></html>';
  const parsed = await parseFeed(Buffer.from(page), { url: URL_, now: Date.now() });
  expect(parsed).toMatchObject({ ok: true, feed: { entries: [{ title: 'Storm' }] } });
});
