import { describe, expect, it } from 'vitest';
import { compileQuery, parseQuery } from '../../../config/query/compile-query.ts';
import { QueryError, textAt } from '../../../config/query/query-error.ts';

function faultOf(text: string): QueryError {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  return expect.fail(`${text} was accepted`);
}

/** Query, message, marked text, and a part of the suggestion. */
type Row = [text: string, message: string, marked: string, suggestion: string];

function each(rows: Row[]) {
  it.each(rows)('%j', (text, message, marked, suggestion) => {
    const fault = faultOf(text);
    expect(fault.message).toBe(message);
    expect({ marked: textAt(fault), suggestion: fault.suggestion }).toEqual({
      marked,
      suggestion: expect.stringContaining(suggestion),
    });
  });
}

describe('unpaired and missing parts', () => {
  each([
    ['', 'expected a word or a "quoted phrase", got nothing', '', 'write a query'],
    [' \n ', 'expected a word or a "quoted phrase", got nothing', '', 'write a query'],
    ['"storm', 'expected a closing quote, got the end', '"', 'add a quote'],
    ['storm"', 'expected a closing quote, got the end', '"', 'add a quote'],
    ['"storm" “surge', 'expected a closing quote, got the end', '“', 'add a quote'],
    ['„a“ “', 'expected a closing quote, got the end', '“', 'add a quote'],
    ['hail (storm OR (flood)', 'expected a closing ), got the end', '(', 'add )'],
    ['(', 'expected a closing ), got the end', '(', 'add )'],
    ['storm) flood', 'expected an opening ( before ), got none', ')', 'remove it'],
    [')', 'expected an opening ( before ), got none', ')', 'remove it'],
    ['storm ()', 'expected something to look for between ( and ), got nothing', '()', 'storm surge'],
    ['/flo+d', 'expected a closing / after the pattern, got the end', '/', '\\/ for a slash'],
    ['/etc/passwd', 'expected a space after the pattern, got passwd', 'passwd', 'in quotes'],
    ['/flood/i storm', 'expected a space after the pattern, got i', 'i', 'always ignore case'],
  ]);
});

describe('operators', () => {
  each([
    ['storm OR', 'expected something to look for after OR, got the end', 'OR', '"OR" to search'],
    ['AND storm', 'expected something to look for before AND, got nothing', 'AND', '"AND" to search'],
    ['storm AND OR flood', 'expected something to look for after AND, got OR', 'OR', 'remove one of the two'],
    ['storm OR | flood', 'expected something to look for after OR, got |', '|', 'remove one of the two'],
    ['(storm OR) flood', 'expected something to look for after OR, got )', ')', '"OR" to search'],
    ['(OR storm)', 'expected something to look for before OR, got nothing', 'OR', '"OR" to search'],
    ['storm NOT', 'expected something to look for after NOT, got the end', 'NOT', '"NOT" to search'],
    ['storm OR, flood', 'expected a space after OR, got ,', 'OR,', 'write OR alone'],
    ['storm - flood', 'expected a word directly after -, got a space', '-', '-word'],
    ['storm -', 'expected a word directly after -, got the end', '-', '-word'],
    ['storm –flood', 'expected - to exclude a word, got the dash –', '–', '-word'],
    ['storm — flood', 'expected letters or digits to search for, got "—"', '—', 'remove it'],
    ['= storm', 'expected a word or a "phrase" directly after =, got nothing', '=', '=word'],
    ['=(storm)', 'expected a word or a "phrase" directly after =, got (', '=', '=word'],
    [
      '=title:storm',
      'expected a word or a "phrase" directly after =, got title:storm',
      '=title:storm',
      'title:=word',
    ],
    ['=', 'expected a word or a "phrase" directly after =, got nothing', '=', '=word'],
  ]);
});

