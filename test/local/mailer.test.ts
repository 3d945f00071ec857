import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { createMailer, type MailerTiming } from '../../local/mailer.ts';
import { parseSmtpUrl } from '../../local/smtp-server.ts';
import type { Outgoing } from '../../local/sns/outgoing.ts';
import { answer, startMailServer } from './mail-server.ts';
import { outgoing } from './sample-publish.ts';

const FROM = 'News alerts <alerts@news.example>';
const QUICK: Partial<MailerTiming> = { backOff: [10, 20, 30], perTry: 5_000 };

const mail = (messageId: string, more: Partial<Outgoing> = {}) =>
  outgoing(messageId, { body: 'Short.\n', ...more });
const detailOf = async (result: Promise<{ ok: boolean; detail?: string }>) => {
  const { ok, detail } = await result;
  expect(ok).toBe(false);
  return detail;
};

describe('a mail', () => {
  it('is plain text from the sender to the recipient, with a list and an id of its own', async () => {
    const server = await startMailServer();
    const { send } = createMailer(server.url, FROM);
    const body = 'Zoë Lindqvist, four children and a goat 🐐\n\n.\nWhy: “flood”\n';
    expect(await send(mail('m1', { subject: 'Floods: “We left the piano” 🐐', body }))).toEqual({ ok: true });
    const [received] = server.mails;
    expect(received).toMatchObject({ from: 'alerts@news.example', to: ['ann@example.com'] });
    expect(received?.headers).toMatchObject({
      from: 'News alerts <alerts@news.example>',
      to: 'ann@example.com',
      'list-id': '<news-alerts-topic-summit.news.example>',
      'auto-submitted': 'auto-generated',
      'content-type': 'text/plain; charset=utf-8',
      'message-id': expect.stringMatching(/^<[0-9a-f]{16}\.m1@news\.example>$/),
    });
    expect(received?.headers.subject).toMatch(/^=\?UTF-8\?/);
    expect(received?.body.replaceAll('\r\n', '\n')).toBe(body);
  });

  it('has the same id when it is sent again, and another for another recipient or alert', async () => {
    const server = await startMailServer();
    const { send } = createMailer(server.url, FROM);
    for (const one of [mail('a'), mail('a'), mail('a', { endpoint: 'bob@example.com' }), mail('b')])
      await send(one);
    const [first, again, bob, other] = server.mails.map(({ headers }) => headers['message-id']);
    expect(again).toBe(first);
    expect(new Set([first, bob, other]).size).toBe(3);
  });

  it('refers to its story, the same way for every mail of it and for every recipient', async () => {
    const server = await startMailServer();
    const { send } = createMailer(server.url, FROM);
    await send(mail('first'), 'story-1');
    await send(mail('follow-up', { subject: 'Re: Floods' }), 'story-1');
    await send(mail('first', { endpoint: 'bob@example.com' }), 'story-1');
    await send(mail('other'), 'story-2');
    await send(mail('digest'));
    const thread = server.mails.map(({ headers }) => [headers['in-reply-to'], headers.references]);
    const [one, two] = ['<story.story-1@news.example>', '<story.story-2@news.example>'];
    expect(thread).toEqual([
      [one, one],
      [one, one],
      [one, one],
      [two, two],
      [undefined, undefined],
    ]);
    expect(new Set(server.mails.map(({ headers }) => headers['message-id'])).size).toBe(5);
  });

  it('goes to one address and has one subject, whatever they hold', async () => {
    const server = await startMailServer();
    const { send } = createMailer(server.url, FROM);
    await send(mail('a', { subject: 'Hello\r\nBcc: eve@example.com', endpoint: 'ann@example.com' }));
    await send(mail('b', { endpoint: 'ann@example.com, eve@example.com' }));
    expect(server.mails.flatMap(({ to }) => to)).not.toContain('eve@example.com');
    expect(server.mails[0]?.headers).not.toHaveProperty('bcc');
  });

  it('is sent with user and password where the URL has them', async () => {
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        if (username === 'ann@corp' && password === 'p@ss:/#') done(null, { user: 'ann' });
        else done(answer(535, 'bad credentials'));
      },
    });
    const port = server.port;
    const good = createMailer(`smtp://ann%40corp:p%40ss%3A%2F%23@127.0.0.1:${port}`, FROM, QUICK);
    expect(await good.send(mail('a'))).toEqual({ ok: true });
    expect(server.mails[0]?.user).toBe('ann');

    const bad = createMailer(`smtp://ann:secret@127.0.0.1:${port}`, FROM, QUICK);
    const refusal = await detailOf(bad.send(mail('b')));
    expect(refusal).toMatch(/refused the user or password; check them in NEWS_ALERTS_SMTP_URL .*535 /);
    expect(refusal).not.toContain('secret');

    const none = createMailer(`smtp://127.0.0.1:${port}`, FROM, QUICK);
    expect(await detailOf(none.send(mail('c')))).toContain('check user and password in NEWS_ALERTS_SMTP_URL');
  });

  it('goes over TLS where the server on this machine speaks it', async () => {
    const opportunistic = await startMailServer({ disabledCommands: [] });
    expect(await createMailer(opportunistic.url, FROM, QUICK).send(mail('a'))).toEqual({ ok: true });
    const fromTheStart = await startMailServer({ secure: true });
    const url = fromTheStart.url.replace('smtp:', 'smtps:');
    expect(await createMailer(url, FROM, QUICK).send(mail('b'))).toEqual({ ok: true });
  });
});

