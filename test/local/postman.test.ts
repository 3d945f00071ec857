import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Mailer, MailOutcome } from '../../local/mailer.ts';
import { createOutbox, type Outbox } from '../../local/outbox.ts';
import { createPostman } from '../../local/postman.ts';
import type { Outgoing } from '../../local/sns/outgoing.ts';
import { alertOf, outgoing, publishOf } from './sample-publish.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-postman-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const publish = publishOf('message-1');
const reader = outgoing('message-1', { endpoint: 'reader@news.internal' });

class TestMailer implements Mailer {
  readonly sent: Outgoing[] = [];
  readonly stories: (string | undefined)[] = [];
  answer: (outcome: MailOutcome) => void = () => undefined;
  readonly send = (mail: Outgoing, storyId?: string) => {
    this.sent.push(mail);
    this.stories.push(storyId);
    return new Promise<MailOutcome>((resolve) => {
      this.answer = resolve;
    });
  };
  async close() {
    this.answer({ ok: false, transient: true, detail: 'stopped' });
  }
}

const opened = () => createOutbox({ file: join(folder, 'outbox.jsonl') });
const fates = (outbox: Outbox) =>
  outbox.recent().flatMap(({ deliveries }) => deliveries.map(({ how }) => how));

it('mails emails, and shows all else', async () => {
  const [outbox, mailer] = [opened(), new TestMailer()];
  const postman = createPostman(outbox, mailer, () => undefined);
  outbox.published(publish);
  expect(postman.take(reader)).toBe(true);
  expect(postman.take(outgoing('message-1', { protocol: 'sms', endpoint: '+4915112345678' }))).toBe(false);
  expect(postman.take(outgoing('message-1', { endpoint: 'you@example.com' }))).toBe(false);
  expect(fates(outbox)).toEqual(['waiting', 'shown', 'shown']);
  mailer.answer({ ok: true });
  await vi.waitFor(() => expect(fates(outbox)).toContain('mailed'));
  expect(mailer.sent).toEqual([reader]);
});

it('gives the mailer the story of a message that is about one', async () => {
  const [outbox, mailer] = [opened(), new TestMailer()];
  const postman = createPostman(outbox, mailer, () => undefined);
  outbox.published(publish);
  outbox.published(publishOf('message-2', alertOf({ kind: 'digest' })));
  postman.take(reader);
  postman.take(outgoing('message-2', { endpoint: 'reader@news.internal' }));
  expect(mailer.stories).toEqual(['story-1', undefined]);
});

it('shows everything when there is no mail server', () => {
  const outbox = opened();
  outbox.published(publish);
  expect(createPostman(outbox, undefined, () => undefined).take(reader)).toBe(false);
  expect(fates(outbox)).toEqual(['shown']);
});

it('tells of a mail that the server refuses', async () => {
  const [outbox, mailer] = [opened(), new TestMailer()];
  const trouble: string[] = [];
  const postman = createPostman(outbox, mailer, (_, detail) => trouble.push(detail));
  outbox.published(publish);
  postman.take(reader);
  mailer.answer({ ok: false, transient: false, detail: '550 no such user' });
  await vi.waitFor(() => expect(fates(outbox)).toEqual(['failed']));
  expect(trouble).toEqual(['550 no such user']);
});

it('sends after a crash what was not taken before it, with the same identity, and only that', async () => {
  const before = opened();
  before.published(publish);
  createPostman(before, new TestMailer(), () => undefined).take(reader);
  // The process ends here: nothing is closed.

  const [outbox, mailer] = [opened(), new TestMailer()];
  createPostman(outbox, mailer, () => undefined);
  expect(mailer.sent).toEqual([reader]);
  expect(mailer.stories).toEqual(['story-1']);
  mailer.answer({ ok: true });
  await vi.waitFor(() => expect(fates(outbox)).toEqual(['mailed']));

  const [later, idle] = [opened(), new TestMailer()];
  createPostman(later, idle, () => undefined);
  expect(idle.sent).toEqual([]);
});

it('keeps for the next start what a stop leaves unsent', async () => {
  const outbox = opened();
  const postman = createPostman(outbox, new TestMailer(), () => expect.fail('a stop is no trouble'));
  outbox.published(publish);
  postman.take(reader);
  await postman.close();
  await outbox.close();
  expect(opened().waiting()).toEqual([reader]);
});

// Regression: a mail server that was away for ten minutes cost the alert.
it('keeps a mail that the server cannot take now', async () => {
  const [outbox, mailer] = [opened(), new TestMailer()];
  const trouble: string[] = [];
  const postman = createPostman(outbox, mailer, (_, detail) => trouble.push(detail));
  outbox.published(publish);
  postman.take(reader);
  mailer.answer({ ok: false, transient: true, detail: 'no connection' });
  await vi.waitFor(() => expect(trouble).toEqual(['no connection; it will be tried again in 10 minutes']));
  expect(fates(outbox)).toEqual(['waiting']);
  expect(opened().waiting()).toEqual([reader]);
});