describe('NEAR', () => {
  const number = 'expected NEAR/ and a number from 1 to 100, got ';
  const operand = 'expected a word, a "phrase" or (one OR other) beside NEAR, got ';
  each([
    ['storm NEAR flood', `${number}NEAR`, 'NEAR', 'NEAR/5'],
    ['storm NEAR/0 flood', `${number}NEAR/0`, 'NEAR/0', 'NEAR/5'],
    ['storm NEAR/101 flood', `${number}NEAR/101`, 'NEAR/101', 'NEAR/5'],
    ['storm NEAR/five flood', `${number}NEAR/five`, 'NEAR/five', 'NEAR/5'],
    [
      'storm NEAR/99999999999999999999 flood',
      `${number}NEAR/99999999999999999999`,
      'NEAR/99999999999999999999',
      'NEAR/5',
    ],
    ['NEAR/5 flood', 'expected something to look for before NEAR/5, got nothing', 'NEAR/5', 'before it'],
    ['storm NEAR/5', 'expected something to look for after NEAR/5, got the end', 'NEAR/5', 'after it'],
    ['storm NEAR/5 -flood', 'expected something to look for after NEAR/5, got -', '-', 'remove one'],
    ['-storm NEAR/5 flood', 'expected a word beside NEAR, got an excluded word', '-', '-(one NEAR/5 other)'],
    ['storm NEAR/5 (flood hail)', `${operand}flood hail`, 'flood hail', '(one NEAR/5 other) AND more'],
    ['/a+b/ NEAR/5 flood', `${operand}/a+b/`, '/a+b/', 'with AND or NOT'],
    ['source:bbc NEAR/5 flood', `${operand}source:bbc`, 'source:bbc', 'with AND or NOT'],
    ['a NEAR/5 b NEAR/5 c', 'expected one NEAR, got another after it', 'NEAR/5', '(one NEAR/5 other) AND'],
    [
      'title:storm NEAR/5 flood',
      'expected both sides of NEAR in the same field, got title: for only some of the words',
      'flood',
      'title:(one NEAR/5 other)',
    ],
    ['storm AROUND(5) flood', 'expected NEAR/ and a number, got AROUND', 'AROUND', 'NEAR/5'],
  ]);
});

describe('operators of other tools', () => {
  const got = (text: string) =>
    `expected an operator of this query language, got ${text}, which would be searched for as words`;
  each([
    ['("a b" OR storm) w/5 (flood OR hail)', got('w/5'), 'w/5', '("a b" OR storm) NEAR/5 (flood OR hail)'],
    ['storm W/n flood', got('W/n'), 'W/n', 'storm NEAR/5 flood'],
    ['storm w/s flood', got('w/s'), 'w/s', 'NEAR/15'],
    ['storm /5 flood', got('/5'), '/5', 'storm NEAR/5 flood'],
    ['storm /s flood', got('/s'), '/s', 'NEAR/15'],
    ['storm /p flood OR storm /p hail', got('/p'), '/p', 'NEAR/50'],
    ['storm pre/3 flood', got('pre/3'), 'pre/3', 'NEAR/3'],
    ['storm ONEAR/5 flood', got('ONEAR/5'), 'ONEAR/5', 'NEAR/5'],
    ['storm onear/5 flood', got('onear/5'), 'onear/5', 'NEAR/5'],
    ['storm near/5 flood', got('near/5'), 'near/5', 'NEAR/5'],
    ['storm near/500f flood', got('near/500f'), 'near/500f', 'NEAR/100'],
    ['storm ADJ5 flood', got('ADJ5'), 'ADJ5', 'NEAR/5'],
    ['storm adj5 flood', got('adj5'), 'adj5', 'NEAR/5'],
    ['storm PROX/5 flood', got('PROX/5'), 'PROX/5', 'NEAR/5'],
    ['storm NOT w/5 flood', got('w/5'), 'w/5', 'NOT NEAR/5'],
    ['storm NEAR5 flood', got('NEAR5'), 'NEAR5', 'NEAR/5'],
    ['storm ~5 flood', got('~5'), '~5', 'NEAR/5'],
    ['storm WITHIN 5 flood', got('WITHIN 5'), 'WITHIN 5', 'storm NEAR/5 flood'],
    ['storm AROUND 5 flood', got('AROUND 5'), 'AROUND 5', 'NEAR/5'],
    ['storm <near/5> flood', got('<near/5>'), '<near/5>', 'NEAR/5'],
    ['storm <not> flood', got('<not>'), '<not>', 'storm NOT flood'],
    ['storm ANDNOT flood', got('ANDNOT'), 'ANDNOT', 'storm NOT flood'],
    ['storm AND_NOT (flood OR hail)', got('AND_NOT'), 'AND_NOT', 'storm NOT (flood OR hail)'],
    [`${'storm '.repeat(20)}w/5 flood`, got('w/5'), 'w/5', 'did you mean NEAR/5'],
    [
      'storm NOT NEAR/5 flood',
      'expected something to look for after NOT, got NEAR/5',
      'NEAR/5',
      '-(one NEAR/5',
    ],
    ['NEAR(storm flood, 5)', 'expected NEAR/ and a number from 1 to 100, got NEAR', 'NEAR', 'NEAR/5'],
    ['storm NEAR:5 flood', 'expected NEAR/ and a number from 1 to 100, got NEAR:5', 'NEAR:5', 'NEAR/5'],
    ['"storm flood"~5', 'expected a space after the phrase, got ~5', '~5', 'write storm NEAR/5 flood'],
    ['"storm flood"@7', 'expected a space after the phrase, got @7', '@7', 'write storm NEAR/7 flood'],
    ['storm !flood', 'expected - to exclude a word, got !', '!', '-word'],
    ['storm !(flood)', 'expected - to exclude a word, got !', '!', '-word'],
    ['{storm, flood}', 'expected ( to begin a group, got {', '{', '(one OR other)'],
    ['{storm,flood', 'expected ( to begin a group, got {', '{', '(one OR other)'],
    ['[2020 TO 2026]', 'expected ( to begin a group, got [', '[', '(one OR other)'],
  ]);
});

