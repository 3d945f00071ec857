import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../functions/shared/model.ts';
import { alertEmail } from '../../../../functions/shared/render/alert-email.ts';
import { alertHtml } from '../../../../functions/shared/render/alert-html.ts';
import { alertEntry, alertOf } from '../../../helpers/sample-alerts.ts';

function read(html: string) {
  const tags: { name: string; attributes: Record<string, string> }[] = [];
  let text = '';
  const parser = new Parser({
    onopentag: (name, attributes) => {
      tags.push({ name, attributes });
      text += ' ';
    },
    ontext: (part) => {
      text += part;
    },
  });
  parser.end(html);
  return { tags, text: text.replace(/\s+/g, ' ') };
}

const story = { title: 'They may meet', foundAt: '2031-10-13T08:00:00.000Z' };
const ALERTS: readonly (readonly [string, Partial<Alert>])[] = [
  ['first report', { entries: [alertEntry({ sources: ['Lumen Post'] })] }],
  [
    'follow-up',
    {
      kind: 'follow-up',
      entries: [
        alertEntry({ role: 'development', story, title: 'They meet', itemId: 'b' }),
        alertEntry({
          kind: 'update',
          role: 'development',
          story,
          itemId: 'c',
          previousTitle: 'They met',
          added: { text: 'Ice came too.', words: ['ice'] },
        }),
        alertEntry({ role: 'also', story, title: 'Meeting held', itemId: 'd' }),
      ],
    },
  ],
  ['round-up', { kind: 'roundup', entries: [alertEntry({ role: 'also', story })] }],
  [
    'digest',
    { kind: 'digest', entries: [alertEntry(), alertEntry({ storyId: 'b', itemId: 'b', title: 'Other' })] },
  ],
  ['notice', { kind: 'notice', entries: [alertEntry({ why: [], summary: 'See to it.' })] }],
];

/** Returns what either form says, without marks, line breaks and addresses. */
const words = (text: string) => new Set(text.replace(/https?:\S+/g, '').match(/[\p{L}\p{N}]+/gu));

/** Lists of two topics, which share a report. */
const LISTS = ['Owls', 'Bats'].map((topicName) =>
  alertOf({
    topicName,
    kind: 'digest',
    leftOut: [{ feed: 'The Herald', items: 7 }],
    entries: [alertEntry(), alertEntry({ storyId: topicName, itemId: topicName, title: topicName })],
  }),
);

describe.each([
  ...ALERTS.map(([name, more]) => [name, [alertOf(more)]] as const),
  ['mail with several lists', LISTS] as const,
])('the HTML of a %s', (_, [first = alertOf(), ...others]) => {
  const alerts = [first, ...others] as const;
  const html = alertHtml(alerts, 'Europe/Berlin');

  it('says what its plain text says', () => {
    expect(words(read(html).text)).toEqual(words(alertEmail(alerts, 'Europe/Berlin')));
  });

  it('links every article and loads nothing from any server', () => {
    const { tags } = read(html);
    const links = tags.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.href);
    expect(links).toEqual(alerts.flatMap(({ entries }) => entries.map(({ url }) => url)));
    expect(tags.map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(img|link|script|style|iframe)$/)]),
    );
    expect(html).not.toMatch(/src=|url\(|@import|background/);
  });
});

it('leaves light and dark mode to the reader', () => {
  expect(alertHtml([alertOf()], 'UTC')).toContain('<meta name="color-scheme" content="light dark">');
});

it('escapes all texts of feeds and of the file, and links only to the web', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&`;
  const entry = alertEntry({
    title: evil,
    previousTitle: `${evil}!`,
    added: { text: evil, words: [evil] },
    summary: evil,
    feed: evil,
    sources: [evil],
    url: 'javascript:alert(1)',
    why: [{ term: evil, field: 'title', snippet: evil, found: evil }],
    story: { title: evil, foundAt: evil },
    role: 'development',
  });
  const alert = alertOf({
    topicName: evil,
    entries: [entry, { ...entry, role: 'also', url: `https://news.example/"onclick="x` }],
  });
  const html = alertHtml([alert, alertOf({ topicName: evil, entries: [entry] })], 'UTC');
  const { tags } = read(html);
  expect(tags.filter(({ name }) => name === 'script' || name === 'img')).toEqual([]);
  expect(
    tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith('on')),
  ).toEqual([]);
  expect(html).not.toContain('javascript:');
});
