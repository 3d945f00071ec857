import type { SeededRandom } from '../../helpers/seeded-random.ts';

const TOKENS = [
  ...[
    'storm',
    'flood',
    'a',
    'I',
    'é',
    'covid-19',
    'AT&T',
    'U.S.',
    'C++',
    '1,000.50',
    '$5bn',
    '#tag',
    "O'Brien",
  ],
  ...['צה"ל', 'наводнение', '洪水', 'ロシア', 'น้ำท่วม', 'Überschwemmung', 'زلزال', '🌊', 'and', 'or', 'not'],
  ...[
    'AND',
    'OR',
    'NOT',
    '|',
    '||',
    '&&',
    '&',
    '-',
    '--',
    '–',
    '(',
    ')',
    '(',
    ')',
    '（',
    '）',
    '()',
    '"',
    '"',
    '“',
    '”',
  ],
  ...[
    '「',
    '」',
    '"storm surge"',
    '"two wor*"',
    '"',
    'wor*',
    'w*',
    '*',
    '**',
    '=',
    '=WHO',
    '="the Fed"',
    '=wor*',
  ],
  ...[
    'title:',
    'title:(',
    'title:storm',
    'source:',
    'source:bbc',
    'source:(',
    'lang:',
    'lang:de',
    'lang:(',
    'category:sport',
    'category:(',
    'author:"',
    'url:',
    'url:/2026/',
    'url:(/a/',
    'url:/a[b]/',
    'foo:bar',
  ],
  ...[
    'http://x.test/a?b',
    '12:30',
    'NEAR',
    'NEAR/5',
    'NEAR/0',
    'NEAR/101',
    'near/5',
    'AROUND(5)',
    'w/5',
    'ADJ5',
    'WITHIN',
    '5',
    '~5',
    '!x',
    '{a,',
    '<and>',
    '/s',
    'ANDNOT',
    '/',
    '/flo+d/',
  ],
  ...[
    '/(?=x)/',
    '/x*/',
    '/[/',
    '/a\\/b/',
    '\\',
    '/(a|b){2,5}c/',
    '@',
    '@set',
    '@storms',
    '@none',
    '@x.y',
    ',',
    ';',
    '?',
  ],
  ...['~5', '^2', '\n', '\t', '　', '​', '￿', '\ud800', '\u0000', ':', '.', "'"],
];
const SPACES = ['', ' ', ' ', ' ', '\n'];

/** Returns tokens of the language in random order. */
export function tokenSoup(random: SeededRandom): string {
  let text = '';
  for (let left = random.between(1, 14); left > 0; left--) text += random.pick(TOKENS) + random.pick(SPACES);
  return text;
}

/** Returns random code points, including surrogates. */
export function unicodeSoup(random: SeededRandom): string {
  const size = random.between(0, 40);
  const maxCodePoint = random.pick([0x80, 0x250, 0x3000, 0x10000, 0x110000]);
  return String.fromCodePoint(...Array.from({ length: size }, () => random.integer(maxCodePoint)));
}

/** Returns a query that is well-formed but for a few random tokens. */
export function nearlyQuery(random: SeededRandom, depth = 0): string {
  const part = () => nearlyQuery(random, depth + 1);
  const kind = depth > 3 ? 0 : random.integer(9);
  if (kind <= 3)
    return random.pick([
      'storm',
      '"storm surge"',
      'wor*',
      '=WHO',
      '@storms',
      'lang:de',
      '/fl[o0]+d/',
      'U.S.',
    ]);
  if (kind === 4) return `${part()} ${part()}`;
  if (kind === 5) return `(${part()} OR ${part()})`;
  if (kind === 6) return `${part()} -${part()}`;
  if (kind === 7) return `${random.pick(['title', 'title', 'category', 'author', 'url'])}:(${part()})`;
  return random.chance(0.8) ? `dyke NEAR/${random.between(1, 9)} (flood OR storms)` : random.pick(TOKENS);
}