describe('fields', () => {
  const unknown = 'expected one of the fields title:, category:, author:, url:, source:, lang:, got ';
  each([
    ['storm foo:bar', `${unknown}foo:`, 'foo:', 'put "foo:bar" in quotes'],
    ['foo:"bar"', `${unknown}foo:`, 'foo:', 'in quotes'],
    ['titel:storm', `${unknown}titel:`, 'titel:', 'did you mean title:?'],
    ['soruce:bbc', `${unknown}soruce:`, 'soruce:', 'did you mean source:?'],
    ['intitle:storm', `${unknown}intitle:`, 'intitle:', 'did you mean title:?'],
    ['site:bbc.com', `${unknown}site:`, 'site:', 'did you mean source:?'],
    ['language:de', `${unknown}language:`, 'language:', 'did you mean lang:?'],
    ['title=storm', `${unknown}title=`, 'title=', 'did you mean title:?'],
    ['Headline=storm', `${unknown}Headline=`, 'Headline=', 'did you mean title:?'],
    ['allintitle: storm flood', `${unknown}allintitle:`, 'allintitle:', 'did you mean title:?'],
    ['filetype:pdf', `${unknown}filetype:`, 'filetype:', 'write url:pdf'],
    ['storm before:2026-01-01', `${unknown}before:`, 'before:', 'remove it'],
    ['inurl:storm', `${unknown}inurl:`, 'inurl:', 'did you mean url:?'],
    ['tag:storm', `${unknown}tag:`, 'tag:', 'did you mean category:?'],
    ['site:bbc.com/sport', `${unknown}site:`, 'site:', 'did you mean url:?'],
    ['title:(category:x)', 'expected words within title:, got category:x', 'category:x', 'outside title:( )'],
    [
      'category:(x lang:de)',
      'expected words within category:, got lang:de',
      'lang:de',
      'outside category:( )',
    ],
    [
      'category:x NEAR/5 y',
      'expected both sides of NEAR in the same field, got category: for only some of the words',
      'y',
      'category:(one NEAR/5 other)',
    ],
    ['title:', 'expected something to look for directly after title:, got the end', 'title:', 'title:word'],
    [
      'title: storm',
      'expected something to look for directly after title:, got a space',
      'title:',
      'title:word',
    ],
    ['(title:) storm', 'expected something to look for directly after title:, got )', 'title:', 'title:word'],
    ['title:-storm', 'expected something to look for directly after title:, got -', 'title:', '-title:word'],
    ['title:OR', 'expected something to look for directly after title:, got OR', 'title:', 'title:word'],
    ['title:(source:bbc)', 'expected words within title:, got source:bbc', 'source:bbc', 'outside title:( )'],
    [
      'lang:(de OR title:x)',
      'expected language tags within lang:, got title:x',
      'title:x',
      'lang:(de OR fr)',
    ],
    ['source:bb*', 'expected source names or hosts within source:, got bb*', 'bb*', 'source:name'],
    ['source:/b+c/', 'expected source names or hosts within source:, got /b+c/', '/b+c/', 'source:name'],
    ['source:=BBC', 'expected source names or hosts within source:, got =BBC', '=BBC', 'source:name'],
    [
      'source:(aa NEAR/2 bb)',
      'expected no NEAR within source:, got one',
      'aa NEAR/2 bb',
      'source:(one OR other)',
    ],
    ['lang:jp', 'expected a language tag, such as de or pt-br, got jp', 'jp', 'did you mean lang:ja?'],
    [
      'lang:German',
      'expected a language tag, such as de or pt-br, got German',
      'German',
      'did you mean lang:de?',
    ],
    ['lang:qqx', 'expected a language tag, such as de or pt-br, got qqx', 'qqx', 'two-letter code'],
    ['lang:d', 'expected a language tag, such as de or pt-br, got d', 'd', 'two-letter code'],
  ]);
});

