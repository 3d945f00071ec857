import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../cli/doctor/check-result.ts';
import { localSmsResults } from '../../../cli/doctor/machine/check-local-sms.ts';
import {
  clockResults,
  diskResults,
  nodeResults,
  pageResults,
} from '../../../cli/doctor/machine/check-machine.ts';
import { mailResults } from '../../../cli/doctor/machine/check-mail.ts';
import { outboxResults } from '../../../cli/doctor/machine/check-outbox.ts';
import { runMachineChecks } from '../../../cli/doctor/machine/run-machine-checks.ts';
import { loadConfigFile, parseConfig } from '../../../config/load.ts';
import { ticks } from '../../../functions/shared/store/ticks.ts';
import { type FolderLock, lockFolder } from '../../../local/data-folder/folder-lock.ts';
import { readRunningServers } from '../../../local/data-folder/running-servers.ts';
import { localSdk } from '../../../local/local-sdk.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import { type Runtime, startRuntime } from '../../../local/runtime.ts';
import { createSmsSpend, smsSpendFile } from '../../../local/sms/sms-spend.ts';
import { createPage } from '../../../web/app.ts';
import { runCli } from '../../helpers/cli.ts';
import { COMPILE_CACHE } from '../../helpers/compile-cache.ts';
import { deployment } from '../../helpers/deployment.ts';
import { startMailServer } from '../../local/mail/mail-server.ts';
import { pageData } from '../../web/served-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-machine-'));
const file = join(folder, 'owls.yaml');
const CLI = join(import.meta.dirname, '../../../bin/cli.ts');
const deployed = deployment();
const data = join(folder, 'data');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TEXT = `feeds: [{ id: woods, url: "http://woods.example/feed" }, { id: fields, url: "http://fields.example/feed" }]
topics: [{ id: owls, match: owl }]
`;

writeFileSync(file, TEXT);
afterAll(() => rmSync(folder, { recursive: true }));

const checkMachine = (env: Record<string, string> = {}, where = data) =>
  runMachineChecks(
    { data: where, configFile: file, env, clock: Date.now, progress: () => undefined, port: 1 },
    () => loadConfigFile(file, env),
  );
const codes = (results: readonly CheckResult[]) =>
  results.filter(({ level }) => level !== 'ok').map(({ code, about }) => `${code} ${about ?? ''}`.trim());

