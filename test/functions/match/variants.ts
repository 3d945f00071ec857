import type { SeededRandom } from '../../helpers/seeded-random.ts';

/** Spellings of one word or name. Each spelling matches all others. */
export interface Variants {
  readonly kind: string;
  readonly forms: (random: SeededRandom) => readonly string[];
  /** Excluded from quoted queries, which do not match inflections. */
  readonly isInflection?: true;
}

const LETTERS = 'abcdefghklmnoprstuvz';
const letters = (random: SeededRandom, from: number, to: number) =>
  Array.from({ length: random.between(from, to) }, () => random.pick([...LETTERS])).join('');
/** Returns a word to which no rule applies: no plural, no elision, no contraction. */
const word = (random: SeededRandom) =>
  `${random.pick(['Vel', 'Bro', 'Kin', 'Tar', 'Mu'])}${letters(random, 1, 3)}o`;
const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const number = (random: SeededRandom, from: number, to: number) => String(random.between(from, to));
const swap = (text: string, pairs: Readonly<Record<string, string>>) =>
  [...text].map((sign) => pairs[sign] ?? sign).join('');

const APOSTROPHES = ["'", '’', 'ʼ', 'ʻ', '`', '‘', '＇'];
const HYPHENS = ['-', '‐', '‑', '–'];
const INVISIBLE = [
  ...[
    '\u00ad',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u200d',
    '\u200e',
    '\u2065',
    '\ufff9',
    '\u{e0020}',
    '\u{e0100}',
  ],
];

/** Zeros of other scripts. */
const ZEROS = ['٠', '۰', '०', '০', '๐', '０', '𝟎'];
const digitsOf = (text: string, zero: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)));

const ARABIC = ['ایران', 'کتاب', 'علی', 'السعودیة', 'خانه', 'أنقرة', 'مصطفى', 'محمد', 'اسلامی', 'تهران'];
const KEYBOARD = { ی: 'ي', ک: 'ك', ة: 'ه', أ: 'ا', ى: 'ي' };
const ACCENTED = [
  'σεισμός',
  'Μητσοτάκης',
  'État',
  'élection',
  'São',
  'Müller',
  'Łódź',
  'Çelik',
  'señor',
  'Đà',
  'søndag',
  'Hòa',
  'Timișoara',
  'Αθήνα',
];
const unaccented = (text: string) =>
  swap(text.normalize('NFD').replace(/[\u0300-\u036f]/g, ''), { Ł: 'L', ł: 'l', Đ: 'D', ø: 'o' });

