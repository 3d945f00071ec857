/** Documents of 5 MiB that try to waste a parser's time or memory, by name. All are invented. */
const SIZE = 5 * 1024 * 1024;

const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
/** Repeats a text until the document has its full size. */
const full = (before: string, repeated: string, after = '') => {
  const room = SIZE - Buffer.byteLength(before) - Buffer.byteLength(after);
  return before + repeated.repeat(Math.floor(room / Buffer.byteLength(repeated))) + after;
};
/** Adds numbered texts until the document has its full size. */
const many = (before: string, one: (n: number) => string, after = '') => {
  const parts = [before];
  for (let n = 0, size = before.length + after.length; size + one(n).length <= SIZE; n++) {
    parts.push(one(n));
    size += one(n).length;
  }
  return [...parts, after].join('');
};

const HEAD = '<rss version="2.0"><channel><title>Feed</title>';
const TAIL = '</channel></rss>';
const inChannel = (repeated: string, open = '', close = '') => full(HEAD + open, repeated, close + TAIL);
const inItem = (repeated: string, open = '', close = '') =>
  inChannel(repeated, `<item><title>Item</title>${open}`, `${close}</item>`);
const inText = (repeated: string) => inItem(repeated, '<description>', '</description>');
const inCdata = (repeated: string) => inItem(repeated, '<description><![CDATA[', ']]></description>');
const dated = (date: string) => inChannel(`<item><pubDate>${date}</pubDate></item>`);

const NEWS = '<url><loc>/a</loc><news:news><news:title>A</news:title>';
const inSitemap = (repeated: string, open = '', close = '') =>
  full(`<urlset>${open}`, repeated, `${close}</urlset>`);
const inNews = (repeated: string, open: string, close: string) => inSitemap(repeated, NEWS + open, close);
const LD = '<script type="application/ld+json">';
const LIVE = '"@type":"LiveBlogPosting","headline":"Live","liveBlogUpdate":';
/** A live page whose one script repeats a text. */
const live = (before: string, repeated: string, after: string) =>
  full(`<html>${LD}${before}`, repeated, `${after}</script></html>`);
const liveParts = (before: string, one: (n: number) => string, after: string) =>
  many(`<html>${LD}${before}`, one, `${after}</script></html>`);
const SCOPE = '<div itemscope itemtype="https://schema.org/LiveBlogPosting"><b itemprop="headline">Live</b>';
const UPDATE = '<div itemprop="liveBlogUpdate" itemscope>';
const marked = (repeated: string, open = '', close = '') =>
  full(`<html>${SCOPE}${open}`, repeated, `${close}</div></html>`);

