import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../functions/poll/parser/parse.ts';

const URL = 'https://herald.test/feed';
const HUB = 'https://hub.test/';
const ATOM = 'http://www.w3.org/2005/Atom';
const ITEM = '<item><title>Ostrand signs</title></item>';

async function pushOf(source: string, link?: string) {
  const parsed = await parseFeed(Buffer.from(source), { url: URL, link, now: 0 });
  return parsed.ok ? parsed.feed.push : expect.fail('not a feed');
}

describe('the hubs of a feed', () => {
  it.each([
    [
      'in RSS',
      `<rss xmlns:atom="${ATOM}"><channel><atom:link rel="hub" href="${HUB}"/><atom:link rel="self" href="${URL}"/>${ITEM}</channel></rss>`,
    ],
    [
      'in RSS, under the prefix of old feeds',
      `<rss xmlns:atom10="${ATOM}"><channel><atom10:link rel="self" href="${URL}" /><atom10:link rel="hub" href="${HUB}" />${ITEM}</channel></rss>`,
    ],
    [
      'in RSS, with a namespace on each link',
      `<rss><channel><link>https://herald.test/</link><link xmlns="${ATOM}" rel="hub" href="${HUB}"/><link xmlns="${ATOM}" rel="self" href="/feed"/>${ITEM}</channel></rss>`,
    ],
    [
      'in RDF',
      `<rdf:RDF xmlns:rdf="r" xmlns:atom="${ATOM}"><channel><title>t</title><atom:link rel="hub" href="${HUB}"/><atom:link rel="self" href="${URL}"/></channel>${ITEM}</rdf:RDF>`,
    ],
    [
      'in Atom',
      `<feed xmlns="${ATOM}"><link rel="hub" href="${HUB}"/><link rel="self" href="feed"/><entry><title>Ostrand signs</title></entry></feed>`,
    ],
    [
      'in JSON Feed',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        feed_url: URL,
        hubs: [
          { type: 'rssCloud', url: 'https://cloud.test/' },
          { type: 'WebSub', url: HUB },
        ],
        items: [{ id: '1', title: 'Ostrand signs' }],
      }),
    ],
  ])('are found %s', async (_, source) => {
    expect(await pushOf(source)).toEqual({ hubs: [HUB], topic: URL });
  });

  it('are all kept, and need no address of the feed', async () => {
    const source = `<feed xmlns="${ATOM}"><link rel="hub" href="${HUB}"/><link rel="hub" href="https://other.test/"/><entry><title>t</title></entry></feed>`;
    expect(await pushOf(source)).toEqual({ hubs: [HUB, 'https://other.test/'] });
  });

  it('in the Link header take precedence, and make any feed one', async () => {
    const link = `<https://header.test/>; rel="hub", </self>; rel=self; type="x"`;
    const found = { hubs: ['https://header.test/'], topic: 'https://herald.test/self' };
    const plain = `<rss><channel>${ITEM}</channel></rss>`;
    expect(await pushOf(plain, link)).toEqual(found);
    expect(
      await pushOf(
        `<feed xmlns="${ATOM}"><link rel="hub" href="${HUB}"/><entry><title>t</title></entry></feed>`,
        link,
      ),
    ).toEqual(found);
    expect(await pushOf(plain, '<https://herald.test/>; rel="canonical"')).toBeUndefined();
    expect(await pushOf(plain, '<javascript:alert(1)>; rel="hub"')).toBeUndefined();
  });

  it('are no links of an entry', async () => {
    const source = `<rss xmlns:atom="${ATOM}"><channel><item><title>t</title><atom:link rel="hub" href="${HUB}"/></item></channel></rss>`;
    expect(await pushOf(source)).toBeUndefined();
  });
});
