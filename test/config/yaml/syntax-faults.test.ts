import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../config/faults.ts';
import { parseConfig } from '../../../config/load.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

/** The file and what is said of it, as the blocks of syntax-faults.txt have them. */
const [, ...slips] = readFileSync(join(import.meta.dirname, 'syntax-faults.txt'), 'utf8')
  .trimEnd()
  .split('\n====\n')
  .map((block) => {
    const [text = '', said = ''] = block.split(/\n?=>\n/);
    return { text: shown(text), said };
  });

function shown(text: string): string {
  const signs = { TAB: '\t', NBSP: '\u00a0', 'EM SPACE': '\u2003' };
  return Object.entries(signs).reduce((all, [name, sign]) => all.replaceAll(`<${name}>`, sign), text);
}

function saidOf(text: string): string {
  try {
    parseConfig(text, 'n.yaml', {});
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

/** Without white space at the ends of lines, which editors take away. */
const trimmed = (text: string) => text.replace(/[ \t]+$/gm, '');

describe('of a slip is said in plain words where it is and what to write', () => {
  it('there are many', () => {
    expect(slips.length).toBeGreaterThan(200);
  });

  it.each(slips)('$text', ({ text, said }) => {
    expect(trimmed(saidOf(text))).toBe(trimmed(said));
    expect(trimmed(saidOf(`${text}\n`))).toBe(trimmed(said));
    // Lines of Windows have the same places.
    expect(trimmed(saidOf(`${text}\n`.replaceAll('\n', '\r\n')))).toBe(trimmed(said));
  });

  it('and the parser is not quoted', () => {
    expect(slips.filter(({ said }) => said.includes('syntax error'))).toEqual([]);
  });
});

// Files that are fine, and look as if they were not.
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
])('takes %j', (text) => {
  const { topicFaults, warnings } = parseConfig(text, 'n.yaml', {});
  expect(topicFaults).toEqual([]);
  expect(warnings.filter((warning) => warning.startsWith('n.yaml'))).toEqual([]);
});

it('whatever is broken of a file, says it as faults with places in the file', { timeout: 120_000 }, () => {
  const file = readFileSync(join(import.meta.dirname, '../../../news-alerts.yaml'), 'utf8').slice(0, 3_000);
  const signs = [
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
  const { integer: below, pick } = seededRandom(7);
  for (let n = 0; n < 100; n++) {
    let text = file;
    for (let edits = 1 + below(3); edits > 0; edits--) {
      const at = below(text.length);
      text = text.slice(0, at) + pick(signs) + text.slice(at + below(3));
    }
    const lines = text.split('\n');
    try {
      parseConfig(text, 'n.yaml', {});
    } catch (error) {
      if (!(error instanceof ConfigError)) throw new Error(`of ${JSON.stringify(text)}`, { cause: error });
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
  ['maps in lines', Array.from({ length: 60 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ['keys', '? '.repeat(60)],
  ['a level too many', `feeds: ${'['.repeat(50)}${']'.repeat(50)}`],
])('%s without end are one fault, at the beginning of the file', (_, text) => {
  expect(() => parseConfig(text, 'n.yaml', {})).toThrow(
    /^n\.yaml:1:1 expected lists and maps that are a few levels deep, got more than 50 levels/,
  );
});

it.each([
  `feeds: [${'{ url: "https://a.example/[[[{{{" }, '.repeat(100)}]`,
  'topics: [[[[[[[[[[[[]]]]]]]]]]]]',
])('few levels are none: %#', (text) => {
  expect(() => parseConfig(text, 'n.yaml', {})).not.toThrow(/levels deep/);
});

it.each([
  // Fifteen times as much without the bound.
  [
    'slips',
    'topics:\n  - id: storm\n    match: storm OR outl: "https://a.example/feed" }\n'.repeat(300),
    4_000,
  ],
  // Ten times as much if errors counted for nothing.
  ['brackets', `{\n "topics": []\n}${']'.repeat(10_000)}\n`, 1_200],
  // Without a bound, twenty times as much.
  ['commas', `feeds:\n  - { id: a, url: "${'a:b,'.repeat(10_000)}\n`, 1_200],
])('a file full of %s is not read again without end', (_, text, most) => {
  const before = processorTime();
  expect(() => parseConfig(text, 'n.yaml', {})).toThrow(ConfigError);
  expect(processorTime() - before).toBeLessThan(most);
});
