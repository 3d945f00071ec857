import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DOCUMENTED } from '../functions/chat/documented-limits.ts';
import { canariesIn } from '../helpers/canary.ts';
import { runCli } from '../helpers/cli.ts';
import { loopbackServer } from '../helpers/loopback-server.ts';
import { startFeedServer } from './feed-server.ts';
import { publishAlert } from './publish-alert.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const SECRETS = {
  slack: 'cnryS4k7Zq2mWv9xLt',
  bot: '123456:cnryB7t2Hc5nXr8pQw3mKd6s',
  signing: 'whsec_Y25yeVcza3U5VmU2anlBejFvUm02ZlB4',
};

let folder: string;
let data: string;
let config: string;
let started: StartedProcess[];
let stopFeed: () => Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-chat-'));
  data = join(folder, 'data');
  config = join(folder, 'news-alerts.yaml');
  started = [];
  const feed = await startFeedServer();
  stopFeed = () => feed.stop();
  writeFileSync(
    config,
    `feeds: [{ id: one, url: "${feed.url}" }]
topics: [{ id: summit, match: Ostrand }]
recipients:
  - slack: { url: "\${CHAT_SLACK}", private: true }
  - telegram: { token: "\${CHAT_BOT}", chat: -1001, url: "\${CHAT_API}", private: true }
  - webhook: { url: "\${CHAT_HOOK}", secret: "\${CHAT_SIGNING}", private: true }
`,
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

const environment = (url: string) => ({
  CHAT_SLACK: `${url}/services/T0/B0/${SECRETS.slack}`,
  CHAT_BOT: SECRETS.bot,
  CHAT_API: url,
  CHAT_HOOK: `${url}/hook`,
  CHAT_SIGNING: SECRETS.signing,
});

function start(env: Readonly<Record<string, string>>): StartedProcess {
  const args = ['start', '--port', '0', '--data', data, '--config', config, '--loopback-feeds'];
  const one = startProcess(['bin/cli.ts', ...args], env);
  started.push(one);
  return one;
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile());
}

it('sends alerts to chat services, keeps what they refuse, and shows no secret', async () => {
  let isSlackGone = true;
  const { url, requests } = await loopbackServer((response, _, { path }) => {
    if (path.startsWith('/services/') && isSlackGone) response.writeHead(404).end('no_service');
    else if (path.startsWith('/bot')) response.end('{"ok":true,"result":{"message_id":5}}');
    else response.end('ok');
  });
  const one = start(environment(url));
  const page = await publishAlert(one, 'first');
  await one.printed('not sent: Slack answered 404 (no_service): the webhook was removed', 'err');
  await expect.poll(() => requests.length, { timeout: 60_000 }).toBe(3);
  const bodyTo = (start: string) => requests.find(({ path }) => path.startsWith(start))?.body ?? '';
  expect(DOCUMENTED.slack(bodyTo('/services/'))).toBe('');
  expect(DOCUMENTED.telegram(bodyTo('/bot'))).toBe('');
  expect(JSON.parse(bodyTo('/hook'))).toMatchObject({ version: 1, topicId: 'summit' });
  const shown = await (await fetch(`${page}/messages`)).text();
  expect(shown).toMatch(/Not sent to <bdi>127\.0\.0\.1:\d+\/…\w{8}<\/bdi>: Slack answered 404/);
  expect(shown).toContain('Telegram answered 200 (message 5)');
  isSlackGone = false;
  await publishAlert(one, 'second');
  await expect.poll(() => requests.length, { timeout: 60_000 }).toBe(6);

  const env = environment(url);
  const test = await runCli(['test', '--config', config, '--recipient', 'slack'], env);
  expect(test.stdout).toMatch(/^sent to slack 127\.0\.0\.1:\d+\/…\w{8}: Slack answered 200 \(ok\)\n$/);
  const json = await runCli(['test', '--config', config, '--recipient', 'telegram', '--json'], env);
  expect(JSON.parse(json.stdout).sent).toMatchObject([
    { protocol: 'telegram', to: 'chat -1001 (bot 123456)' },
  ]);
  const unknown = await runCli(['test', '--config', config, '--recipient', 'discord'], env);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('the file has slack 127.0.0.1'),
  ]);
  one.child.kill('SIGINT');
  expect(await one.ended).toBe(0);
  expect(one.err()).toContain('1 chat message could not be delivered');

  const check = await runCli(['check', '--config', config, '--data', data], env);
  expect(check.stderr).toContain('1 feed, 1 topic, 3 recipients');
  const list = await runCli(['alerts', 'list', '--data', data, '--config', config], env);
  const doctor = await runCli(['doctor', '--data', data, '--config', config], env);
  expect(doctor.stdout).toMatch(
    /chat.*1 chat message was not sent, to 127\.0\.0\.1:\d+\/…\w{8}: Slack answered 404/,
  );
  const stored = filesIn(data).map((name) => readFileSync(name));
  for (const text of [
    one.out(),
    one.err(),
    shown,
    test.stdout,
    json.stdout,
    unknown.stderr,
    check.stderr,
    list.stdout,
    doctor.stdout,
    ...stored,
  ])
    expect(canariesIn(text, SECRETS)).toEqual([]);
});
