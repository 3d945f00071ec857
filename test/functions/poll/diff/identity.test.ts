import { describe, expect, it } from 'vitest';
import { canonicalUrl } from '../../../../functions/poll/diff/canonical-url.ts';
import { identify, idsAtAddress, newItemId, toItem } from '../../../../functions/poll/diff/identity.ts';
import type { Entry } from '../../../../functions/poll/parser/parse.ts';
import { mayShareAddress } from '../../../../functions/shared/item-id.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

const PUBLISHED = '2026-03-02T10:00:00.000Z';
const entry = (fields: Partial<Entry>): Entry => ({
  title: '',
  summary: '',
  content: '',
  authors: [],
  categories: [],
  ...fields,
});
const fingerprints = (...entries: Partial<Entry>[]) =>
  identify(entries.map(entry)).map(({ fingerprint }) => fingerprint);
const parts = (...entries: Partial<Entry>[]) =>
  fingerprints(...entries).map((fingerprint) => Object.keys(fingerprint).toSorted());

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
  ])('turns %s into %s', (address, expected) => {
    expect(canonicalUrl(address)).toBe(expected);
  });
});

it('canonicalUrl takes linear time', async () => {
  await takesLessThan(1_000, () => {
    expect(canonicalUrl(`https://herald.test/${'/'.repeat(500_000)}x`)).toHaveLength(500_013);
    expect(canonicalUrl(`https://herald.test/x${'/'.repeat(500_000)}`)).toBe('herald.test/x');
    expect(canonicalUrl(`https://herald.test/${'(S(aaaaaaaa'.repeat(50_000)}`)).toHaveLength(550_012);
    expect(canonicalUrl(`https://herald.test/${';sid='.repeat(100_000)}`)).toBe('herald.test');
  });
});

describe('the fingerprint of an entry', () => {
  it('has hashes of its guid, URL, title and date', () => {
    const [all] = fingerprints({
      guid: '1',
      url: 'https://herald.test/1',
      title: 'Storm',
      published: PUBLISHED,
    });
    expect(Object.keys(all ?? {}).toSorted()).toEqual(['date', 'guid', 'title', 'url']);
    for (const hash of Object.values(all ?? {})) expect(hash).toMatch(/^([0-9a-f]{6}){1,2}$/);
    expect(
      parts({ guid: '1' }, { url: 'https://herald.test/1' }, { title: 'Storm' }, { published: PUBLISHED }),
    ).toEqual([['guid'], ['url'], ['title'], ['date']]);
  });

  it('is the same for other spellings of its URL', () => {
    const [first] = fingerprints({ url: 'https://herald.test/1' });
    expect(fingerprints({ url: 'http://herald.test/1/?utm_source=rss#top' })).toEqual([first]);
    expect(fingerprints({ url: 'https://herald.test/2' })).not.toEqual([first]);
  });

  it('differs between a guid and a URL with the same text', () => {
    const [guid] = fingerprints({ guid: 'herald.test/1' });
    const [url] = fingerprints({ url: 'https://herald.test/1' });
    expect(guid?.guid).not.toBe(url?.url);
  });

  it('leaves out a guid or URL that two entries share', () => {
    expect(
      parts(
        { guid: '0', url: 'https://herald.test/live', title: 'Storm', published: PUBLISHED },
        { guid: '0', url: 'https://herald.test/live#comments', title: 'Flood', published: PUBLISHED },
        { guid: '2', url: 'https://herald.test/2', title: 'Storm', published: PUBLISHED },
      ),
    ).toEqual([['title'], ['date', 'title'], ['guid', 'title', 'url']]);
  });

  it('is complete for an entry that is in the document twice', () => {
    const twice = { guid: '1', url: 'https://herald.test/1', title: 'Storm', published: PUBLISHED };
    expect(fingerprints(twice, { guid: '2' }, { ...twice, summary: 'In the section' })).toEqual(
      fingerprints(twice, { guid: '2' }),
    );
  });

  it('leaves out a guid that is the address, perhaps with an edit number as the fragment', () => {
    const url = 'https://herald.test/1';
    expect(fingerprints({ guid: `${url}#0`, url: `${url}?at_medium=RSS` })).toEqual(fingerprints({ url }));
    expect(fingerprints({ guid: `${url}#1`, url })).toEqual(fingerprints({ url }));
    expect(parts({ guid: 'https://herald.test/?p=1', url })).toEqual([['guid', 'url']]);
  });

  it('keeps such a guid if the page holds several entries', () => {
    const url = 'https://herald.test/live';
    expect(parts({ guid: `${url}#1`, url, title: 'a' }, { guid: `${url}#2`, url, title: 'b' })).toEqual([
      ['guid', 'title'],
      ['guid', 'title'],
    ]);
  });

  it('may be empty, and entries are then told apart by their texts', () => {
    expect(identify([entry({ title: 'a' }), entry({ title: 'b' }), entry({ title: 'a' })])).toHaveLength(2);
  });
});

