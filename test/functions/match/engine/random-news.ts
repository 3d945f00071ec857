import type { MatchableItem } from '../../../../functions/match/text/item-text.ts';
import type { ItemField, Query, Term } from '../../../../functions/shared/model.ts';
import type { SeededRandom } from '../../../helpers/seeded-random.ts';

/**
 * Random queries and items. The vocabulary is small, so that they often match, and covers all features of the
 * language.
 */

const WORDS = [
  ...[
    'flood',
    'floods',
    'flooded',
    'city',
    'cities',
    'stop',
    'stopped',
    'who',
    'WHO',
    'Who',
    'us',
    'US',
    'u',
    's',
  ],
  ...[
    'cafe',
    'café',
    'cafe\u0301',
    'Café',
    'ISTANBUL',
    'istanbul',
    'İstanbul',
    'ısı',
    'ISI',
    'ΑΘΉΝΑ',
    'αθήνα',
    'λόγος',
    'ΛΌΓΟΣ',
  ],
  ...[
    'Haus',
    'Häuser',
    'die',
    'der',
    'und',
    'Straße',
    'strasse',
    'l’eau',
    'les',
    'des',
    'journaux',
    'journal',
  ],
  ...[
    'вода',
    'воды',
    'Водой',
    'в',
    'на',
    'не',
    'ёлка',
    'елка',
    '東京',
    '京都',
    '東京都',
    'トーキョー',
    'กรุงเทพ',
    'กรุง',
  ],
  ...[
    'الماء',
    'ماء',
    'مَاء',
    'בית',
    'הבית',
    'שלום',
    '선거',
    '선거를',
    'किताब',
    'Ａ１',
    '𝐁old',
    '10000',
    '10,000',
    '10',
    '000',
  ],
  ...[
    'the',
    'of',
    'is',
    'e-mail',
    'email',
    'e',
    'mail',
    'U.S.',
    'u.n.',
    'UN',
    'O’Brien',
    'obrien',
    'covid-19',
    'covid',
    '19',
  ],
  ...[
    'GPT5',
    'GPT-5',
    'F-16s',
    'F16',
    '737',
    '737s',
    'AT&T',
    'C++',
    'C#',
    '.NET',
    '$T',
    '@nasa',
    'R & D',
    'P5+1',
  ],
  ...[
    '5%',
    '5 %',
    '5',
    'percent',
    'per',
    'cent',
    'pct',
    '1,00,000',
    '1 000',
    '2.500',
    '2500',
    'Ph.D.',
    'PhD',
    'E.ON',
    'a.m.',
  ],
  ...[
    'McDonald’s',
    'mcdonalds',
    'Qurʼan',
    'quran',
    'l’arme',
    'she’ll',
    'état',
    'ETATS',
    'Etat',
    'État',
    'Élysée',
    'Müller',
    'MULLER',
  ],
  ...[
    'Muller',
    'ایران',
    'ايران',
    'می\u200cرود',
    'میرود',
    '٢٠٢٦',
    '2026',
    'ﾄﾗﾝﾌﾟ',
    'トランプ',
    '㍿',
    '100㎞',
    '100 km',
    'CO₂',
    '10⁶',
    '½',
  ],
  ...[
    'צה״ל',
    'בצהל',
    'צהל',
    'hoà',
    'hòa',
    'ş',
    'ș',
    'हिन्दी',
    'हिंदी',
    'n1',
    'no',
    '5',
    'ab.c&d',
    'é\u200bt\u00adat',
    'ﷺ',
  ],
  ...['constructor', '__proto__', 'x'.repeat(300), 'a', 'b', 'c', 'ab', 'abc', 'abcd'],
];
const GAPS = [
  ' ',
  ' ',
  ' ',
  ' ',
  ', ',
  '-',
  '. ',
  '.',
  '’',
  '—',
  '\n',
  '\u00a0',
  ' 🎉 ',
  ' ⚠️ ',
  '\u00ad',
  '\u200b',
  '\u200c',
  '\ufe0f',
  '&',
  ' & ',
  '+',
  '#',
  '%',
  ' %',
  ' $',
  '($',
  ' .',
  ',',
  '"',
  'ʼ',
  '\u202f',
  '/',
  '…',
];

