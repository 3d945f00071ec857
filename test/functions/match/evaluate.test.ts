import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { evaluate } from '../../../functions/match/evaluate.ts';
import type { MatchableItem } from '../../../functions/match/text/item-text.ts';
import type { Query, Reason } from '../../../functions/shared/model.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';
import { all, any, exact, near, none, phrase, prefix, term, titled } from './query-builders.ts';

type Texts = Partial<MatchableItem> | string;

function itemOf(texts: Texts): MatchableItem {
  return { title: '', summary: '', content: '', ...(typeof texts === 'string' ? { title: texts } : texts) };
}

/** Returns the reasons without `found`, which has tests of its own. */
function why(query: Query, texts: Texts): Omit<Reason, 'found'>[] | undefined {
  return evaluate(query, itemOf(texts), findPattern)?.map(({ found: _, ...reason }) => reason);
}

function findPattern(pattern: string, text: string) {
  const match = new RegExp(pattern, 'iu').exec(text);
  return match ? { from: match.index, to: match.index + match[0].length } : undefined;
}

const matches = (query: Query, texts: Texts) => why(query, texts) !== undefined;
const termsOf = (query: Query, texts: Texts) => why(query, texts)?.map((reason) => reason.term);
const foundIn = (query: Query, texts: Texts) =>
  evaluate(query, itemOf(texts), findPattern)?.map(({ found }) => found);