export const VARIANTS: readonly Variants[] = [
  {
    kind: 'letters and digits',
    forms: (random) => {
      const [name, digits] = [letters(random, 2, 5), number(random, 1, 999)];
      return [`${name}${digits}`, `${name}${random.pick(HYPHENS)}${digits}`, `${name} ${digits}`];
    },
  },
  {
    kind: 'one letter and digits',
    forms: (random) => {
      const [name, digits] = [letters(random, 1, 1).toUpperCase(), number(random, 1, 999)];
      const last = random.pick(['', letters(random, 1, 1), letters(random, 3, 3)]);
      return [`${name}${digits}${last}`, `${name}-${digits}${last}`];
    },
  },
  {
    kind: 'plurals of names in digits',
    isInflection: true,
    forms: (random) => {
      const [name, digits] = [letters(random, 1, 3).toUpperCase(), number(random, 11, 999)];
      return [`${name}${digits}`, `${name}-${digits}`, `${name}${digits}s`, `${name}-${digits}s`];
    },
  },
  {
    kind: 'plurals of numbers',
    isInflection: true,
    forms: (random) => {
      const digits = `${number(random, 11, 99)}${number(random, 1, 9)}`;
      return [digits, `${digits}s`];
    },
  },
  {
    kind: 'numbers and units',
    forms: (random) => {
      const [digits, unit] = [number(random, 1, 9999), random.pick(['km', 'mph', 'kg', 'bn', 'm', 'MW'])];
      return [`${digits}${unit}`, `${digits}-${unit}`, `${digits} ${unit}`];
    },
  },
  {
    kind: 'hyphens',
    forms: (random) => {
      const [one, other] = [word(random), word(random)];
      return [`${one}${random.pick(HYPHENS)}${other}`, random.pick([`${one} ${other}`, `${one}${other}`])];
    },
  },
  {
    kind: 'apostrophes within names',
    forms: (random) => {
      const [one, other] = [
        random.pick(['O', 'D', 'Qur', 'Sana', 'Слов']),
        capitalized(letters(random, 3, 5)),
      ];
      return [
        `${one}${random.pick(APOSTROPHES)}${other}`,
        `${one}${random.pick(APOSTROPHES)}${other}`,
        `${one}${other}`,
      ];
    },
  },
  {
    kind: 'brands with ’s',
    forms: (random) => {
      const name = word(random);
      return [`${name}${random.pick(APOSTROPHES)}s`, `${name}${random.pick(APOSTROPHES)}s`, `${name}s`];
    },
  },
  {
    kind: 'possessives',
    isInflection: true,
    forms: (random) => {
      const name = word(random);
      return [name, `${name}’s`, `${name}s`];
    },
  },
  {
    kind: 'grouped numbers',
    forms: (random) => {
      // Equal groups would be one word of a query.
      const groups = [
        number(random, 1, 99),
        ...Array.from({ length: random.between(1, 2) }, (_, n) => `${n + 1}${number(random, 10, 99)}`),
      ];
      return ['', ',', '.', ' ', '\u00a0', '\u202f', '’'].map((separator) => groups.join(separator));
    },
  },
  {
    kind: 'Indian numbers',
    forms: (random) => {
      const groups = [number(random, 1, 99), number(random, 10, 99), number(random, 100, 999)];
      return [groups.join(','), groups.join('')];
    },
  },
  {
    kind: 'percent',
    forms: (random) => {
      const digits = `${number(random, 1, 99)}${random.pick(['', '.5'])}`;
      const names = ['percent', 'per cent', 'pct', 'Prozent', 'pour cent', 'por ciento', 'процентов'];
      return ['%', '\u00a0%', '％', ...names.map((name) => ` ${name}`)].map((sign) => digits + sign);
    },
  },
  {
    kind: 'acronyms in capitals',
    forms: (random) => {
      const name = letters(random, 2, 6).toUpperCase();
      return [name, `${[...name].join('.')}.`];
    },
  },
  {
    kind: 'acronyms in small letters, too',
    forms: (random) => {
      const [one, other] = [capitalized(letters(random, 2, 3)), letters(random, 1, 1).toUpperCase()];
      return [`${one}.${other}.`, `${one}${other}`, `${one}.${other}`];
    },
  },
  {
    kind: 'names with signs',
    forms: (random) => {
      const [one, other] = [letters(random, 1, 3).toUpperCase(), letters(random, 1, 3).toUpperCase()];
      return [`${one}&${other}`, `${one}\u00a0& ${other}`.replace('\u00a0', ' '), `${one}＆${other}`];
    },
  },
  {
    kind: 'names that begin or end with signs',
    forms: (random) => {
      const name = letters(random, 1, 4);
      const made = random.pick(['$+', '$++', '$#', '.$', '#$']);
      return [made.replace('$', () => name), made.replace('$', () => name.toUpperCase())];
    },
  },
  {
    kind: 'keyboards of Arabic and Persian',
    forms: (random) => {
      const name = random.pick(ARABIC);
      return [name, swap(name, KEYBOARD), swap(name, { ی: 'ى', ک: 'ك' })];
    },
  },
  {
    kind: 'vowel signs',
    forms: (random) => {
      const [plain, signs] = random.pick([
        ['محمد', 'مُحَمَّد'],
        ['محمد', 'محـمد'],
        ['שלום', 'שָׁלוֹם'],
        ['замок', 'за\u0301мок'],
      ] as const);
      return [plain, signs];
    },
  },
  {
    kind: 'digits of other scripts',
    forms: (random) => {
      const year = number(random, 1000, 9999);
      return [year, digitsOf(year, random.pick(ZEROS)), digitsOf(year, random.pick(ZEROS))];
    },
  },
  {
    kind: 'one diacritic in two spellings',
    forms: (random) =>
      random.pick([
        ['Timișoara', 'Timişoara'],
        ['Constanța', 'Constanţa'],
        ['Hoà Bình', 'Hòa Bình'],
        ['Thuỷ', 'Thủy'],
        ['Khoẻ', 'Khỏe'],
        ['Đà Nẵng', 'Ðà Nẵng', 'Ɖà Nẵng'],
        ['Μαΐου', 'Μαίου'],
        ['Королёв', 'Королев'],
        ['ёлка', 'елка'],
        ['Straße', 'Strasse'],
        ['Œuvre', 'Oeuvre'],
        ['ısparta', 'isparta'],
        ['हिन्दी', 'हिंदी'],
        ['Caf\u00e9', 'Cafe\u0301'],
      ]),
  },
  {
    kind: 'capitals without accents',
    forms: (random) => {
      const name = random.pick(ACCENTED);
      return [name, unaccented(name.toUpperCase()).toUpperCase()];
    },
  },
  {
    kind: 'the first capital without its accent',
    forms: (random) =>
      random.pick([
        ['Élysée', 'Elysée'],
        ['État', 'Etat'],
        ['Ángel', 'Angel'],
        ['Çelik', 'Celik'],
      ]),
  },
  {
    kind: 'compatibility characters',
    forms: (random) =>
      random.pick([
        ['トランプ', 'ﾄﾗﾝﾌﾟ'],
        ['ガス', 'ｶﾞｽ'],
        ['Finland', 'ﬁnland'],
        ['CO2', 'CO₂'],
        ['NATO', 'ＮＡＴＯ'],
        ['Breaking', '𝐁𝐫𝐞𝐚𝐤𝐢𝐧𝐠'],
        ['السلام', 'ﺍﻟﺴﻼﻡ'],
        ['100km', '100㎞'],
        ['株式会社', '㍿'],
        ['令和', '㋿'],
        ['5 °C', '5℃', '5 ℃'],
        ['Flood', '🄵🄻🄾🄾🄳'],
        ['秘', '㊙'],
      ]),
  },
  {
    kind: 'invisible characters',
    forms: (random) => {
      const name = word(random);
      const at = random.between(1, name.length - 1);
      return [name, name.slice(0, at) + random.pick(INVISIBLE) + name.slice(at)];
    },
  },
  {
    kind: 'half-spaces',
    forms: (random) => {
      const [one, other] = random.pick([
        ['می', 'رود'],
        ['کتاب', 'ها'],
        ['خانه', 'ای'],
      ] as const);
      return [`${one}\u200c${other}`, random.pick([`${one}${other}`, `${one} ${other}`])];
    },
  },
  {
    kind: 'Hebrew acronyms',
    forms: (random) => {
      const name = random.pick(['צהל', 'ארהב', 'מנכל']);
      const at = name.length - 1;
      return ['"', '״', '”', ''].map((sign) => name.slice(0, at) + sign + name.slice(at));
    },
  },
];

/**
 * Returns a form as some writers type it: with digits of another width, an invisible character, decomposed, or with
 * another apostrophe.
 */
export function disguise(random: SeededRandom, form: string): string {
  if (random.chance(0.6)) return form;
  const at = [...form].findIndex((sign, n) => n > 0 && /[\p{Ll}\d]/u.test(sign));
  const withInvisible =
    at > 0 && !/[\ud800-\udfff]/.test(form)
      ? form.slice(0, at) + random.pick(INVISIBLE) + form.slice(at)
      : form;
  return random.pick([
    digitsOf(form, '０'),
    withInvisible,
    form.normalize('NFD'),
    form.replace(/['’]/g, () => random.pick(APOSTROPHES)),
  ]);
}
