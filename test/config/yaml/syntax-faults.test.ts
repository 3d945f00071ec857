import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../config/faults.ts';
import { parseConfig } from '../../../config/load.ts';
import { takesLessThan } from '../../helpers/processor-time.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

/** The files and the expected messages in syntax-faults.txt. */
const [, ...examples] = readFileSync(join(import.meta.dirname, 'syntax-faults.txt'), 'utf8')
  .trimEnd()
  .split('\n====\n')
  .map((block) => {
    const [text = '', expected = ''] = block.split(/\n?=>\n/);
    return { text: withInvisible(text), expected };
  });

function withInvisible(text: string): string {
  const characters = { TAB: '\t', NBSP: '\u00a0', 'EM SPACE': '\u2003' };
  return Object.entries(characters).reduce((all, [name, sign]) => all.replaceAll(`<${name}>`, sign), text);
}

function messageOf(text: string): string {
  try {
    parseConfig(text, 'n.yaml', {});
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

/** Removes trailing white space, as editors do. */
const trimmed = (text: string) => text.replace(/[ \t]+$/gm, '');

describe('the message for invalid YAML', () => {
  it('is tested with many examples', () => {
    expect(examples.length).toBeGreaterThan(200);
  });

  it.each(examples)('$text', ({ text, expected }) => {
    expect(trimmed(messageOf(text))).toBe(trimmed(expected));
    expect(trimmed(messageOf(`${text}\n`))).toBe(trimmed(expected));
    // Windows line endings do not change the positions.
    expect(trimmed(messageOf(`${text}\n`.replaceAll('\n', '\r\n')))).toBe(trimmed(expected));
  });

  it('does not quote the parser', () => {
    expect(examples.filter(({ expected }) => expected.includes('syntax error'))).toEqual([]);
  });
});

// Valid files that look invalid.
it.each([
  'topics:\n- id: a\n  match: flood\n- id: b\n  match: storm\nfeeds:\n- https://x.org/a\n',
  'topics:\n  - id: a\n    match: >-\n      flood OR\n      "storm: surge"\n    name: x\n',
  'topics:\n  - id: a\n    match: |\n      "flood" OR storm\n',
  'topics:\n  - id: a\n    match: flood\n      storm\n    name: b\n',
  'topics:\n  - id: a\n    match: "flood\n      storm"\n',
  'defaults: { every: &e 5m }\nfeeds:\n  - { url: "https://x.org/a", every: *e }\ntopics: [{ id: a, match: flood }]\n',
  '# c\n---\ntopics: [{ id: a, match: flood }]\n...\n',
  'topics:\n  - id: a\n    match: [\n      flood,\n      "storm: surge",\n    ]\n',
  'topics:\n  - id: a # the first\n    match: flood # not storm\n',
  'topics: [{ "id": "a", "match": "flood" }]',
  '{ "topics": [{ "id": "a", "match": "\\"storm surge\\" OR flood" }] }',
  'topics:\n  - id: a\n    match: “storm surge” OR flood\n',
  'topics:\n  - id: a\n    match: -rain flood\n',
  'topics:\n  - id: a\n    match: flood\n    name: "Rhine: shipping"\n',
  "topics:\n  - id: a\n    match: flood\n    name: 'It''s raining'\n",
])('accepts %j', (text) => {
  const { topicFaults, warnings } = parseConfig(text, 'n.yaml', {});
  expect(topicFaults).toEqual([]);
  expect(warnings.filter((warning) => warning.startsWith('n.yaml'))).toEqual([]);
});

it('reports faults within the file for any broken file', { timeout: 120_000 }, () => {
  const file = readFileSync(join(import.meta.dirname, '../../../news-alerts.yaml'), 'utf8').slice(0, 3_000);
  const pieces = [
    '"',
    "'",
    '[',
    '{',
    ']',
    '}',
    ':',
    ' ',
    '\n',
    '\t',
    '- ',
    '#',
    '@',
    '*',
    '&',
    '\u00a0',
    '|',
    '>',
    ',',
    '',
  ];
  const { integer, pick } = seededRandom(7);
  for (let n = 0; n < 100; n++) {
    let text = file;
    for (let edits = 1 + integer(3); edits > 0; edits--) {
      const at = integer(text.length);
      text = text.slice(0, at) + pick(pieces) + text.slice(at + integer(3));
    }
    const lines = text.split('\n');
    try {
      parseConfig(text, 'n.yaml', {});
    } catch (error) {
      if (!(error instanceof ConfigError)) throw new Error(`for ${JSON.stringify(text)}`, { cause: error });
      for (const { line, column } of error.faults) {
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }
    }
  }
});

it.each([
  ['maps', `feeds: ${'{"a":'.repeat(5_000)}`],
  ['lists', `feeds: ${'['.repeat(100_000)}`],
  ['lists in lines', '- '.repeat(1_700)],
  ['lists in a line', '- '.repeat(20_000)],
  ['maps in lines', Array.from({ length: 60 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ['keys', '? '.repeat(60)],
  ['a level too many', `feeds: ${'['.repeat(50)}${']'.repeat(50)}`],
])('reports too many nested %s as one fault at the beginning of the file', (_, text) => {
  expect(() => parseConfig(text, 'n.yaml', {})).toThrow(
    /^n\.yaml:1:1 expected at most 50 levels of nested lists and maps, got more/,
  );
});

it.each([
  `feeds: [${'{ url: "https://a.example/[[[{{{" }, '.repeat(100)}]`,
  'topics: [[[[[[[[[[[[]]]]]]]]]]]]',
])('accepts a few levels: %#', (text) => {
  expect(() => parseConfig(text, 'n.yaml', {})).not.toThrow(/levels deep/);
});

it.each([
  // Takes 15 times as long without the limit.
  [
    'examples',
    'topics:\n  - id: storm\n    match: storm OR outl: "https://a.example/feed" }\n'.repeat(300),
    4_000,
  ],
  // Takes 10 times as long if errors do not count.
  ['brackets', `{\n "topics": []\n}${']'.repeat(10_000)}\n`, 1_200],
  // Takes 20 times as long without the limit.
  // Takes 30 times as long if a line's indentation is looked for across lines.
  ['blank lines', `{\n eds": [\n  {\n   "id": "a" ],\n${'\n'.repeat(20_000)}`, 1_200],
  ['commas', `feeds:\n  - { id: a, url: "${'a:b,'.repeat(10_000)}\n`, 1_200],
])('a file full of %s is not parsed again and again', async (_, text, maxMs) => {
  await takesLessThan(maxMs, () => expect(() => parseConfig(text, 'n.yaml', {})).toThrow(ConfigError));
});