describe('words and phrases', () => {
  it('finds whole words at the start, in the middle and at the end of every field', () => {
    for (const field of ['title', 'summary', 'content'] as const) {
      for (const text of ['rates', 'rates fell', 'the rates fell', 'they cut rates', '“Rates!”']) {
        expect(why(term('rates'), { [field]: text }), `${field}: ${text}`).toEqual([
          { term: 'rates', field, snippet: text },
        ]);
      }
      expect(matches(term('rates'), { [field]: 'pirates, ratesetter' })).toBe(false);
    }
  });

  it('finds nothing in an empty item', () => {
    expect(matches(term('rates'), '')).toBe(false);
    expect(matches(none('rates'), '')).toBe(true);
  });

  it('needs the words of a phrase next to each other, in order, in one field', () => {
    const bank = phrase('central bank');
    expect(matches(bank, 'The Central Bank acts')).toBe(true);
    expect(matches(bank, 'central — “bank”')).toBe(true);
    expect(matches(bank, 'central-bank reform')).toBe(true);
    expect(matches(bank, 'bank central')).toBe(false);
    expect(matches(bank, 'central banks')).toBe(false);
    expect(matches(bank, 'central savings bank')).toBe(false);
    expect(matches(bank, { title: 'It is central', summary: 'bank shares fell' })).toBe(false);
    expect(matches(bank, 'central')).toBe(false);
  });

  it('continues after a false start of a phrase', () => {
    expect(matches(phrase('the the end'), 'the the the end')).toBe(true);
    expect(matches(phrase('a b a c'), 'a b a b a c')).toBe(true);
  });

  it('finds a phrase in a later field than its first word alone', () => {
    const item = { title: 'A central question', content: 'Ask the central bank.' };
    expect(why(phrase('central bank'), item)).toEqual([
      { term: 'central bank', field: 'content', snippet: 'Ask the central bank.' },
    ]);
  });

  it.each([
    ['Putin', 'PUTIN’S'],
    ['Putin', "putin's"],
    ["Russia's president", 'Russia’s president'],
    ['Russia’s president', "RUSSIA'S PRESIDENT"],
    ['Київ', 'у КИЄВІ, київ'],
    ['Αθήνα', 'ΑΘΉΝΑ'],
    ['ΣΊΣΥΦΟΣ', 'Σίσυφος'],
    ['الرئيس الروسي', 'قال الرئيس الروسي اليوم'],
    ['राष्ट्रपति', 'राष्ट्रपति ने कहा'],
    ['선거', '오늘 선거 결과'],
    ['東京', '「東京」・大阪'],
    ['東京', '東京都知事選挙'],
    ['กรุงเทพ', 'ที่กรุงเทพวันนี้'],
    ['Ⅻ', 'ⅻ'],
    ['5G', '5g!'],
    ['Caf\u00e9', 'CAFE\u0301'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['cafe', 'caf\u00e9'],
    ['\u1e69', 's\u0307\u0323'],
    ['\u212b', '\u00e5'],
    ['Istanbul', 'İstanbul ve ISPARTA'],
    ['Isparta', 'ısparta'],
    ['ısparta', 'ISPARTA'],
    ['لقاء', 'لِقَاء'],
    ['انقرة', 'أنقرة'],
    ['أنقره', 'انقرة'],
    ['שלום', 'שָׁלוֹם'],
    ['e-mail', 'Email and e mail'],
    ['US', 'the U.S. army'],
    ['U.S.', 'the US army'],
    ["O'Brien", 'OBrien'],
    ['10000', '10,000 people'],
    ['10,000', '10000 people'],
    ['10,000', '10 000 people'],
    ['obrien', 'O’Brien'],
  ])('%s is found in %s', (text, item) => {
    expect(matches(term(text), item)).toBe(true);
    expect(matches(phrase(text), item)).toBe(true);
  });

  it.each([
    ['café', 'cafe'],
    ['Київ', 'Киев'],
    ['東京', '京東'],
    ['U.S.', 'tell us more'],
    ['9-11', '911'],
    ['чайка', 'чаика'],
  ])('%s is not found in %s', (text, item) => {
    expect(matches(term(text), item)).toBe(false);
    expect(matches(phrase(text), item)).toBe(false);
  });

  it('inflects unquoted words in the language of the item', () => {
    const german = 'Die Banken und die Häuser sind für das Jahr nicht zu verkaufen';
    expect(foundIn(term('Bank'), german)).toEqual(['Banken']);
    expect(foundIn(term('haus'), german)).toEqual(['Häuser']);
    expect(matches(phrase('Bank'), german)).toBe(false);
    expect(matches(term('verkaufe'), 'verkaufen')).toBe(false);
    expect(foundIn(term('rate'), 'Rates fell')).toEqual(['Rates']);
    expect(foundIn(term('trade-war'), 'Two trade wars')).toEqual(['trade wars']);
  });

  it('finds exact terms only as written, in capitals if all their letters are capitals', () => {
    expect(matches(exact('rate'), 'Rates fell')).toBe(false);
    expect(matches(exact('rate'), 'RATE fell')).toBe(true);
    expect(matches(exact('cafe'), 'café')).toBe(false);
    expect(matches(exact('WHO'), 'those who know')).toBe(false);
    expect(matches(exact('WHO'), 'the WHO knows')).toBe(true);
    expect(matches(exact('WHO'), 'the W.H.O. knows')).toBe(false);
    expect(matches(exact('US dollar'), 'US Dollar')).toBe(true);
    expect(matches(exact('US dollar'), 'us dollar')).toBe(false);
  });

  it('finds words that begin with a prefix, also at the end of a phrase', () => {
    expect(foundIn(prefix('volcan'), 'A volcanic night')).toEqual(['volcanic']);
    expect(matches(prefix('volcan'), 'supervolcano')).toBe(false);
    expect(matches(prefix('cafe'), 'Cafés')).toBe(true);
    const bank: Query = { term: { text: 'central ban', quoted: true, prefix: true } };
    expect(matches(bank, 'central bankers')).toBe(true);
    expect(matches(bank, 'centrally banned')).toBe(false);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'length'])(
    'takes %s for a word like any other',
    (word) => {
      expect(matches(term(word), 'nothing of the kind')).toBe(false);
      expect(termsOf(term(word), `a ${word} here`)).toEqual([word]);
    },
  );
});

describe('fields, sources, languages and NEAR', () => {
  it('searches only the title in title:', () => {
    const query = titled(term('rates'));
    expect(matches(query, { summary: 'rates', content: 'rates' })).toBe(false);
    expect(matches(query, { title: 'rates' })).toBe(true);
  });

  it.each<[string, boolean]>([
    ['summit sanctions', true],
    ['summit -sanctions', false],
    ['sanctions -summit', false],
    ['title:summit', false],
    ['"leaders agree"', false],
    ['summit NEAR/5 sanctions', false],
    ['leaders NEAR/3 summit', true],
    ['/live.*summit/', true],
    ['summits', true],
    ['Summit OR nothing', true],
  ])('the title of a live page is a field of its own: %s', (query, expected) => {
    const item = { title: 'Sanctions', content: 'They agree.', context: 'Live: leaders at the summit' };
    expect(matches(parseQuery(query).query, item)).toBe(expected);
  });

  describe('label fields', () => {
    const item = {
      title: 'Storm',
      categories: ['Dev Blogs', 'Sport', 'World news'],
      authors: ['Jane Doe'],
      url: 'https://www.example.org/world-europe/2026/%D1%88%D1%82%D0%BE%D1%80%D0%BC.html',
    };
    it.each<[string, boolean]>([
      ['category:dev-blogs', true],
      ['category:"dev blogs"', true],
      ['category:blog', true],
      ['category:=Blog', false],
      ['category:"blogs sport"', false],
      ['category:(dev sport)', true],
      ['category:(world NEAR/3 sport)', false],
      ['category:storm', false],
      ['category:/^sport$/', true],
      ['dev', false],
      ['title:dev', false],
      ['storm -category:sport', false],
      ['storm -category:opinion', true],
      ['author:"Jane Doe"', true],
      ['author:doe', true],
      ['author:sport', false],
      ['url:europe', true],
      ['url:"world/europe"', true],
      ['url:/world-europe/', true],
      ['url:/europe/world/', false],
      ['url:example.org/world', true],
      ['url:http://example.org/', true],
      ['url:eur*', true],
      ['url:/2026/', true],
      ['url:/202/', false],
      ['url:(/202/)', true],
      ['url:шторм', true],
      ['url:https', false],
    ])('%s: %s', (text, expected) => {
      expect(matches(parseQuery(text).query, item)).toBe(expected);
    });

    it.each([
      ['find the last of fifty labels of ordinary length', 50, 40, true],
      ['do not search labels after 2,000 characters', 11, 200, false],
      ['do not search more than fifty labels', 51, 10, false],
    ])('%s', (_, count, units, expected) => {
      const categories = [...Array.from({ length: count - 1 }, () => 'x'.repeat(units)), 'sport'];
      expect(matches(parseQuery('category:sport').query, { title: 'Storm', categories })).toBe(expected);
    });

    it('are given as reasons', () => {
      expect(why(parseQuery('category:dev-blogs url:europe').query, item)).toEqual([
        { term: 'dev-blogs', field: 'category', snippet: 'Dev Blogs' },
        { term: 'europe', field: 'url', snippet: 'example.org/world-europe/2026/шторм.html' },
      ]);
    });
  });

  it('finds patterns in any field', () => {
    const query: Query = { regex: 'cve-\\d+' };
    expect(why(query, { summary: 'About CVE-2026 again' })).toEqual([
      { term: '/cve-\\d+/', field: 'summary', snippet: 'About CVE-2026 again' },
    ]);
    expect(foundIn(query, { summary: 'About CVE-2026 again' })).toEqual(['CVE-2026']);
    expect(matches({ ...query, in: 'title' }, { summary: 'About CVE-2026 again' })).toBe(false);
    expect(foundIn({ regex: 'rati' }, 'Two federations, one')).toEqual(['federations']);
    expect(foundIn({ regex: '!+' }, 'So what!!')).toEqual(['!!']);
  });

  it.each([
    ['gazette', true],
    ['GAZETTE', true],
    ['Evening Gazette', true],
    ['evening-gazette', true],
    ['gazette.example', true],
    ['www.gazette.example', true],
    ['wire.example', true],
    ['azette.example', false],
    ['example.gazette', false],
    ['Evening', true],
    ['Evenings', false],
    ['Gazette Evening', false],
    ['', false],
  ])('source %j matches: %j', (source, expected) => {
    const from = { id: 'gazette', title: 'The Evening Gazétte', url: 'https://www.gazette.example/rss' };
    const item = { title: 'News', source: from, url: 'https://live.wire.example/1' };
    expect(matches({ source }, item)).toBe(expected);
    expect(matches({ source }, 'News')).toBe(false);
  });

  it('matches a language by the words, or else as the feed declares', () => {
    const german = 'Der Zug ist nicht mehr zu sehen, und das seit einer Stunde';
    expect(matches({ language: 'de' }, german)).toBe(true);
    expect(matches({ language: 'de-at' }, { title: german, language: 'en' })).toBe(true);
    expect(matches({ language: 'en' }, { title: german, language: 'en' })).toBe(false);
    expect(matches({ language: 'de' }, { title: 'Zug 12', language: 'de-ch' })).toBe(true);
    expect(matches({ language: 'de' }, 'Zug 12')).toBe(false);
  });

  it('finds NEAR operands in one field, in any order, within the distance', () => {
    const query = (words: number): Query => near(words, 'ship', any('canal', phrase('north sea')));
    expect(termsOf(query(2), 'A canal for every ship')).toEqual(['ship', 'canal']);
    expect(matches(query(1), 'A canal for every ship')).toBe(false);
    expect(matches(query(0), 'North Sea ships')).toBe(true);
    expect(matches(query(9), { title: 'ship', summary: 'canal' })).toBe(false);
    expect(matches(query(9), 'ship')).toBe(false);
    expect(matches(query(1), 'ship and then another ship in a canal')).toBe(false);
    expect(matches(query(2), 'ship and then another ship in a canal')).toBe(true);
  });

  it('needs two separate occurrences for NEAR', () => {
    expect(matches(near(5, 'ship', 'ship'), 'ship')).toBe(false);
    expect(matches(near(5, 'ship', 'ship'), 'ship to ship')).toBe(true);
    expect(matches(near(5, phrase('a b'), phrase('b c')), 'a b c')).toBe(false);
    expect(matches(near(5, phrase('a b'), phrase('b c')), 'a b b c')).toBe(true);
  });
});

describe('any, all and not', () => {
  it('combine queries at any depth', () => {
    const match = all(any('Biden', phrase('US president')), 'Putin', any('talks', 'summit'), none('golf'));
    expect(matches(match, 'Biden and Putin hold talks')).toBe(true);
    expect(matches(match, 'US president, Putin: summit')).toBe(true);
    expect(matches(match, 'Biden and Putin')).toBe(false);
    expect(matches(match, 'Biden holds talks')).toBe(false);
    expect(matches(match, 'Biden and Putin hold golf talks')).toBe(false);
  });

  it('can be negated twice', () => {
    expect(matches(none(none('a')), 'a')).toBe(true);
    expect(matches(none(all('a', 'b')), 'a only')).toBe(true);
    expect(matches(none(all('a', 'b')), 'b a')).toBe(false);
    expect(matches(any(none('a'), 'b'), 'a b')).toBe(true);
    expect(matches(any(none('a'), 'b'), 'a c')).toBe(false);
  });

  it('find the parts of `all` in different fields', () => {
    expect(matches(all('Biden', 'Putin'), { title: 'Biden', content: 'Putin' })).toBe(true);
  });
});

describe('reasons', () => {
  it('include every alternative found, once, at its first occurrence', () => {
    const query = any('tea', 'coffee', 'cocoa', all('tea', 'coffee'));
    expect(why(query, { summary: 'coffee', content: 'coffee, then tea, then tea' })).toEqual([
      { term: 'tea', field: 'content', snippet: 'coffee, then tea, then tea' },
      { term: 'coffee', field: 'summary', snippet: 'coffee' },
    ]);
  });

  it('start with one term of every part, so that the first few explain the match', () => {
    const match = all(any('Ukraine', 'Kyiv', 'NATO'), any('Biden', 'Trump'), 'Putin', none('golf'));
    expect(termsOf(match, 'Kyiv, NATO, Ukraine: Trump, Biden, Putin')).toEqual([
      'Ukraine',
      'Biden',
      'Putin',
      'Kyiv',
      'NATO',
      'Trump',
    ]);
  });

  it('do not include excluded terms', () => {
    expect(why(all('tea', none('milk')), 'tea')).toHaveLength(1);
    expect(why(none('milk'), 'tea')).toEqual([]);
  });

  it('include the found words as written', () => {
    expect(foundIn(term('flood'), 'After the FLOODS, water')).toEqual(['FLOODS']);
    expect(foundIn(phrase('u s army'), 'The U.S. Army')).toEqual(['U.S. Army']);
    expect(foundIn(term('普京'), '会见普京总统')).toEqual(['普京']);
  });

  it('cut the snippet at white space on both sides', () => {
    const text = `${'(before '.repeat(40)}the Kessel bridge opens${' afterwards,'.repeat(40)}`;
    const [reason] = why(phrase('Kessel bridge'), { content: text }) ?? [];
    expect(reason?.snippet).toBe(
      `…${'(before '.repeat(7)}the Kessel bridge opens${' afterwards,'.repeat(4)}…`,
    );
  });

  it('do not cut the snippet near the ends of the text', () => {
    const text = `${'a '.repeat(30)}bridge${' b'.repeat(30)}`;
    expect(why(term('bridge'), text)?.[0]?.snippet).toBe(text);
  });

  it('use offsets in the composed text', () => {
    const text = `${'e\u0301te\u0301 '.repeat(100)}bridge${' e\u0301te\u0301'.repeat(100)}`;
    expect(why(term('bridge'), text)?.[0]?.snippet).toBe(`…${'été '.repeat(15)}bridge${' été'.repeat(15)}…`);
  });

  it('have short snippets with the term in texts without spaces', () => {
    const filler = 'wort—'.repeat(1_500);
    const [reason] = why(term('bridge'), { content: `${filler}bridge—${filler}` }) ?? [];
    expect(reason?.snippet).toBe(`…${'wort—'.repeat(12)}bridge—${'wort—'.repeat(11)}wort…`);
    const [wide] =
      why(term('橋'), { content: `${'川、𠮷'.repeat(2_000)}、橋、${'𠮷、川'.repeat(2_000)}` }) ?? [];
    expect(wide?.snippet.length).toBeLessThan(130);
    expect(wide?.snippet).toContain('、橋、');
    expect(wide?.snippet.isWellFormed()).toBe(true);
  });

  it('have short snippets if the words of a phrase are a page apart, or a word fills a page', () => {
    const apart =
      why(phrase('north south'), { content: `north${' -'.repeat(9_000)} south` })?.[0]?.snippet ?? '';
    expect(apart).toMatch(/^north/);
    expect(apart.length).toBeLessThan(400);
    const huge = why(term('bridge'), { content: `${'x'.repeat(9_000)} bridge ${'y'.repeat(9_000)}` })?.[0]
      ?.snippet;
    expect(huge).toBe('…bridge…');
  });

  it('locate a word although lower case changes lengths', () => {
    // Lower case of İ is two characters long.
    const text = `${'İ '.repeat(200)}bridge`;
    expect(why(term('bridge'), text)?.[0]?.snippet).toMatch(/^…(İ )+bridge$/);
  });
});

describe('compared with a simple string search', () => {
  const vocabulary = [
    ...[
      'ant',
      'Bee',
      'cat’s',
      "dog's",
      'ELAN',
      'elan',
      'Straße',
      'мир',
      '東京',
      '42',
      'constructor',
      '__proto__',
    ],
  ];
  const gaps = [' ', '  ', ', ', '-', '—', '. ', ' “', '/', '\u00a0', '\n', '…'];

  const plain = (text: string) =>
    ` ${text
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
      .trim()} `;

  function randomText(random: SeededRandom, maxWords: number): string {
    let text = random.pick(['', '“', ' ', '* ']);
    for (let n = random.integer(maxWords + 1); n > 0; n--)
      text += random.pick(vocabulary) + random.pick(gaps);
    return text;
  }

  function randomQuery(random: SeededRandom, depth: number): Query {
    const kind = depth === 0 ? 0 : random.integer(5);
    const parts = () => Array.from({ length: 1 + random.integer(3) }, () => randomQuery(random, depth - 1));
    if (kind === 1) return { all: parts() };
    if (kind === 2) return { any: parts() };
    if (kind === 3) return { not: randomQuery(random, depth - 1) };
    const words = Array.from({ length: 1 + random.integer(3) }, () => random.pick(vocabulary));
    return phrase(words.join(' '));
  }

  /**
   * The naive implementation, by string search. Returns the texts of the positive terms that are found, or undefined
   * if the query is false.
   */
  function reference(query: Query, fields: readonly string[]): Set<string> | undefined {
    if ('term' in query) {
      const { text } = query.term;
      return fields.some((field) => plain(field).includes(plain(text))) ? new Set([text]) : undefined;
    }
    if ('not' in query) return reference(query.not, fields) ? undefined : new Set();
    const parts = 'all' in query ? query.all : 'any' in query ? query.any : [];
    const results = parts.map((part) => reference(part, fields));
    const trueParts = results.filter((one) => one !== undefined);
    const holds = 'all' in query ? trueParts.length === results.length : trueParts.length > 0;
    return holds ? new Set(trueParts.flatMap((one) => [...one])) : undefined;
  }

  it('agrees on 3,000 random topics and texts, and gives true reasons', () => {
    const random = seededRandom(20260301);
    let matched = 0;
    for (let round = 0; round < 3_000; round++) {
      const query = randomQuery(random, 3);
      const item = {
        title: randomText(random, 4),
        summary: randomText(random, 6),
        content: randomText(random, 60),
      };
      const expected = reference(query, [item.title, item.summary, item.content]);
      const found = evaluate(query, item, findPattern);
      const about = JSON.stringify({ round, query, item });
      expect(found === undefined, about).toBe(expected === undefined);
      if (!found || !expected) continue;
      matched++;
      expect(new Set(found.map(({ term }) => term)), about).toEqual(expected);
      expect(found.length, about).toBe(expected.size);
      for (const { term, field, snippet } of found) {
        const first = (['title', 'summary', 'content'] as const).find((name) =>
          plain(item[name]).includes(plain(term)),
        );
        expect(field, about).toBe(first);
        expect(plain(snippet), about).toContain(plain(term));
        expect(plain(item[first ?? 'title']), about).toContain(plain(snippet).trim());
      }
    }
    expect(matched).toBeGreaterThan(500);
  });
});
