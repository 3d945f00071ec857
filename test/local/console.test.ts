import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Console, createConsole } from '../../local/console.ts';
import { FeedBoard } from '../../local/feed-board.ts';
import { entryOf } from '../../local/outbox-entry.ts';
import { alertEntry, alertOf, publishOf } from './sample-publish.ts';

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
  terminal = createConsole(new FeedBoard([feed]), false);
});
afterEach(() => vi.restoreAllMocks());

it('prints an alert to standard output: topic, headline, source, link, reason, recipients', () => {
  const alert = alertOf({
    kind: 'update',
    entries: [
      alertEntry({
        kind: 'update',
        previousTitle: 'Before',
        added: { text: 'Ice came too.', words: ['ice'] },
        sources: ['Meridian Wire', 'Lumen Post'],
      }),
    ],
  });
  terminal.alert(entryOf(publishOf('m', alert)), ['email a@b.example (by mail)']);
  expect(written.out).toMatch(/^ALERT {2}.* \(update\)\n/);
  expect(written.out).toContain(
    '  Ostrand and Veloza meet in Port Lumen\n    before: Before\n    new: *Ice* came too.\n',
  );
  expect(written.out).toContain(
    '    The Herald  https://herald.example/talks\n    also: Meridian Wire, Lumen Post\n    why: “Ostrand”, “Veloza”',
  );
  expect(written.out).toContain('    to: email a@b.example (by mail)\n');
  expect(written.err).toBe('');
});

it('takes what others publish to a channel for what it is', () => {
  const publish = publishOf('m', alertOf(), { subject: 'hello', bodies: { default: 'no JSON at all' } });
  terminal.alert(entryOf(publish), []);
  expect(written.out).toMatch(/ALERT {2}arn:aws:sns:.* hello\n {4}to: nobody yet/);
});

it('lets no feed move the cursor', () => {
  terminal.log.warn('poll', {
    feedId: 'herald',
    outcome: 'failed',
    kind: 'redirects',
    detail: 'a redirect to \u001b[2J\u009b31m\u0007nowhere',
    failures: 1,
  });
  expect(written.err).toContain('failed (redirects): a redirect to [2J31mnowhere');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(written.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
