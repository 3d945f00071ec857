import { describe, expect, it } from 'vitest';
import { canonicalUrl } from '../../../../functions/poll/diff/canonical-url.ts';
import { identify, idsAtAddress, newItemId, toItem } from '../../../../functions/poll/diff/identity.ts';
import type { Entry } from '../../../../functions/poll/parser/parse.ts';
import { mayShareAddress } from '../../../../functions/shared/item-id.ts';

const PUBLISHED = '2026-03-02T10:00:00.000Z';
const entry = (fields: Partial<Entry>): Entry => ({
  title: '',
  summary: '',
  content: '',
  authors: [],
  categories: [],
  ...fields,
});
const names = (...entries: Partial<Entry>[]) => identify(entries.map(entry)).map((one) => one.fingerprint);
const kinds = (...entries: Partial<Entry>[]) => names(...entries).map((one) => Object.keys(one).toSorted());

describe('canonicalUrl', () => {
  it.each([
    'https://herald.test/a/b?id=1',
    'http://herald.test/a/b?id=1',
    'https://HERALD.test/a/b/?id=1',
    'https://herald.test:443/a/b?id=1#comments',
    'https://herald.test/a/b?utm_source=rss&id=1&utm_campaign=x&UTM_Medium=y',
    'https://herald.test/a/b?at_medium=RSS&id=1&at_campaign=KARANGA&fbclid=z&smid=a&cmpid=b&ns_mchannel=c',
    'https://user@herald.test/a/b//?id=%31',
    'https://www.herald.test/a/b?id=1',
    'https://herald.test/a/b;jsessionid=0A1B.node2?id=1&PHPSESSID=5f3a&CFTOKEN=9&nocache=17&rnd=0.71&_=1773140000',
    'https://herald.test/(S(lit3py55t21z5v55vlm25s55))/a/b?sid=9f86d081884c7d65&id=1',
    'https://herald.test/a/b?id=1#3',
    'https://herald.test/a/b?id=1#xtor=RSS-3208',
    'https://herald.test/a/b?id=1#:~:text=storm',
    'https://herald.test/a/b?id=1&mtm_campaign=a&wt_zmc=b&_ga=c&msclkid=d&igsh=e&gbraid=f&mc_eid=g&fb_source=h',
  ])('%s', (address) => {
    expect(canonicalUrl(address)).toBe('herald.test/a/b?id=1');
  });

  it.each([
    ['https://herald.test', 'herald.test'],
    ['https://herald.test/?utm_source=x', 'herald.test'],
    ['https://herald.test:8443/a', 'herald.test:8443/a'],
    ['https://herald.test/A', 'herald.test/A'],
    ['https://herald.test/a?b=2&a=1&b=1', 'herald.test/a?b=2&a=1&b=1'],
    ['https://herald.test/a?q=x+y%20z&e=', 'herald.test/a?q=x+y+z&e='],
    ['https://herald.test/a?atlas=1&reference=2', 'herald.test/a?atlas=1&reference=2'],
    ['https://herald.test/a?gid=1&did=2&fbid=3', 'herald.test/a?gid=1&did=2&fbid=3'],
    ['https://herald.test/a?sid=123&s=storm&t=99', 'herald.test/a?sid=123&s=storm&t=99'],
    ['https://herald.test/note/1#c12', 'herald.test/note/1#c12'],
    ['https://herald.test/#r2', 'herald.test#r2'],
    ['https://herald.test/forum#1042', 'herald.test/forum#1042'],
    ['https://herald.test/#!/storm', 'herald.test#!/storm'],
    ['https://herald.test/app/#/7', 'herald.test/app#/7'],
    ['https://herald.test/map#id=7', 'herald.test/map#id=7'],
    ['https://www.test/a', 'www.test/a'],
    ['no address', 'no address'],
  ])('of %s is %s', (address, expected) => {
    expect(canonicalUrl(address)).toBe(expected);
  });
});