describe('trouble', () => {
  it('of a greylisting server is waited out', async () => {
    let refusals = 2;
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(refusals-- > 0 ? answer(451, 'greylisted') : null),
    });
    expect(await createMailer(server.url, FROM, QUICK).send(mail('a'))).toEqual({ ok: true });
    expect(server.tries).toHaveLength(3);
    expect(server.mails).toHaveLength(1);
  });

  it('that does not pass is given up after three more tries', async () => {
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(answer(451, 'come back later')),
    });
    const detail = await detailOf(createMailer(server.url, FROM, QUICK).send(mail('a')));
    expect(detail).toMatch(
      /^127\.0\.0\.1:\d+ refused the recipient; .*451 come back later.* \(tried 4 times\)$/,
    );
    expect(server.tries).toHaveLength(4);
  });

  it.each([
    [
      'recipient',
      { onRcptTo: (_a, _s, done) => done(answer(550, 'no such user')) },
      /refused the recipient; check the address under recipients: 550 no such user/,
    ],
    [
      'sender',
      { onMailFrom: (_a, _s, done) => done(answer(553, 'not yours')) },
      /refused News alerts <alerts@news\.example> as the sender; .*NEWS_ALERTS_MAIL_FROM.*: 553 not yours/,
    ],
    [
      'mail',
      {
        onData: (stream, _s, done) => {
          stream.resume();
          stream.on('end', () => done(answer(554, 'spam')));
        },
      },
      /refused the mail: 554 spam/,
    ],
  ] satisfies [string, Parameters<typeof startMailServer>[0], RegExp][])(
    'with the %s, refused for good, is told at once',
    async (_, options, expected) => {
      const server = await startMailServer(options);
      expect(await detailOf(createMailer(server.url, FROM, QUICK).send(mail('a')))).toMatch(expected);
      expect(server.tries.length).toBeLessThanOrEqual(1);
    },
  );

  it('of a server that hangs ends with its time, and the next mail is sent', async () => {
    let hang = true;
    const server = await startMailServer({
      onMailFrom: (_address, _session, done) => {
        if (!hang) done();
      },
    });
    const mailer = createMailer(server.url, FROM, { perTry: 200, backOff: [] });
    const detail = await detailOf(mailer.send(mail('a')));
    expect(detail).toMatch(/did not answer in time: check host and port in NEWS_ALERTS_SMTP_URL/);
    hang = false;
    expect(await mailer.send(mail('b'))).toEqual({ ok: true });
  });

  it('of a server that never greets, or drips, ends with its time too', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      const drip = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = performance.now();
    const detail = await detailOf(createMailer(url, FROM, { perTry: 300, backOff: [] }).send(mail('a')));
    expect(detail).toContain('did not answer in time');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('of nobody listening is told with what to check', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const mailer = createMailer(`smtp://127.0.0.1:${port}`, FROM, QUICK);
    expect(await detailOf(mailer.send(mail('a')))).toMatch(
      /cannot be reached \(.*ECONNREFUSED.*\): check host and port in NEWS_ALERTS_SMTP_URL \(tried 4 times\)/,
    );
  });

  it('of smtps:// spoken to a server that begins without TLS names both', async () => {
    const server = await startMailServer();
    const mailer = createMailer(server.url.replace('smtp:', 'smtps:'), FROM, QUICK);
    expect(await detailOf(mailer.send(mail('a')))).toMatch(
      /smtps:\/\/ is used for port 465 and smtp:\/\/ for others/,
    );
  });

  it('with one recipient does not keep the others waiting', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('slow') ? answer(451, 'later') : null),
    });
    const mailer = createMailer(server.url, FROM, { backOff: [60_000] });
    const slow = mailer.send(mail('a', { endpoint: 'slow@example.com' }));
    expect(await mailer.send(mail('a'))).toEqual({ ok: true });
    await mailer.close();
    expect(await slow).toMatchObject({ ok: false });
  });
});