describe('terms', () => {
  const letters = (got: string) => `expected letters or digits to search for, got ${JSON.stringify(got)}`;
  each([
    ['storm &', letters('&'), '&', 'write AND'],
    ['storm 🌊', letters('🌊'), '🌊', 'remove it'],
    ['""', letters(''), '""', 'remove it'],
    ['"…" storm', letters('…'), '"…"', 'remove it'],
    ['*', 'expected letters before *, got * alone, which would match everything', '*', 'flood*'],
    [
      'f*',
      'expected at least two letters before *, got f*, which would match nearly everything',
      'f*',
      'write more of the word',
    ],
    [
      '"vitamin d*"',
      'expected at least two letters before *, got d*, which would match nearly everything',
      '"vitamin d*"',
      'more',
    ],
    ['C++*', 'expected a letter or digit before *, got C++*', 'C++*', 'directly after'],
    ['"storm *"', 'expected a letter or digit before *, got "storm *"', '"storm *"', 'directly after'],
    ['wo*rd', 'expected * at the end of the last word, got it elsewhere in wo*rd', 'wo*rd', 'flood*'],
    ['*flood', 'expected * at the end of the last word, got it elsewhere in *flood', '*flood', 'flood*'],
    [
      '"storm * coast"',
      'expected * at the end of the last word, got it elsewhere in "storm * coast"',
      '"storm * coast"',
      'NEAR/3',
    ],
    ['"storm sur"*', 'expected a space after the phrase, got *', '*', '"two wor*"'],
    ['"storm surge"~5', 'expected a space after the phrase, got ~5', '~5', 'NEAR/5'],
    ['roam~2', 'expected a word, got the sign ~2 in roam~2', 'roam~2', 'any ending'],
    ['storm^2', 'expected a word, got the sign ^2 in storm^2', 'storm^2', 'any ending'],
    ['wom?n', 'expected a word, got the sign ? in wom?n', 'wom?n', 'any ending'],
    ['storm @', 'expected the name of a set after @, got @', '@', 'in quotes'],
    ['@mail.test', 'expected the name of a set after @, got @mail.test', '@mail.test', 'in quotes'],
    ['@putin', 'expected a set defined under terms:, got @putin', '@putin', 'define putin under terms:'],
  ]);
});

describe('patterns', () => {
  each([
    [
      'x /a(?=b)/',
      'expected an RE2 pattern, got invalid or unsupported Perl syntax: `(?=`',
      '(?=',
      'no look-around',
    ],
    ['/(a+)\\1/', 'expected an RE2 pattern, got invalid escape sequence: `\\1`', '\\1', 'no back-references'],
    [
      '/[^\\Wx]/',
      'expected a class that RE2 can express in any script, got \\W, \\D or \\S in a negated class',
      '[^\\Wx]',
      '[\\p{L}\\d]',
    ],
    ['/(?m)^\\bx/', 'expected \\b, or ^ at line starts, but not both', '(?m)', 'remove (?m)'],
    ['/[ab/', 'expected an RE2 pattern, got missing closing ]: `[ab`', '[ab', 'wiki/Syntax'],
    [
      '/(a{1000}){1000}/',
      'expected an RE2 pattern, got invalid repeat count: `{1000}`',
      '{1000}',
      'wiki/Syntax',
    ],
  ]);

  it.each(['/x*/', '/(storm)?/', '/storm|/', '//', '/^/', '/$/', '/(?:)/'])('%s matches any text', (text) => {
    expect(faultOf(text).message).toMatch(/^expected a pattern that requires some text, got one/);
    expect(textAt(faultOf(`storm ${text}`))).toBe(text);
  });
});

