import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN } from '../../functions/chat/sample-addresses.ts';
import { canariesIn } from '../../helpers/canary.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';
import { loopbackServer } from '../../helpers/loopback-server.ts';
import { startMailServer } from '../../local/mail/mail-server.ts';
import { answer } from '../../local/mail/mail-source.ts';
import { type SnsStandIn, startSnsStandIn } from '../../local/sms/sns-stand-in.ts';

const ANN = 'ann@readers.internal';
const deployed = deployment();
let folder: string;
let config: string;
let channels: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-test-'));
  config = join(folder, 'news-alerts.yaml');
  const topics = ['owls', 'bats', 'newts', 'moles'];
  writeFileSync(
    config,
    `topics: [${topics.map((id) => `{ id: ${id}, name: All ${id}, match: ${id} }`).join(', ')}]\n`,
  );
  channels = {};
  for (const id of ['owls', 'bats', 'newts'])
    channels[id] = await deployed.channel(`NewsAlerts-channel-${id}`);
  const prefix = channels.owls?.replace(/owls$/, '') ?? '';
  deployed.facts.outputs = { ChannelArnPrefix: prefix };
  const subscribe = (TopicArn: string | undefined, Protocol: string, Endpoint: string) =>
    deployed.snsClient().send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  await subscribe(channels.owls, 'email', 'Ann@readers.internal');
  await subscribe(channels.owls, 'sms', '+46701234567');
  await subscribe(channels.bats, 'email', ANN);
  await subscribe(channels.bats, 'email', 'bob@readers.internal');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('news-alerts test, on one machine', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(['test', '--config', config, ...args], env);
  const mailOf = (url: string) => ({
    NEWS_ALERTS_SMTP_URL: url,
    NEWS_ALERTS_MAIL_FROM: 'alerts@news.internal',
  });

  it('prints JSON', async () => {
    const server = await startMailServer();
    const { stdout, code } = await run(['--email', ANN, '--json'], mailOf(server.url));
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        topic: expect.any(String),
        stack: null,
        sent: [{ protocol: 'email', to: ANN, answer: expect.stringContaining('250') }],
      },
    ]);
    expect(await run(['--sms', '+12025550199', '--json'], mailOf(server.url))).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('sends an email the way alerts are sent, and prints the answer of the server', async () => {
    const server = await startMailServer();
    const { stdout, code } = await run(['--email', ANN, '--topic', 'bats'], mailOf(server.url));
    expect(stdout).toMatch(/^sent to ann@readers\.internal: 250 .+\n$/);
    expect(code).toBe(0);
    expect(server.mails).toMatchObject([{ to: [ANN], from: 'alerts@news.internal' }]);
    const [{ headers, text } = { headers: {}, text: '' }] = server.mails;
    expect(headers).toMatchObject({
      subject: 'All bats: Test of news-alerts: alerts reach you',
      'list-id': '<news-alerts-channel-bats.news.internal>',
      'auto-submitted': 'auto-generated',
    });
    expect(text).toContain('It contains no news.');
  });

  it('sends an email without a configuration file', async () => {
    const server = await startMailServer();
    const args = ['test', '--config', join(folder, 'none.yaml'), '--email', ANN];
    expect((await runCli(args, mailOf(server.url))).code).toBe(0);
  });

  it('says why the server refused the email, and what to do', async () => {
    const server = await startMailServer({
      onRcptTo: (_a, _s, done) => done(answer(550, '5.1.1 no such user')),
    });
    const { stdout, stderr, code } = await run(['--email', ANN], mailOf(server.url));
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(
      /^the test was not sent to ann@readers\.internal: .* no such address; check it under recipients: 550 5\.1\.1/,
    );
  });

  it.each([
    [['--email', ANN], {}, /expected NEWS_ALERTS_SMTP_URL and NEWS_ALERTS_MAIL_FROM .*--stack/, 1],
    [
      ['--email', ANN],
      { NEWS_ALERTS_SMTP_URL: 'smtp://127.0.0.1:1' },
      /expected NEWS_ALERTS_MAIL_FROM beside/,
      1,
    ],
    [
      ['--email', ANN],
      { NEWS_ALERTS_SMTP_URL: 'mail.internal', NEWS_ALERTS_MAIL_FROM: 'a@b.internal' },
      /not a URL/,
      1,
    ],
    [['--email', 'you@example.com'], {}, /got the example you@example\.com/, 1],
    [['--email', ANN, '--topic', 'cats'], {}, /--topic: expected the id of a topic in .*, got cats/, 1],
    [[], {}, /expected --email, --sms, --recipient or a chat service such as --slack, got none of them/, 2],
    [['--email', 'ann'], {}, /--email: expected an address .*, got ann/, 2],
    [['--sms', '0701234567'], {}, /--sms: expected a number such as \+12025550123/, 2],
  ])('%j %j', async (args, env, expected, exit) => {
    const { stderr, code } = await run(args, env);
    expect(stderr).toMatch(expected);
    expect(code).toBe(exit);
  });

  it('sends to an address at a chat service, with names from the environment, and shows no secret', async () => {
    const { url, requests } = await loopbackServer((response) =>
      response.end('{"ok":true,"result":{"message_id":5}}'),
    );
    const env = { HOOK: `${url}/services/T0/B0/cnryS4k7Zq2mWv9xLt`, BOT: TOKEN };
    const { stdout, stderr, code } = await run(
      [
        '--slack',
        `{ url: "\${HOOK}", private: true }`,
        '--telegram',
        `{ token: "\${BOT}", chat: -1001, url: ${url}, private: true }`,
      ],
      env,
    );
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(
      /^sent to slack 127\.0\.0\.1:\d+\/…\w{8}: Slack answered 200 .*\nsent to telegram chat -1001 \(bot 123456\): Telegram answered 200/,
    );
    expect(requests.map(({ path }) => path)).toEqual([
      '/services/T0/B0/cnryS4k7Zq2mWv9xLt',
      `/bot${TOKEN}/sendMessage`,
    ]);
    const wrong = await run(['--discord', `\${HOOK}`], env);
    expect(wrong.stderr).toContain('use https');
    expect(wrong.code).toBe(1);
    const unset = await run(['--slack', `\${NOT_SET}`]);
    expect(unset.stderr).toContain('expected the environment variable NOT_SET to be set');
    const both = await run(['--slack', `\${HOOK}`, '--stack', 'NewsAlerts'], env);
    expect([both.stderr, both.code]).toEqual([expect.stringContaining('--slack: expected no --stack'), 2]);
    for (const text of [stdout, stderr, wrong.stderr, both.stderr])
      expect(canariesIn(text, { slack: 'cnryS4k7Zq2mWv9xLt', bot: TOKEN })).toEqual([]);
  });

  it('prints an SMS, and says that it was not sent', async () => {
    const { stdout, stderr, code } = await run(['--sms', '+46701234567']);
    expect(stdout).toBe('All owls: Test of news-alerts: alerts reach you\n');
    expect(stderr).toMatch(
      /not sent to \+46701234567: this machine only shows SMS .*NEWS_ALERTS_SMS=aws.*--stack/,
    );
    expect(code).toBe(1);
  });
});

