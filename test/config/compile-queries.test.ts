import { describe, expect, it } from 'vitest';
import { ConfigError, printFault } from '../../config/faults.ts';
import { parseConfig } from '../../config/load.ts';
import { processorTime, takesLessThan } from '../helpers/processor-time.ts';

const load = (text: string) => parseConfig(text, 'news.yaml', {});
const OTHER = '  - { id: other, match: flood }\n';
const RECIPIENT = 'recipients: [{ email: ann@mail.org }]\nfeeds: ["https://www.bbc.test/rss"]\n';
const topicFaultsOf = (text: string) =>
  load(text).topicFaults.map((fault) => printFault(fault).split('\n')[0]);

describe('a topic whose query has a fault', () => {
  const text = `topics:\n  - id: summit\n    match: storm OR\n${OTHER}${RECIPIENT}`;

  it('matches nothing, keeps its subscribers, and stops no other topic', () => {
    const { config, subscriptions, topicFaults } = load(text);
    expect(config.topics.map(({ id, query }) => [id, query])).toEqual([
      ['summit', undefined],
      ['other', { term: { text: 'flood' } }],
    ]);
    expect(config.topics.map((topic) => 'query' in topic)).toEqual([false, true]);
    expect(subscriptions.map(({ topicId }) => topicId)).toEqual(['summit', 'other']);
    expect(topicFaults).toEqual([
      {
        file: 'news.yaml',
        line: 3,
        column: 18,
        path: 'topics.summit.match',
        message: 'expected something to look for after OR, got the end',
        snippet: 'storm OR\n      ^^\nwrite a word or a "phrase" after it, or "OR" to search for that',
      },
    ]);
  });

  it('changes the version, and again when it is fixed', () => {
    const versions = [text, text.replace(' OR\n', '\n'), text.replace('storm OR', `'"storm'`)].map(
      (version) => load(version).config.version,
    );
    expect(versions[1]).not.toBe(versions[0]);
    expect(versions[2]).toBe(versions[0]);
  });

  it.each([
    ['5', 'expected a query, a list of queries of which any may match, or any:, all: and none: lists, got 5'],
    ['[]', 'expected at least one entry, got []'],
    [
      '{ none: [storm] }',
      'expected any: or all: beside none:, got {"none":["storm"]}, which would match nearly everything',
    ],
    ['{ any: [storm], nine: [x] }', 'expected a known key, got nine'],
  ])('may have the wrong shape: %s', (match, message) => {
    const { config, topicFaults } = load(`topics:\n  - { id: odd, match: ${match} }\n${OTHER}`);
    expect(topicFaults.map((fault) => fault.message)).toEqual([message]);
    expect(config.topics[0]).not.toHaveProperty('query');
    expect(config.topics[1]).toHaveProperty('query');
  });

  it('is an error when all topics have faults', () => {
    expect(() => load('topics:\n  - { id: a, match: "x OR" }\n  - { id: b, match: "(" }\n')).toThrow(
      ConfigError,
    );
  });

  it('is reported together with other faults', () => {
    try {
      load(`topics:\n  - { id: a, match: "x OR" }\n${OTHER}nonsense: 1\n`);
      expect.fail('it was accepted');
    } catch (error) {
      expect((error as ConfigError).faults.map(({ path }) => path)).toEqual(['topics.a.match', 'nonsense']);
    }
  });
});

describe('the position of a fault', () => {
  const at = (match: string) => {
    const [fault] = load(`topics:\n${OTHER}  - id: odd\n    match: ${match}\n`).topicFaults;
    return fault && `${fault.line}:${fault.column}`;
  };

  it.each([
    ['plain', 'storm OR | flood', '4:21'],
    ['in double quotes', '"storm OR | flood"', '4:22'],
    ['in single quotes', "'storm OR | flood'", '4:22'],
    ['after a doubled quote', "'Ostrand''s OR | flood'", '4:27'],
    ['after escapes', String.raw`"\"storm surge\" OR | flood"`, '4:32'],
    ['after escaped white space', String.raw`"storm\tOR\u0020\x20| flood"`, '4:32'],
    ['after numeric escapes', String.raw`"\u0053torm OR \U0001F30A"`, '4:27'],
    ['at the end', 'storm (', '4:18'],
    ['after characters of two UTF-16 units', '𐐷𐐷 OR | flood', '4:20'],
    ['in plain text on two lines', 'storm\n      OR | flood', '5:10'],
    ['in folded text', '>-\n      storm surge\n      OR | flood', '6:10'],
    ['in literal text', '|\n      storm #tag\n        OR | flood\n', '6:12'],
    ['in quotes on two lines', '"storm\n\n      OR | flood"', '6:10'],
    ['in a list', '[hail, storm OR | flood]', '4:28'],
    ['in a map', '{ any: [hail, [x1, "storm OR | flood"]] }', '4:41'],
  ])('%s', (_name, match, expected) => {
    expect(at(match)).toBe(expected);
  });

  it('in an alias is that of the alias', () => {
    const { topicFaults } = load(
      `topics:\n  - { id: a, match: &q "x1 OR" }\n  - { id: b, match: *q }\n${OTHER}`,
    );
    expect(topicFaults.map(({ line, column }) => [line, column])).toEqual([
      [2, 28],
      [3, 21],
    ]);
  });
});