describe('a query that matches nearly everything', () => {
  const alone = (text: string) =>
    `expected something to look for, got only ${text}, which nearly everything matches`;
  const alternative = (text: string) =>
    `expected something to look for in every alternative, got ${text}, which nearly everything matches`;
  each([
    ['-storm', alone('-storm'), '-storm', 'storm -hail'],
    ['NOT storm', alone('NOT storm'), 'NOT storm', 'storm -hail'],
    ['-storm -flood', alone('-storm -flood'), '-storm -flood', 'storm -hail'],
    ['-(storm flood)', alone('-(storm flood)'), '-(storm flood)', 'storm -hail'],
    ['storm OR -flood', alternative('-flood'), '-flood', '(one OR other) -word'],
    ['(storm OR -flood) OR hail', alternative('-flood'), '-flood', '(one OR other) -word'],
    ['storm OR (-flood -hail)', alternative('(-flood -hail)'), '(-flood -hail)', '(one OR other) -word'],
  ]);

  it.each([
    'storm -flood',
    'storm (hail OR -flood)',
    '-(-storm OR flood)',
    'source:bbc -sport',
    'lang:de -sport',
  ])('is not %s', (text) => {
    expect(parseQuery(text).query).toBeDefined();
  });
});

describe('a query that never matches', () => {
  const together = (text: string) =>
    `expected conditions that can be met together, got ${text}, which contradicts another one`;
  each([
    ['storm -storm', together('storm'), 'storm', 'remove one of the two'],
    ['flood -Storm storm', together('storm'), 'storm', 'remove one of the two'],
    ['storm (flood hail) -flood', together('flood'), 'flood', 'remove one'],
    ['storm -(flood OR storm)', together('storm'), 'storm', 'remove one'],
    ['(storm OR flood) -storm -flood', together('storm'), 'storm', 'remove one'],
    ['hail OR (storm -storm)', together('storm'), 'storm', 'remove one'],
    ['title:storm -storm', together('title:storm'), 'title:storm', 'remove one'],
    ['"storm" -storm', together('"storm"'), '"storm"', 'remove one'],
    ['=storm -"storm"', together('=storm'), '=storm', 'remove one'],
    ['storm NEAR/5 flood -flood', together('storm NEAR/5 flood'), 'storm NEAR/5 flood', 'remove one'],
    ['/sto+rm/ -/sto+rm/', together('/sto+rm/'), '/sto+rm/', 'remove one'],
    ['lang:de lang:fr', together('lang:fr'), 'lang:fr', 'OR between'],
    ['lang:de (lang:fr OR lang:nl)', together('lang:fr'), 'lang:fr', 'OR between'],
    ['source:bbc -source:bbc', together('source:bbc'), 'source:bbc', 'remove one'],
  ]);

  it.each([
    'storm -title:storm',
    'storm -"storm"',
    'storm -=storm',
    'storm wor* -world',
    '(storm OR flood) -flood',
    'lang:pt lang:pt-br',
    'source:bbc source:news',
    'US -us',
    '-(storm flood) storm',
  ])('is not %s', (text) => {
    expect(parseQuery(text).query).toBeDefined();
  });
});

describe('lists of texts', () => {
  it('each text has its own fault, at its own span', () => {
    const [one, two, three] = [{ text: 'storm OR' }, { text: 'flood' }, { text: '(' }];
    const { query, faults } = compileQuery({ any: [one, { all: [two, three] }] });
    expect(query).toBeUndefined();
    expect(faults.map(({ source, message }) => ({ source, message }))).toEqual([
      { source: one, message: 'expected something to look for after OR, got the end' },
      { source: three, message: 'expected a closing ), got the end' },
    ]);
  });

  it('are validated as a whole', () => {
    expect(compileQuery({ all: [{ text: 'storm' }, { text: '-flood' }] }).faults).toEqual([]);
    const excluded = { text: '-flood' };
    const [fault] = compileQuery({ any: [{ text: 'storm' }, excluded] }).faults;
    expect(fault?.source).toBe(excluded);
    expect(fault?.message).toContain('in every alternative');
  });
});