it('canonicalUrl takes linear time', () => {
  const start = performance.now();
  expect(canonicalUrl(`https://herald.test/${'/'.repeat(500_000)}x`)).toHaveLength(500_013);
  expect(canonicalUrl(`https://herald.test/x${'/'.repeat(500_000)}`)).toBe('herald.test/x');
  expect(canonicalUrl(`https://herald.test/${'(S(aaaaaaaa'.repeat(50_000)}`)).toHaveLength(550_012);
  expect(canonicalUrl(`https://herald.test/${';sid='.repeat(100_000)}`)).toBe('herald.test');
  expect(performance.now() - start).toBeLessThan(1_000);
});

describe('the names of an entry', () => {
  it('are its guid, its URL, and its title with its date', () => {
    const [all] = names({ guid: '1', url: 'https://herald.test/1', title: 'Storm', published: PUBLISHED });
    expect(Object.keys(all ?? {}).toSorted()).toEqual(['date', 'guid', 'title', 'url']);
    for (const name of Object.values(all ?? {})) expect(name).toMatch(/^([0-9a-f]{6}){1,2}$/);
    expect(
      kinds({ guid: '1' }, { url: 'https://herald.test/1' }, { title: 'Storm' }, { published: PUBLISHED }),
    ).toEqual([['guid'], ['url'], ['title'], ['date']]);
  });

  it('are the same for other spellings of its URL, and in every feed', () => {
    const [first] = names({ url: 'https://herald.test/1' });
    expect(names({ url: 'http://herald.test/1/?utm_source=rss#top' })).toEqual([first]);
    expect(names({ url: 'https://herald.test/2' })).not.toEqual([first]);
  });

  it('of one kind are none of another', () => {
    const [guid] = names({ guid: 'herald.test/1' });
    const [url] = names({ url: 'https://herald.test/1' });
    expect(guid?.guid).not.toBe(url?.url);
  });

  it('that it shares with another of its document name neither', () => {
    expect(
      kinds(
        { guid: '0', url: 'https://herald.test/live', title: 'Storm', published: PUBLISHED },
        { guid: '0', url: 'https://herald.test/live#comments', title: 'Flood', published: PUBLISHED },
        { guid: '2', url: 'https://herald.test/2', title: 'Storm', published: PUBLISHED },
      ),
    ).toEqual([['title'], ['date', 'title'], ['guid', 'title', 'url']]);
  });

  it('are its own when it stands in the document twice', () => {
    const twice = { guid: '1', url: 'https://herald.test/1', title: 'Storm', published: PUBLISHED };
    expect(names(twice, { guid: '2' }, { ...twice, summary: 'In the section' })).toEqual(
      names(twice, { guid: '2' }),
    );
  });

  it('leave out a guid that is the address again, whose fragment counts edits', () => {
    const url = 'https://herald.test/1';
    expect(names({ guid: `${url}#0`, url: `${url}?at_medium=RSS` })).toEqual(names({ url }));
    expect(names({ guid: `${url}#1`, url })).toEqual(names({ url }));
    expect(kinds({ guid: 'https://herald.test/?p=1', url })).toEqual([['guid', 'url']]);
  });

  it('keep such a guid where the page holds several entries', () => {
    const url = 'https://herald.test/live';
    expect(kinds({ guid: `${url}#1`, url, title: 'a' }, { guid: `${url}#2`, url, title: 'b' })).toEqual([
      ['guid', 'title'],
      ['guid', 'title'],
    ]);
  });

  it('keep apart those that have none, by their texts', () => {
    expect(identify([entry({ title: 'a' }), entry({ title: 'b' }), entry({ title: 'a' })])).toHaveLength(2);
  });
});

describe('the content hash', () => {
  const hash = (fields: Partial<Entry>) => identify([entry(fields)])[0]?.contentHash;

  it('changes with the texts, and with nothing else', () => {
    const before = hash({ title: 'a', summary: 'b', content: 'c' });
    expect(hash({ title: 'a', summary: 'b', content: 'd' })).not.toBe(before);
    expect(hash({ title: 'ab', summary: '', content: 'c' })).not.toBe(before);
    expect(
      hash({ title: 'a', summary: 'b', content: 'c', guid: '1', published: PUBLISHED, authors: ['Ann'] }),
    ).toBe(before);
  });
});

