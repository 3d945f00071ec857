import { seededRandom } from './seeded-random.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => String.fromCodePoint(from + n));

function lettersOf(script: string): string[] {
  const letters = new RegExp(`[\\p{L}&&\\p{sc=${script}}]`, 'gv');
  return BASIC.match(letters) ?? [];
}

const BASIC = range(0, 0xffff).join('').toWellFormed();

/** Returns a text of this many UTF-16 units. Each seed gives another text, so caches do not help. */
type HostileText = (units: number, seed: number) => string;

/** Returns artificial texts that are expensive to process, by kind. `words` are terms of the topics. */
export function hostileTexts(words: readonly string[]): ReadonlyMap<string, HostileText> {
  const [one = 'flood', other = 'storm'] = words;
  const repeated =
    (piece: string): HostileText =>
    (units) =>
      piece.repeat(Math.ceil(units / piece.length)).slice(0, units);
  const randomPieces =
    (pieces: readonly string[], gap = ''): HostileText =>
    (units, seed) => {
      const random = seededRandom(seed);
      let text = '';
      while (text.length < units) text += (text === '' ? '' : gap) + random.pick(pieces);
      return text.slice(0, units);
    };
  const digits = range(0x30, 0x39);
  const latin = range(0x61, 0x7a);
  const capitals = range(0x41, 0x5a);
  const marks = [...range(0x300, 0x36f), ...range(0x1dc0, 0x1dff)];
  const randomWords =
    (letters: readonly string[], length: number, gap = ' '): HostileText =>
    (units, seed) => {
      const random = seededRandom(seed);
      let text = '';
      while (text.length < units) {
        for (let n = 0; n < length; n++) text += random.pick(letters);
        text += gap;
      }
      return text.slice(0, units);
    };
  const scripts = Object.fromEntries(
    [
      'Greek',
      'Cyrillic',
      'Hebrew',
      'Arabic',
      'Devanagari',
      'Thai',
      'Han',
      'Katakana',
      'Hangul',
      'Armenian',
      'Georgian',
      'Ethiopic',
      'Tibetan',
      'Myanmar',
      'Khmer',
      'Tamil',
    ].map((script) => [script, lettersOf(script)]),
  );
  return new Map<string, HostileText>([
    ['marks in order', repeated(`a${'\u0300'.repeat(30)}`)],
    [
      'marks mixed, runs of 30',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `a${Array.from({ length: 30 }, () => random.pick(marks)).join('')}`;
        return text.slice(0, units);
      },
    ],
    ['marks mixed, endless', randomPieces(marks)],
    ['marks worst order', (units) => `a${'\u0345\u0300'.repeat(units / 2)}`],
    ['Hebrew marks', randomPieces(range(0x591, 0x5bd))],
    ['Hebrew letters with marks', randomPieces([...range(0x591, 0x5bd), ...range(0x5d0, 0x5ea)])],
    ['Arabic marks', randomPieces([...range(0x610, 0x61a), ...range(0x64b, 0x65f), 'ل'])],
    ['Hindi marks and nuktas', randomPieces(['न', '\u093c', '\u094d', 'त', 'ँ', 'ङ्क'])],
    ['Tibetan marks', randomPieces(range(0xf71, 0xf84))],
    ['jamo L', randomPieces(range(0x1100, 0x1112))],
    ['jamo', randomPieces([...range(0x1100, 0x1112), ...range(0x1161, 0x1175), ...range(0x11a8, 0x11c2)])],
    ['jamo T', randomPieces(range(0x11a8, 0x11c2))],
    ['ZWJ', repeated('\u200d')],
    ['ZWNJ', repeated('\u200c')],
    ['ZWJ ZWNJ in letters', randomPieces(['a', '\u200d', '\u200c', 'ب', 'क'])],
    ['ZWJ between words', repeated(`${one}\u200d${other}\u200c`)],
    [
      'invisible',
      randomPieces(['\u00ad', '\u200b', '\u2060', '\ufeff', '\u034f', '\ufe0f', '\u{e0041}', 'x']),
    ],
    ['a and invisible', (units) => `a${'\u200b'.repeat(units - 1)}`],
    ['letters and many invisible', repeated(`a${'\u2060'.repeat(500)}`)],
    ['bidi', randomPieces(['\u202e', '\u202d', '\u2066', '\u2069', '\u200f', 'ש', 'a'])],
    ['tags', randomPieces(range(0xe0020, 0xe007f))],
    ['one word', randomPieces(latin)],
    ['one word accents', randomPieces([...'áéíóúöüßæœł'])],
    ['one word capitals accents', randomPieces([...'ÁÉÍÓÚÖÜẞÆŒŁİ'])],
    ['one word decomposed', randomPieces(['a\u0301', 'o\u0308', 'e\u0327\u0301', 'ı', 'i\u0307'])],
    ['one word sigma', repeated('Σ')],
    ['one word dotted', repeated('İ')],
    ['one word digits', randomPieces(digits)],
    ['one word Arabic digits', randomPieces(range(0x660, 0x669))],
    ['one word math digits', randomPieces(range(0x1d7ce, 0x1d7ff))],
    ['one word ligatures', repeated('ﬃ')],
    ['words of ﷺ', repeated('ﷺ ')],
    ['one word ﷺ', repeated('ﷺ')],
    ['one word ﷺ in a letter', repeated(`a${'ﷺ'.repeat(90)} `)],
    ['㍿', repeated('㍿')],
    ['㍿ ', repeated('㍿ ')],
    ['⑴', randomPieces(range(0x2474, 0x249b))],
    ['㌀', randomPieces(range(0x3300, 0x3357))],
    ['superscripts', repeated('10⁶ 2½ ')],
    ['one-letter words', randomPieces(latin, ' ')],
    ['one-letter words é', randomPieces([...'éèêëàâ'], ' ')],
    ['two-letter words', randomWords(latin, 2)],
    ['three-letter words', randomWords(latin, 3)],
    ['five-letter words', randomWords(latin, 5)],
    ['three-letter words, accents', randomWords([...latin, ...'áéíóúöüß'], 3)],
    ['six-letter words, accents', randomWords([...latin, ...'áéíóúöüß'], 6)],
    ['six-letter words, accents only', randomWords([...'áéíóúöüßæœłøđðþ'], 6)],
    ['capitals', randomWords(capitals, 3)],
    ['capitals accents', randomWords([...'ÁÉÍÓÚÖÜŁĐ'], 3)],
    ['camelCase', randomPieces(latin.flatMap((a) => [a, a + a.toUpperCase()]))],
    [
      'digits and letters',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units) text += random.pick(latin) + random.pick(digits);
        return text.slice(0, units);
      },
    ],
    [
      'digits and letters, words',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `${random.pick(latin)}${random.pick(digits)}${random.pick(latin)}${random.pick(digits)} `;
        return text.slice(0, units);
      },
    ],
    ...(
      [
        '-',
        "'",
        '’',
        '.',
        '·',
        '\u200c',
        '&',
        '+',
        '#',
        '@',
        '$',
        '%',
        '"',
        '/',
        '_',
        ':',
        ',',
        '\u2013',
        '−',
      ] as const
    ).flatMap((sign): [string, HostileText][] => [
      [`a${sign}b`, randomPieces(latin, sign)],
      [`A${sign}B`, randomPieces(capitals, sign)],
      [
        `ab${sign}cd`,
        randomPieces(
          latin.flatMap((a) => [`${a}x`, `${a}y`, `${a}z`, `${a}é`]),
          sign,
        ),
      ],
      [`1${sign}2`, randomPieces(digits, sign)],
      [`100${sign}200`, randomPieces(['100', '200', '333', '12', '7'], sign)],
      [`${one}${sign}${other}`, randomPieces([one, other], sign)],
      [`${sign}`, repeated(sign)],
      [`a${sign} b`, randomPieces(latin, `${sign} `)],
      [`a ${sign}b`, randomPieces(latin, ` ${sign}`)],
      [`a ${sign} b`, randomPieces(latin, ` ${sign} `)],
    ]),
    ['100 200 300', randomPieces(['100', '200', '333', '999'], ' ')],
    ['1 100 200', repeated('1 100 200 300 400 500 600 700 800 900 ')],
    ['12,34,567', randomPieces(['12', '34', '567'], ',')],
    ['5 percent', repeated('5 percent 5 per cent 5 % ')],
    ['1.1 %', repeated('1.1 % ')],
    ['currency', randomPieces(['$5', '€3', '£1.50', '$T', '¥100'], ' ')],
    ['flags', randomPieces(range(0x1f1e6, 0x1f1ff))],
    ['emoji families', repeated('👨‍👩‍👧‍👦')],
    ['surrogates', randomPieces(['\ud800', '\udc00', 'a'])],
    ['high surrogates', repeated('\ud83d')],
    [
      'URLs',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `https://${random.pick(latin)}${random.integer(1e6)}.example.com/a-b/c_d?e=${random.integer(1e6)}&f=g#h `;
        return text.slice(0, units);
      },
    ],
    [`one watched word`, repeated(`${one} `)],
    [`two watched words`, repeated(`${one} ${other} `)],
    ['all watched words', randomPieces(words, ' ')],
    ['all watched words, hyphens', randomPieces(words, '-')],
    [
      'all watched words, capitals',
      randomPieces(
        words.map((w) => w.toUpperCase()),
        ' ',
      ),
    ],
    ['all watched words, apostrophes', randomPieces(words, "'")],
    ['all watched words, dots', randomPieces(words, '.')],
    [
      'all watched words, marks',
      randomPieces(
        words.map((w) => [...w].map((l) => `${l}\u0301`).join('')),
        ' ',
      ),
    ],
    [
      'watched beginnings',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `${random.pick(words)}${random.pick(latin)}${random.pick(latin)} `;
        return text.slice(0, units);
      },
    ],
    [
      'watched beginnings, accents',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `${random.pick(words)}${random.pick([...'éüßß'])}${random.pick(latin)} `;
        return text.slice(0, units);
      },
    ],
    ['a a a', repeated('a ')],
    ['a b', repeated('a b ')],
    ['mixed scripts', randomPieces([...'aбγدעहไ漢カ한ա'], ' ')],
    ['mixed scripts in one', randomPieces([...'aбγدעहไ漢カ한ա'])],
    ...Object.entries(scripts).flatMap(([script, letters]): [string, HostileText][] => [
      [`${script} one`, randomPieces(letters)],
      [`${script} words of 1`, randomPieces(letters, ' ')],
      [`${script} words of 2`, randomWords(letters.slice(0, 60), 2)],
      [`${script} words of 4`, randomWords(letters.slice(0, 60), 4)],
      [
        `${script} with marks`,
        (units, seed) => {
          const random = seededRandom(seed);
          let text = '';
          while (text.length < units) text += random.pick(letters) + random.pick(marks);
          return text.slice(0, units);
        },
      ],
    ]),
    ['every letter', randomPieces(range(0xa1, 0xffff).filter((c) => /\p{L}/u.test(c)))],
    [
      'every letter, words',
      randomPieces(
        range(0xa1, 0xffff).filter((c) => /\p{L}/u.test(c)),
        ' ',
      ),
    ],
    ['every character', randomPieces(range(0x20, 0xffff))],
    [
      'compat',
      randomPieces(
        range(0x20, 0xffff).filter((c) => c.normalize('NFKC') !== c && /\p{L}|\p{N}/u.test(c)),
        ' ',
      ),
    ],
    [
      'compat in one',
      randomPieces(range(0x20, 0xffff).filter((c) => c.normalize('NFKC') !== c && /\p{L}|\p{N}/u.test(c))),
    ],
    [
      'German compounds',
      (units, seed) => {
        const random = seededRandom(seed);
        let text = '';
        while (text.length < units)
          text += `${Array.from({ length: 12 }, () =>
            random.pick(['donau', 'dampf', 'schiff', 'fahrts', 'gesell', 'schafts', 'kapitän', 'straßen']),
          ).join('')} `;
        return text.slice(0, units);
      },
    ],
    ['spaces', repeated(' ')],
    ['no-break spaces', repeated('\u00a0')],
    ['newlines', repeated('\n')],
    ['controls', randomPieces(range(0, 31))],
    ['brackets', repeated('<')],
    ['Turkish', randomWords([...'abcçdefgğhıijklmnoöprsştuüvyz'], 8)],
    ['Vietnamese', randomWords([...'oaeuòáẽụ'], 4)],
    ['Hungarian long', randomWords([...'aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz'], 60)],
    ['English ing', randomWords([...'aeioustr'], 5, 'inging ')],
    ['words of 64', randomWords(latin, 64)],
    ['words of 65', randomWords(latin, 65)],
    ['words of 65 accents', randomWords([...latin, ...'áéíóúöüß'], 65)],
    ['words of 1000 accents', randomWords([...latin, ...'áéíóúöüß'], 1000)],
  ]);
}
