import { describe, expect, it } from 'vitest';
import { compile, type MatchableItem } from '../../../functions/match/matcher.ts';
import { toQuery } from '../../../functions/shared/config/resolve.ts';
import type { MatchFile } from '../../../functions/shared/config/schema.ts';
import type { Query, Reason } from '../../../functions/shared/model.ts';
import { parseTerms } from '../../../functions/shared/query.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';

type Texts = Partial<MatchableItem> | string;

function itemOf(texts: Texts): MatchableItem {
  return { title: '', summary: '', content: '', ...(typeof texts === 'string' ? { title: texts } : texts) };
}

/** Why the item matches, or undefined where it does not. */
function whyQuery(query: Query, texts: Texts): readonly Reason[] | undefined {
  return compile([{ id: 'topic', query }]).match(itemOf(texts))[0]?.why;
}

const why = (match: MatchFile, texts: Texts) => whyQuery(toQuery(match), texts);
const matches = (match: MatchFile, texts: Texts) => why(match, texts) !== undefined;
const termsOf = (match: MatchFile, texts: Texts) => why(match, texts)?.map(({ term }) => term);

describe('words and phrases', () => {
  it('finds whole words at the start, in the middle and at the end of every field', () => {
    for (const field of ['title', 'summary', 'content'] as const) {
      for (const text of ['rates', 'rates fell', 'the rates fell', 'they cut rates', '“Rates!”']) {
        expect(why('rates', { [field]: text }), `${field}: ${text}`).toEqual([
          { term: 'rates', field, snippet: text },
        ]);
      }
      expect(matches('rates', { [field]: 'pirates, ratesetter, rate' })).toBe(false);
    }
  });

  it('finds nothing in an empty item', () => {
    expect(matches('rates', '')).toBe(false);
    expect(matches({ none: ['rates'] }, '')).toBe(true);
    expect(compile([]).match(itemOf('anything'))).toEqual([]);
  });

  it('needs the words of a phrase next to each other, in order, in one field', () => {
    const phrase = '"central bank"';
    expect(matches(phrase, 'The Central Bank acts')).toBe(true);
    expect(matches(phrase, 'central — “bank”')).toBe(true);
    expect(matches(phrase, 'central-bank reform')).toBe(true);
    expect(matches(phrase, 'bank central')).toBe(false);
    expect(matches(phrase, 'central banks')).toBe(false);
    expect(matches(phrase, 'central savings bank')).toBe(false);
    expect(matches(phrase, { title: 'It is central', summary: 'bank shares fell' })).toBe(false);
    expect(matches(phrase, 'central')).toBe(false);
  });

  it('goes on after a false start of a phrase', () => {
    expect(matches('"the the end"', 'the the the end')).toBe(true);
    expect(matches('"a b a c"', 'a b a b a c')).toBe(true);
  });

  it('finds a phrase in a later field than its first word alone', () => {
    expect(why('"central bank"', { title: 'A central question', content: 'Ask the central bank.' })).toEqual([
      { term: 'central bank', field: 'content', snippet: 'Ask the central bank.' },
    ]);
  });

  it.each([
    ['Putin', 'PUTIN’S'],
    ['Putin', "putin's"],
    ['"Russia\'s president"', 'Russia’s president'],
    ['"Russia’s president"', "RUSSIA'S PRESIDENT"],
    ['Київ', 'у КИЄВІ, київ'],
    ['Αθήνα', 'ΑΘΉΝΑ'],
    ['"الرئيس الروسي"', 'قال الرئيس الروسي اليوم'],
    ['राष्ट्रपति', 'राष्ट्रपति ने कहा'],
    ['선거', '오늘 선거 결과'],
    ['東京', '「東京」・大阪'],
    ['Ⅻ', 'ⅻ'],
    ['"5G"', '5g!'],
    ['Caf\u00e9', 'CAFE\u0301'],
    ['Cafe\u0301', 'caf\u00e9'],
    ['\u1e69', 's\u0307\u0323'],
    ['\u212b', '\u00e5'],
  ])('%s is found in %s', (query, text) => {
    expect(matches(query, text)).toBe(true);
  });

  it.each([
    ['cafe', 'caf\u00e9'],
    ['putins', 'Putin’s'],
    ['Київ', 'Киев'],
    // Scripts without spaces are matched by whole runs: a limit that docs/query-language.md names.
    ['東京', '東京都知事選挙'],
  ])('%s is not found in %s', (query, text) => {
    expect(matches(query, text)).toBe(false);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'length'])(
    'takes %s for a word like any other',
    (word) => {
      expect(matches(word, 'nothing of the kind')).toBe(false);
      expect(termsOf(word, `a ${word} here`)).toEqual([word]);
    },
  );
});

