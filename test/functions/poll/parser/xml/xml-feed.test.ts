import { describe, expect, it } from 'vitest';
import { type Entry, parseFeed } from '../../../../../functions/poll/parser/parse.ts';

async function feedOf(source: string) {
  const parsed = await parseFeed(Buffer.from(source), {
    url: 'https://herald.test/feeds/news.xml',
    now: Date.parse('2026-03-03T00:00:00Z'),
  });
  return parsed.ok ? parsed.feed : expect.fail(parsed.failure.detail);
}

const titles = async (source: string) => (await feedOf(source)).entries.map(({ title }) => title);

async function entryOf(source: string): Promise<Entry> {
  const [entry] = (await feedOf(source)).entries;
  return entry ?? expect.fail('no entry');
}

const rss = (items: string) => `<rss version="2.0"><channel><title>Feed</title>${items}</channel></rss>`;

describe('content around a feed', () => {
  const two = rss('<item><title>A</title></item><item><title>B</title></item>');
  it.each([
    ['blanks before it', `\n\n \t<?xml version="1.0"?>\n${two}`],
    ['a warning before it', `<br />\n<b>Warning</b>: too many connections & more <br>\n${two}`],
    ['a word before it', `OK\n${two}`],
    ['a doctype', `<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x">${two}`],
    ['a script after it', `${two}<script>document.write("<item><title>C</title></item>")</script>`],
    ['a comment after it', `${two}<!-- <item> -->`],
    ['no last character', two.slice(0, -1)],
  ])('is ignored: %s', async (_name, source) => {
    expect(await titles(source)).toEqual(['A', 'B']);
    expect(await feedOf(source)).not.toHaveProperty('truncated');
  });
});

describe('names of elements', () => {
  it.each([
    ['in capitals', '<RSS><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>'],
    ['closed in another case', rss('<item><title>A</Title></Item>')],
    [
      'of RDF with another prefix',
      '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>A</title></item></r:RDF>',
    ],
    [
      'of RSS with a prefix',
      '<rdf:RDF xmlns:rss="http://purl.org/rss/1.0/"><rss:channel/><rss:item><rss:title>A</rss:title></rss:item></rdf:RDF>',
    ],
    [
      'of Atom with a prefix',
      '<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:entry><x:title>A</x:title></x:entry></x:feed>',
    ],
    [
      'of Atom 0.3',
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">A</title></entry></feed>',
    ],
    ['of Atom without its namespace', '<feed><entry><title>A</title></entry></feed>'],
    ['of a single Atom entry', '<entry xmlns="http://www.w3.org/2005/Atom"><title>A</title></entry>'],
    [
      'of CDF',
      '<?xml version="1.0"?><CHANNEL HREF="https://herald.test/"><ITEM HREF="/1"><TITLE>A</TITLE></ITEM></CHANNEL>',
    ],
    [
      'with the title of an image first',
      rss(
        '<item><media:content><media:title>no</media:title></media:content><image><title>no</title></image><title>A</title></item>',
      ),
    ],
  ])('%s are recognised', async (_name, source) => {
    expect(await titles(source)).toEqual(['A']);
  });

  it('of modules are recognised by their namespace, whatever their prefix', async () => {
    const item =
      '<item><d:creator>Ann</d:creator><c:encoded>&lt;p&gt;Long&lt;/p&gt;</c:encoded><d:date>2026-03-02T10:00:00Z</d:date></item>';
    const source = `<rss version="2.0" xmlns:d="https://purl.org/dc/elements/1.1" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>${item}</channel></rss>`;
    expect(await entryOf(source)).toMatchObject({
      authors: ['Ann'],
      content: 'Long',
      published: '2026-03-02T10:00:00.000Z',
    });
  });
});