describe('the queue', () => {
  it('sends one mail at a time, in order', async () => {
    const server = await startMailServer();
    const { send } = createMailer(server.url, FROM);
    const endpoints = Array.from({ length: 5 }, (_, n) => `reader-${n}@example.com`);
    await Promise.all(endpoints.map((endpoint) => send(mail('a', { endpoint }))));
    expect(server.mails.flatMap(({ to }) => to)).toEqual(endpoints);
    expect(server.mostOpen()).toBe(1);
  });

  it('gives what waits a last try on close, and tells the outcomes first', async () => {
    let refuse = true;
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(refuse ? answer(451, 'later') : null),
    });
    const mailer = createMailer(server.url, FROM, { backOff: [60_000, 60_000] });
    const told: boolean[] = [];
    for (const id of ['a', 'b', 'c']) void mailer.send(mail(id)).then(({ ok }) => told.push(ok));
    await vi.waitFor(() => expect(server.tries).toHaveLength(3));
    refuse = false;
    await mailer.close();
    expect(told).toEqual([true, true, true]);
  });

  it('does not wait for a server that hangs when it is closed', async () => {
    const server = await startMailServer({ onMailFrom: () => undefined });
    const mailer = createMailer(server.url, FROM, { closing: 100 });
    const results = [mailer.send(mail('a')), mailer.send(mail('b'))];
    const started = performance.now();
    await mailer.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const result of results) expect(await detailOf(result)).toContain('news-alerts was stopped');
  });
});

describe('the settings', () => {
  it.each([
    ['smtp.example.com:587', /smtp:\/\/user:password@host:port/],
    ['not a url', /no URL at all/],
    ['http://user:hunter2@mail.example', /got http:\/\//],
    ['smtp://', /no host/],
    ['smtp://user:hun/ter2@mail.example:587', /percent-encoded/],
    ['smtp://user:1#hunter2@mail.example:587', /percent-encoded/],
    ['smtp://user:hunter2%zz@mail.example:587', /write it as %25/],
    ['smtp://user:@mail.example:587', /only one of user and password/],
    ['smtp://user:hunter2@mail.example:99999', /NEWS_ALERTS_SMTP_URL/],
  ])('refuse %s, and keep the password to themselves', (url, expected) => {
    const attempt = () => createMailer(url, FROM);
    expect(attempt).toThrow(NewsAlertsError);
    expect(attempt).toThrow(/NEWS_ALERTS_SMTP_URL/);
    expect(attempt).toThrow(expected);
    try {
      attempt();
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/hunter2|ter2/);
    }
  });

  it('ask for TLS wherever a password would leave the machine, and for a true certificate', () => {
    const optionsOf = (url: string) => parseSmtpUrl(url).options;
    expect(optionsOf('smtp://u:p@mail.example')).toMatchObject({
      host: 'mail.example',
      port: 587,
      secure: false,
      requireTLS: true,
      tls: { rejectUnauthorized: true },
    });
    expect(optionsOf('smtps://u:p@mail.example/')).toMatchObject({ port: 465, secure: true });
    expect(optionsOf('smtp://mail.example:25')).toMatchObject({ port: 25, requireTLS: false });
    expect(optionsOf('smtp://u:p@[::1]:1025')).toMatchObject({
      host: '::1',
      port: 1025,
      requireTLS: false,
      tls: { rejectUnauthorized: false },
    });
  });

  it.each(['', 'alerts', 'alerts@', 'Alerts <alerts>'])('refuse %j as the sender', (from) => {
    expect(() => createMailer('smtp://127.0.0.1', from)).toThrow(
      /NEWS_ALERTS_MAIL_FROM .*alerts@example\.com/,
    );
  });
});
