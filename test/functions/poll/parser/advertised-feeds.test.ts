import { describe, expect, it } from 'vitest';
import { advertisedFeeds, isCommentFeed } from '../../../../functions/poll/parser/advertised-feeds.ts';
import { processorTime } from '../../../helpers/processor-time.ts';

const URL_ = 'https://herald.test/news/';
const urls = (source: string, url = URL_, header?: string) =>
  advertisedFeeds(source, url, header).map((feed) => feed.url);
const LINK = '<link rel="alternate" type="application/rss+xml"';

describe('the feeds of a page', () => {
  it('are found in the head and the body, with any quotes', () => {
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

  it('are relative to its base', () => {
    const link = '<link rel="alternate" type="application/rss+xml" href="rss">';
    expect(advertisedFeeds(`<base href="https://base.test/a/">${link}`, URL_)).toEqual([
      { url: 'https://base.test/a/rss' },
    ]);
    expect(advertisedFeeds(`<base href="/b/">${link}`, URL_)).toEqual([{ url: 'https://herald.test/b/rss' }]);
    expect(advertisedFeeds(`<base target="_top">${link}`, URL_)).toEqual([
      { url: 'https://herald.test/news/rss' },
    ]);
  });
});

describe('a link', () => {
  it.each([
    ['a ">" in an attribute', `${LINK} title="News > Local" href="/a">`],
    ['attributes over several lines', `${LINK.replaceAll(' ', '\n\t')}\nhref = "/a"\n>`],
    ['no rel', '<link type="application/rss+xml" href="/a">'],
    ['several relations', '<link rel="home ALTERNATE" type="application/rss+xml" href="/a">'],
    ['rel="feed"', '<link rel="feed" href="/a">'],
    ['an old type', '<link rel="alternate" type="text/rss" href="/a">'],
    ['an unofficial type', '<link rel="alternate" type="application/x-atom+xml" href="/a">'],
    ['application/rdf+xml', '<link rel="alternate" type="application/rdf+xml" href="/a">'],
    ['a language', `${LINK} hreflang="de" href="/a">`],
    ['noscript around it', `<noscript>${LINK} href="/a"></noscript>`],
    [
      'a script that writes another before it',
      `<script>document.write('${LINK} href="/no">')</script>${LINK} href="/a">`,
    ],
    ['a style before it', `<style>a::after { content: '${LINK} href="/no">' }</style>${LINK} href="/a">`],
    ['a comment before it', `<!-- ${LINK} href="/no"> -->${LINK} href="/a">`],
    [
      'an Internet Explorer comment before it',
      `<!--[if IE]>${LINK} href="/no"><![endif]-->${LINK} href="/a">`,
    ],
    ['a template before it', `<template><p>${LINK} href="/no"></template>${LINK} href="/a">`],
    [
      'nested templates before it',
      `<template><template></template>${LINK} href="/no"></template>${LINK} href="/a">`,
    ],
    ['a text area before it', `<textarea>${LINK} href="/no"></textarea>${LINK} href="/a">`],
    ['a title that looks like a link', `<title>${LINK} href="/no"></title>${LINK} href="/a">`],
    ['the base after it', `${LINK} href="a"><base href="https://herald.test/">`],
    ['an address escaped twice', `${LINK} href="/a?x=1&amp;amp;y=2">`, 'https://herald.test/a?x=1&y=2'],
    ['feed://', `${LINK} href="feed://www.herald.test/a">`, 'http://www.herald.test/a'],
    ['feed:https://', `${LINK} href="feed:https://www.herald.test/a">`, 'https://www.herald.test/a'],
    ['itpc:// in an anchor', '<a href="itpc://www.herald.test/a">iTunes</a>', 'http://www.herald.test/a'],
  ])('with %s is the only one found', (_what, source, url = 'https://herald.test/a') => {
    expect(advertisedFeeds(`<!doctype html><html><head>${source}`, URL_)).toEqual([
      expect.objectContaining({ url }),
    ]);
    expect(advertisedFeeds(source, URL_)[0]).not.toHaveProperty('guessed');
  });

  it('to a feed of comments comes last', () => {
    const source = `${LINK} title="Herald » Comments Feed" href="/comments/feed/">${LINK} href="/feed/">`;
    expect(urls(source)).toEqual(['https://herald.test/feed/', 'https://herald.test/comments/feed/']);
  });

  it.each([
    ['/comments/feed/', '', true],
    ['/feed?type=rss', 'Kommentare zu: Herald', true],
    ['/post/comment-feed', '', true],
    ['/COMMENTS_rss', '', true],
    ['/replies.xml', '', true],
    ['/commentisfree/rss', 'Comment is free', false],
    ['/commentary/feed', 'Commentary', false],
  ])('%s with the title "%s" is a feed of comments: %s', (path, title, expected) => {
    expect(isCommentFeed(`https://herald.test${path}`, title)).toBe(expected);
  });

  it('to the page itself is ignored', () => {
    expect(urls(`${LINK} href="#">${LINK} href="">`)).toEqual([]);
  });
});

describe('a link with a general type', () => {
  it.each([
    ['JSON Feed 1.0', '<link rel="alternate" type="application/json" href="/feed.json">', '/feed.json'],
    ['text/xml', '<link rel="alternate" type="text/xml" href="/blog/?feed=rss">', '/blog/?feed=rss'],
    ['application/xml', '<link rel="alternate" type="application/xml" href="/x">', '/x'],
    ['no type', '<link rel="alternate" title="RSS" href="/rss.xml">', '/rss.xml'],
  ])('may be a feed: %s', (_what, source, path) => {
    expect(advertisedFeeds(source, URL_)).toEqual([
      expect.objectContaining({ url: `https://herald.test${path}`, guessed: true }),
    ]);
  });

  it.each([
    '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
    '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">',
    '<link rel="alternate" type="text/xml+oembed" href="/oembed?url=x&amp;format=xml">',
    '<link rel="sitemap" type="application/xml" href="/sitemap.xml">',
    '<link rel="alternate" type="application/xml" href="/sitemap.xml">',
    '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml">',
    '<link rel="EditURI" type="application/rsd+xml" href="/xmlrpc.php?rsd">',
    '<link rel="manifest" href="/manifest.json">',
    '<link rel="alternate" hreflang="fr" href="/fr/">',
    '<link rel="alternate" media="handheld" href="/m/">',
    '<link rel="stylesheet" type="text/css" href="/rss.css">',
  ])('is not a feed: %s', (source) => expect(urls(source)).toEqual([]));

  it('is ignored if the page declares a feed', () => {
    const source = `<link rel="alternate" type="application/json" href="/a.json">${LINK} href="/rss"><a href="/b.rss">RSS</a>`;
    expect(advertisedFeeds(source, URL_)).toEqual([{ url: 'https://herald.test/rss' }]);
  });
});

describe('an anchor in a page that declares no feed', () => {
  it.each([
    '/rss',
    '/news/rss.xml',
    '/feed/',
    '/blog/feed/atom/',
    '/atom.xml',
    '/index.xml',
    '/index.rdf',
    '/feeds/posts/default',
    '/?feed=rss2',
    '/data?format=rss',
    '/news-feed.json',
    'https://feeds.feedburner.com/herald',
    'https://rss.herald.test/top',
  ])('may be a feed by its address: %s', (href) => {
    const [feed] = advertisedFeeds(`<p><a href="${href}">Follow <b>RSS</b></a>`, URL_);
    expect(feed).toEqual({ url: new URL(href, URL_).href, guessed: true });
    // The address alone is enough, except on feed hosts of other sites.
    expect(urls(`<a href="${href}"><img src="icon.png"></a>`)).toHaveLength(
      /feedburner|rss\.herald/.test(href) ? 0 : 1,
    );
  });

  it.each([
    '<a href="/17"><img src="/i.png" alt="RSS"></a>',
    '<a href="/17" aria-label="RSS feed"><i></i></a>',
    '<map><area href="/17" alt="Atom"></map>',
  ])('may be a feed by its label: %s', (source) => {
    expect(urls(`<img alt="RSS"><a href="/1">News</a>${source}<img alt="RSS">`)).toEqual([
      'https://herald.test/17',
    ]);
  });

  it.each([
    ['/feedback', 'Feedback'],
    ['/about', 'About us'],
    ['/wiki/Special:Recent', 'Recent'],
    ['tel:+12025550123', 'Feed us'],
    ['/sitemap.xml', 'Sitemap'],
    ['https://reader.test/subscribe?feed=https://herald.test/rss', 'Add to Reader (RSS)'],
    ['mailto:rss@herald.test', 'Write'],
    ['javascript:void(0)', 'RSS'],
    ['#rss', 'RSS'],
  ])('is not a feed: %s', (href, text) => expect(urls(`<a href="${href}">${text}</a>`)).toEqual([]));
});

describe('the Link header', () => {
  it('declares feeds as links in the page do', () => {
    const header =
      '<https://herald.test/wp-json/>; rel="https://api.w.org/", </rss,1>; rel="alternate"; type="application/rss+xml"; title="All, always", <feed.json>;rel=alternate;type=application/feed+json';
    expect(advertisedFeeds('<html>', URL_, header)).toEqual([
      { url: 'https://herald.test/rss,1', title: 'All, always' },
      { url: 'https://herald.test/news/feed.json' },
    ]);
  });

  it.each([
    '',
    'garbage',
    '<',
    '<a',
    '<>; rel="alternate',
    ';;;,,,',
    '<a>;rel=next, <b>; as=style; rel=preload',
  ])('gives no feed: %j', (header) => expect(urls('<html>', URL_, header)).toEqual([]));
});

it.each([
  ['links', `${LINK} href="/a">`.repeat(50_000)],
  ['anchors', '<a href="/rss/1">RSS</a>'.repeat(50_000)],
  ['templates', '<template>'.repeat(100_000)],
  ['open tags', '<a '.repeat(500_000)],
  ['attributes', `<link ${'rel '.repeat(400_000)}>`],
  ['characters in an unclosed value', `<link href="${'a'.repeat(2_000_000)}`],
])('a page of many %s takes less than a second', (_what, source) => {
  const start = process.threadCpuUsage();
  advertisedFeeds(source, URL_, '<a>;'.repeat(20_000));
  expect(processorTime(start)).toBeLessThan(1_000);
});