describe('any, all and none', () => {
  it('combines them at any depth', () => {
    const match: MatchFile = {
      all: [['Biden', '"US president"'], 'Putin'],
      any: ['talks', 'summit'],
      none: ['golf'],
    };
    expect(matches(match, 'Biden and Putin hold talks')).toBe(true);
    expect(matches(match, 'US president, Putin: summit')).toBe(true);
    expect(matches(match, 'Biden and Putin')).toBe(false);
    expect(matches(match, 'Biden holds talks')).toBe(false);
    expect(matches(match, 'Biden and Putin hold golf talks')).toBe(false);
  });

  it('combines negations', () => {
    const [a, b] = [parseTerms('a'), parseTerms('b')];
    const holds = (query: Query, text: string) => whyQuery(query, text) !== undefined;
    expect(holds({ not: { not: a } }, 'a')).toBe(true);
    expect(holds({ not: { all: [a, b] } }, 'a only')).toBe(true);
    expect(holds({ not: { all: [a, b] } }, 'b a')).toBe(false);
    expect(holds({ any: [{ not: a }, b] }, 'a b')).toBe(true);
    expect(holds({ any: [{ not: a }, b] }, 'a c')).toBe(false);
  });

  it('lets the terms of one clause stand in different fields', () => {
    expect(matches('Biden Putin', { title: 'Biden', content: 'Putin' })).toBe(true);
  });

  it('gives a match for every topic that matches, and none for the others', () => {
    const topics = ['apples', 'pears', 'plums'].map((text) => ({
      id: `of-${text}`,
      query: parseTerms(text),
    }));
    const found = compile(topics).match(itemOf('plums and apples'));
    expect(found.map(({ topicId }) => topicId)).toEqual(['of-apples', 'of-plums']);
  });
});

describe('reasons', () => {
  it('name every alternative that is there, each once, at its first place', () => {
    expect(
      why(['tea', 'coffee', 'cocoa', 'tea coffee'], {
        summary: 'coffee',
        content: 'coffee, then tea, then tea',
      }),
    ).toEqual([
      { term: 'tea', field: 'content', snippet: 'coffee, then tea, then tea' },
      { term: 'coffee', field: 'summary', snippet: 'coffee' },
    ]);
  });

  it('begin with one term of every part, so that the first few say why', () => {
    const match: MatchFile = {
      all: [['Ukraine', 'Kyiv', 'NATO'], ['Biden', 'Trump'], 'Putin'],
      none: ['golf'],
    };
    expect(termsOf(match, 'Kyiv, NATO, Ukraine: Trump, Biden, Putin')).toEqual([
      'Ukraine',
      'Biden',
      'Putin',
      'Kyiv',
      'NATO',
      'Trump',
    ]);
  });

  it('of what must not be there are none', () => {
    expect(why({ all: ['tea'], none: ['milk'] }, 'tea')).toHaveLength(1);
    expect(whyQuery({ not: parseTerms('milk') }, 'tea')).toEqual([]);
  });

  it('cut their snippet at white space on both sides', () => {
    const text = `${'(before '.repeat(40)}the Kessel bridge opens${' afterwards,'.repeat(40)}`;
    const [reason] = why('"Kessel bridge"', { content: text }) ?? [];
    expect(reason?.snippet).toBe(
      `…${'(before '.repeat(7)}the Kessel bridge opens${' afterwards,'.repeat(4)}…`,
    );
  });

  it('leave the snippet uncut where the text ends within reach', () => {
    const text = `${'a '.repeat(30)}bridge${' b'.repeat(30)}`;
    expect(why('bridge', text)?.[0]?.snippet).toBe(text);
  });

  it('count places in the composed text', () => {
    const text = `${'e\u0301te\u0301 '.repeat(100)}bridge${' e\u0301te\u0301'.repeat(100)}`;
    expect(why('bridge', text)?.[0]?.snippet).toBe(`…${'été '.repeat(15)}bridge${' été'.repeat(15)}…`);
  });

  it('stay short and keep the term in texts without spaces', () => {
    const filler = 'wort—'.repeat(4_000);
    const [reason] = why('bridge', { content: `${filler}bridge—${filler}` }) ?? [];
    expect(reason?.snippet).toBe(`…${'wort—'.repeat(12)}bridge—${'wort—'.repeat(11)}wort…`);
    const [wide] = why('橋', { content: `${'川、𠮷'.repeat(4_000)}、橋、${'𠮷、川'.repeat(4_000)}` }) ?? [];
    expect(wide?.snippet.length).toBeLessThan(130);
    expect(wide?.snippet).toContain('、橋、');
    expect(wide?.snippet.isWellFormed()).toBe(true);
  });

  it('stay short when the words of a phrase lie a page apart, or a word fills a page', () => {
    const apart = why('"north south"', { content: `north${' -'.repeat(9_000)} south` })?.[0]?.snippet ?? '';
    expect(apart).toMatch(/^north/);
    expect(apart.length).toBeLessThan(400);
    const huge = why('bridge', { content: `${'x'.repeat(9_000)} bridge ${'y'.repeat(9_000)}` })?.[0]?.snippet;
    expect(huge).toBe('…bridge…');
  });

  it('find the place of a word although lower case changes lengths', () => {
    // Lower case of İ is two characters long.
    const text = `${'İ '.repeat(200)}bridge`;
    expect(why('bridge', text)?.[0]?.snippet).toMatch(/^…(İ )+bridge$/);
  });

  it('rely on lower case leaving words words, which holds for all of Unicode', () => {
    const word = /^[\p{L}\p{M}\p{N}]+$/u;
    const broken: string[] = [];
    for (let code = 0; code <= 0x1ffff; code++) {
      const character = String.fromCodePoint(code);
      const lower = character.toLowerCase();
      if (lower !== character && word.test(character) !== word.test(lower)) broken.push(character);
    }
    expect(broken).toEqual([]);
  });
});