describe('sets of terms', () => {
  const term = (text: string) => ({ term: { text } });

  it.each(['putin: Putin OR Путин', '"@putin": Putin OR Путин', 'putin: [Putin, Путин]'])(
    '{ %s }',
    (terms) => {
      const { config, warnings } = load(
        `terms: { ${terms} }\ntopics: [{ id: a, match: "@putin summit" }]\n${RECIPIENT}`,
      );
      expect(config.topics[0]?.query).toEqual({
        all: [{ any: [term('Putin'), term('Путин')] }, term('summit')],
      });
      expect(warnings).toEqual([]);
    },
  );

  it('that no topic uses cause a warning', () => {
    const { warnings } = load(
      `terms:\n  used: storm\n  "@lonely": hail\ntopics: [{ id: a, match: "@used" }]\n${RECIPIENT}`,
    );
    expect(warnings).toEqual(['news.yaml:3:3 terms.@lonely: no topic uses @lonely']);
  });

  it('with a fault break only the topics that use them', () => {
    const text = `terms:\n  odd: [storm, "(flood"]\ntopics:\n  - { id: a, match: "hail @odd" }\n${OTHER}`;
    expect(topicFaultsOf(text)).toEqual([
      'news.yaml:2:17 terms.odd[1]: expected a closing ), got the end',
      'news.yaml:4:27 topics.a.match: expected a valid set, got @odd, which has a fault of its own',
    ]);
  });

  it('of the wrong shape are errors', () => {
    const faults = (terms: string) => {
      try {
        load(`terms:\n  ${terms}\ntopics: [{ id: a, match: "@a" }]\n`);
      } catch (error) {
        if (error instanceof ConfigError) return error.message.split('\n')[0];
      }
      return undefined;
    };
    expect(faults('a: 5')).toBe(
      'news.yaml:2:6 terms.a: expected a query, or a list of queries of which any may match, got 5',
    );
    expect(faults('a: []')).toBe('news.yaml:2:6 terms.a: expected at least one entry, got []');
    expect(faults('a b: x')).toBe(
      'news.yaml:2:3 terms.a b: expected the name of a set, with only letters, digits, _ and -, got "a b"',
    );
    expect(faults('a: x\n  "@a": y')).toBe(
      'news.yaml:3:3 terms.@a: expected a unique name, got @a, which names the same set as a',
    );
  });
});

describe('warnings', () => {
  it('about queries give their position and a suggestion', () => {
    const { warnings } = load(`topics:\n  - id: a\n    match: "storm or flood"\n${RECIPIENT}`);
    expect(warnings).toEqual([
      'news.yaml:3:19 topics.a.match: or is treated as a word; did you mean OR, in capitals?',
    ]);
  });

  it('report sources that are not feeds', () => {
    const feeds =
      'feeds: [{ url: "https://feeds.bbci.test/rss", id: bbc-world, title: BBC News }, "https://www.owl.test/"]';
    const match = 'source:(bbc-world OR "bbc news" OR news OR bbci.test OR owl.test OR cnn OR ews OR bbci)';
    const { warnings } = load(
      `${feeds}\ntopics: [{ id: a, match: '${match}' }]\nrecipients: [{ email: ann@mail.org }]\n`,
    );
    const warning = (source: string) =>
      `source:${source} matches the id, title or host of no feed in this file; ` +
      'a feed without title: would match if its document has that title';
    expect(warnings).toEqual(['cnn', 'ews', 'bbci'].map(warning));
    const titled = load(`feeds: [{ url: "https://a.test/", title: BBC News, id: bbc-world }]
topics: [{ id: a, match: 'source:"BBC Nws" OR source:bbc-wrold' }]
recipients: [{ email: ann@mail.org }]
`);
    expect(titled.warnings).toEqual([
      'source:BBC Nws matches the id, title or host of no feed in this file; did you mean source:"BBC News"?',
      'source:bbc-wrold matches the id, title or host of no feed in this file; did you mean source:bbc-world?',
    ]);
  });
});

it('takes time in proportion to the size of a file with a single line', async () => {
  const feeds = Array.from({ length: 5_000 }, (_, n) => ({
    id: `f${n}`,
    title: `Feed ${n}`,
    url: `https://f${n}.example/`,
  }));
  const topics = [{ id: 'floods', match: 'flood' }];
  const file = JSON.stringify({ feeds, topics, recipients: [{ email: 'reader@readers.internal' }] });
  const lines = file.replaceAll('},{', '},\n{');
  const timesOfLines = Array.from({ length: 4 }, () => {
    const start = processorTime();
    load(lines);
    return processorTime() - start;
  });
  // It once took nine times as long.
  const { config } = await takesLessThan(4 * Math.min(...timesOfLines), () => load(file));
  expect(config.feeds).toHaveLength(5_000);
});

it('takes time in proportion to the number of topics', async () => {
  const topics = Array.from(
    { length: 5_000 },
    (_, n) => `  - { id: t${n}, match: 'storm${n} (flood OR "hail ${n}")' }\n`,
  );
  const { config } = await takesLessThan(15_000, () => load(`topics:\n${topics.join('')}${RECIPIENT}`));
  expect(config.topics).toHaveLength(5_000);
});