describe('ill-formed markup', () => {
  it.each([
    ['bare ampersands', '<item><title>AT&T & co</title></item>', ['AT&T & co']],
    ['a literal "<"', '<item><title>if a < b, <3 && c</title></item>', ['if a < b, <3 && c']],
    ['unknown tags', '<item><title><![CDATA[Use of <mid> & co]]></title></item>', ['Use of <mid> & co']],
    [
      'two adjacent CDATA sections',
      '<item><title><![CDATA[a ]]]]><![CDATA[> b]]></title></item>',
      ['a ]]> b'],
    ],
    ['control characters', '<item><title>Ba\u0008d &#x1F;one\u0092s</title></item>', ['Bad one’s']],
    [
      'a surrogate pair',
      '<item><title>Smile &#xD83D;&#xDE00; &#55357;&#56832;</title></item>',
      ['Smile 😀 😀'],
    ],
    ['numeric references of Windows-1252', '<item><title>It&#146;s</title></item>', ['It’s']],
    ['HTML entities', '<item><title>A&nbsp;&mdash; caf&eacute;</title></item>', ['A — café']],
    [
      'an unclosed br',
      '<item><title>A<br>B</title><description>x<br>y<img src="a">z</description></item>',
      ['A B'],
    ],
    ['an unclosed item', '<item><title>A</title><item><title>B</title></item>', ['A', 'B']],
    ['an unclosed title', '<item><title>A<link>/1</link></item><item><title>B</title></item>', ['A', 'B']],
    [
      'an unclosed description',
      '<item><title>A</title><description>x<item><title>B</title></item>',
      ['A', 'B'],
    ],
    ['a repeated attribute', '<item><title>A</title><enclosure url="a" url="b"/></item>', ['A']],
  ])('is read: %s', async (_name, items, expected) => {
    expect(await titles(rss(items))).toEqual(expected);
  });
});

describe('links', () => {
  const atom = (inner: string, feed = '') =>
    `<feed xmlns="http://www.w3.org/2005/Atom"${feed}><entry>${inner}</entry></feed>`;
  it.each([
    ['an RSS link relative to the feed', rss('<item><link>1</link></item>'), 'https://herald.test/feeds/1'],
    [
      'an RSS link relative to its xml:base',
      rss('<item xml:base="https://base.test/a/"><link>1</link></item>'),
      'https://base.test/a/1',
    ],
    [
      'an RSS link before an Atom link',
      rss('<item><atom:link rel="self" href="/no"/><link>/1</link></item>'),
      'https://herald.test/1',
    ],
    [
      'an Atom link in RSS',
      rss('<item><atom:link rel="self" href="/no"/><atom:link href="/1"/></item>'),
      'https://herald.test/1',
    ],
    [
      'a guid that is an address',
      rss('<item><guid>https://herald.test/1</guid></item>'),
      'https://herald.test/1',
    ],
    [
      'no guid with isPermaLink="false"',
      rss('<item><guid isPermaLink="False">https://herald.test/1</guid></item>'),
      undefined,
    ],
    [
      'an Atom link with nested bases',
      atom('<link href="1" xml:base="c/"/>', ' xml:base="/b/"'),
      'https://herald.test/b/c/1',
    ],
    [
      'an Atom link with the IANA address of its relation',
      atom(
        '<link rel="related" href="/no"/><link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>',
      ),
      'https://herald.test/1',
    ],
    [
      'the HTML page before its other forms in Atom',
      atom(
        '<link rel="alternate" type="application/json" href="/1.json"/><link rel="alternate" type="text/html" href="/1"/>',
      ),
      'https://herald.test/1',
    ],
    ['the source of Atom content', atom('<content src="/1"/>'), 'https://herald.test/1'],
    ['a CDF link', '<channel><item href="/1"/></channel>', 'https://herald.test/1'],
  ])('are read: %s', async (_name, source, expected) => {
    expect((await entryOf(source)).url).toBe(expected);
  });
});