describe('doctor on this machine, while start is running', () => {
  let runtime: Runtime;
  let lock: FolderLock;
  const { version } = loadConfigFile(file, {}).config;

  beforeAll(async () => {
    const quiet = () => undefined;
    lock = lockFolder(data);
    runtime = await startRuntime({
      config: loadConfigFile(file, {}).config,
      subscriptions: [],
      dataDir: data,
      clock: Date.now,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      page: createPage(pageData().data),
    });
    const table = runtime.platform.table();
    await ticks(table).commit({ at: Date.now(), configVersion: version }, undefined);
    for (const id of ['woods', 'fields']) {
      await table.put({ pk: `FEED#${id}`, sk: 'STATE', version: 1, failures: 0 });
    }
  });
  afterAll(async () => {
    await runtime.stop();
    lock.release();
  });

  it('reports a healthy machine as ok', async () => {
    const results = await checkMachine();
    expect(codes(results)).toEqual([]);
    expect(results.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'start',
        'mail',
        'queues',
        'feeds',
        'topics',
        'digests',
        'disk',
        'clock',
        'page',
        'node',
      ]),
    );
    expect(results.find(({ check }) => check === 'start')?.seen).toMatch(
      /is running with .*data and looked for due feeds \d+ s ago/,
    );
    expect(results.find(({ check }) => check === 'page')?.seen).toContain(runtime.url);
  });

  it('reports problems of feeds, topics, digests and queues without the words of AWS', async () => {
    const table = runtime.platform.table();
    const now = Date.now();
    await table.put({
      pk: 'FEED#woods',
      sk: 'STATE',
      version: 4,
      failures: 4,
      lastFailure: 'status: 404 Not Found',
      notBefore: now + HOUR_MS,
    });
    await table.put({
      pk: 'FEED#fields',
      sk: 'STATE',
      version: 4,
      failures: 0,
      heardAt: now - 30 * DAY_MS,
      usualGap: HOUR_MS,
    });
    const stories = [0, 1, 2, 3, 4].map((hour) => {
      const openedAt = new Date(now - 30 * DAY_MS - hour * HOUR_MS).toISOString();
      return { pk: 'TOPIC#owls', sk: `STORY#${openedAt}#s`, openedAt };
    });
    await table.putAll(stories);
    const dueAt = new Date(now - HOUR_MS).toISOString();
    const digest = { pk: 'TOPIC#owls', sk: `DIGEST#${dueAt}#c#a` };
    await table.put({ ...digest, duePk: 'DIGEST', dueSk: `${dueAt}#owls#a` });
    const { sqs: url = '' } = readRunningServers(data) ?? {};
    const sqs = new SQSClient({ ...localSdk(url), useQueueUrlAsEndpoint: false });
    await sqs.send(
      new SendMessageCommand({ QueueUrl: 'http://x/000000000000/items-dead', MessageBody: 'dead' }),
    );
    const results = await checkMachine();
    expect(codes(results)).toEqual([
      'dead-letters items',
      'feed-failing woods',
      'feed-silent fields',
      'topic-silent owls',
      'digest-overdue owls',
    ]);
    const words = results.map(({ seen, means, next }) => `${seen} ${means} ${next}`).join('\n');
    expect(words).not.toMatch(/deploy|SQS|CloudWatch|function/);
    for (const record of [digest, ...stories]) await table.delete(record);
  });

  it('reports that start is stuck, or uses another file', async () => {
    const table = runtime.platform.table();
    const store = ticks(table);
    const last = await store.last();
    await store.commit({ at: Date.now() - HOUR_MS, configVersion: 'other' }, last);
    expect(codes(await checkMachine())).toContain(`start-stuck ${data}`);
    await store.commit({ at: Date.now(), configVersion: 'other' }, await store.last());
    expect(codes(await checkMachine())).toContain(`configuration-differs ${file}`);
    await store.commit({ at: Date.now(), configVersion: version }, await store.last());
  });

  it('reports emails that wait too long and messages that were not sent', async () => {
    const outboxFile = join(data, 'outbox.jsonl');
    const published = (messageId: string, at: number, delivery: object) =>
      JSON.stringify({
        v: 1,
        published: {
          messageId,
          topicArn: 'arn:aws:sns:us-east-1:000000000000:x',
          at: new Date(at).toISOString(),
          subject: 'Owl',
          bodies: { email: 'Owl', sms: 'Owl' },
          recipients: 1,
          deliveries: [{ protocol: 'email', endpoint: 'reader@news.example.se', ...delivery }],
        },
      });
    const now = Date.now();
    writeFileSync(
      outboxFile,
      [
        published('a', now - HOUR_MS, { how: 'waiting' }),
        published('b', now, { how: 'waiting' }),
        published('c', now - HOUR_MS, { how: 'failed', detail: 'no such mailbox' }),
        published('d', now, { how: 'mailed' }),
        '{"v":1,"pub',
      ].join('\n'),
    );
    const results = await checkMachine();
    expect(codes(results)).toEqual(expect.arrayContaining(['mail-waits', 'mail-failed']));
    expect(results.find(({ code }) => code === 'mail-waits')?.seen).toBe(
      '1 email is waiting for the mail server, to reader@news.example.se',
    );
    expect(results.find(({ code }) => code === 'mail-failed')?.seen).toContain(
      '1 message was not sent, to reader@news.example.se: no such mailbox',
    );
    rmSync(outboxFile);
  });

  it('runs with --data, but not with --data and --stack', async () => {
    const { stdout, stderr } = await runCli(['doctor', '--config', file, '--data', data, '--json']);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(['data', 'checkedAt', 'ok', 'findings']);
    expect(result.data).toBe(data);
    expect(stderr).toBe('');
    const both = await runCli(['doctor', '--data', data, '--stack', 'NewsAlerts']);
    expect(both.code).toBe(2);
  });
});