function randomText(random: SeededRandom, maxWords: number): string {
  let text = random.pick(['', '', '“', ' ']);
  for (let n = random.integer(maxWords + 1); n > 0; n--) text += random.pick(WORDS) + random.pick(GAPS);
  return text;
}

export function randomItem(random: SeededRandom): MatchableItem {
  const language = random.pick([undefined, undefined, 'en', 'de', 'fr-ch', 'ru', 'tr', 'ar', 'xx']);
  return {
    title: randomText(random, 6),
    summary: randomText(random, random.pick([0, 12, 40])),
    content: randomText(random, random.pick([0, 0, 150])),
    ...(random.chance(0.3) ? { context: randomText(random, random.pick([1, 10])) } : {}),
    ...(language === undefined ? {} : { language }),
    ...(random.chance(0.5) ? { url: random.pick(URLS) } : {}),
    ...(random.chance(0.6) ? { categories: randomLabels(random), authors: randomLabels(random) } : {}),
    ...(random.chance(0.7) ? { source: random.pick(SOURCES) } : {}),
  };
}

const URLS = [
  'https://www.example.com/a',
  'https://news.example.org/',
  'https://example.com/storm/caf%C3%A9-flood.html?a=%FF',
  'no',
];

function randomLabels(random: SeededRandom): string[] {
  return Array.from({ length: random.integer(3) }, () => randomText(random, 3));
}

const SOURCES = [
  { id: 'post', title: 'The Évening Post', url: 'https://feeds.example.com/rss' },
  { id: 'evening-post', title: 'Post', url: 'https://example.net/feed' },
];
const QUERIED_SOURCES = [
  'post',
  'evening post',
  'example.com',
  'com',
  'EVENING',
  'evening-post',
  'www.example.org',
  'x',
];

export function randomQuery(random: SeededRandom, depth = 0): Query {
  const kind = random.fraction();
  if (depth > 3 || kind < 0.5) return { term: randomTerm(random), ...inField(random) };
  if (kind < 0.53) return { source: random.pick(QUERIED_SOURCES) };
  if (kind < 0.56) return { language: random.pick(['en', 'de', 'fr', 'ru', 'ja', 'zh']) };
  if (kind < 0.58) return { regex: random.pick(['flo+d', '^the', 'caf.', '\\bcaf.\\b']), ...inField(random) };
  if (kind < 0.66) return randomNear(random);
  const parts = Array.from({ length: random.between(1, 4) }, () => randomQuery(random, depth + 1));
  if (kind < 0.8) return { any: parts };
  return kind < 0.92 ? { all: parts } : { not: randomQuery(random, depth + 1) };
}

function randomTerm(random: SeededRandom): Term {
  const words = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.pick(WORDS));
  const text = words.length > 1 || random.chance(0.5) ? words.join(' ') : (words[0] ?? '');
  const shortened = random.chance(0.15) ? [...text].slice(0, -1).join('') : text;
  return {
    text: /[\p{L}\p{N}]/u.test(shortened) ? shortened : text,
    ...(words.length > 1 || random.chance(0.2) ? { quoted: true as const } : {}),
    ...(random.chance(0.3) ? { exact: true as const } : {}),
    ...(random.chance(0.15) ? { prefix: true as const } : {}),
  };
}

function inTitle(random: SeededRandom): { in?: 'title' } {
  return random.chance(0.2) ? { in: 'title' } : {};
}

function inField(random: SeededRandom): { in?: ItemField } {
  return random.chance(0.2) ? { in: random.pick(['category', 'author', 'url']) } : inTitle(random);
}

function randomNear(random: SeededRandom): Query {
  const near = random.integer(6);
  if (random.chance(0.7)) return { near, of: [randomOperand(random), randomOperand(random)] };
  const field = random.pick(['category', 'author', 'url'] as const);
  const side = (): Query => ({ term: randomTerm(random), in: field });
  return { near, of: [side(), random.chance(0.5) ? side() : { any: [side(), side()] }] };
}

function randomOperand(random: SeededRandom): Query {
  if (random.chance(0.6)) return { term: randomTerm(random), ...inTitle(random) };
  return { any: Array.from({ length: random.between(2, 3) }, () => ({ term: randomTerm(random) })) };
}