describe('the content hash', () => {
  const hash = (fields: Partial<Entry>) => identify([entry(fields)])[0]?.contentHash;

  it('changes with the texts only', () => {
    const before = hash({ title: 'a', summary: 'b', content: 'c' });
    expect(hash({ title: 'a', summary: 'b', content: 'd' })).not.toBe(before);
    expect(hash({ title: 'ab', summary: '', content: 'c' })).not.toBe(before);
    expect(
      hash({ title: 'a', summary: 'b', content: 'c', guid: '1', published: PUBLISHED, authors: ['Ann'] }),
    ).toBe(before);
  });
});

describe('the id of a new item', () => {
  const id = (feedId: string, fields: Partial<Entry>, urlIdentifies = true) => {
    const [one] = identify([entry(fields)]);
    return one && newItemId(feedId, one, urlIdentifies);
  };

  it('is derived from its URL and its feed, with the same start in every feed', () => {
    const article = { guid: '1', url: 'https://herald.test/1' };
    const again = id('herald', { guid: '7', url: 'http://www.herald.test/1?utm_source=x', title: 'Edited' });
    expect(id('herald', article)).toBe(again);
    const inOtherFeed = id('courier', article);
    expect(inOtherFeed).not.toBe(again);
    expect(mayShareAddress(inOtherFeed ?? '', again ?? '')).toBe(true);
    const other = id('herald', { ...article, url: 'https://herald.test/2' });
    expect(mayShareAddress(other ?? '', again ?? '')).toBe(false);
    expect(idsAtAddress('https://herald.test/1/', ['herald', 'courier'])).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      again,
      inOtherFeed,
    ]);
  });

  it('is derived from its guid and its feed if the URL does not identify it', () => {
    const post = { guid: '1', url: 'https://herald.test/live' };
    expect(id('herald', post, false)).toBe(id('herald', { guid: '1' }));
    expect(id('herald', post, false)).not.toBe(id('courier', post, false));
    expect(id('herald', post, false)).not.toBe(id('herald', { ...post, guid: '2' }, false));
  });

  it('is derived from its other fields if neither identifies it', () => {
    const bare = { title: 'Storm', published: PUBLISHED };
    expect(id('herald', bare)).toBe(id('herald', { ...bare, summary: 'an edit' }));
    expect(id('herald', bare)).not.toBe(id('herald', { ...bare, title: 'Flood' }));
    expect(id('herald', bare)).not.toBe(id('courier', bare));
    expect(id('herald', { title: 'Storm' })).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('toItem', () => {
  it('keeps the fields of the entry', () => {
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

  it('gives an untitled post the beginning of its text as the title, but hashes the original', () => {
    const [one] = identify([entry({ guid: '1', title: '', summary: 'Storm tonight' })]);
    const [titled] = identify([entry({ guid: '1', title: 'Storm tonight', summary: 'Storm tonight' })]);
    const item = one && toItem('id', 'herald', one);
    expect(item).toMatchObject({ title: 'Storm tonight', summary: 'Storm tonight' });
    expect(item?.contentHash).toBe(one?.contentHash);
    expect(item?.contentHash).not.toBe(titled?.contentHash);
  });

  it('truncates fields to fit a message and a record, and never splits a character', () => {
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
