import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formsOf, keepsFirstLetter, stem } from '../../../../functions/match/inflection/inflection.ts';
import { languageOf } from '../../../../functions/match/text/language.ts';
import { folded } from '../../../../functions/shared/text/folded.ts';
import { words } from '../../../../functions/shared/text/words.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

const inflects = (wanted: string, word: string, language: string | undefined) =>
  formsOf(word, language).isFormOf(wanted);
const prefixes = (word: string, language: string | undefined) => formsOf(word, language).prefixes;

const shared = join(import.meta.dirname, '../../../../../shared/data');

/** Rows of forms of one word, by language. Each form matches all others. */
const SAME_WORD: Readonly<Record<string, readonly string[]>> = {
  en: [
    'flood floods flooded flooding',
    'rate rates rated rating',
    'city cities',
    'dvd dvds',
    'stop stops stopped stopping',
    'call calls called calling',
    'church churches',
    'tax taxes taxed',
    'policy policies',
    'man men',
    'woman women',
    'child children',
    'crisis crises',
    'election elections',
    'seaman seamen',
    'policewoman policewomen',
    'grandchild grandchildren',
    'bus buses',
    'gas gases',
    'analysis analyses',
    'die dies died dying',
    'sue sues sued suing',
    'free frees freed freeing',
    'fuel fuels fuelled fueling',
  ],
  de: [
    'haus häuser hauses häusern',
    'bank banken',
    'wahl wahlen',
    'minister ministers ministern',
    'land länder ländern',
    'stadt städte städten',
    'krieg kriege krieges kriegen',
    'deutsche deutscher deutschen deutsches',
  ],
  fr: [
    'élection élections',
    'président présidents',
    'gouverné gouverner gouvernés',
    'canadien canadienne canadiens',
  ],
  es: ['elección elecciones', 'ministro ministra ministros', 'español españoles', 'ley leyes'],
  it: ['ministro ministri', 'elezione elezioni', 'casa case'],
  pt: ['presidente presidentes', 'banco bancos', 'ministro ministra'],
  nl: ['bank banken', 'minister ministers', 'stad stads'],
  sv: ['minister ministern', 'bank banken banker bankerna', 'valet valets'],
  no: ['bank banken banker bankene', 'regjering regjeringen regjeringens'],
  da: ['bank banken banker bankerne', 'krig krige krigen'],
  fi: ['pankki pankkia', 'talo talon talossa taloon talot'],
  ru: [
    'банк банка банку банком банке банки банков банками',
    'выборы выборов выборам выборами',
    'россия россии россию россией',
    'новый новая новое новые нового',
  ],
  hu: ['kormány kormányt kormánynak kormányok', 'város városban városok várost'],
  ro: ['ministrul ministrului'],
  tr: ['hükümet hükümeti hükümetin hükümetler', 'banka bankalar bankaya bankanın'],
};

/** Pairs of different words, by language. */
const DIFFERENT_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: [
    'university universe',
    'invest investment',
    'organ organization',
    'news new',
    'mali male',
    'date data',
    'unit united',
    'even evening',
    'past paste',
    'cast castes',
    'human humane',
    'general generally',
    'nation national',
    'bank banker',
    'police policy',
    'car care',
    'us use',
    'oman omen',
    'leave left',
    'feed fed',
    'trial trier',
  ],
  de: ['arbeit arbeiter', 'einigen einigung', 'sicher sicherheit', 'wirklich wirklichkeit'],
  fr: ['gouvernement gouverner', 'place placement', 'place placé', 'par parité'],
  es: ['casa caso', 'casa casado', 'trabajo trabajador', 'para parado'],
  it: ['caso casa', 'sistema sistemazione'],
  pt: ['casa caso', 'programa programado'],
  ru: ['простить прост'],
};