describe('doctor on this machine, while start is not running', () => {
  it('reports that, and does not report feeds as silent since then', async () => {
    const stopped = join(folder, 'stopped');
    const quiet = () => undefined;
    const runtime = await startRuntime({
      config: loadConfigFile(file, {}).config,
      subscriptions: [],
      dataDir: stopped,
      clock: Date.now,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const then = Date.now() - 40 * DAY_MS;
    const table = runtime.platform.table();
    await ticks(table).commit({ at: then, configVersion: '1' }, undefined);
    for (const id of ['woods', 'fields']) {
      await table.put({
        pk: `FEED#${id}`,
        sk: 'STATE',
        version: 4,
        failures: 0,
        heardAt: then,
        usualGap: HOUR_MS,
      });
    }
    await runtime.stop();
    const results = await checkMachine({}, stopped);
    expect(codes(results)).toEqual([`start-stopped ${stopped}`]);
    expect(results.find(({ code }) => code === 'start-stopped')?.next).toBe(
      `start it: npm start -- --data ${stopped} --config ${file}`,
    );
  });

  it('reports a folder that does not exist, and checks the rest', async () => {
    const results = await checkMachine({}, join(folder, 'none'));
    expect(codes(results)).toEqual([`folder-unusable ${join(folder, 'none')}`]);
    expect(results.find(({ code }) => code === 'folder-unusable')?.seen).toContain(
      'got no such file or folder',
    );
    expect(results.some(({ check }) => check === 'page')).toBe(true);
  });

  it('checks this machine when the credentials find no stack, and otherwise the stack', async () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.news-alerts'), { recursive: true });
    const here = (name: string) => {
      deployed.facts.stackName = name;
      return new Promise<{ data?: string; stack?: string }>((resolve) => {
        execFile(
          process.execPath,
          [CLI, 'doctor', '--config', file, '--json'],
          {
            cwd: home,
            env: { PATH: process.env.PATH, HOME: '/nonexistent', ...COMPILE_CACHE, ...deployed.env() },
          },
          (_error, stdout) => resolve(JSON.parse(stdout)),
        );
      });
    };
    expect((await here('Elsewhere')).data).toBe('.news-alerts');
    expect((await here('NewsAlerts')).stack).toBe('NewsAlerts');
  });

  it('names both options when there is neither a folder nor an account', async () => {
    const { stderr, code } = await runCli(['doctor', '--config', file]);
    expect(stderr).toMatch(/no \.news-alerts, which `npm start` creates.*--data.*--stack.*AWS_REGION/);
    expect(code).toBe(1);
  });
});

describe('the mail server', () => {
  const to = [{ protocol: 'email', endpoint: 'reader@news.example.se' }] as const;
  const url = (port: number, login = '') => `smtp://${login}127.0.0.1:${port}`;
  const from = { NEWS_ALERTS_MAIL_FROM: 'alerts@news.example.se' };

  it('is not contacted without email recipients', async () => {
    expect(codes(await mailResults([{ protocol: 'sms', endpoint: '+46701234567' }], {}))).toEqual([]);
  });

  it('is reported as missing', async () => {
    const [result] = await mailResults(to, {});
    expect(result).toMatchObject({ level: 'problem', code: 'mail-off' });
    expect(result?.seen).toContain('1 email recipient');
  });

  it('is ok when it answers and accepts the login, and gets no mail', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(null, { user: 'u' }) });
    const env = { ...from, NEWS_ALERTS_SMTP_URL: url(server.port, 'u:p@') };
    const results = await mailResults(to, env);
    expect(codes(results)).toEqual([]);
    expect(results[0]?.seen).toContain('answers');
    expect(server.mails).toEqual([]);
  });

  it('is reported when it refuses the login', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(new Error('no')) });
    const [result] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: url(server.port, 'u:p@') });
    expect(result).toMatchObject({ level: 'problem', code: 'mail-server' });
    expect(result?.seen).toContain('refused the user or password');
  });

  it('is reported when it cannot be reached or its address is invalid', async () => {
    const [away] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: url(9) });
    expect(away?.seen).toContain('cannot be reached');
    const [none] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: 'mail.example.se' });
    expect(none?.seen).toContain('expected NEWS_ALERTS_SMTP_URL to be smtp://');
  });

  it('is reported when there is no sender', async () => {
    const server = await startMailServer();
    const [result] = await mailResults(to, { NEWS_ALERTS_SMTP_URL: url(server.port) });
    expect(result).toMatchObject({ level: 'problem', code: 'mail-server' });
    expect(result?.seen).toContain('expected NEWS_ALERTS_MAIL_FROM');
  });
});

