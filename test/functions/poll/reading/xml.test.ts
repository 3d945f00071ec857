import { describe, expect, it } from 'vitest';
import { type Entry, parseFeed } from '../../../../functions/poll/parse.ts';

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

describe('around a feed', () => {
  const two = rss('<item><title>A</title></item><item><title>B</title></item>');
  it.each([
    ['blanks', `\n\n \t<?xml version="1.0"?>\n${two}`],
    ['a warning', `<br />\n<b>Warning</b>: too many connections & more <br>\n${two}`],
    ['a word', `OK\n${two}`],
    ['a doctype', `<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x">${two}`],
    ['a script behind it', `${two}<script>document.write("<item><title>C</title></item>")</script>`],
    ['a comment behind it', `${two}<!-- <item> -->`],
    ['no last character', two.slice(0, -1)],
  ])('%s may stand', async (_name, source) => {
    expect(await titles(source)).toEqual(['A', 'B']);
    expect(await feedOf(source)).not.toHaveProperty('partial');
  });
});

describe('names', () => {
  it.each([
    ['in capitals', '<RSS><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>'],
    ['that close in another case', rss('<item><title>A</Title></Item>')],
    [
      'of RDF by another prefix',
      '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>A</title></item></r:RDF>',
    ],
    [
      'of RSS by a prefix',
      '<rdf:RDF xmlns:rss="http://purl.org/rss/1.0/"><rss:channel/><rss:item><rss:title>A</rss:title></rss:item></rdf:RDF>',
    ],
    [
      'of Atom by a prefix',
      '<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:entry><x:title>A</x:title></x:entry></x:feed>',
    ],
    [
      'of Atom 0.3',
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">A</title></entry></feed>',
    ],
    ['of Atom without its namespace', '<feed><entry><title>A</title></entry></feed>'],
    ['of an entry alone', '<entry xmlns="http://www.w3.org/2005/Atom"><title>A</title></entry>'],
    [
      'of CDF',
      '<?xml version="1.0"?><CHANNEL HREF="https://herald.test/"><ITEM HREF="/1"><TITLE>A</TITLE></ITEM></CHANNEL>',
    ],
    [
      'with the title of a picture first',
      rss(
        '<item><media:content><media:title>no</media:title></media:content><image><title>no</title></image><title>A</title></item>',
      ),
    ],
  ])('%s are known', async (_name, source) => {
    expect(await titles(source)).toEqual(['A']);
  });

  it('of modules are known by their address, whatever their prefix', async () => {
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
    ['a "<" that is one', '<item><title>if a < b, <3 && c</title></item>', ['if a < b, <3 && c']],
    [
      'tags that no one knows',
      '<item><title><![CDATA[Use of <mid> & co]]></title></item>',
      ['Use of <mid> & co'],
    ],
    ['a CDATA in two', '<item><title><![CDATA[a ]]]]><![CDATA[> b]]></title></item>', ['a ]]> b']],
    ['control characters', '<item><title>Ba\u0008d &#x1F;one\u0092s</title></item>', ['Bad one’s']],
    [
      'halves of a character',
      '<item><title>Smile &#xD83D;&#xDE00; &#55357;&#56832;</title></item>',
      ['Smile 😀 😀'],
    ],
    ['numbers of Windows-1252', '<item><title>It&#146;s</title></item>', ['It’s']],
    ['HTML’s entities', '<item><title>A&nbsp;&mdash; caf&eacute;</title></item>', ['A — café']],
    [
      'an unclosed break',
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
    ['an attribute twice', '<item><title>A</title><enclosure url="a" url="b"/></item>', ['A']],
  ])('%s', async (_name, items, expected) => {
    expect(await titles(rss(items))).toEqual(expected);
  });
});

describe('links', () => {
  const atom = (inner: string, feed = '') =>
    `<feed xmlns="http://www.w3.org/2005/Atom"${feed}><entry>${inner}</entry></feed>`;
  it.each([
    ['RSS’s, against the feed', rss('<item><link>1</link></item>'), 'https://herald.test/feeds/1'],
    [
      'RSS’s, against its xml:base',
      rss('<item xml:base="https://base.test/a/"><link>1</link></item>'),
      'https://base.test/a/1',
    ],
    [
      'RSS’s, with Atom’s beside it',
      rss('<item><atom:link rel="self" href="/no"/><link>/1</link></item>'),
      'https://herald.test/1',
    ],
    [
      'Atom’s in RSS',
      rss('<item><atom:link rel="self" href="/no"/><atom:link href="/1"/></item>'),
      'https://herald.test/1',
    ],
    ['a guid that is one', rss('<item><guid>https://herald.test/1</guid></item>'), 'https://herald.test/1'],
    [
      'no guid that says it is none',
      rss('<item><guid isPermaLink="False">https://herald.test/1</guid></item>'),
      undefined,
    ],
    [
      'Atom’s, within several bases',
      atom('<link href="1" xml:base="c/"/>', ' xml:base="/b/"'),
      'https://herald.test/b/c/1',
    ],
    [
      'Atom’s by a full relation',
      atom(
        '<link rel="related" href="/no"/><link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>',
      ),
      'https://herald.test/1',
    ],
    [
      'Atom’s page before its other forms',
      atom(
        '<link rel="alternate" type="application/json" href="/1.json"/><link rel="alternate" type="text/html" href="/1"/>',
      ),
      'https://herald.test/1',
    ],
    ['Atom’s source of its content', atom('<content src="/1"/>'), 'https://herald.test/1'],
    ['CDF’s', '<channel><item href="/1"/></channel>', 'https://herald.test/1'],
  ])('%s', async (_name, source, expected) => {
    expect((await entryOf(source)).url).toBe(expected);
  });
});

describe('texts of Atom', () => {
  it.each([
    ['base64', '<content mode="base64">PGI+TG9uZzwvYj4=</content>', 'Long'],
    ['base64 by its type', '<content type="application/octet-stream">PGI+TG9uZzwvYj4=</content>', 'Long'],
    ['a picture', '<content type="image/png">iVBORw0KGgo=</content>', ''],
    [
      'HTML that is half escaped',
      '<content type="html"><div>&lt;p&gt;Long&lt;/p&gt;</div></content>',
      'Long',
    ],
    [
      'XHTML, where an escaped tag is a text',
      '<content type="xhtml"><div>Use &lt;p&gt;</div></content>',
      'Use <p>',
    ],
  ])('%s', async (_name, content, expected) => {
    const source = `<feed xmlns="http://www.w3.org/2005/Atom"><entry>${content}</entry></feed>`;
    expect((await entryOf(source)).content).toBe(expected);
  });

  it('have the feed’s authors where they name none', async () => {
    const source =
      '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Desk</name></author><entry/><entry><author><name>Ann</name></author></entry></feed>';
    expect((await feedOf(source)).entries.map(({ authors }) => authors)).toEqual([['Desk'], ['Ann']]);
  });
});

it('what media and podcasts name stands in for what is missing', async () => {
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
