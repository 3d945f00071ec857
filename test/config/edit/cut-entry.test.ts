import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cutEntry } from '../../../config/edit/cut-entry.ts';

describe('cutEntry', () => {
  it.each([
    [
      'an entry with its lines, and keeps the comments of others',
      1,
      '# mine\nfeeds: # all\n  - https://a.example/ # one\n  # about b\n  - url: https://b.example/ # two\n    # its tag\n    tags: [x]\n\n  # about c\n  - https://c.example/\ntopics: [x]\n',
      '# mine\nfeeds: # all\n  - https://a.example/ # one\n  # about b\n\n  # about c\n  - https://c.example/\ntopics: [x]\n',
    ],
    [
      'the last entry at the end of a text without a line break',
      1,
      'topics: [x]\nfeeds:\n- https://a.example/\n- url: https://b.example/',
      'topics: [x]\nfeeds:\n- https://a.example/\n',
    ],
    [
      'the only entry, which leaves an empty list',
      0,
      'feeds: # all\n  - url: https://a.example/\n\ntopics: [x]\n',
      'feeds: [] # all\n\ntopics: [x]\n',
    ],
    [
      'an entry with the line breaks of the file',
      0,
      '\ufefffeeds:\r\n  - https://a.example/\r\n  - https://b.example/\r\ntopics: [x]\r\n',
      '\ufefffeeds:\r\n  - https://b.example/\r\ntopics: [x]\r\n',
    ],
    [
      'the first entry of a flow list',
      0,
      'feeds: [https://a.example/, { url: "https://b.example/" }] # all\ntopics: [x]\n',
      'feeds: [{ url: "https://b.example/" }] # all\ntopics: [x]\n',
    ],
    [
      'the last entry of a flow list',
      1,
      '{"feeds": ["https://a.example/", {"url": "https://b.example/"}], "topics": ["x"]}\n',
      '{"feeds": ["https://a.example/"], "topics": ["x"]}\n',
    ],
    ['the only entry of a flow list', 0, 'feeds: [https://a.example/]\n', 'feeds: []\n'],
    [
      'an entry whose dash stands alone',
      0,
      'feeds:\n  -\n    url: https://a.example/\n  - https://b.example/\n',
      'feeds:\n  - https://b.example/\n',
    ],
  ])('cuts %s', (_, index, before, after) => {
    const result = cutEntry(before, 'feeds', index);
    expect(result).toBe(after);
    expect(parse(after).feeds).toEqual(parse(before).feeds.toSpliced(index, 1));
  });

  it('refuses to cut an entry that others refer to', () => {
    expect(
      cutEntry(
        'feeds:\n  - url: https://a.example/\n    tags: &t [x]\n  - url: https://b.example/\n    tags: *t\n',
        'feeds',
        0,
      ),
    ).toBe(undefined);
  });

  it('refuses a list that is no list', () => {
    expect(cutEntry('topics: [x]\n', 'feeds', 0)).toBe(undefined);
    expect(cutEntry('a: &f [https://a.example/]\nfeeds: *f\n', 'feeds', 0)).toBe(undefined);
  });
});
