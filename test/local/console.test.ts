import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AlertEntry } from '../../functions/shared/model.ts';
import { type Console, createConsole } from '../../local/console.ts';
import { FeedStatuses } from '../../local/feed-status.ts';
import { toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { alertEntry, alertOf, delivery, publishedMessage } from '../helpers/sample-alerts.ts';

const feed = {
  id: 'herald',
  url: 'http://news.example/',
  title: 'Herald',
  every: 60_000,
  everyAtMost: 60_000,
  offset: 0,
  tags: [],
  enabled: true,
};

let written: { out: string; err: string };
let terminal: Console;
beforeEach(() => {
  written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
  terminal = createConsole(new FeedStatuses([feed]), false);
});
afterEach(() => vi.restoreAllMocks());

it('prints an alert to standard output: topic, headline, source, link, reason, recipients', () => {
  const alert = alertOf({
    kind: 'follow-up',
    entries: [
      alertEntry({
        kind: 'update',
        previousTitle: 'Before',
        added: { text: 'Ice came too.', words: ['ice'] },
        sources: ['Meridian Wire', 'Lumen Post'],
      }),
    ],
  });
  terminal.alert(
    toOutboxEntry(publishedMessage('m', alert), [delivery('waiting', { endpoint: 'a@b.example' })]),
  );
  expect(written.out).toMatch(/^ALERT {2}.* \(follow-up\)\n/);
  expect(written.out).toContain(
    '  Ostrand and Veloza meet in Port Lumen\n    before: Before\n    new: *Ice* came too.\n',
  );
  expect(written.out).toContain(
    '    The Herald  https://herald.example/talks\n    also reported by: Meridian Wire, Lumen Post\n    why: “Ostrand”, “Veloza”',
  );
  expect(written.out).toContain('    to: email a@b.example (queued), 1 web subscriber\n');
  expect(written.err).toBe('');
});

const story = { title: 'Ostrand and Veloza meet', foundAt: '2031-10-13T08:41:00.000Z' };
const retelling = (n: number, more: Partial<AlertEntry> = {}) =>
  alertEntry({
    role: 'also',
    story,
    itemId: `retelling-${n}`,
    title: `Talks, part ${n}`,
    feed: 'Eel',
    ...more,
  });
const printed = () => written.out.split('\n').slice(0, -2);

it('prints developments in full, and then each retelling on one line', () => {
  const development = alertEntry({
    role: 'development',
    story,
    title: 'Veloza walks out of talks',
    sources: ['Eel', 'Owl'],
    why: [{ term: 'Veloza', field: 'title', snippet: 'Veloza walks out of talks' }],
  });
  const other = alertEntry({ storyId: 'story-2', title: 'Third president arrives', why: [] });
  const alert = alertOf({ kind: 'digest', entries: [retelling(1), development, other, retelling(2)] });
  terminal.alert(toOutboxEntry(publishedMessage('m', alert)));
  expect(printed()).toEqual([
    'ALERT  Presidents’ summit (digest)',
    '  Veloza walks out of talks',
    '    The Herald  https://herald.example/talks',
    '    why: “Veloza” (title: Veloza walks out of talks)',
    '    also: Talks, part 1 (Eel)',
    '    also: Talks, part 2 (Eel)',
    '  Third president arrives',
    '    The Herald  https://herald.example/talks',
  ]);
});

it('prints the stories of a round-up with five retellings each', () => {
  const of = (count: number, more: Partial<AlertEntry>) =>
    Array.from({ length: count }, (_, n) => retelling(n + 1, more));
  const alert = alertOf({
    kind: 'roundup',
    entries: [
      ...of(7, {}),
      ...of(5, { storyId: 'story-2', story: { ...story, title: 'Third president arrives' } }),
    ],
  });
  terminal.alert(toOutboxEntry(publishedMessage('m', alert)));
  const five = [1, 2, 3, 4, 5].map((n) => `    also: Talks, part ${n} (Eel)`);
  expect(printed()).toEqual([
    'ALERT  Presidents’ summit (round-up)',
    '  Ostrand and Veloza meet',
    ...five,
    '    and 2 more',
    '  Third president arrives',
    ...five,
  ]);
});

it.each([
  ['new', ''],
  ['follow-up', ' (follow-up)'],
  ['roundup', ' (round-up)'],
  ['digest', ' (digest)'],
  ['welcome', ' (first look)'],
  ['notice', ' (notice)'],
] as const)('prints the kind of an alert: %s', (kind, about) => {
  terminal.alert(toOutboxEntry(publishedMessage('m', alertOf({ kind }))));
  expect(printed()[0]).toBe(`ALERT  Presidents’ summit${about}`);
});

it('prints the subject of a message from another publisher', () => {
  const publish = publishedMessage('m', alertOf(), {
    receivers: [],
    subject: 'hello',
    bodies: { default: 'no JSON at all' },
  });
  terminal.alert(toOutboxEntry(publish));
  expect(written.out).toMatch(/MESSAGE {2}arn:aws:sns:.* hello\n {4}to: nobody yet/);
});

it('does not let a feed move the cursor', () => {
  terminal.log.warn('poll', {
    feedId: 'herald',
    outcome: 'failed',
    kind: 'redirects',
    detail: 'a redirect to \u001b[2J\u009b31m\u0007nowhere',
    failures: 1,
  });
  expect(written.err).toContain('failed (redirects): a redirect to [2J31mnowhere');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not appear
  expect(written.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