const pairs = (rows: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(rows).flatMap(([language, lists]) =>
    lists.flatMap((list) => {
      const forms = list.split(' ');
      return forms.flatMap((a) => forms.filter((b) => b !== a).map((b) => [language, a, b] as const));
    }),
  );

describe('inflection', () => {
  it.each(pairs(SAME_WORD))('%s: %s matches %s', (language, wanted, word) => {
    expect(inflects(wanted, word, language)).toBe(true);
  });

  it.each(pairs(DIFFERENT_WORDS))('%s: %s does not match %s', (language, wanted, word) => {
    expect(inflects(wanted, word, language)).toBe(false);
  });

  it.each([
    'buy bought',
    'buys bought',
    'buying bought',
    'win won',
    'winning won',
    'strike struck',
    'take taken',
    'flies flown',
    'withdraws withdrew',
  ])('%s: the verb matches its past, but the past matches only itself', (pair) => {
    const [verb = '', past = ''] = pair.split(' ');
    expect(inflects(verb, past, 'en')).toBe(true);
    expect(prefixes(past, 'en').some((prefix) => verb.startsWith(prefix))).toBe(true);
    expect(inflects(past, verb, 'en')).toBe(false);
  });

  it.each(['winner won', 'buyer bought', 'writer written', 'maker made'])(
    '%s: a noun derived from a verb does not match its past',
    (pair) => {
      const [other = '', past = ''] = pair.split(' ');
      expect(inflects(other, past, 'en')).toBe(false);
    },
  );

  it('knows irregular pasts only in English', () => {
    expect(inflects('win', 'won', 'de')).toBe(false);
    expect(inflects('win', 'won', undefined)).toBe(true);
  });

  it('has rules for some languages, and assumes English if none is known', () => {
    expect(inflects('flood', 'floods', undefined)).toBe(true);
    expect(inflects('flood', 'floods', 'uk')).toBe(false);
    expect(stem('floods', 'xx')).toBeUndefined();
    expect(prefixes('floods', 'constructor')).toEqual([]);
  });

  it('ignores diacritics if the query has none', () => {
    expect(inflects('election', 'élections', 'fr')).toBe(true);
    expect(inflects('élection', 'elections', 'fr')).toBe(false);
    expect(inflects('hauser', 'haus', 'de')).toBe(true);
    expect(inflects('schön', 'schon', 'de')).toBe(false);
    expect(inflects('elecciones', 'elección', 'es')).toBe(true);
    expect(inflects('eleccion', 'elecciones', 'es')).toBe(true);
  });

  it.each([
    ['ar', 'رئيس', 'الرئيس'],
    ['ar', 'رئيس', 'والرئيس'],
    ['ar', 'رئيس', 'للرئيس'],
    ['ar', 'الرئيس', 'للرئيس'],
    ['ar', 'الرئيس', 'بالرئيس'],
    ['ar', 'مصر', 'بمصر'],
    ['he', 'ממשלה', 'הממשלה'],
    ['he', 'ממשלה', 'שהממשלה'],
    ['he', 'ממשלה', 'מהממשלה'],
    ['he', 'ירושלים', 'ובירושלים'],
    ['ko', '정부', '정부가'],
    ['ko', '서울', '서울에서'],
    ['ko', '대통령', '대통령으로'],
    ['ko', '대통령', '대통령께서는'],
    ['ko', '정부', '정부로서는'],
    ['ko', '정부', '정부조차'],
    ['ko', '정부', '정부이며'],
  ])('%s: %s matches %s, which has particles attached', (language, wanted, word) => {
    expect(inflects(wanted, word, language)).toBe(true);
  });

  it.each([
    ['ar', 'اب', 'باب'],
    ['he', 'ית', 'בית'],
    ['he', 'לך', 'מהלך'],
    ['en', 'gp', 'gps'],
    ['ko', '고', '고가'],
    ['ko', '정부가', '정부'],
  ])('%s: %s does not match %s', (language, wanted, word) => {
    expect(inflects(wanted, word, language)).toBe(false);
  });
});

const examples = [...new Set(pairs(SAME_WORD).concat(pairs(DIFFERENT_WORDS)))];
const english = join(shared, 'matching/bbc-2225.jsonl');
const headlines = join(shared, 'multilingual/babel-briefings/sample_articles.json');

describe('the prefixes of a word', () => {
  it('begin every matching form in the lists above', () => {
    expectPrefixes(examples);
  });

  it.skipIf(!existsSync(english))(
    'begin every matching form in BBC articles (skipped without ../shared)',
    () => {
      const texts = readFileSync(english, 'utf8').trim().split('\n').slice(0, 600);
      const vocabulary = texts.flatMap((line) => words((JSON.parse(line) as { text: string }).text));
      expect(expectPrefixes(pairsOf('en', vocabulary))).toBeGreaterThan(3_000);
    },
  );

  it.skipIf(!existsSync(headlines))(
    'begin every matching form in headlines of 30 languages (skipped without ../shared)',
    () => {
      const articles = JSON.parse(readFileSync(headlines, 'utf8')) as Record<string, string | null>[];
      const byLanguage = new Map<string, string[]>();
      for (const { title, description } of articles) {
        const language = languageOf({ title: title ?? '', summary: description ?? '', content: '' }) ?? 'en';
        const list = byLanguage.get(language) ?? [];
        byLanguage.set(language, list.concat(words(`${title} ${description}`)));
      }
      const all = [...byLanguage].flatMap(([language, list]) => pairsOf(language, list));
      expect(expectPrefixes(all)).toBeGreaterThan(20);
    },
  );
});

type Pair = readonly [language: string, wanted: string, word: string];

/** Returns all pairs of words that share their first four letters. */
function pairsOf(language: string, vocabulary: readonly string[]): Pair[] {
  const byStart = Map.groupBy(new Set(vocabulary), (word) => folded(word).slice(0, 4));
  return [...byStart.values()].flatMap((group) =>
    group.slice(0, 60).flatMap((a) => group.slice(0, 60).map((b): Pair => [language, a, b])),
  );
}

it('English words keep the first letter in all their forms, but for pasts such as “ate”', () => {
  const random = seededRandom(1);
  const letters = 'aeiouybcdfghklmnpqrstvwxz';
  const endings = ['', 's', 'es', 'ies', 'ed', 'ied', 'ing', 'ying', 'ly', "'s", 'men', 'é'];
  const invented = Array.from(
    { length: 20_000 },
    () =>
      Array.from({ length: random.between(1, 7) }, () => random.pick([...letters])).join('') +
      random.pick(endings),
  );
  const known = 'dying lying tying skies sky yes yearly y ate went men die children axes used'.split(' ');
  const kept = [...known, ...invented].filter((word) => keepsFirstLetter(word, 'en'));
  expect(kept.length).toBeGreaterThan(19_000);
  expect(kept).not.toContain('ate');
  expect(kept.filter((word) => prefixes(word, 'en').some((prefix) => prefix[0] !== word[0]))).toEqual([]);
  expect(keepsFirstLetter('été', undefined)).toBe(false);
  expect(keepsFirstLetter('ville', 'fr')).toBe(false);
});

function expectPrefixes(all: readonly Pair[]): number {
  const failed: Pair[] = [];
  let count = 0;
  for (const [language, wanted, word] of all) {
    for (const form of new Set([wanted, folded(wanted)])) {
      if (!inflects(form, word, language)) continue;
      count++;
      const starts = prefixes(word, language);
      const isPrefixed = starts.some((start) => start.length >= 2 && folded(form).startsWith(start));
      const isFolded = starts.every((start) => start === folded(start));
      if (!isPrefixed || !isFolded) failed.push([language, form, word]);
    }
  }
  expect(failed).toEqual([]);
  return count;
}
