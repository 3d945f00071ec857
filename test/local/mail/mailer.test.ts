import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import { createMailer, type MailerTiming, mailerFromEnvironment } from '../../../local/mail/mailer.ts';
import { parseSmtpUrl } from '../../../local/mail/smtp-server.ts';
import { startMailServer } from './mail-server.ts';
import { answer } from './mail-source.ts';

const FROM = 'Nachrichten für alle <alerts@news.example>';
const QUICK: Partial<MailerTiming> = { connect: 2_000, answer: 5_000, mail: 5_000 };

const mail =
  (id: string, to = 'ann@example.com') =>
  () => ({
    to: { name: '', address: to },
    subject: id,
    text: 'Short.\n',
    messageId: `<${id}@news.example>`,
  });

function mailer(url: string, timing = QUICK) {
  const made = createMailer(url, FROM, timing);
  onTestFinished(() => made.close());
  return made;
}

const faultOf = async (outcome: ReturnType<ReturnType<typeof createMailer>['send']>) => {
  const result = await outcome;
  return result.isSent ? expect.fail('it was sent') : result.fault;
};

describe('a mail', () => {
  it("comes from the sender, with a name and a date, and returns the server's answer", async () => {
    const server = await startMailServer();
    const outcome = await mailer(server.url).send(mail('a'));
    expect(outcome).toEqual({ isSent: true, answer: expect.stringMatching(/^250 /) });
    expect(server.mails[0]).toMatchObject({ from: 'alerts@news.example', to: ['ann@example.com'] });
    const { from, date, to } = server.mails[0]?.headers ?? {};
    expect(from).toMatch(/^=\?UTF-8\?.*\?= <alerts@news\.example>$/);
    expect(to).toBe('ann@example.com');
    expect(Math.abs(Date.parse(date ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('goes to one address, whatever its characters', async () => {
    const server = await startMailServer();
    await mailer(server.url).send(mail('a', 'ann@example.com, eve@example.com'));
    expect(server.mails.flatMap(({ to }) => to)).not.toContain('eve@example.com');
  });

  it('uses the connection of the previous mail', async () => {
    let connections = 0;
    const server = await startMailServer({
      onConnect(_session, done) {
        connections++;
        done();
      },
    });
    const { send } = mailer(server.url);
    for (const id of ['a', 'b', 'c']) expect(await send(mail(id))).toMatchObject({ isSent: true });
    expect(connections).toBe(1);
    expect(server.mails.map(({ headers }) => headers.subject)).toEqual(['a', 'b', 'c']);
  });

  it('is sent with the user and password in the URL', async () => {
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        if (username === 'ann@corp' && password === 'p@ss:/#') done(null, { user: 'ann' });
        else done(answer(535, 'bad credentials'));
      },
    });
    const good = mailer(`smtp://ann%40corp:p%40ss%3A%2F%23@127.0.0.1:${server.port}`);
    expect(await good.verify()).toBeUndefined();
    expect(await good.send(mail('a'))).toMatchObject({ isSent: true });
    expect(server.mails[0]?.user).toBe('ann');

    const bad = mailer(`smtp://ann:secret@127.0.0.1:${server.port}`);
    for (const fault of [await bad.verify(), await faultOf(bad.send(mail('b')))]) {
      expect(fault).toMatchObject({ scope: 'server', cause: 'login', needsAction: true });
      expect(fault?.detail).toMatch(
        /refused the user or password; check them in NEWS_ALERTS_SMTP_URL .*535 /,
      );
      expect(fault?.detail).not.toContain('secret');
    }
    const none = mailer(`smtp://127.0.0.1:${server.port}`);
    expect(await faultOf(none.send(mail('c')))).toMatchObject({ cause: 'login', scope: 'server' });
  });

  it('is sent over TLS if a server on this machine supports it', async () => {
    const opportunistic = await startMailServer({ disabledCommands: [] });
    expect(await mailer(opportunistic.url).send(mail('a'))).toMatchObject({ isSent: true });
    const fromTheStart = await startMailServer({ secure: true });
    const url = fromTheStart.url.replace('smtp:', 'smtps:');
    expect(await mailer(url).send(mail('b'))).toMatchObject({ isSent: true });
  });
});

const refusingData = (code: number, text: string): SMTPServerOptions => ({
  onData: (stream, _session, done) => {
    stream.resume();
    stream.on('end', () => done(answer(code, text)));
  },
});

describe('a refusal', () => {
  it.each([
    ['sender', { onMailFrom: (_a, _s, done) => done(answer(550, 'not yours')) }, 'server', false],
    ['recipient', { onRcptTo: (_a, _s, done) => done(answer(550, '5.1.1 no such user')) }, 'recipient', true],
    [
      'greylisted recipient',
      { onRcptTo: (_a, _s, done) => done(answer(451, '4.7.1 later')) },
      'recipient',
      false,
    ],
    ['large mail', refusingData(552, '5.3.4 too big'), 'mail', true],
    ['mail taken for spam', refusingData(554, '5.7.1 spam'), 'mail', false],
    ['client', { onConnect: (_s, done) => done(answer(554, 'not you')) }, 'server', false],
  ] satisfies [string, SMTPServerOptions, string, boolean][])(
    'of the %s is distinguished from others',
    async (_, options, scope, isPermanent) => {
      const server = await startMailServer(options);
      expect(await faultOf(mailer(server.url).send(mail('a')))).toMatchObject({ scope, isPermanent });
    },
  );

  it('leaves the connection usable for the next mail', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('no') ? answer(550, '5.1.1 no') : null),
    });
    const { send } = mailer(server.url);
    expect(await faultOf(send(mail('a', 'no@example.com')))).toMatchObject({ scope: 'recipient' });
    expect(await send(mail('b'))).toMatchObject({ isSent: true });
    expect(server.mostOpen()).toBe(1);
  });
});