describe('the checks of the machine', () => {
  it('report a disk that is full, nearly full or read-only', () => {
    const MB = 1024 * 1024;
    expect(diskResults({ free: 5 * MB, size: MB }, 'd')[0]).toMatchObject({
      level: 'problem',
      code: 'disk-full',
    });
    expect(diskResults({ free: 100 * MB, size: MB }, 'd')[0]).toMatchObject({
      level: 'warning',
      code: 'disk-full',
    });
    expect(diskResults({ free: 9_000 * MB, size: 1 }, 'd')[0]?.seen).toBe('8.8 GB free, d takes 1 KB');
    expect(diskResults({ free: 9_000 * MB, size: 1, fault: 'd/x: no permission' }, 'd')[0]?.code).toBe(
      'disk-readonly',
    );
  });

  it('report a clock that is behind the newest file', () => {
    const now = Date.parse('2026-03-01T09:30:00Z');
    expect(codes(clockResults({ at: now + 60_000, what: 'x' }, now))).toEqual([]);
    expect(clockResults({ at: now + 2 * HOUR_MS, what: 'x' }, now)[0]).toMatchObject({
      code: 'clock-behind',
      seen: 'the clock says 2026-03-01 09:30 UTC, but x was written 2 h later, at 2026-03-01 11:30 UTC',
    });
    expect(codes(clockResults(undefined, now))).toEqual([]);
  });

  it('find files from the future', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'x'), '');
    utimesSync(join(odd, 'x'), new Date(), new Date(Date.now() + DAY_MS));
    expect(codes(await checkMachine({}, odd))).toContain('clock-behind');
  });

  it('report a port that another program uses, and a page that does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const context = { data, configFile: file };
    expect((await pageResults(false, undefined, context, port))[0]).toMatchObject({ code: 'port-taken' });
    server.close();
    await new Promise((resolve) => server.once('close', resolve));
    expect((await pageResults(false, undefined, context, port))[0]).toMatchObject({ code: 'ok' });
    expect((await pageResults(true, `http://127.0.0.1:${port}`, context))[0]).toMatchObject({
      code: 'page-silent',
    });
  });

  it('report a version of Node that is too old', () => {
    expect(nodeResults('v24.1.0')[0]?.code).toBe('ok');
    expect(nodeResults('v22.12.0')[0]?.code).toBe('ok');
    expect(nodeResults('v22.11.0')[0]?.code).toBe('node-old');
    expect(nodeResults('v20.19.0')[0]?.code).toBe('node-old');
  });

  it('report a topic with a broken query without advice to deploy', async () => {
    const results = await runMachineChecks(
      {
        data: join(folder, 'none'),
        configFile: 'x.yaml',
        env: {},
        clock: Date.now,
        progress: () => undefined,
      },
      () => parseConfig('topics: [{ id: a, match: owl }, { id: b, match: "owl AND" }]', 'x.yaml', {}),
    );
    const broken = results.find(({ code }) => code === 'query-broken');
    expect(broken?.about).toBe('topics.b.match');
    expect(broken?.next).toBe('fix it (npx news-alerts check --config x.yaml shows the place)');
  });
});

