import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { textAt } from '../../../config/query/query-error.ts';

const warningsOf = (text: string) =>
  parseQuery(text).warnings.map((warning) => [textAt(warning), warning.message, warning.suggestion]);

describe('warnings', () => {
  it.each([
    ['storm or flood', 'or', 'or is treated as a word', 'did you mean OR, in capitals?'],
    ['storm and flood', 'and', 'and is treated as a word', 'did you mean AND, in capitals?'],
    ['not flood', 'not', 'not is treated as a word', 'did you mean NOT, in capitals?'],
    ['storm ADJ flood', 'ADJ', 'ADJ is treated as a word', 'did you mean NEAR/1?'],
    ['storm W5 flood', 'W5', 'W5 is treated as a word', 'did you mean NEAR/5?'],
    ['storm SENTENCE flood', 'SENTENCE', 'SENTENCE is treated as a word', 'did you mean NEAR/15?'],
    ['(storm) SAME flood', 'SAME', 'SAME is treated as a word', 'did you mean NEAR/50?'],
    ['sturm ODER flut', 'ODER', 'ODER is treated as a word', 'did you mean OR?'],
    [
      'storm, flood',
      'storm,',
      ', has no effect: the words before and after it must both be found',
      'did you mean OR? Or write a list: [one, other]',
    ],
    [
      "'storm surge'",
      "'storm",
      "' does not start a phrase: each word is searched for separately",
      'did you mean "…"?',
    ],
    [
      'C',
      'C',
      'C matches wherever C stands alone',
      'add another word to the query, or write =C to match only the capital',
    ],
    ['Java OR "C"', '"C"', 'C matches wherever C stands alone', expect.stringContaining('=C to')],
    ['Java OR "C!"', '"C!"', 'C! matches wherever C stands alone', expect.stringContaining('=C to')],
    [
      'storm OR flood -hail',
      '-hail',
      '-hail applies only to the last alternative, not to those before OR',
      'write (one OR other) -word to exclude it from all, or one OR (other -word) to keep this meaning',
    ],
    [
      'title:(storm OR flood NOT (hail OR snow))',
      'NOT (hail OR snow)',
      expect.stringContaining('NOT (hail OR snow) applies only'),
      expect.stringContaining('(one OR other) -word'),
    ],
    ['7', '7', '7 matches wherever 7 stands alone', 'add another word to the query'],
    [
      '/\\w/',
      '/\\w/',
      'the pattern matches any single letter or digit, and so nearly every text',
      'make the pattern more specific',
    ],
    [
      '/\\b地震/',
      '/\\b地震/',
      '\\b is next to 地, whose script has no spaces between words, so it rarely matches',
      'remove \\b',
    ],
  ])('%j', (text, marked, message, suggestion) => {
    expect(warningsOf(text)).toEqual([[marked, message, suggestion]]);
  });

  it.each([
    ...['AC/DC', '24/7', 'Black & White', 'either or', '"one and only"', 'one and only', 'now or never'],
    ...[
      'p/e ratio',
      'w/o tariffs',
      'S/4HANA',
      'N/A',
      'STORM WITHIN 48 HOURS',
      'SAME DAY DELIVERY',
      'F/A-18 crash',
      'W5 team',
      'e=mc2 lecture',
      'P5 talks',
    ],
    ...[
      'within 5 years',
      'storm around 5 people',
      '+2 degrees',
      '[Update] storm',
      '#storm',
      'Yahoo! results',
    ],
    ...[
      'ADJ',
      'WITHIN',
      'WITHIN 5',
      'next/previous',
      'near/far',
      'AROUND the storm',
      '/etc/',
      '/5 men/',
      'Allintitle',
    ],
    'or',
    'storm OR or',
    '"this or that"',
    'storm =or flood',
    'vitamin D',
    'storm -x',
    '(storm OR flood) -hail',
    'storm OR (flood -hail)',
    'storm -hail OR flood',
    'storm -hail OR flood -hail',
    'storm OR -hail flood',
    '(storm OR (flood -hail)) coast',
    '雨',
    '=C',
    'C++',
    'Java OR "C#"',
    '$T',
    '5%',
    '1,000 storm',
    'storm, OR flood',
    "rock 'n' roll",
  ])('are not given for %j', (text) => {
    expect(warningsOf(text)).toEqual([]);
  });
});
