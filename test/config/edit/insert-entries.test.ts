import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { NewFeed } from '../../../cli/feeds/new-feeds.ts';
import { insertEntries, printEntries } from '../../../config/edit/insert-entries.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

const OWLS: NewFeed = { id: 'owls', url: 'https://owls.example/rss' };
const BATS: NewFeed = {
  id: 'bats',
  url: 'https://bats.example/',
  title: 'Bats: "all"',
  tags: ['night', 'a b'],
};

describe('insertEntries', () => {
  it.each([
    [
      'after the last entry of a list and the comment beside it',
      'feeds:\n  - https://a.example/ # one\n\ntopics: [x]\n',
      'feeds:\n  - https://a.example/ # one\n  - id: owls\n    url: https://owls.example/rss\n\ntopics: [x]\n',
    ],
    [
      'after commented-out keys of the last entry',
      'feeds:\n  - url: https://a.example/\n    # every: 1h\n  # - https://b.example/\n\n  # more\ntopics: [x]\n',
      'feeds:\n  - url: https://a.example/\n    # every: 1h\n  # - https://b.example/\n  - id: owls\n    url: https://owls.example/rss\n\n  # more\ntopics: [x]\n',
    ],
    [
      'before a comment without indentation, which is about the text that follows',
      'feeds:\n- https://a.example/\n# what to watch\ntopics: [x]\n',
      'feeds:\n- https://a.example/\n- id: owls\n  url: https://owls.example/rss\n# what to watch\ntopics: [x]\n',
    ],
    [
      'at the end of a text without a line break',
      'topics: [x]\nfeeds:\n    -   https://a.example/',
      'topics: [x]\nfeeds:\n    -   https://a.example/\n    - id: owls\n      url: https://owls.example/rss\n',
    ],
    [
      'with the line breaks of the file',
      '\ufefffeeds:\r\n  - https://a.example/\r\ntopics: [x]\r\n',
      '\ufefffeeds:\r\n  - https://a.example/\r\n  - id: owls\r\n    url: https://owls.example/rss\r\ntopics: [x]\r\n',
    ],
    [
      'after a title over several lines',
      'feeds:\n  - url: https://a.example/\n    title: |\n      A\n      B\n\ntopics: [x]\n',
      'feeds:\n  - url: https://a.example/\n    title: |\n      A\n      B\n  - id: owls\n    url: https://owls.example/rss\n\ntopics: [x]\n',
    ],
    [
      'into a list in brackets',
      'feeds: [https://a.example/, { url: "https://b.example/" },] # x\ntopics: [x]\n',
      'feeds: [https://a.example/, { url: "https://b.example/" }, {"id":"owls","url":"https://owls.example/rss"},] # x\ntopics: [x]\n',
    ],
    [
      'in place of an empty list',
      'feeds: [] # none yet\ntopics: [x]\n',
      'feeds: # none yet\n  - id: owls\n    url: https://owls.example/rss\ntopics: [x]\n',
    ],
    [
      'in place of an empty list over two lines',
      'feeds: [\n]\ntopics: [x]',
      'feeds: \n  - id: owls\n    url: https://owls.example/rss\ntopics: [x]',
    ],
    [
      'as a new list at the end',
      '# mine\ntopics: [x]\n# the end',
      '# mine\ntopics: [x]\n# the end\n\nfeeds:\n  - id: owls\n    url: https://owls.example/rss\n',
    ],
    [
      'into JSON',
      '{\n  "feeds": ["https://a.example/"],\n  "topics": ["x"]\n}\n',
      '{\n  "feeds": ["https://a.example/", {"id":"owls","url":"https://owls.example/rss"}],\n  "topics": ["x"]\n}\n',
    ],
    [
      'into JSON without feeds',
      '{"topics": ["x"]}',
      '{"feeds": [{"id":"owls","url":"https://owls.example/rss"}], "topics": ["x"]}',
    ],
    [
      'into an empty list of JSON',
      '{"feeds": [], "topics": ["x"]}',
      '{"feeds": [{"id":"owls","url":"https://owls.example/rss"}], "topics": ["x"]}',
    ],
    [
      'into a list with an anchor',
      'feeds: &mine\n  # first\n  - https://a.example/\ntopics: [x]\n',
      'feeds: &mine\n  # first\n  - https://a.example/\n  - id: owls\n    url: https://owls.example/rss\ntopics: [x]\n',
    ],
  ])('puts an entry %s', (_where, before, after) =>
    expect(insertEntries(before, 'feeds', [OWLS])).toBe(after),
  );

  it.each([
    ['an alias to a list', 'topics: &x [a]\nfeeds: *x\n'],
    ['a text instead of a list', 'feeds: https://a.example/\ntopics: [x]\n'],
    ['an empty value', 'feeds:\ntopics: [x]\n'],
    ['an end of the document', 'topics: [x]\n...\n'],
  ])('gives up at %s', (_what, text) => expect(insertEntries(text, 'feeds', [OWLS])).toBeUndefined());

  it('quotes texts where necessary, and keeps tags on one line', () => {
    expect(printEntries([BATS, { ...OWLS, title: 'no', tags: BATS.tags ?? [] }])).toBe(
      '- id: bats\n  url: https://bats.example/\n  title: \'Bats: "all"\'\n  tags: [night, a b]\n' +
        '- id: owls\n  url: https://owls.example/rss\n  title: no\n  tags: [night, a b]\n',
    );
  });

  it('changes nothing else, for any entries and any file', () => {
    const random = seededRandom(3);
    const pieces = ['# c', '  # c', '', 'defaults: { every: 5m }', 'recipients:\n  - email: a@b.example # c'];
    const lists = [
      'feeds:\n  - https://a.example/',
      'feeds: # c\n- https://a.example/ # c\n- url: https://b.example/\n  tags:\n  - x\n  - y',
      'feeds:\n    # c\n    - { url: https://a.example/ }\n\n    - url: >-\n        https://b.example/',
      'feeds: [ https://a.example/ ]',
      'feeds: []',
      '# no feeds',
    ];
    const titles = [
      '',
      'a: b',
      '# x',
      '- y',
      '"',
      "'",
      '*x',
      '&x',
      '!t',
      '%',
      '@',
      '`',
      '\\',
      '😀',
      'true',
      '1.0',
      'a\tb',
      '{',
      '|',
    ];
    for (let round = 0; round < 400; round++) {
      const around = () => Array.from({ length: random.integer(3) }, () => random.pick(['# c', '  # c', '']));
      const text = [
        ...around(),
        ...(random.chance(0.5)
          ? [random.pick(lists), ...around(), 'topics: [x]']
          : ['topics: [x]', ...around(), random.pick(lists)]),
        random.pick(pieces),
        ...around(),
      ].join(random.chance(0.8) ? '\n' : '\r\n');
      const feeds = Array.from({ length: random.between(1, 3) }, (_, n) => ({
        id: `f${n}`,
        url: `https://f${n}.example/${random.pick(['', '#x', '?a=b: c', '{}', ', '])}`,
        title: `${random.pick(titles)}${random.pick(titles)}`,
        tags: [random.pick(titles)],
      }));
      const result = insertEntries(text, 'feeds', feeds);
      if (result === undefined) throw new Error(`nothing was inserted into ${JSON.stringify(text)}`);
      const before = parse(text) as { feeds?: unknown[] };
      expect(parse(result)).toEqual({ ...before, feeds: [...(before.feeds ?? []), ...feeds] });
      // All lines are still there in their order, except a line with a list in brackets.
      const lines = result.split('\n');
      for (const line of text.split('\n').filter((line) => !line.startsWith('feeds: ['))) {
        const at = lines.findIndex((one) => one.trimEnd() === line.trimEnd());
        expect(at, `${line} of ${JSON.stringify(text)}`).toBeGreaterThanOrEqual(0);
        lines.splice(0, at + 1);
      }
    }
  });
});
