import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../functions/shared/model.ts';
import { createEmailDelivery, type EmailDelivery } from '../../../local/mail/email-delivery.ts';
import { type MailFault, mailFault } from '../../../local/mail/mail-fault.ts';
import type { Mailer, MailOutcome } from '../../../local/mail/mailer.ts';
import { createOutbox, type Outbox } from '../../../local/outbox/outbox.ts';
import { alertEntry, alertOf, delivery, publishedMessage } from '../../helpers/sample-alerts.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ANN = 'ann@news.internal';
const BOB = 'bob@news.internal';

let folder: string;
let stops: (() => Promise<void>)[];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2031-10-14T09:00:00.000Z') });
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-mail-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

type Answer = (to: string, mail: SendMailOptions) => 'ok' | Error;

const refuse = (command: string, response: string): Error =>
  Object.assign(new Error(response), {
    code: command.startsWith('AUTH') ? 'EAUTH' : command === 'DATA' ? 'EMESSAGE' : 'EENVELOPE',
    command,
    response,
    responseCode: Number(response.slice(0, 3)),
  });
const noConnection = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ESOCKET',
  syscall: 'connect',
});
const dropped = Object.assign(new Error('Connection closed unexpectedly'), { code: 'ECONNECTION' });
const wrongPassword = refuse('AUTH PLAIN', '535 bad credentials');

/** A mail server with preset answers. */
class TestMailer implements Mailer {
  readonly server = 'mail.internal:587';
  readonly sender = { name: 'news-alerts', address: 'alerts@news.internal', domain: 'news.internal' };
  readonly tries: { readonly at: number; readonly to: string; readonly mail: SendMailOptions }[] = [];
  readonly sent: string[] = [];
  answer: Answer = () => 'ok';
  login: Error | undefined;

  async verify(): Promise<MailFault | undefined> {
    return this.login && mailFault(this.login, this.server, this.sender.address);
  }
  async send(compose: () => SendMailOptions): Promise<MailOutcome> {
    const mail = compose();
    const to = (mail.to as { address: string }).address;
    this.tries.push({ at: Date.now(), to, mail });
    const result = this.answer(to, mail);
    if (result !== 'ok') return { isSent: false, fault: mailFault(result, this.server, this.sender.address) };
    this.sent.push(`${to} ${mail.subject}`);
    return { isSent: true, answer: '250 OK queued' };
  }
  close(): void {}
}

interface Running {
  readonly outbox: Outbox;
  readonly emails: EmailDelivery;
  readonly mailer: TestMailer;
  readonly printed: string[];
  publish(id: string, more?: Partial<Alert> & { readonly to?: readonly string[] }): void;
  states(): string[];
}