describe('against a simple reading of the language', () => {
  const vocabulary = [
    ...[
      'ant',
      'Bee',
      'cat’s',
      "dog's",
      'ÉLAN',
      'e\u0301lan',
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

  function randomText(random: SeededRandom, most: number): string {
    let text = random.pick(['', '“', ' ', '* ']);
    for (let n = random.integer(most + 1); n > 0; n--) text += random.pick(vocabulary) + random.pick(gaps);
    return text;
  }

  function randomQuery(random: SeededRandom, depth: number): Query {
    const kind = depth === 0 ? 0 : random.integer(5);
    const parts = () => Array.from({ length: 1 + random.integer(3) }, () => randomQuery(random, depth - 1));
    if (kind === 1) return { all: parts() };
    if (kind === 2) return { any: parts() };
    if (kind === 3) return { not: randomQuery(random, depth - 1) };
    const words = Array.from({ length: 1 + random.integer(3) }, () => random.pick(vocabulary));
    return parseTerms(`"${words.join(' ')}"`);
  }

  /** The texts of the positive terms that hold, or undefined: the naive way, with strings. */
  function reference(query: Query, fields: readonly string[]): Set<string> | undefined {
    if ('term' in query) {
      const { text } = query.term;
      return fields.some((field) => plain(field).includes(plain(text))) ? new Set([text]) : undefined;
    }
    if ('not' in query) return reference(query.not, fields) ? undefined : new Set();
    const results = ('all' in query ? query.all : query.any).map((part) => reference(part, fields));
    const held = results.filter((one) => one !== undefined);
    const holds = 'all' in query ? held.length === results.length : held.length > 0;
    return holds ? new Set(held.flatMap((one) => [...one])) : undefined;
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
      const found = compile([{ id: 'topic', query }]).match(item)[0];
      const about = JSON.stringify({ round, query, item });
      expect(found === undefined, about).toBe(expected === undefined);
      if (!found || !expected) continue;
      matched++;
      expect(new Set(found.why.map(({ term }) => term)), about).toEqual(expected);
      expect(found.why.length, about).toBe(expected.size);
      for (const { term, field, snippet } of found.why) {
        const first = (['title', 'summary', 'content'] as const).find((name) =>
          plain(item[name]).includes(plain(term)),
        );
        expect(field, about).toBe(first);
        expect(plain(snippet), about).toContain(plain(term));
        expect(plain(item[field]), about).toContain(plain(snippet).trim());
      }
    }
    expect(matched).toBeGreaterThan(500);
  });
});

describe('cost', () => {
  const random = seededRandom(7);
  const dictionary = Array.from({ length: 3_000 }, (_, n) => `word${n.toString(36)}`);
  const prose = (words: number) => Array.from({ length: words }, () => random.pick(dictionary)).join(' ');

  it('takes milliseconds for 200 topics and an item of 400 words', () => {
    const topics = Array.from({ length: 200 }, (_, n) => ({
      id: `topic-${n}`,
      query: toQuery({
        any: Array.from({ length: 12 }, () => random.pick(dictionary)),
        all: [[random.pick(dictionary), `"${prose(2)}"`, random.pick(dictionary)]],
        none: [random.pick(dictionary)],
      }),
    }));
    const matcher = compile(topics);
    const items = Array.from({ length: 40 }, () => ({
      title: prose(12),
      summary: prose(40),
      content: prose(400),
    }));
    const times = items.map((item) => {
      const start = performance.now();
      matcher.match(item);
      return performance.now() - start;
    });
    const median = times.sort((a, b) => a - b)[20] ?? Number.NaN;
    process.stdout.write(`200 topics x 400 words: ${median.toFixed(2)} ms\n`);
    expect(median).toBeLessThan(20);
  });

  it('stays linear when every topic matches a very long text', () => {
    const word = { id: 'all', query: toQuery(['word0', 'word1', 'word2', 'word3', 'word4', 'word5']) };
    const matcher = compile(Array.from({ length: 200 }, (_, n) => ({ ...word, id: `topic-${n}` })));
    const item = itemOf({ content: `${prose(4_000)} word0 word1 word2 word3 word4 word5` });
    const start = performance.now();
    expect(matcher.match(item)).toHaveLength(200);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