describe('links of a feed that another host serves', () => {
  const site = 'https://news.tolmark.test/blog/';
  const channel = (item: string, link = site) =>
    `<rss version="2.0"><channel><link>${link}</link><item>${item}</item></channel></rss>`;
  const rdf = (item: string) =>
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><link>${site}</link></channel><item>${item}</item></rdf:RDF>`;
  const atom = (link: string, base = '') =>
    `<feed xmlns="http://www.w3.org/2005/Atom"${base}><entry>${link}</entry><link href="${site}"/></feed>`;

  it.each([
    ['an RSS path', channel('<link>/1</link>'), 'https://news.tolmark.test/1'],
    ['an RSS link without a slash', channel('<link>1</link>'), 'https://news.tolmark.test/blog/1'],
    ['an RSS query', channel('<link>?p=1</link>'), 'https://news.tolmark.test/blog/?p=1'],
    ['an RSS link without a scheme', channel('<link>//tolmark.test/1</link>'), 'https://tolmark.test/1'],
    ['an RDF link', rdf('<link>/1</link>'), 'https://news.tolmark.test/1'],
    ['an Atom path', atom('<link href="/1"/>'), 'https://news.tolmark.test/1'],
    ['the source of Atom content', atom('<content src="/1"/>'), 'https://news.tolmark.test/1'],
    [
      'an Atom link without a slash, by the standard',
      atom('<link href="1"/>'),
      'https://herald.test/feeds/1',
    ],
    [
      'a link with an xml:base',
      atom('<link href="/1"/>', ' xml:base="https://base.test/"'),
      'https://base.test/1',
    ],
    [
      'a link of an item with an xml:base',
      `<rss><channel><link>${site}</link><item xml:base="https://herald.test/feeds/news.xml"><link>/1</link></item></channel></rss>`,
      'https://herald.test/1',
    ],
    [
      'a link on the same site',
      channel('<link>1</link>', 'https://www.herald.test/'),
      'https://herald.test/feeds/1',
    ],
    [
      'a guid with isPermaLink="true"',
      channel('<guid isPermaLink="true">/1</guid>'),
      'https://news.tolmark.test/1',
    ],
    [
      'a link of a feed that names no site, whatever its self link',
      '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="http://localhost/rss"/><entry><link href="/1"/></entry></feed>',
      'https://herald.test/1',
    ],
  ])('are resolved: %s', async (_name, source, expected) => {
    expect((await entryOf(source)).url).toBe(expected);
  });

  it('need "www." or a known domain to name a host without a scheme', async () => {
    const { url, entries } = await feedOf(channel('<link>tolmark.test/1</link>', 'news.tolmark.test'));
    expect(url).toBe('https://herald.test/feeds/news.tolmark.test');
    expect(entries[0]?.url).toBe('https://herald.test/feeds/tolmark.test/1');
    const named = await feedOf(channel('<link>tolmark.test/1</link>', 'www.tolmark.test'));
    expect([named.url, named.entries[0]?.url]).toEqual([
      'https://www.tolmark.test/',
      'https://tolmark.test/1',
    ]);
  });
});

describe('an entry without a link', () => {
  const media = 'https://cdn.test/1.mp3';
  const enclosure = `<enclosure url="${media}" type="audio/mpeg"/>`;
  const image = '<enclosure url="https://cdn.test/1.jpg" type="image/jpeg"/>';
  const atom = (inner: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry>${inner}</entry></feed>`;
  const item = (inner: string) => rss(`<item>${inner}</item>`);

  it.each([
    ['an enclosure', item(enclosure), media],
    ['an enclosure that is a text', item(`<enclosure>${media}</enclosure>`), media],
    [
      'an enclosure escaped twice',
      item('<enclosure url="https://cdn.test/a?b=1&amp;amp;c=2"/>'),
      'https://cdn.test/a?b=1&c=2',
    ],
    ['an enclosure, and a page', item(`${enclosure}<link>/1</link>`), 'https://herald.test/1'],
    [
      'an enclosure, and a guid that is an address',
      item(`${enclosure}<guid>https://herald.test/1</guid>`),
      'https://herald.test/1',
    ],
    ['an image and an enclosure', item(image + enclosure), media],
    ['an image alone', item(image), undefined],
    ['an image without a type', item('<enclosure url="/1.png?w=1"/>'), undefined],
    ['a thumbnail', item('<media:thumbnail url="https://cdn.test/1.jpg"/>'), undefined],
    ['media that may be an image', item('<media:content url="https://cdn.test/1"/>'), undefined],
    ['media with an audio extension', item(`<media:content url="${media}?a=1"/>`), `${media}?a=1`],
    [
      'an enclosure of RSS 1.0',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:e="http://purl.oclc.org/net/rss_2.0/enc#"><item rdf:about="urn:1"><e:enclosure rdf:resource="${media}" e:type="audio/mpeg"/></item></rdf:RDF>`,
      media,
    ],
    ['a guid without a scheme', item('<guid>www.tolmark.test/1</guid>'), 'https://www.tolmark.test/1'],
    [
      'a guid with isPermaLink="false"',
      item('<guid isPermaLink="false">www.tolmark.test/1</guid>'),
      undefined,
    ],
    ['a video', item(`<media:group><media:content url="${media}" medium="video"/></media:group>`), media],
    ['a player', item(`<media:player url="${media}"/>`), media],
    ['comments', item('<comments>/1#comments</comments>'), 'https://herald.test/1#comments'],
    [
      'the original address in FeedBurner',
      item('<feedburner:origLink>/1</feedburner:origLink>'),
      'https://herald.test/1',
    ],
    ['an Atom self link', item('<atom:link rel="self" href="/1"/>'), 'https://herald.test/1'],
    [
      'a self link to the feed',
      item('<atom:link rel="self" href="https://herald.test/feeds/news.xml"/>'),
      undefined,
    ],
    ['an Atom enclosure', atom(`<link rel="enclosure" href="${media}"/>`), media],
    ['an Atom image', atom('<link rel="enclosure" type="image/png" href="/1"/>'), undefined],
    ['a via link', atom('<link rel="via" href="/1"/>'), 'https://herald.test/1'],
    ['a related link', atom('<link rel="related" href="/1"/>'), 'https://herald.test/1'],
    ['a self link in Atom', atom('<link rel="self" type="text/html" href="/1"/>'), 'https://herald.test/1'],
    [
      'an HTML self link, and an enclosure',
      atom(`<link rel="enclosure" href="${media}"/><link rel="self" type="text/html" href="/1"/>`),
      'https://herald.test/1',
    ],
    [
      'a via link, and an enclosure',
      atom(`<link rel="via" href="/1"/><link rel="enclosure" href="${media}"/>`),
      media,
    ],
    ['other links alone', atom('<link rel="license" href="/1"/><link rel="edit" href="/2"/>'), undefined],
  ])('with %s', async (_name, source, expected) => {
    expect((await entryOf(source)).url).toBe(expected);
  });
});

describe('a link emptied by an HTML parser', () => {
  it.each([
    ['<link/>https://herald.test/1<guid isPermaLink="false">1</guid>', 'https://herald.test/1'],
    ['<link></link>\n https://herald.test/1\n<guid>x</guid>', 'https://herald.test/1'],
    ['<link/><![CDATA[https://herald.test/1]]>', 'https://herald.test/1'],
    ['<link/>/1<title>A</title>', 'https://herald.test/1'],
    ['<link><!--[CDATA[https://herald.test/1]]--></link>', 'https://herald.test/1'],
    ['<link>https://herald.test/1<comments>https://herald.test/2</comments>', 'https://herald.test/1'],
    ['<link>https://herald.test/1<other>x</other>', 'https://herald.test/1'],
    ['<link/>Some words<guid>x</guid>', undefined],
    ['<link/><title>A</title>https://herald.test/1', undefined],
  ])('%s gives %s', async (inner, expected) => {
    expect((await entryOf(rss(`<item>${inner}</item>`))).url).toBe(expected);
  });

  it('is also read in the channel', async () => {
    const source = '<rss><channel><link/>https://herald.test/<item><link/>/1</item></channel></rss>';
    expect(await feedOf(source)).toMatchObject({
      url: 'https://herald.test/',
      entries: [{ url: 'https://herald.test/1' }],
    });
  });
});

describe('entries embedded in an entry', () => {
  const rest = '<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>Body</description>';
  const around = (inner: string) =>
    rss(`<item><title>A</title>${inner}${rest}</item><item><title>B</title></item>`);
  const atom = (inner: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>${inner}<summary>Body</summary><published>2026-03-02T10:00:00Z</published></entry><entry><title>B</title></entry></feed>`;

  it.each([
    [
      'in an element of another namespace',
      around('<r:related xmlns:r="urn:r"><r:item><r:title>no</r:title></r:item></r:related>'),
    ],
    ['of another namespace', around('<r:item xmlns:r="urn:r"><title>no</title></r:item>')],
    [
      'in an element of a module without a prefix',
      around('<related xmlns="urn:r"><item><title>no</title></item></related>'),
    ],
    ['several', around('<related><item><title>no</title></item><item/></related>')],
    ['of Atom', around('<a:entry xmlns:a="http://www.w3.org/2005/Atom"><a:title>no</a:title></a:entry>')],
    ['quoted', atom('<g:entryLink xmlns:g="urn:g"><entry><title>no</title></entry></g:entryLink>')],
    [
      'quoted within quoted ones',
      atom('<link2><entry><title>no</title><link2><entry><title>no</title></entry></link2></entry></link2>'),
    ],
    [
      'as content',
      atom('<content type="application/xml"><feed><entry><guid>x</guid></entry></feed></content>'),
    ],
    [
      'in an element of 200 letters',
      around(`<${'a'.repeat(200)}><item><title>no</title></item></${'a'.repeat(200)}>`),
    ],
  ])('do not end it: %s', async (_name, source) => {
    const [first, ...others] = (await feedOf(source)).entries;
    expect(first).toMatchObject({ title: 'A', summary: 'Body', published: '2026-03-02T10:00:00.000Z' });
    expect(others).toMatchObject([{ title: 'B' }]);
  });

  it('in an element whose name is very long are read as if they stood alone', async () => {
    const name = 'a<;'.repeat(50_000).replaceAll('<', '&lt');
    const { entries } = await feedOf(around(`<${name}><item><title>C</title></item></${name}>`));
    expect(entries.map(({ title }) => title)).toContain('B');
  });

  it.each([
    [
      'an unclosed description',
      '<item><title>A</title><description>x<item><title>B</title><description>y</description></item>',
    ],
    ['an unclosed element', '<item><title>A</title><related><item><title>B</title></item>'],
    ['unclosed elements in both entries', '<item><title>A</title><p>x<item><title>B</title><p>y</p></item>'],
    ['a closing tag in the next entry', '<item><title>A</title><p>x<item><title>B</title></p></item>'],
  ])('are not inferred from %s', async (_name, items) => {
    expect(await titles(rss(items))).toEqual(['A', 'B']);
  });
});

describe('entities that a document declares', () => {
  const declared = (list: string, item: string) =>
    `<?xml version="1.0"?><!DOCTYPE rss [${list}]>${rss(`<item>${item}</item>`)}`;

  it('are expanded in texts and attributes', async () => {
    const source = declared(
      `<!-- "]>" --><!ELEMENT rss ANY><!ENTITY paper 'The "Herald"'>\n<!ENTITY  base "https://herald.test">\n<!ENTITY dash "&#8211;"><!ENTITY größe "4">`,
      '<title>&paper; wins &dash; &größe; &none;</title><link>&base;/1</link><category domain="&paper;">&paper;</category>',
    );
    expect(await entryOf(source)).toMatchObject({
      title: 'The "Herald" wins – 4 &none;',
      url: 'https://herald.test/1',
      categories: ['The "Herald"'],
    });
  });

  it.each([
    ['a file', '<!ENTITY a SYSTEM "file:///etc/hostname">'],
    ['a public identifier', '<!ENTITY a PUBLIC "x" "https://herald.test/x">'],
    ['a parameter entity', '<!ENTITY % a "x">'],
    ['markup', '<!ENTITY a "<title>x</title>">'],
    ['a reference to another entity', '<!ENTITY a "&b;"><!ENTITY b "x">'],
    ['a reference to a file', '<!ENTITY a "&b;"><!ENTITY b SYSTEM "file:///etc/hostname">'],
    ['a long text', `<!ENTITY a "${'x'.repeat(1_000)}">`],
    ['an unclosed list', '<!ENTITY a "x"'],
  ])('are not expanded: %s', async (_name, list) => {
    expect((await entryOf(declared(list, '<title>&a;</title>'))).title).toBe('&a;');
  });

  it('do not replace XML’s own entities, and are not expanded in CDATA', async () => {
    const source = declared('<!ENTITY amp "x"><!ENTITY a "b">', '<title><![CDATA[&a;]]>&amp;&a;</title>');
    expect((await entryOf(source)).title).toBe('&a;&b');
  });

  it('add at most 200,000 characters', async () => {
    const source = declared(
      `<!ENTITY a "${'x'.repeat(300)}">`,
      `<description>${'&a;'.repeat(90_000)}</description>`,
    );
    const { summary } = await entryOf(source);
    expect(summary.split('&a;')[0]).toHaveLength(300 * Math.floor(200_000 / 301));
  });
});

describe('texts of Atom', () => {
  it.each([
    ['base64', '<content mode="base64">PGI+TG9uZzwvYj4=</content>', 'Long'],
    ['base64 by its type', '<content type="application/octet-stream">PGI+TG9uZzwvYj4=</content>', 'Long'],
    ['an image', '<content type="image/png">iVBORw0KGgo=</content>', ''],
    [
      'HTML that is half escaped',
      '<content type="html"><div>&lt;p&gt;Long&lt;/p&gt;</div></content>',
      'Long',
    ],
    [
      'XHTML with an escaped tag as text',
      '<content type="xhtml"><div>Use &lt;p&gt;</div></content>',
      'Use <p>',
    ],
  ])('are read: %s', async (_name, content, expected) => {
    const source = `<feed xmlns="http://www.w3.org/2005/Atom"><entry>${content}</entry></feed>`;
    expect((await entryOf(source)).content).toBe(expected);
  });

  it('without a type are not HTML', async () => {
    const entry =
      '<entry><title>std::unique_ptr&lt;S&gt;</title><summary>The &lt;video&gt; element</summary></entry>';
    const source = `<feed xmlns="http://www.w3.org/2005/Atom">${entry}</feed>`;
    expect(await entryOf(source)).toMatchObject({
      title: 'std::unique_ptr<S>',
      summary: 'The <video> element',
    });
    const asHtml = source
      .replaceAll('<title>', '<title type="html">')
      .replace('<summary>', '<summary type="html">');
    expect(await entryOf(asHtml)).toMatchObject({ title: 'std::unique_ptr', summary: 'The element' });
  });
});

it('Atom entries without authors get the feed’s', async () => {
  const source =
    '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Desk</name></author><entry/><entry><author><name>Ann</name></author></entry></feed>';
  expect((await feedOf(source)).entries.map(({ authors }) => authors)).toEqual([['Desk'], ['Ann']]);
});

it('elements of Media RSS and iTunes replace missing ones', async () => {
  const source =
    rss(`<item><media:group><media:title>Storm</media:title><media:description>Closed</media:description>
<media:category>Ports</media:category></media:group><itunes:author>Ann</itunes:author>
<itunes:category text="News"><itunes:category text="Daily"/></itunes:category><itunes:keywords>sea, wind</itunes:keywords></item>`);
  expect(await entryOf(source)).toEqual({
    title: 'Storm',
    summary: 'Closed',
    content: '',
    authors: ['Ann'],
    categories: ['News', 'Daily', 'Ports', 'sea', 'wind'],
  });
});
