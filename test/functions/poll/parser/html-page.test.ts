import { describe, expect, it } from 'vitest';
import { isHtmlFragment, isHtmlPage } from '../../../../functions/poll/parser/html-page.ts';
import { parseFeed } from '../../../../functions/poll/parser/parse.ts';

const URL_ = 'https://herald.test/news/';

describe('isHtmlPage', () => {
  it.each([
    '<!DOCTYPE html><html></html>',
    '<!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n<p>',
    '<html>',
    '<head>',
    '<?xml version="1.0"?> <!-- a --> <!-- b --><html xmlns="http://www.w3.org/1999/xhtml">',
  ])('is true for %j', (source) => expect(isHtmlPage(source)).toBe(true));

  it.each([
    '<rss version="2.0">',
    '<!DOCTYPE html><rss version="2.0">',
    '<!DOCTYPE html>\n<!-- a -->\n<atom:feed>',
    '<htmlish>',
    'html',
    '<!-- <html>',
    '',
  ])('is false for %j', (source) => expect(isHtmlPage(source)).toBe(false));
});

describe('isHtmlFragment', () => {
  it.each([
    '<title>The Herald</title><p>',
    '<!-- a -->\n<meta charset="utf-8">',
    '<script>var rss = "<rss>"</script>',
    '<div class="x">',
    '<h1>Herald</h1>',
  ])('is true for %j', (source) => expect(isHtmlFragment(source)).toBe(true));

  it('trusts the content type', () => {
    expect(isHtmlFragment('The Herald <a href="/rss">', 'text/html; charset=utf-8')).toBe(true);
    expect(isHtmlFragment('The Herald', 'text/plain')).toBe(false);
  });

  it.each(['<rss>', '<item>', '<opml>', 'no feed', '<pizza>'])('is false for %j', (source) =>
    expect(isHtmlFragment(source)).toBe(false),
  );
});

describe('the failure for a web page', () => {
  it('lists the feeds of the page, and names the first in its message', async () => {
    const page = '<!doctype html><link rel="alternate" type="application/rss+xml" title="All" href="/rss">';
    expect(await parseFeed(Buffer.from(page), { url: URL_, now: Date.now() })).toEqual({
      ok: false,
      failure: {
        kind: 'html',
        detail: 'a web page, not a feed; it links to the feed https://herald.test/rss',
      },
      advertised: [{ url: 'https://herald.test/rss', title: 'All' }],
    });
    expect(await parseFeed(Buffer.from('<html>'), { url: URL_, now: Date.now() })).toMatchObject({
      failure: { detail: 'a web page, not a feed' },
      advertised: [],
    });
  });
});

it('reads a feed in the body of a web page', async () => {
  const page =
    '<html><body><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Storm</title></entry></feed></body></html>';
  const parsed = await parseFeed(Buffer.from(page), { url: URL_, now: Date.now() });
  expect(parsed).toMatchObject({ ok: true, feed: { entries: [{ title: 'Storm' }] } });
});