const texts: Readonly<Record<string, () => string>> = {
  'nested items that never close': () => inChannel('<item>'),
  'nested elements that never close': () => inChannel('<b>'),
  'elements that close others': () => inChannel('<b></i>'),
  'closing tags only': () => inChannel('</i>'),
  'closing tags under a deep stack': () => inChannel('</zz>', '<a>'.repeat(95)),
  'items in elements that never close': () => inChannel('<item><x>'),
  'items within elements of items': () => inChannel('<item><x><item></item></x></item>'),
  'elements with items that never close': () => inChannel('<x><item>', '<item><x>'),
  'empty links': () => inItem('<link/>https://a.test/'),
  'nested elements in a text': () => inText('<div>'),
  'empty items': () => inChannel('<item/>'),
  'one tag': () => inItem('<title/>'),
  'elements with distinct names': () => many(HEAD, (n) => `<x${n}/>`, TAIL),
  'names with many colons': () => inChannel('<a:b:c:d/>'),
  'markup in a title': () => inItem('<i>a</i>', '<title>', '</title>'),
  'unknown tags in a title': () => inItem('<zz>', '<title><![CDATA[', ']]></title>'),
  'a title of "<"': () => inItem('<', '<title><![CDATA[', ']]></title>'),
  'a title of tags': () => inItem('<b>', '<title><![CDATA[', ']]></title>'),
  'a title of escaped ampersands': () => inItem('&amp;amp;', '<title>', '</title>'),
  'combining marks': () => inText('\u0301'),
  'invisible characters': () => inText('\u200b'),
  'broken addresses': () => inItem('<link>http//a.b.c.d.e</link>'),
  'a million "<"': () => inText('<'),
  'a million "< "': () => inText('< '),
  'a million escaped "<"': () => inText('&lt;'),
  'a million "<" in a CDATA': () => inCdata('<'),
  'a million "<a " in a CDATA': () => inCdata('<a '),
  'tags that never match in a CDATA': () => inCdata('<b></i>'),
  'unclosed comments in a CDATA': () => inCdata('<!--'),
  'unclosed scripts in a CDATA': () => inCdata('<script>'),
  'quotes in a tag in a CDATA': () => inCdata('<a b="'),
  'an unclosed CDATA': () => full(`${HEAD}<item><description><![CDATA[`, ']'),
  CDATAs: () => inText('<![CDATA[x]]>'),
  'an unclosed comment': () => full(`${HEAD}<!--`, '--'),
  'comments before a root': () => full('', '<!-- -->', '<rss>'),
  'instructions before a root': () => full('', '<?a?>', '<rss>'),
  'an unclosed instruction': () => full('<?xml ', '?'),
  'an unclosed doctype': () => full('<!DOCTYPE ', '<!ENTITY a "b">'),
  'an entity bomb': () => {
    const declared = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`);
    return `<!DOCTYPE rss [<!ENTITY e0 "boom">${declared.join('')}]>${inText('&e30;')}`.slice(0, SIZE);
  },
  'references to a declared entity': () =>
    `<!DOCTYPE rss [<!ENTITY a "${'x'.repeat(300)}">]>${inText('&a;')}`.slice(0, SIZE),
  'declared entities': () => many('<!DOCTYPE rss [', (n) => `<!ENTITY e${n} "x">`, `]>${HEAD}${TAIL}`),
  'CDATAs after a declared entity': () => full('<!DOCTYPE rss [<!ENTITY a "x">]><rss><item>', '<![CDATA['),
  ampersands: () => inText('&'),
  'one endless entity': () => inItem('a', '<description>&', '</description>'),
  'one endless number': () => inItem('1', '<description>&#', ';</description>'),
  'lone surrogates': () => inText('&#xD83D;'),
  'surrogate pairs': () => inText('&#xD83D;&#xDE00;'),
  'control characters': () => inText('\u0001'),
  'upper control characters': () => inText('\u0085\u0091'),
  blanks: () => inText(' \n'),
  'blanks before the root': () => full('', ' ', `${HEAD}${TAIL}`),
  'a huge attribute': () => inItem('a', '<link href="', '"/>'),
  'a huge attribute of entities': () => inItem('&amp;', '<link href="', '"/>'),
  'an attribute without an end': () => full(`${HEAD}<item><link href="`, 'a'),
  'many attributes': () => inItem('a="b" ', '<link ', '/>'),
  'many distinct attributes': () => many(`${HEAD}<item><link `, (n) => `a${n}="" `, `/></item>${TAIL}`),
  'namespaces everywhere': () => inChannel('<a xmlns:b="c">'),
  'namespaces of every item': () => inChannel('<item xmlns:b="c">'),
  'bases within bases': () => inChannel('<item xml:base="a/">'),
  'long bases': () => inChannel(`<item xml:base="${'a'.repeat(1_900)}/"/>`),
  'invalid links': () => inItem('<link>http://[</link>'),
  'a link of slashes': () => inItem('/', '<link>http://a/', '</link>'),
  'links with relations': () => inItem('<atom:link rel="http://www.iana.org/" href="a"/>'),
  'invalid dates': () => dated('Mon 32 Foo 2020 10:00:00 XYZ'),
  'dates with unknown months': () => dated('lundi 3 zzzzbruar 2020 10:00'),
  'dates with unknown words': () => dated('foo 2 Mar 2020 10:00 bar baz qux'),
  'dates with full zone names': () => dated('2 Mar 2020 10:00 North Asia East Standard Time'),
  'dates with places as zones': () => dated('Mon, 02 Mar 2020 10:00:00 Europe/Paris'),
  'dates with unknown places': () => dated('Mon, 02 Mar 2020 10:00:00 Europe/Foo'),
  'a date of digits': () => inItem('1', '<pubDate>', '</pubDate>'),
  categories: () => many(`${HEAD}<item>`, (n) => `<category>a${n}</category>`, `</item>${TAIL}`),
  'categories in categories': () => inItem('<itunes:category text="a">'),
  keywords: () => inItem('a,', '<itunes:keywords>', '</itunes:keywords>'),
  authors: () => inItem('<author><name>a</name></author>'),
  'an author of brackets': () => inItem('(', '<author>a@b ', '</author>'),
  'a language of parts': () => inChannel('a-', '<language>', '</language>'),
  'hours to skip': () => inChannel('<hour>1</hour>', '<skipHours>', '</skipHours>'),
  'words of hours to skip': () => inChannel(' 1', '<skipHours>', '</skipHours>'),
  base64: () => inItem('QUFB', '<description mode="base64">', '</description>'),
  'authors of an Atom feed with entries': () =>
    full(
      `<feed xmlns="http://www.w3.org/2005/Atom">${'<author><name>abc</name></author>'.repeat(80_000)}`,
      '<entry/>',
      '</feed>',
    ),
  'names of JavaScript prototypes': () =>
    inItem('<__proto__><polluted>1</polluted></__proto__><constructor/>'),
  'a page of unclosed links': () => full('<html>', '<link '),
  'a page of feeds': () =>
    many('<html>', (n) => `<link rel=alternate type=application/rss+xml href=/${n}>`, '</html>'),
  'a page of one feed': () => full('<html>', '<link rel=alternate type=application/rss+xml href="/a">'),
  'a page of quotes': () => full('<html>', `<link ${'a="'.repeat(100)}>`),
  'a page of one tag': () => full('<html><link ', "a =   'b' ", '>'),
  'a page after comments': () => full('', '<!--a-->', '<html>'),
  'a doctype and comments': () => full('<!doctype html>', '<!--'),
  'a live page of nested lists': () => live(`{${LIVE}`, '[', '}'),
  'a live page with 200,000 nested lists': () =>
    `<html>${LD}{${LIVE}${'['.repeat(200_000)}"LiveBlogPosting"${']'.repeat(200_000)}}</script></html>`,
  'a live page with nested graphs': () => live(`{${LIVE}[`, '{"@graph":[', '}'),
  'a live page of empty updates': () => live(`{${LIVE}[`, '{},', '{"headline":"a"}]}'),
  'a live page of references to one update': () =>
    live(`[{"@id":"a","text":"a"},{${LIVE}[`, '{"@id":"a"},', '{}]}]'),
  'a live page of references in a circle': () =>
    `<html>${LD}[{${LIVE}{"@id":"0"}},${Array.from({ length: 30_000 }, (_, n) => `{"@id":"${n}","text":"${n}","liveBlogUpdate":{"@id":"${(n + 1) % 30_000}"}}`).join()}]</script></html>`,
  'live blogs that share their updates': () =>
    `<html>${LD}[${Array.from({ length: 5_000 }, (_, n) => `{${LIVE}[{"@id":"${n}"},{"@id":"${n + 1}"}],"@id":"${n}","text":"a"}`).join()}]</script></html>`,
  'live blogs of one long list': () =>
    `<html>${LD}[{${LIVE}[${Array.from({ length: 30_000 }, (_, n) => `{"@id":"x${n}","text":"${n}"}`).join()}],"@id":"a"},${Array.from({ length: 1_000 }, (_, n) => `{${LIVE}{"@id":"a"},"@id":"b${n}"}`).join()}]</script></html>`,
  'a live page of updates with one id': () =>
    liveParts(`{${LIVE}[`, (n) => `{"@id":"#a","text":"a${n}","datePublished":"${n}"},`, '{}]}'),
  'a live page of updates with one time': () =>
    liveParts(`{${LIVE}[`, (n) => `{"headline":"a${n % 9}","datePublished":"2020-01-01"},`, '{}]}'),
  'a live page of updates without ids': () => liveParts(`{${LIVE}[`, (n) => `{"headline":"a${n}"},`, '{}]}'),
  'a live page of long texts': () =>
    live(`{${LIVE}[`, `{"text":"${'a &amp;lt;b '.repeat(20_000)}"},`, '{}]}'),
  'a live page with one huge text': () => live(`{${LIVE}{"headline":"`, '&amp;lt;p&amp;gt;', '"}}'),
  'a live page of long ids': () =>
    liveParts(`{${LIVE}[`, (n) => `{"@id":"${'/a'.repeat(400)}${n}","text":"a"},`, '{}]}'),
  'a live page of authors': () => live(`{${LIVE}{"headline":"a","author":[`, '"a",', '"b"]}}'),
  'a live page with the names of prototypes': () =>
    live(`{${LIVE}[`, '{"__proto__":{"polluted":1,"text":"a"},"constructor":{"prototype":1}},', '{}]}'),
  'a live page with a script without an end': () => full(`<html>${LD}{${LIVE}[`, '{"text":"a"},'),
  'a live page of brackets without an end': () => full(`<html>${LD}{${LIVE}[`, '{"a":['),
  'a live page of scripts': () => full(`<html>${LD}{${LIVE}[]}</script>`, '<script>', '</script></html>'),
  'a live page of a million scripts': () => full(`<html>${LD}{${LIVE}[]}</script>`, '<script></script>'),
  'a live page of empty JSON-LD': () => full(`<html>${LD}{${LIVE}[]}</script>`, `${LD}</script>`),
  'a live page of broken JSON-LD': () => full('<html>', `${LD}{"LiveBlogPosting":a}</script>`),
  'a live page of JSON-LD with values': () => full('<html>', `${LD}{${LIVE}[{},{},{},{}]}</script>`),
  'a live page of JSON-LD with comments': () => live('', '<!--', `{${LIVE}[]}`),
  'a live page of escaped JSON-LD': () =>
    live(`{&quot;@type&quot;:&quot;LiveBlogPosting&quot;,&quot;a&quot;:[`, '&quot;a&quot;,', '0]}'),
  'microdata of nested scopes': () => marked(UPDATE),
  'microdata of nested properties': () => marked('<b itemprop="text">'),
  'microdata of nested texts': () =>
    marked(`${UPDATE}<p itemprop="text">${'<b itemprop="text">'.repeat(400)}${'a'.repeat(200_000)}`),
  'microdata of names': () => marked(`<b itemprop="${'a '.repeat(2_000)}">`),
  'microdata with distinct names': () =>
    many(`<html>${SCOPE}`, (n) => `<meta itemprop="a${n}" content="b">`, '</div></html>'),
  'microdata of elements with distinct names': () =>
    many(`<html>${SCOPE}`, (n) => `<x${n} itemprop="a">`, '</div></html>'),
  'microdata of closing tags': () => marked('</b>', '<i>'.repeat(499)),
  'microdata of updates': () => marked(`${UPDATE}<b itemprop="text">a</b></div>`),
  'microdata of live blogs': () => full('<html>', SCOPE),
  'microdata with the names of prototypes': () =>
    marked('<constructor itemprop="__proto__" itemscope><b itemprop="constructor polluted">a</b>'),
  'microdata of unclosed paragraphs': () => marked('<p itemprop="text">a'),
  'microdata of one attribute': () => marked('a', `${UPDATE}<meta itemprop="text" content="`, '">'),
  'UTF-8 encoded twice': () => inText('aÃ©'),
  'UTF-8 encoded twice except at the end': () => `${inText('aÃ©').slice(0, SIZE / 2)}é`,
  words: () => full('', 'a '),
  'nested JSON lists': () => full('', '['),
  'nested JSON objects': () => full('', '{"a":'),
  'a JSON string without an end': () => full('{"', '\\"'),
  'empty JSON items': () => full('{"version":"https://jsonfeed.org/version/1","items":[', '{},', '{}]}'),
  'nearly JSON': () => full('{"items":[', '{"id":1,},', ']}'),
  'nearly JSON with comments': () => full('{', '/**/', '}'),
  'nearly JSON with escapes': () => full('{"items":[{"id":"', '\\u00e9\n', '"}]}'),
  'nearly JSON with line breaks': () => full('{', '\n', 'x'),
  'lists instead of JSON items': () => full('{"items":[', '[],', '{"id":1}]}'),
  'JSON items with distinct names': () =>
    many('{"items":[', (n) => `{"a${n.toString(36)}":0},`, '{"id":1}]}'),
  'JSON names': () => many('{"items":[{', (n) => `"${n.toString(36)}":[],`, '"id":1}]}'),
  'nested lists instead of JSON items': () => full('{"items":[', '[[],{}],', '{"id":1}]}'),
  'JSON tags': () => full('{"items":[{"id":1,"tags":[', '"a",', '"b"]}]}'),
  'JSON numbers': () => full('{"items":[{"id":1}],"x":[', '1.5,', '1]}'),
  'nearly JSON with unknown escapes': () => full('{"items":[{"id":1,"title":"', '\\q', '"}]}'),
  'elements with an attribute': () => inChannel(`<item>${'<category a=""/>'.repeat(900)}</item>`),
  'elements with many attributes': () =>
    inChannel(
      `<item>${`<link ${Array.from({ length: 99 }, (_, n) => `a${n}=""`).join(' ')}/>`.repeat(10)}</item>`,
    ),
  'links in items': () => inChannel(`<item>${'<link/>'.repeat(900)}</item>`),
  'a JSON text of tags': () => full('{"items":[{"id":1,"content_html":"', '<b>', '"}]}'),
  'JSON authors': () => full('{"items":[{"id":1,"authors":[', '{"name":"a"},', '{}]}]}'),
  'sitemap entries that never close': () => inSitemap('<url>'),
  'sitemap news that never close': () => inSitemap('<url><news>'),
  'sitemap news': () => many('<urlset>', (n) => `<url><loc>/${n}<news>`, '</urlset>'),
  'sitemap news with dates': () =>
    many(
      '<urlset>',
      (n) => `<url><loc>/${n}</loc><lastmod>${2000 + (n % 26)}<news><publication_date>foo 2 Mar 20`,
      '</urlset>',
    ),
  'sitemap news with invalid addresses': () => inSitemap('<url><loc>http://[<news>'),
  'sitemap news with one address': () => inSitemap('<url><loc>/a<news>'),
  'sitemap news with keywords': () => inNews('a,', '<news:keywords>', '</news:keywords>'),
  'sitemap publications': () =>
    many('<urlset>', (n) => `<url><loc>/${n}<news><name>${n}<keywords>${'a,'.repeat(99)}`, '</urlset>'),
  'a sitemap title of tags': () => inNews('<b>', '<news:title>', '</news:title>'),
  'a sitemap title of CDATAs': () => inNews('<![CDATA[x]]>', '<news:name>', '</news:name>'),
  'sitemap fields': () => inNews('<news:name>a', '', ''),
  'sitemap prefixes': () =>
    many('<urlset>', (n) => `<a xmlns:b${n}="http://www.google.com/schemas/sitemap-news/0.9">`),
  'sitemaps in sitemaps': () => full('', '<urlset><url>'),
  'ends of sitemaps': () => full('<urlset>', '</url></urlset>'),
  'a sitemap index': () => many('<sitemapindex>', (n) => `<sitemap>/news${n}`, '</sitemapindex>'),
  'a sitemap index in no order': () =>
    many(
      '<sitemapindex>',
      (n) => `<sitemap>/${n % 3 ? 'news' : ''}${n}<lastmod>20${10 + ((n * 7) % 16)}-0${1 + ((n * 5) % 9)}`,
      '</sitemapindex>',
    ),
  'starts of sitemaps': () => full('', '<urlset:'),
  'for the fallback: nested elements': () => `<rss version="2.0"><channel>${'<a>'.repeat(60_000)}`,
  'for the fallback: elements': () => `${HEAD}${'<a></a>'.repeat(27_000)}${TAIL}`,
  'for the fallback: escaped "<"': () => `${HEAD}<itm>${'&lt;'.repeat(45_000)}</itm>${TAIL}`,
};

const bytes: Readonly<Record<string, () => Uint8Array>> = {
  'one byte that is not UTF-8': () => new Uint8Array(SIZE).fill(0xe9),
  'random bytes': () => Uint8Array.from({ length: SIZE }, (_, n) => (n * 2_654_435_761) >>> 24),
  zeros: () => new Uint8Array(SIZE),
  escapes: () => new Uint8Array(SIZE).fill(0x1b),
  'an undeclared alphabet': () => latin1(inText('\xcd\xe0\xe2\xee\xe4 ')),
  'UTF-16': () =>
    Uint8Array.from(Buffer.from(`\ufeff${inChannel('<item/>').slice(0, SIZE / 2 - 1)}`, 'utf16le')),
};

export const HOSTILE_DOCUMENTS: Readonly<Record<string, () => Uint8Array>> = {
  ...Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      () => new TextEncoder().encode(text()).subarray(0, SIZE),
    ]),
  ),
  ...bytes,
};