describe('the id of a new item', () => {
  const id = (feedId: string, fields: Partial<Entry>, urlIsName = true) => {
    const [one] = identify([entry(fields)]);
    return one && newItemId(feedId, one, urlIsName);
  };

  it('is of its URL and its feed, and begins the same in every feed', () => {
    const article = { guid: '1', url: 'https://herald.test/1' };
    const again = id('herald', { guid: '7', url: 'http://www.herald.test/1?utm_source=x', title: 'Edited' });
    expect(id('herald', article)).toBe(again);
    const elsewhere = id('courier', article);
    expect(elsewhere).not.toBe(again);
    expect(mayShareAddress(elsewhere ?? '', again ?? '')).toBe(true);
    const other = id('herald', { ...article, url: 'https://herald.test/2' });
    expect(mayShareAddress(other ?? '', again ?? '')).toBe(false);
    expect(idsAtAddress('https://herald.test/1/', ['herald', 'courier'])).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      again,
      elsewhere,
    ]);
  });

  it('is of its guid in its feed where the URL does not name it', () => {
    const post = { guid: '1', url: 'https://herald.test/live' };
    expect(id('herald', post, false)).toBe(id('herald', { guid: '1' }));
    expect(id('herald', post, false)).not.toBe(id('courier', post, false));
    expect(id('herald', post, false)).not.toBe(id('herald', { ...post, guid: '2' }, false));
  });

  it('is of all that it has where neither names it', () => {
    const bare = { title: 'Storm', published: PUBLISHED };
    expect(id('herald', bare)).toBe(id('herald', { ...bare, summary: 'an edit' }));
    expect(id('herald', bare)).not.toBe(id('herald', { ...bare, title: 'Flood' }));
    expect(id('herald', bare)).not.toBe(id('courier', bare));
    expect(id('herald', { title: 'Storm' })).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('toItem', () => {
  it('keeps what the entry has', () => {
    const fields = {
      guid: '1',
      url: 'https://herald.test/1',
      title: 'Storm',
      summary: 'Closed',
      content: 'Text',
      published: PUBLISHED,
      updated: PUBLISHED,
      language: 'en-gb',
      authors: ['Ann'],
      categories: ['Weather'],
    };
    const [one] = identify([entry(fields)]);
    expect(one && toItem('id', 'herald', one)).toEqual({
      ...fields,
      id: 'id',
      feedId: 'herald',
      contentHash: one?.contentHash,
    });
  });

  it('gives a post without a title the beginning of its text, with the hash of what its feed gave', () => {
    const [one] = identify([entry({ guid: '1', title: '', summary: 'Storm tonight' })]);
    const [titled] = identify([entry({ guid: '1', title: 'Storm tonight', summary: 'Storm tonight' })]);
    const item = one && toItem('id', 'herald', one);
    expect(item).toMatchObject({ title: 'Storm tonight', summary: 'Storm tonight' });
    expect(item?.contentHash).toBe(one?.contentHash);
    expect(item?.contentHash).not.toBe(titled?.contentHash);
  });

  it('cuts what would fit no message and no record, and never a character in half', () => {
    const wave = '🌊'.repeat(300_000);
    const many = Array.from({ length: 200 }, (_, n) => `${n} ${wave}`);
    const [one] = identify([
      entry({
        guid: wave,
        title: `x${wave}`,
        summary: `x${wave}`,
        content: wave,
        authors: many,
        categories: many,
      }),
    ]);
    const item = one && toItem('id', 'herald', one);
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(250_000);
    expect(item?.title).toBe(`x${'🌊'.repeat(499)}`);
    expect(item?.content).toHaveLength(20_000);
    expect(item?.authors).toHaveLength(50);
    expect(JSON.stringify(item).isWellFormed()).toBe(true);
  });
});
