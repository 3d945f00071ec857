import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { isLong } from '../helpers/size.ts';
import { startMailServer } from '../local/mail/mail-server.ts';
import { answer } from '../local/mail/mail-source.ts';
import { startFeedServer } from './feed-server.ts';
import { publishAlert } from './publish-alert.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const ANN = 'ann@readers.internal';
let folder: string;
let started: StartedProcess[];
let config: string;
let stopFeed: () => Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-mail-'));
  started = [];
  const feed = await startFeedServer();
  stopFeed = () => feed.stop();
  config = join(folder, 'news-alerts.yaml');
  writeFileSync(
    config,
    `feeds: [{ id: one, url: "${feed.url}" }]\ntopics: [{ id: summit, match: Ostrand }]\nrecipients: [{ email: ${ANN} }]\n`,
  );
});
afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  await stopFeed();
  rmSync(folder, { recursive: true });
});

function start(env: Readonly<Record<string, string>>): StartedProcess {
  const args = [
    'start',
    '--port',
    '0',
    '--data',
    join(folder, 'data'),
    '--config',
    config,
    '--loopback-feeds',
  ];
  const one = startProcess(['bin/cli.ts', ...args], env);
  started.push(one);
  return one;
}

async function stop({ child, ended }: StartedProcess): Promise<void> {
  child.kill('SIGINT');
  expect(await ended).toBe(0);
}

it('reports a wrong password at the start; mails wait and are sent once the password is right', async () => {
  const server = await startMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right'
        ? done(null, { user: username ?? '' })
        : done(answer(535, '5.7.8 bad credentials')),
  });
  const settings = (password: string) => ({
    NEWS_ALERTS_SMTP_URL: `smtp://news:${password}@127.0.0.1:${server.port}`,
    NEWS_ALERTS_MAIL_FROM: 'alerts@news.internal',
  });
  const wrong = start(settings('wrong'));
  await publishAlert(wrong, 'first');
  await publishAlert(wrong, 'second');
  await wrong.printed('to: email ann@readers.internal (queued)');
  expect(wrong.err().indexOf('email cannot be sent: ')).toBeGreaterThan(0);
  expect(wrong.err().indexOf('email cannot be sent: ')).toBeLessThan(
    wrong.err().indexOf('page and SNS endpoint at'),
  );
  await stop(wrong);
  expect(wrong.err()).toMatch(
    /Nothing is lost: 2 emails wait for the mail server \(.* refused the user or password; .*\) and go out after the next start, once the server accepts mail again\.\n$/,
  );
  expect(wrong.err().match(/email cannot be sent/g)).toHaveLength(1);
  expect(wrong.err()).not.toContain('wrong');

  const right = start(settings('right'));
  await right.printed('connected to 127.0.0.1', 'err');
  await right.printed(/sent to ann@readers\.internal: 250 [\s\S]*sent to ann@readers\.internal: 250 /, 'err');
  expect(server.mails.map(({ headers }) => headers.subject)).toEqual([
    'Summit: Ostrand first',
    'Summit: Ostrand second',
  ]);
  await stop(right);
  expect(right.err()).toMatch(/Nothing is lost: the next start continues from here\.\n$/);
});

it.runIf(isLong)('reports an address that does not exist, also in the last line', async () => {
  const server = await startMailServer({
    onRcptTo: (_a, _s, done) => done(answer(550, '5.1.1 no such user')),
  });
  const one = start({ NEWS_ALERTS_SMTP_URL: server.url, NEWS_ALERTS_MAIL_FROM: 'alerts@news.internal' });
  await publishAlert(one, 'first');
  await one.printed('email ann@readers.internal: failed for good: ', 'err');
  await stop(one);
  expect(one.err()).toMatch(
    /1 email could not be delivered; `news-alerts alerts list` shows why\. Nothing else is lost: the next start continues from here\.\n$/,
  );
});

it.each([
  [
    { NEWS_ALERTS_SMTP_URL: 'smtp://127.0.0.1:1' },
    /^expected NEWS_ALERTS_MAIL_FROM beside NEWS_ALERTS_SMTP_URL/m,
  ],
  [
    { NEWS_ALERTS_SMTP_URL: 'mail.internal', NEWS_ALERTS_MAIL_FROM: 'a@b.internal' },
    /^expected NEWS_ALERTS_SMTP_URL to be smtp:/m,
  ],
  [
    { NEWS_ALERTS_SMTP_URL: 'smtp://127.0.0.1:1', NEWS_ALERTS_MAIL_FROM: 'me' },
    /^expected NEWS_ALERTS_MAIL_FROM to be one address/m,
  ],
])('does not start with invalid settings: %j', async (env, expected) => {
  const { stderr, code } = await runCli(
    ['start', '--config', config, '--data', join(folder, 'data'), '--port', '0'],
    env,
  );
  expect(stderr).toMatch(expected);
  expect(code).toBe(1);
});
