import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { setKey } from '../../../config/edit/set-key.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

describe('setKey', () => {
  it.each([
    [
      'replaces a value and keeps the comment beside it',
      'topics:\n  # birds\n  - id: owls\n    match: owl # all of them\n    deliver: now\n',
      'topics:\n  # birds\n  - id: owls\n    match: owl -barn # all of them\n    deliver: now\n',
    ],
    [
      'replaces a list by one line',
      'topics:\n  - id: owls\n    match:\n      - owl\n      - bat # too\n    deliver: now\nfeeds: []\n',
      'topics:\n  - id: owls\n    match: owl -barn\n    deliver: now\nfeeds: []\n',
    ],
    [
      'replaces a text of several lines',
      'topics:\n  - match: >-\n      owl OR\n      bat\n    id: owls # mine\n',
      'topics:\n  - match: owl -barn\n    id: owls # mine\n',
    ],
    [
      'replaces the value in a flow map',
      'topics: [{ id: owls, match: owl }] # all\n',
      'topics: [{ id: owls, match: "owl -barn" }] # all\n',
    ],
    [
      'keeps the line breaks of the file',
      'topics:\r\n  - id: owls\r\n    match: "owl"\r\nfeeds: []\r\n',
      'topics:\r\n  - id: owls\r\n    match: owl -barn\r\nfeeds: []\r\n',
    ],
  ])('%s', (_, text, expected) => {
    expect(setKey(text, 'topics', 0, 'match', 'owl -barn')).toBe(expected);
  });

  it.each([
    [
      'adds a key below the others',
      'feeds:\n  - url: https://a.example/ # one\n    tags: [x]\n\n  - https://b.example/\n',
      'feeds:\n  - url: https://a.example/ # one\n    tags: [x]\n    enabled: false\n\n  - https://b.example/\n',
    ],
    [
      'makes a map of an address',
      'feeds:\n- https://a.example/ # one\n- https://b.example/\n',
      'feeds:\n- url: https://a.example/ # one\n  enabled: false\n- https://b.example/\n',
    ],
    [
      'makes a flow map of an address in a flow list',
      'feeds: [https://a.example/, https://b.example/]\n',
      'feeds: [{ url: https://a.example/, enabled: false }, https://b.example/]\n',
    ],
    [
      'adds to a text without a final line break',
      'feeds:\n  - url: https://a.example/',
      'feeds:\n  - url: https://a.example/\n    enabled: false',
    ],
  ])('%s', (_, text, expected) => {
    expect(setKey(text, 'feeds', 0, 'enabled', false)).toBe(expected);
  });

  it('removes a key with its line', () => {
    const text = 'feeds:\n  - url: https://a.example/\n    enabled: false\n    tags: [x]\n';
    const commented = text.replace('false', 'false # ask Eva');
    expect(setKey(commented, 'feeds', 0, 'enabled', undefined)).toBeUndefined();
    expect(setKey(text, 'feeds', 0, 'enabled', undefined)).toBe(
      'feeds:\n  - url: https://a.example/\n    tags: [x]\n',
    );
    expect(setKey(text, 'feeds', 0, 'title', undefined)).toBe(text);
  });

  it('quotes a query that YAML would read as something else', () => {
    const text = 'topics:\n  - id: owls\n    match: owl\n';
    for (const query of [
      '"barn owl" OR bat',
      "it's #1",
      'title: owl',
      '- owl',
      '{ owl',
      'yes',
      '12',
      '@set (a OR b)',
    ])
      expect(setKey(text, 'topics', 0, 'match', query)).toContain('  - id: owls\n    match: ');
  });

  it('changes nothing that others refer to', () => {
    const text = 'feeds:\n  - &one\n    url: https://a.example/\n  - *one\n';
    expect(setKey(text, 'feeds', 0, 'enabled', false)).toBeUndefined();
    expect(setKey(text, 'feeds', 1, 'enabled', false)).toBeUndefined();
    expect(setKey(text, 'feeds', 7, 'enabled', false)).toBeUndefined();
  });
});

describe('setKey on random lists', () => {
  const random = seededRandom(11);
  const pick = <Value>(values: readonly Value[]) => random.pick([...values]);
  const comment = () => pick(['', '', ' # note', ' # "quoted": [x]']);

  /** Returns the text of a list of feeds with layouts and comments as people write them. */
  function listOfFeeds(): { readonly text: string; readonly count: number } {
    const indent = pick(['', '  ', '    ']);
    const count = 1 + random.integer(4);
    const entries = Array.from({ length: count }, (_, n) => {
      const lead = pick(['', '', `${indent}# about ${n}\n`, '\n']);
      if (pick([true, false])) return `${lead}${indent}- https://f${n}.example/${comment()}\n`;
      const tags = pick([
        '',
        `${indent}  tags: [x, y]${comment()}\n`,
        `${indent}  tags:\n${indent}    - x${comment()}\n`,
      ]);
      const enabled = pick(['', `${indent}  enabled: false${comment()}\n`]);
      return (
        `${lead}${indent}- url: ${pick(['', '"'])}https://f${n}.example/`.replace(/"(.*)$/, '"$1"') +
        `${comment()}\n${tags}${enabled}`
      );
    });
    const text = `# mine\nfeeds:${comment()}\n${entries.join('')}\n# topics\ntopics: [x]${pick(['', '\n'])}`;
    return { text: pick([text, text.replaceAll('\n', '\r\n')]), count };
  }

  it('changes the one key, or refuses, and keeps every comment', () => {
    let refused = 0;
    for (let n = 0; n < 500; n++) {
      const { text, count } = listOfFeeds();
      const index = random.integer(count);
      const value = pick([false, true, undefined]);
      const result = setKey(text, 'feeds', index, 'enabled', value);
      if (result === undefined) {
        refused++;
        continue;
      }
      const before = parse(text) as { feeds: (string | Record<string, unknown>)[] };
      const was = before.feeds[index] ?? '';
      const map: Record<string, unknown> = typeof was === 'string' ? { url: was } : { ...was };
      delete map.enabled;
      const set = value === undefined ? map : { ...map, enabled: value };
      const now = typeof was === 'string' && value === undefined ? was : set;
      expect(parse(result), text).toEqual({ ...before, feeds: before.feeds.with(index, now) });
      expect(result.match(/#.*/g), text).toEqual(text.match(/#.*/g));
    }
    // Only a comment beside the removed key is a reason to refuse.
    expect(refused).toBeLessThan(50);
  });
});