describe('no answer', () => {
  it('from a hanging server ends at the time limit, and the next mail is sent', async () => {
    let hang = true;
    const server = await startMailServer({
      onMailFrom: (_address, _session, done) => {
        if (!hang) done();
      },
    });
    const { send } = mailer(server.url, { ...QUICK, mail: 200 });
    const fault = await faultOf(send(mail('a')));
    expect(fault).toMatchObject({ scope: 'server', isAborted: true });
    expect(fault.detail).toMatch(/did not answer in time; check host and port in NEWS_ALERTS_SMTP_URL/);
    hang = false;
    expect(await send(mail('b'))).toMatchObject({ isSent: true });
  });

  it('from a server that never greets, or drips, ends at the time limit too', async () => {
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
    const { send, verify } = mailer(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      ...QUICK,
      connect: 300,
    });
    const started = performance.now();
    expect((await verify())?.detail).toContain('did not answer in time');
    expect((await faultOf(send(mail('a')))).detail).toContain('did not answer in time');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('without a server is reported at once, with what to check', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const { send, verify } = mailer(`smtp://127.0.0.1:${port}`);
    const started = performance.now();
    for (const fault of [await verify(), await faultOf(send(mail('a')))]) {
      expect(fault).toMatchObject({ scope: 'server', cause: 'connection', isOfMail: false });
      expect(fault?.detail).toMatch(
        /cannot be reached; check host and port in NEWS_ALERTS_SMTP_URL: .*ECONNREFUSED/,
      );
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each(['before', 'after'])(
    'from a server that closes %s it has accepted the mail is a connection fault, and perhaps the mail’s',
    async (when) => {
      const server = await startMailServer({
        onData(stream, session, _done) {
          const socket = server.socketOf(session.id);
          if (when === 'before') socket?.destroy();
          stream.resume();
          stream.on('end', () => socket?.destroy());
        },
      });
      expect(await faultOf(mailer(server.url).send(mail('a')))).toMatchObject({
        scope: 'server',
        cause: 'connection',
        isOfMail: true,
        isPermanent: false,
      });
    },
  );

  it('to smtps:// from a server without TLS names both schemes', async () => {
    const server = await startMailServer();
    const fault = await faultOf(mailer(server.url.replace('smtp:', 'smtps:')).send(mail('a')));
    expect(fault).toMatchObject({ cause: 'tls' });
    expect(fault.detail).toMatch(/smtps:\/\/ is used for port 465 and smtp:\/\/ for others/);
  });
});

it('ends the current try when it is closed', async () => {
  const server = await startMailServer({ onMailFrom: () => undefined });
  const closed = createMailer(server.url, FROM, QUICK);
  const outcome = faultOf(closed.send(mail('a')));
  setTimeout(() => closed.close(), 50);
  expect(await outcome).toMatchObject({ isAborted: true });
});

it('reports a mail that cannot be composed, and never throws', async () => {
  const server = await startMailServer();
  const fault = await faultOf(
    mailer(server.url).send(() => {
      throw new TypeError('no entry');
    }),
  );
  expect(fault).toMatchObject({ scope: 'mail', cause: 'unknown', isPermanent: false });
});

describe('the settings', () => {
  it.each([
    ['smtp.example.com:587', /smtp:\/\/user:password@host:port/],
    ['not a url', /not a URL/],
    ['http://user:hunter2@mail.example', /got http:\/\//],
    ['smtp://', /no host/],
    ['smtp://user:hun/ter2@mail.example:587', /percent-encoded/],
    ['smtp://user:1#hunter2@mail.example:587', /percent-encoded/],
    ['smtp://user:hunter2%zz@mail.example:587', /write it as %25/],
    ['smtp://user:@mail.example:587', /only one of user and password/],
    ['smtp://user:hunter2@mail.example:99999', /NEWS_ALERTS_SMTP_URL/],
  ])('refuse %s without revealing the password', (url, expected) => {
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

  it('require TLS and a valid certificate wherever a password leaves the machine', () => {
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

  it.each(['alerts', 'alerts@', 'Alerts <alerts>', 'a@news.example, b@news.example'])(
    'refuse %j as the sender',
    (from) => {
      expect(() => createMailer('smtp://127.0.0.1', from)).toThrow(
        /NEWS_ALERTS_MAIL_FROM .*alerts@example\.com/,
      );
    },
  );

  it.each([
    ['alerts@news.example', 'news-alerts', 'alerts@news.example'],
    ['News <alerts@news.example>', 'News', 'alerts@news.example'],
    ['"Doe, Jane" <jane@News.Example>', 'Doe, Jane', 'jane@News.Example'],
    ['Zoë 🐐 <zoe@news.example>', 'Zoë 🐐', 'zoe@news.example'],
  ])('accept %j as a sender', (from, name, address) => {
    expect(createMailer('smtp://127.0.0.1', from).sender).toMatchObject({
      name,
      address,
      domain: 'news.example',
    });
  });

  it('require a sender beside a server, and suggest one', () => {
    const missing = (url: string) => () => mailerFromEnvironment({ NEWS_ALERTS_SMTP_URL: url });
    expect(mailerFromEnvironment({})).toBeUndefined();
    expect(
      mailerFromEnvironment({ NEWS_ALERTS_SMTP_URL: '', NEWS_ALERTS_MAIL_FROM: 'a@b.example' }),
    ).toBeUndefined();
    expect(missing('smtp://u:p@mail.example')).toThrow(NewsAlertsError);
    expect(missing('smtp://u:p@mail.example')).toThrow(
      /^expected NEWS_ALERTS_MAIL_FROM beside NEWS_ALERTS_SMTP_URL, got nothing; .*\.env/,
    );
    expect(missing('smtp://jane%40mail.example:p@mail.example')).toThrow(
      /NEWS_ALERTS_MAIL_FROM=jane@mail\.example$/,
    );
  });
});