describe('news-alerts test --sms, with NEWS_ALERTS_SMS=aws', () => {
  const NUMBER = '+46701234567';
  const run = (sns: SnsStandIn, number = NUMBER) =>
    runCli(['test', '--config', config, '--sms', number], {
      NEWS_ALERTS_SMS: 'aws',
      AWS_REGION: 'eu-north-1',
      AWS_ACCESS_KEY_ID: 'AKIDUSER',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_SNS: sns.url,
    });

  it('sends an SMS from this machine, and prints the message id', async () => {
    const sns = await startSnsStandIn();
    const { stdout, code } = await run(sns);
    expect(stdout).toMatch(
      /^SNS in eu-north-1 accepted the test for \+46701234567 \(message sms-1\) at \$0\.10 or less; .*doctor/,
    );
    expect(code).toBe(0);
    expect(sns.received).toMatchObject([
      { to: NUMBER, text: 'All owls: Test of news-alerts: alerts reach you' },
    ]);
  });

  it('says why it was not sent, or may have been, and what to do', async () => {
    const sns = await startSnsStandIn();
    sns.answer = () => ({ status: 403, code: 'AuthorizationError', message: 'not authorized' });
    const refused = await run(sns);
    expect([refused.stdout, refused.code]).toEqual(['', 1]);
    expect(refused.stderr).toMatch(/^the test was not sent to \+46701234567: .* allow .* sns:Publish/);
    sns.answer = () => 'reset';
    expect((await run(sns)).stderr).toMatch(/^the test may have been sent to \+46701234567: /);
    expect((await run(sns, '+12025550123')).stderr).toMatch(/got the example \+12025550123/);
    expect(sns.received).toHaveLength(2);
  });
});

describe('news-alerts test --stack', () => {
  const run = (...args: string[]) =>
    runCli(['test', '--stack', 'NewsAlerts', '--config', config, ...args], deployed.env());

  it('publishes to a topic that only the address receives', async () => {
    const { stdout, code } = await run('--email', ANN);
    expect(stdout).toMatch(
      /^SNS accepted the test for ann@readers\.internal \(message [0-9a-f-]+\); SNS does not report/,
    );
    expect(code).toBe(0);
  });

  it.each([
    [
      ['--email', ANN, '--topic', 'bats'],
      /nothing was sent: topic bats has 1 other confirmed subscriber besides .*, and SNS cannot send to one/,
    ],
    [
      ['--email', 'eve@readers.internal'],
      /nothing was sent: eve@readers\.internal is not subscribed to topic owls/,
    ],
    [
      ['--email', ANN, '--topic', 'moles'],
      /expected the channel arn:.*moles, got none; deploy the topic moles/,
    ],
  ])('says why nothing is sent with %j', async (args, expected) => {
    const { stdout, stderr, code } = await run(...args);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(expected);
  });

  it('sends an SMS to any number, and prints the answer of SNS', async () => {
    const sent = await run('--sms', '+46709999999');
    expect(deployed.facts.texts).toMatchObject([
      { PhoneNumber: '+46709999999', Message: expect.stringContaining('All owls: Test') },
    ]);
    expect(sent.stdout).toMatch(
      /^SNS accepted the test for \+46709999999 \(message m1\); .*doctor --stack NewsAlerts/,
    );
    expect(sent.code).toBe(0);
    deployed.sns.denied.add('Publish');
    const refused = await run('--sms', '+46709999999');
    deployed.sns.denied.delete('Publish');
    expect(refused.stderr).toMatch(
      /SNS did not accept the test for \+46709999999 in us-east-1: .*no right to Publish/,
    );
    expect(refused.code).toBe(1);
  });
});