/** Starts a queue on the test's folder. `kill` leaves it as kill -9 would. */
async function started(mailer = new TestMailer()): Promise<Running> {
  const outbox = createOutbox({ file: join(folder, 'outbox.jsonl') });
  const printed: string[] = [];
  const emails = createEmailDelivery({
    outbox,
    mailer,
    zoneOf: () => 'UTC',
    say: (text, isProblem) => printed.push(`${isProblem ? 'PROBLEM ' : ''}${text}`),
  });
  stops.push(() => emails.close());
  await emails.start();
  return {
    outbox,
    emails,
    mailer,
    printed,
    publish(id, { to = [ANN], ...alert } = {}) {
      const entries = alert.entries ?? [alertEntry({ itemId: id, storyId: id, title: id })];
      const publish = publishedMessage(id, alertOf({ id: `alert-${id}`, ...alert, entries }), {
        at: new Date().toISOString(),
        receivers: to.map((endpoint) => ({ protocol: 'email', endpoint })),
      });
      outbox.recordPublish(publish, emails.plan(publish));
      emails.wake();
    },
    states: () =>
      outbox
        .recent()
        .toReversed()
        .flatMap(({ messageId, deliveries }) =>
          deliveries.map(({ endpoint, how }) => `${messageId} ${endpoint.split('@')[0]} ${how}`),
        ),
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const subjects = ({ mailer }: Running) => mailer.sent.map((text) => text.split(': ').pop());

describe('the plan for each recipient', () => {
  it('mails emails, and shows SMS and placeholders', async () => {
    const { emails } = await started();
    const receivers = [
      { protocol: 'email', endpoint: ANN },
      { protocol: 'email', endpoint: 'you@example.com' },
      { protocol: 'sms', endpoint: '+4915112345678' },
      { protocol: 'https', endpoint: 'https://hook.internal' },
    ] as const;
    const plan = emails.plan(publishedMessage('a', alertOf(), { receivers }));
    expect(plan.map(({ endpoint, how }) => [endpoint, how])).toEqual([
      [ANN, 'waiting'],
      ['you@example.com', 'shown'],
      ['+4915112345678', 'shown'],
    ]);
  });

  it('shows everything without a mail server, and reports emails that wait for one', async () => {
    const before = await started();
    before.mailer.answer = () => noConnection;
    before.publish('a');
    await pass(MINUTE_MS);
    const outbox = createOutbox({ file: join(folder, 'outbox.jsonl') });
    const printed: string[] = [];
    const emails = createEmailDelivery({
      outbox,
      mailer: undefined,
      zoneOf: () => 'UTC',
      say: (text) => printed.push(text),
    });
    await emails.start();
    expect(emails.plan(publishedMessage('b')).map(({ how }) => how)).toEqual(['shown', 'shown']);
    expect(printed).toEqual([
      expect.stringMatching(
        /^1 email from an earlier run is waiting for a mail server: set NEWS_ALERTS_SMTP_URL/,
      ),
    ]);
    expect(outbox.waiting()).toHaveLength(1);
  });
});

describe('a sent mail', () => {
  it("is recorded with the server's answer, after a few seconds at most", async () => {
    const running = await started();
    running.publish('a');
    await pass(4_900);
    expect(running.states()).toEqual(['a ann waiting']);
    await pass(200);
    expect(running.outbox.recent()[0]?.deliveries).toEqual([
      {
        protocol: 'email',
        endpoint: ANN,
        how: 'mailed',
        detail: '250 OK queued',
        at: expect.any(String),
        tries: 1,
        mail: 'a',
      },
    ]);
    expect(running.printed).toEqual([
      'connected to mail.internal:587; emails are sent from news-alerts <alerts@news.internal>',
    ]);
  });

  it('reaches each recipient in the order of publishing', async () => {
    const running = await started();
    for (const id of ['a', 'b', 'c']) running.publish(id, { to: [ANN, BOB], kind: 'notice' });
    await pass(1);
    expect(running.mailer.tries.map(({ to, mail }) => `${to[0]}${mail.subject?.slice(-1)}`)).toEqual([
      'aa',
      'ba',
      'ab',
      'bb',
      'ac',
      'bc',
    ]);
  });
});

describe('an outage of the server', () => {
  it.each([
    ['a closed port', noConnection, 'cannot be reached'],
    ['a wrong password', wrongPassword, 'refused the user or password'],
    ['a refused sender', refuse('MAIL FROM', '550 not yours'), 'refused alerts@news.internal as the sender'],
    ['a dropped connection', dropped, 'closed the connection'],
    ['an overloaded server', refuse('CONN', '421 too busy'), 'is not accepting mail at the moment'],
    ['no TLS', Object.assign(new Error('bad certificate'), { code: 'ETLS' }), 'no secure connection'],
  ])(
    'such as %s holds back all mails for days; they are sent afterwards, and it is reported once',
    async (_, error, words) => {
      const running = await started();
      running.mailer.answer = () => error;
      for (const id of ['a', 'b', 'c']) running.publish(id, { to: [ANN, BOB] });
      await pass(8 * DAY_MS);
      expect(running.printed).toEqual([expect.any(String), expect.stringContaining(words)]);
      expect(running.printed[1]).toMatch(
        /^PROBLEM email cannot be sent: .* 6 emails are waiting; next try at \d\d:\d\d$/,
      );
      expect(running.states().every((state) => state.endsWith('waiting'))).toBe(true);
      running.mailer.answer = () => 'ok';
      await pass(3 * HOUR_MS);
      expect(running.printed.slice(2)).toEqual(['email can be sent again; 6 emails were waiting']);
      expect(running.states().every((state) => state.endsWith('mailed'))).toBe(true);
      const toAnn = running.mailer.sent.filter((text) => text.startsWith(ANN));
      expect(toAnn.map((text) => text.slice(-1))).toEqual(['a', 'b', 'c']);
    },
  );

  it('is probed with one mail at a time, at growing intervals', async () => {
    const running = await started();
    running.mailer.answer = () => noConnection;
    for (let n = 0; n < 20; n++) running.publish(`${n}`, { to: [ANN, BOB] });
    await pass(DAY_MS);
    const gaps = running.mailer.tries.slice(1).map(({ at }, n) => at - (running.mailer.tries[n]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8 * SECOND_MS);
    expect(gaps.length).toBeLessThan(200);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(12.5 * MINUTE_MS);
  });

  it('is probed less often if a person has to act, as for a refused login', async () => {
    const running = await started();
    running.mailer.answer = () => wrongPassword;
    running.publish('a');
    await pass(DAY_MS);
    expect(running.mailer.tries.length).toBeLessThan(40);
  });

  it('is found and reported at the start, before there is a mail', async () => {
    const mailer = new TestMailer();
    mailer.login = wrongPassword;
    mailer.answer = () => wrongPassword;
    const running = await started(mailer);
    expect(running.printed).toEqual([
      expect.stringMatching(/^PROBLEM email cannot be sent: .*app password.* Emails will wait/),
    ]);
    expect(running.emails.outage()?.detail).toContain('535');
    running.publish('a');
    await pass(HOUR_MS);
    expect(running.printed).toHaveLength(1);
    expect(running.outbox.waiting()[0]?.delivery.detail).toContain('535');
  });

  it('is reported again if its cause changes', async () => {
    const running = await started();
    running.mailer.answer = () => noConnection;
    running.publish('a');
    await pass(HOUR_MS);
    running.mailer.answer = () => wrongPassword;
    await pass(DAY_MS);
    expect(running.printed.slice(1)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      expect.stringContaining('535'),
    ]);
  });

  it('is not prolonged by one mail that breaks the connection', async () => {
    const running = await started();
    running.mailer.answer = (_, { subject }) => (subject?.endsWith('poison') ? dropped : 'ok');
    running.publish('poison');
    for (const id of ['b', 'c', 'd']) running.publish(id, { to: [BOB] });
    await pass(MINUTE_MS);
    expect(subjects(running)).toEqual(['b', 'c', 'd']);
    running.publish('e');
    await pass(DAY_MS);
    expect(subjects(running)).toContain('e');
    expect(running.printed.filter((text) => text.startsWith('PROBLEM email cannot'))).toHaveLength(1);
    await pass(6 * DAY_MS);
    expect(running.states()[0]).toBe('poison ann failed');
  });

  it('is not prolonged by one recipient’s server that refuses the sender', async () => {
    const running = await started();
    running.publish('first', { to: [BOB] });
    await pass(MINUTE_MS);
    running.mailer.answer = (to) =>
      to === ANN ? refuse('RCPT TO', '550 5.1.8 Sender address rejected') : 'ok';
    running.publish('a', { to: [ANN, BOB] });
    running.publish('b', { to: [ANN, BOB] });
    await pass(20 * SECOND_MS);
    expect(running.states().slice(1)).toEqual([
      'a ann waiting',
      'a bob mailed',
      'b ann waiting',
      'b bob mailed',
    ]);
  });
});

describe('a refused recipient', () => {
  it('waits in order, as with greylisting, while others get their mail', async () => {
    const running = await started();
    running.mailer.answer = (to) => (to === ANN ? refuse('RCPT TO', '451 4.7.1 Greylisted') : 'ok');
    for (const id of ['a', 'b']) running.publish(id, { to: [ANN, BOB] });
    await pass(20 * SECOND_MS);
    expect(running.states()).toEqual(['a ann waiting', 'a bob mailed', 'b ann waiting', 'b bob mailed']);
    expect(running.outbox.waiting().at(-1)?.delivery.detail).toMatch(
      /^an earlier email is still waiting \(.*451 4\.7\.1 Greylisted\)$/,
    );
    expect(running.printed.slice(1)).toEqual([
      expect.stringMatching(
        /^PROBLEM email ann@news\.internal: .* 451 4\.7\.1 Greylisted\. Next try at \d\d:\d\d$/,
      ),
    ]);
    running.mailer.answer = () => 'ok';
    await pass(2 * MINUTE_MS);
    expect(subjects(running)).toEqual(['a', 'b', 'a', 'b']);
    expect(running.printed.slice(2)).toEqual(['email ann@news.internal: mail is accepted again']);
  });

  it.each(['552 5.2.2 Mailbox full', '554 5.7.1 Relay access denied', '451 4.7.1 Greylisted'])(
    'waits as long as the server answers %s, which is reported once',
    async (response) => {
      const running = await started();
      running.mailer.answer = () => refuse('RCPT TO', response);
      for (const id of ['a', 'b']) running.publish(id);
      await pass(20 * DAY_MS);
      expect(running.states()).toEqual(['a ann waiting', 'b ann waiting']);
      expect(running.printed.filter((text) => text.startsWith('PROBLEM'))).toHaveLength(1);
      expect(running.mailer.tries.length).toBeLessThan(20 * 24 * 1.3);
      running.mailer.answer = () => 'ok';
      await pass(2 * HOUR_MS);
      expect(running.states()).toEqual(['a ann mailed', 'b ann mailed']);
      expect(subjects(running)).toEqual(['a', 'b']);
      expect(running.emails.failed()).toBe(0);
    },
  );

  it('is not counted as refused while the server accepts nothing or the machine is off', async () => {
    const running = await started();
    const greylisted = refuse('RCPT TO', '451 greylisted');
    running.mailer.answer = () => greylisted;
    running.publish('a');
    await pass(HOUR_MS);
    running.mailer.answer = () => noConnection;
    await pass(7 * DAY_MS);
    running.mailer.answer = () => greylisted;
    await pass(HOUR_MS);
    expect(running.states()).toEqual(['a ann waiting']);
  });

  it.each(['550 5.1.1 No such user', '550 no such user here'])(
    'fails at once for %s, which is reported once; others get their mail',
    async (response) => {
      const running = await started();
      running.mailer.answer = (to) => (to === ANN ? refuse('RCPT TO', response) : 'ok');
      for (const id of ['a', 'b']) running.publish(id, { to: [ANN, BOB] });
      await pass(20 * SECOND_MS);
      expect(running.states()).toEqual(['a ann failed', 'a bob mailed', 'b ann failed', 'b bob mailed']);
      expect(running.printed.slice(1)).toEqual([
        expect.stringMatching(
          /failed for good: .*no such address.*Later alerts to this address are still tried/,
        ),
      ]);
      expect(running.outbox.recent()[1]?.deliveries).toContainEqual(
        expect.objectContaining({ endpoint: ANN, detail: expect.stringContaining(response) }),
      );
    },
  );
});

describe('a refused mail', () => {
  it('holds back only later mails about its stories', async () => {
    const running = await started();
    running.mailer.answer = (_, { subject = '' }) =>
      subject.includes('spam') ? refuse('DATA', '554 5.7.1 Spam') : 'ok';
    running.publish('spam');
    running.publish('fine');
    running.publish('later', {
      kind: 'follow-up',
      entries: [alertEntry({ storyId: 'spam', itemId: 'x', title: 'later' })],
    });
    await pass(30 * SECOND_MS);
    expect(running.states()).toEqual(['spam ann waiting', 'fine ann mailed', 'later ann waiting']);
    running.mailer.answer = () => 'ok';
    await pass(HOUR_MS);
    expect(subjects(running)).toEqual(['fine', 'spam', 'later']);
  });

  it('holds back all mails to its recipient for three tries if the refusal is temporary', async () => {
    const running = await started();
    running.mailer.answer = (_, { subject = '' }) =>
      subject.includes('odd') ? refuse('DATA', '451 later') : 'ok';
    running.publish('odd');
    running.publish('fine');
    await pass(95 * SECOND_MS);
    expect(subjects(running)).toEqual([]);
    await pass(10 * MINUTE_MS);
    expect(subjects(running)).toEqual(['fine']);
  });

  it('fails for good if it is too large', async () => {
    const running = await started();
    running.mailer.answer = () => refuse('DATA', '552 5.3.4 Message too big');
    running.publish('a');
    await pass(MINUTE_MS);
    expect(running.states()).toEqual(['a ann failed']);
  });
});

describe('an item that matches several topics', () => {
  const item = { entries: [alertEntry({ itemId: 'i', title: 'Quake' })] };

  it('comes in one mail that names all topics, and each alert gets its answer', async () => {
    const running = await started();
    running.publish('a', { ...item, topicId: 'x', topicName: 'Quakes' });
    await pass(3 * SECOND_MS);
    running.publish('b', { ...item, topicId: 'y', topicName: 'Islands' });
    await pass(MINUTE_MS);
    expect(running.mailer.sent).toEqual([`${ANN} Quakes, Islands: Quake`]);
    expect(running.mailer.tries[0]?.mail.text).toMatch(
      /Also for “Islands”: .*\n[\s\S]*subscribed to “Quakes” and “Islands”/,
    );
    expect(running.states()).toEqual(['a ann mailed', 'b ann mailed']);
  });

  it('comes in a second mail if the first was already being sent', async () => {
    const running = await started();
    running.publish('a', { ...item, topicId: 'x', topicName: 'Quakes' });
    await pass(6 * SECOND_MS);
    running.publish('b', { ...item, topicId: 'y', topicName: 'Islands' });
    await pass(MINUTE_MS);
    expect(running.mailer.sent).toEqual([`${ANN} Quakes: Quake`, `${ANN} Islands: Quake`]);
  });

  it('comes in several mails if the server refuses the one, so that one alert fails alone', async () => {
    for (const response of ['554 5.7.1 spam', '552 5.3.4 too large', '451 4.7.1 try later']) {
      const running = await started();
      running.mailer.answer = (_, { text }) =>
        String(text).includes('“Islands”') ? refuse('DATA', response) : 'ok';
      running.publish(`a${response}`, { ...item, topicId: 'x', topicName: 'Quakes' });
      running.publish(`b${response}`, { ...item, topicId: 'y', topicName: 'Islands' });
      await pass(MINUTE_MS);
      expect(running.mailer.sent, response).toEqual([`${ANN} Quakes: Quake`]);
      await running.emails.close();
    }
  });

  it('comes in the same mail after a restart', async () => {
    const before = await started();
    before.mailer.answer = () => dropped;
    before.publish('a', { ...item, topicId: 'x', topicName: 'Quakes' });
    before.publish('b', { ...item, topicId: 'y', topicName: 'Islands' });
    await pass(6 * SECOND_MS);
    const after = await started();
    after.publish('c', { ...item, topicId: 'z', topicName: 'Oceans' });
    await pass(2 * MINUTE_MS);
    expect(after.mailer.sent).toEqual([`${ANN} Quakes, Islands: Quake`, `${ANN} Oceans: Quake`]);
    expect(after.mailer.tries[0]?.mail.messageId).toBe(before.mailer.tries[0]?.mail.messageId);
  });
});

describe('after a restart', () => {
  it('a refused mail is tried again soon, whatever its next try was', async () => {
    const before = await started();
    before.mailer.answer = () => refuse('RCPT TO', '554 5.7.1 Relay access denied');
    before.publish('a');
    await pass(10 * HOUR_MS);
    const after = await started();
    await pass(MINUTE_MS);
    expect(subjects(after)).toEqual(['a']);
    expect(after.mailer.tries[0]?.mail.messageId).toBe(before.mailer.tries[0]?.mail.messageId);
  });

  it('a sent mail is not sent again', async () => {
    const before = await started();
    before.publish('a');
    await pass(MINUTE_MS);
    const after = await started();
    await pass(HOUR_MS);
    expect(after.mailer.tries).toEqual([]);
  });

  it('an alert that is published again is not mailed again unless its content differs', async () => {
    const running = await started();
    running.publish('a', { id: 'same', entries: [alertEntry({ itemId: 'i' })] });
    await pass(MINUTE_MS);
    running.publish('b', { id: 'same', entries: [alertEntry({ itemId: 'i' })] });
    running.publish('c', { id: 'same', entries: [alertEntry({ itemId: 'j' })] });
    await pass(MINUTE_MS);
    expect(running.mailer.tries).toHaveLength(2);
    expect(running.states()).toEqual(['a ann mailed', 'b ann mailed', 'c ann mailed']);
  });

  it('a mail that 0.1.0 gave up because of its settings is sent if it is still recent', async () => {
    const outbox = createOutbox({ file: join(folder, 'outbox.jsonl') });
    const failed = (id: string, days: number, detail: string) => {
      const at = new Date(Date.now() - days * DAY_MS).toISOString();
      outbox.recordPublish(publishedMessage(id, alertOf({ id }), { at }), [
        delivery('failed', { endpoint: ANN, detail }),
      ]);
    };
    const login =
      'mail.internal:587 refused the user or password; check them in NEWS_ALERTS_SMTP_URL: 535 no';
    failed('old', 6, login);
    failed('login', 1, login);
    failed('sender', 1, 'mail.internal:587 refused news-alerts@localhost as the sender; check: 550 no');
    failed('recipient', 1, 'mail.internal:587 refused the recipient; check the address: 550 no such user');
    await outbox.close();
    const running = await started();
    await pass(MINUTE_MS);
    expect(running.states()).toEqual([
      'old ann failed',
      'login ann mailed',
      'sender ann mailed',
      'recipient ann failed',
    ]);
  });
});

describe('closing', () => {
  it('sends mails that only wait for other topics, and leaves those that wait for the server', async () => {
    const running = await started();
    running.publish('a');
    await running.emails.close();
    expect(running.states()).toEqual(['a ann mailed']);

    const stuck = await started();
    stuck.mailer.answer = () => noConnection;
    stuck.publish('b');
    stuck.publish('c');
    await stuck.emails.close();
    expect(stuck.mailer.tries).toHaveLength(1);
    expect(stuck.outbox.waiting()).toHaveLength(2);
  });

  it('does not wait for a hanging server', async () => {
    const mailer = new TestMailer();
    const ended = Promise.withResolvers<MailOutcome>();
    mailer.send = () => ended.promise;
    mailer.close = () => {
      const error = Object.assign(new Error('aborted'), { name: 'AbortError' });
      ended.resolve({ isSent: false, fault: mailFault(error, mailer.server, '') });
    };
    const running = await started(mailer);
    running.publish('a', { kind: 'notice' });
    await pass(1);
    const closed = running.emails.close();
    await pass(10 * SECOND_MS);
    await closed;
    expect(running.states()).toEqual(['a ann waiting']);
    expect(running.printed.filter((text) => text.startsWith('PROBLEM'))).toEqual([]);
  });
});