describe('the check of SMS on this machine', () => {
  const NUMBER = '+46701234567';
  const to = [{ protocol: 'sms', endpoint: NUMBER }] as const;
  const sdk = () => ({ endpoint: deployed.sns.url(), region: 'eu-north-1' });
  const check = (env: Record<string, string> = { NEWS_ALERTS_SMS: 'aws' }, recipients: typeof to | [] = to) =>
    localSmsResults(recipients, { env, data: folder, clock: Date.now }, sdk());
  afterEach(() => {
    Object.assign(deployed.facts, { sandbox: false, verified: [], limit: '50' });
    deployed.sns.denied.clear();
    rmSync(smsSpendFile(folder), { force: true });
  });

  it('is quiet without recipients, and says that SMS are only shown', async () => {
    expect(await check({}, [])).toEqual([]);
    expect(await check({})).toMatchObject([{ level: 'ok', seen: expect.stringContaining('only shown') }]);
  });

  it('reports wrong settings', async () => {
    expect(await check({ NEWS_ALERTS_SMS: 'on' })).toMatchObject([
      { code: 'sms-settings', seen: expect.stringMatching(/^NEWS_ALERTS_SMS: expected aws/) },
    ]);
  });

  it('says where SMS go and what was counted', async () => {
    createSmsSpend(smsSpendFile(folder), 1).reserve(0.42);
    const results = await check();
    expect(codes(results)).toEqual([]);
    expect(results.map(({ seen }) => seen)).toEqual([
      'SMS go through AWS in eu-north-1',
      'the account may send SMS to any number',
      expect.stringMatching(/^\$0\.42 of \$1\.00 counted for \d{4}-\d\d \(UTC\)$/),
    ]);
  });

  it('reports the sandbox, a low limit of the account, and a limit of ours that is reached', async () => {
    Object.assign(deployed.facts, { sandbox: true, limit: '1' });
    createSmsSpend(smsSpendFile(folder), 5).reserve(4.95);
    const env = { NEWS_ALERTS_SMS: 'aws', NEWS_ALERTS_SMS_MONTHLY_USD: '5' };
    expect(codes(await check(env))).toEqual([
      'sms-sandbox',
      `sms-unverified ${NUMBER}`,
      'sms-limit',
      'sms-cap',
    ]);
  });

  it('needs no permission but sns:Publish', async () => {
    deployed.sns.denied.add('GetSMSSandboxAccountStatus');
    const results = await check();
    expect(codes(results)).toEqual([]);
    expect(results.map(({ seen }) => seen)).toContain(
      'could not check the SMS sandbox: these credentials may not',
    );
  });

  it('reports SMS that wait, failed, or may have been sent', () => {
    const now = Date.now();
    const entry = (how: OutboxDelivery['how'], detail: string) => ({
      messageId: how,
      topicArn: 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-owls',
      at: new Date(now - HOUR_MS / 2).toISOString(),
      subject: 'Owl',
      bodies: { email: 'Owl', sms: 'Owl' },
      recipients: 1,
      deliveries: [{ protocol: 'sms', endpoint: NUMBER, how, detail }] as const,
    });
    const results = outboxResults(
      [entry('waiting', 'throttled'), entry('failed', 'opted out'), entry('unknown', 'no answer')],
      now,
    );
    expect(results.map(({ check, code, seen }) => `${check} ${code}: ${seen}`)).toEqual([
      `sms sms-waits: 1 SMS is not sent yet, to ${NUMBER}: throttled`,
      `sms sms-failed: 2 SMS were not sent, or may not have been, to ${NUMBER}: no answer`,
    ]);
  });

  it('reports chat messages that wait for long or failed, apart from emails', () => {
    const now = Date.now();
    const entry = (how: OutboxDelivery['how'], at: number, detail: string) => ({
      messageId: how,
      topicArn: 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-owls',
      at: new Date(at).toISOString(),
      subject: 'Owl',
      bodies: { email: 'Owl', sms: 'Owl' },
      recipients: 1,
      deliveries: [{ protocol: 'slack', endpoint: 'hooks.slack.com/…3fa91c', how, detail }] as const,
    });
    const results = outboxResults(
      [
        entry('waiting', now - HOUR_MS, 'answered 503'),
        entry('failed', now, 'answered 404'),
        entry('sent', now, '200'),
      ],
      now,
    );
    expect(results.map(({ check, code, seen }) => `${check} ${code}: ${seen}`)).toEqual([
      'chat chat-waits: 1 chat message is not sent yet, to hooks.slack.com/…3fa91c: answered 503',
      'chat chat-failed: 1 chat message was not sent, to hooks.slack.com/…3fa91c: answered 404',
    ]);
  });
});
