import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOutbox } from '../../local/outbox/outbox.ts';
import { readSmsSpend, smsSpendFile } from '../../local/sms/sms-spend.ts';
import { runCli } from '../helpers/cli.ts';
import { eventually } from '../helpers/eventually.ts';
import { type SnsStandIn, startSnsStandIn, THROTTLED } from '../local/sms/sns-stand-in.ts';
import { startFeedServer } from './feed-server.ts';
import { publishAlert } from './publish-alert.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const ANN = '+4915112345678';
let folder: string;
let data: string;
let started: StartedProcess[];
let config: string;
let stopFeed: () => Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-sms-'));
  data = join(folder, 'data');
  started = [];
  const feed = await startFeedServer();
  stopFeed = () => feed.stop();
  config = join(folder, 'news-alerts.yaml');
  writeFileSync(
    config,
    `feeds: [{ id: one, url: "${feed.url}" }]\ntopics: [{ id: summit, match: Ostrand }]\nrecipients: [{ sms: "${ANN}" }]\n`,
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

/** The user's own account, which the embedded servers must not replace. */
const account = ({ url }: SnsStandIn) => ({
  NEWS_ALERTS_SMS: 'aws',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDUSER',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_SNS: url,
});

function start(env: Readonly<Record<string, string>>): StartedProcess {
  const args = ['start', '--port', '0', '--data', data, '--config', config, '--loopback-feeds'];
  const one = startProcess(['bin/cli.ts', ...args], env);
  started.push(one);
  return one;
}

async function stop({ child, ended }: StartedProcess): Promise<void> {
  child.kill('SIGINT');
  expect(await ended).toBe(0);
}

const states = () =>
  [...readOutbox(data).values()].flatMap(({ deliveries }) =>
    deliveries.map(({ how, detail }) => `${how}: ${detail}`),
  );

it('sends an SMS through the user’s account, up to the monthly limit', async () => {
  const sns = await startSnsStandIn();
  const one = start({ ...account(sns), NEWS_ALERTS_SMS_MONTHLY_USD: '0.20' });
  await publishAlert(one, 'first');
  await one.printed('sent to +491…78: SNS message sms-1', 'err');
  expect(sns.received).toMatchObject([
    {
      to: ANN,
      text: expect.stringContaining('Ostrand first'),
      signedBy: expect.stringContaining('AKIDUSER/'),
    },
  ]);
  expect(sns.received[0]?.signedBy).toContain('/eu-central-1/sns/');
  const page = await publishAlert(one, 'second');
  await one.printed('the monthly limit of $0.20 is reached', 'err');
  expect(await (await fetch(page)).text()).toMatch(
    /Not sent to <bdi>\+4915112345678<\/bdi>: the monthly limit/,
  );
  await stop(one);
  expect(sns.received).toHaveLength(1);
  expect(one.err()).toMatch(/1 SMS could not be delivered; .*alerts list/);
  expect(one.err() + one.out()).not.toContain(ANN);
  expect(readSmsSpend(smsSpendFile(data), Date.now())).toBe(0.15);
});

it('repeats nothing after a kill during the call, and sends what waited', async () => {
  const sns = await startSnsStandIn();
  sns.answer = () => 'hang';
  const killed = start(account(sns));
  await publishAlert(killed, 'first');
  await eventually(() => expect(sns.received).toHaveLength(1));
  await publishAlert(killed, 'second');
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(states()).toEqual([expect.stringMatching(/^unknown: .*not repeated$/), 'waiting: undefined']);
  expect(readSmsSpend(smsSpendFile(data), Date.now())).toBe(0.15);

  sns.answer = () => (sns.received.length === 2 ? THROTTLED : 'ok');
  const after = start(account(sns));
  await after.printed('SMS cannot be sent: SNS in eu-central-1 accepts no more messages for now', 'err');
  await after.printed('sent to +491…78: SNS message sms-3', 'err');
  await stop(after);
  expect(sns.received.map(({ text }) => /Ostrand \w+/.exec(text)?.[0])).toEqual([
    'Ostrand first',
    'Ostrand second',
    'Ostrand second',
  ]);
  expect(states()).toEqual([expect.stringMatching(/^unknown: /), 'sent: SNS message sms-3']);
  expect(readSmsSpend(smsSpendFile(data), Date.now())).toBe(0.3);
});

it('sends nothing that an earlier run only showed', async () => {
  const sns = await startSnsStandIn();
  const { NEWS_ALERTS_SMS: _, ...unset } = account(sns);
  const off = start(unset);
  await publishAlert(off, 'first');
  await off.printed(`to: sms ${ANN} (shown here only)`);
  await stop(off);
  const on = start(account(sns));
  await on.printed('SMS are sent through AWS in eu-central-1; $0.00 of $1.00 counted for', 'err');
  await publishAlert(on, 'second');
  await on.printed('SNS message sms-1', 'err');
  await stop(on);
  expect(sns.received.map(({ text }) => /Ostrand \w+/.exec(text)?.[0])).toEqual(['Ostrand second']);
});

it('sends nothing from the demo', async () => {
  const sns = await startSnsStandIn();
  const one = startProcess(['bin/cli.ts', 'start', '--demo', '--port', '0', '--data', data], account(sns));
  started.push(one);
  await one.printed(/to: .*sms \+\d+ \(shown here only\)/);
  await stop(one);
  expect(sns.received).toEqual([]);
});

it('uses the region and the credentials of a profile', async () => {
  const sns = await startSnsStandIn();
  writeFileSync(
    join(folder, 'aws'),
    '[profile news]\nregion = eu-north-1\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = secret\n',
  );
  const one = start({
    NEWS_ALERTS_SMS: 'aws',
    AWS_PROFILE: 'news',
    AWS_CONFIG_FILE: join(folder, 'aws'),
    AWS_ENDPOINT_URL_SNS: sns.url,
  });
  await publishAlert(one, 'first');
  await one.printed('SNS message sms-1', 'err');
  expect(sns.received[0]?.signedBy).toMatch(/AKIDPROFILE\/\d+\/eu-north-1\/sns/);
  await stop(one);
});

it.each([
  [{ NEWS_ALERTS_SMS: 'on' }, /^NEWS_ALERTS_SMS: expected aws, .*got "on"$/m],
  [
    { NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_MONTHLY_USD: 'much' },
    /^NEWS_ALERTS_SMS_MONTHLY_USD: expected/m,
  ],
  [
    { NEWS_ALERTS_SMS: 'aws', AWS_CONFIG_FILE: '/nonexistent' },
    /^expected an AWS region, got none; set AWS_REGION/m,
  ],
])('does not start with invalid settings: %j', async (env, expected) => {
  const { stderr, code } = await runCli(['start', '--config', config, '--data', data, '--port', '0'], env);
  expect(stderr).toMatch(expected);
  expect(code).toBe(1);
  expect(() => readFileSync(join(data, 'lock'))).toThrow(/ENOENT/);
});
