import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../cli/doctor/check-result.ts';
import {
  clockResults,
  diskResults,
  nodeResults,
  pageResults,
} from '../../../cli/doctor/machine/check-machine.ts';
import { mailResults } from '../../../cli/doctor/machine/check-mail.ts';
import { runMachineChecks } from '../../../cli/doctor/machine/run-machine-checks.ts';
import { loadConfigFile, parseConfig } from '../../../config/load.ts';
import { ticks } from '../../../functions/shared/store/ticks.ts';
import { type FolderLock, lockFolder } from '../../../local/data-folder/folder-lock.ts';
import { type Runtime, startRuntime } from '../../../local/runtime.ts';
import { createPage } from '../../../local/web/page.ts';
import { runCli } from '../../helpers/cli.ts';
import { COMPILE_CACHE } from '../../helpers/compile-cache.ts';
import { deployment } from '../../helpers/deployment.ts';
import { startMailServer } from '../../local/mail/mail-server.ts';

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

const examine = (env: Record<string, string> = {}, where = data) =>
  runMachineChecks(
    { data: where, configFile: file, env, clock: Date.now, progress: () => undefined, port: 1 },
    () => loadConfigFile(file, env),
  );
const codes = (found: readonly CheckResult[]) =>
  found.filter(({ level }) => level !== 'ok').map(({ code, about }) => `${code} ${about ?? ''}`.trim());

describe('doctor on this machine, while start runs', () => {
  let runtime: Runtime;
  let lock: FolderLock;
  const outbox = { recent: () => [] };
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
      page: createPage({
        outbox,
        demo: false,
        feeds: () => [],
        status: () => ({ startedAt: '', nextTickAt: '', now: '', queues: [], topics: [] }),
      }),
    });
    const table = runtime.platform.table();
    await ticks(table).commit({ at: Date.now(), configVersion: version }, undefined);
    for (const id of ['woods', 'fields']) {
      await table.put({ pk: `FEED#${id}`, sk: 'STATE', version: 1, failures: 0 });
    }
  }, 60_000);
  afterAll(async () => {
    await runtime.stop();
    lock.release();
  });

  it('finds all well', async () => {
    const found = await examine();
    expect(codes(found)).toEqual([]);
    expect(found.map(({ check }) => check)).toEqual(
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
    expect(found.find(({ check }) => check === 'start')?.seen).toMatch(
      /runs on .*data, and looked for feeds \d+ s ago/,
    );
    expect(found.find(({ check }) => check === 'page')?.seen).toContain(runtime.url);
  });

  it('tells what is wrong with feeds, topics, digests and queues, in words for one machine', async () => {
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
    const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    await sqs.send(
      new SendMessageCommand({ QueueUrl: 'http://x/000000000000/items-dead', MessageBody: 'dead' }),
    );
    const found = await examine();
    expect(codes(found)).toEqual([
      'dead-letters items',
      'feed-failing woods',
      'feed-silent fields',
      'topic-silent owls',
      'digest-overdue owls',
    ]);
    const words = found.map(({ seen, means, next }) => `${seen} ${means} ${next}`).join('\n');
    expect(words).not.toMatch(/deploy|SQS|CloudWatch|function/);
    for (const record of [digest, ...stories]) await table.delete(record);
  });

  it('tells that start is stuck, or works with another file', async () => {
    const table = runtime.platform.table();
    const store = ticks(table);
    const last = await store.last();
    await store.commit({ at: Date.now() - HOUR_MS, configVersion: 'other' }, last);
    expect(codes(await examine())).toContain(`start-stuck ${data}`);
    await store.commit({ at: Date.now(), configVersion: 'other' }, await store.last());
    expect(codes(await examine())).toContain(`configuration-differs ${file}`);
    await store.commit({ at: Date.now(), configVersion: version }, await store.last());
  });

  it('tells emails that wait too long, and messages that were not sent, and leaves the outbox alone', async () => {
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
    const found = await examine();
    expect(codes(found)).toEqual(expect.arrayContaining(['mail-waits', 'mail-failed']));
    expect(found.find(({ code }) => code === 'mail-waits')?.seen).toBe(
      '1 email waits for the mail server, to reader@news.example.se',
    );
    expect(found.find(({ code }) => code === 'mail-failed')?.seen).toContain(
      '1 message was not sent, to reader@news.example.se: no such mailbox',
    );
    rmSync(outboxFile);
  });

  it('is what the command prints with --data, and where no AWS account is set up', {
    timeout: 30_000,
  }, async () => {
    const { stdout, stderr } = await runCli(['doctor', '--config', file, '--data', data, '--json']);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(['data', 'checkedAt', 'ok', 'findings']);
    expect(result.data).toBe(data);
    expect(stderr).toBe('');
    const both = await runCli(['doctor', '--data', data, '--stack', 'NewsAlerts']);
    expect(both.code).toBe(2);
  });
});

describe('doctor on this machine, while start does not run', () => {
  it('says so first, and does not take that for a silence of feeds', { timeout: 60_000 }, async () => {
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
    const found = await examine({}, stopped);
    expect(codes(found)).toEqual([`start-stopped ${stopped}`]);
    expect(found.find(({ code }) => code === 'start-stopped')?.next).toBe(
      `start it: npm start -- --data ${stopped} --config ${file}`,
    );
  });

  it('tells a folder that is none, with all else that can be told', async () => {
    const found = await examine({}, join(folder, 'none'));
    expect(codes(found)).toEqual([`folder-unusable ${join(folder, 'none')}`]);
    expect(found.find(({ code }) => code === 'folder-unusable')?.seen).toContain(
      'got no such file or folder',
    );
    expect(found.some(({ check }) => check === 'page')).toBe(true);
  });

  it('is looked at where credentials lead to no stack, and the stack where they lead to one', {
    timeout: 60_000,
  }, async () => {
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

  it('names both ways where there is neither a folder nor an account', async () => {
    const { stderr, code } = await runCli(['doctor', '--config', file]);
    expect(stderr).toMatch(/no \.news-alerts, which `npm start` makes.*--data.*--stack.*AWS_REGION/);
    expect(code).toBe(1);
  });
});

describe('the mail server', () => {
  const to = [{ protocol: 'email', endpoint: 'reader@news.example.se' }] as const;
  const url = (port: number, login = '') => `smtp://${login}127.0.0.1:${port}`;
  const from = { NEWS_ALERTS_MAIL_FROM: 'alerts@news.example.se' };

  it('is not asked where nobody has email', async () => {
    expect(codes(await mailResults([{ protocol: 'sms', endpoint: '+46701234567' }], {}))).toEqual([]);
  });

  it('is missing', async () => {
    const [found] = await mailResults(to, {});
    expect(found).toMatchObject({ level: 'problem', code: 'mail-off' });
    expect(found?.seen).toContain('1 email recipient');
  });

  it('answers, takes the login, and is sent nothing', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(null, { user: 'u' }) });
    const env = { ...from, NEWS_ALERTS_SMTP_URL: url(server.port, 'u:p@') };
    const found = await mailResults(to, env);
    expect(codes(found)).toEqual([]);
    expect(found[0]?.seen).toContain('answers');
    expect(server.mails).toEqual([]);
  });

  it('refuses the login', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(new Error('no')) });
    const [found] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: url(server.port, 'u:p@') });
    expect(found).toMatchObject({ level: 'problem', code: 'mail-server' });
    expect(found?.seen).toContain('refused the user or password');
  });

  it('is away, or its address is none', async () => {
    const [away] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: url(9) });
    expect(away?.seen).toContain('cannot be reached');
    const [none] = await mailResults(to, { ...from, NEWS_ALERTS_SMTP_URL: 'mail.example.se' });
    expect(none?.seen).toContain('expected NEWS_ALERTS_SMTP_URL to be smtp://');
  });

  it('needs a sender', async () => {
    const server = await startMailServer();
    const [found] = await mailResults(to, { NEWS_ALERTS_SMTP_URL: url(server.port) });
    expect(found).toMatchObject({ level: 'problem', code: 'mail-server' });
    expect(found?.seen).toContain('expected NEWS_ALERTS_MAIL_FROM');
  });
});

describe('the machine', () => {
  it('tells a disk that is full, nearly full, or cannot be written to', () => {
    const MB = 1024 * 1024;
    expect(diskResults({ free: 5 * MB, size: MB }, 'd')[0]).toMatchObject({
      level: 'problem',
      code: 'disk-full',
    });
    expect(diskResults({ free: 100 * MB, size: MB }, 'd')[0]).toMatchObject({
      level: 'warning',
      code: 'disk-full',
    });
    expect(diskResults({ free: 9_000 * MB, size: 1 }, 'd')[0]?.seen).toBe('8.8 GB free, d has 1 KB');
    expect(diskResults({ free: 9_000 * MB, size: 1, fault: 'd/x: no permission' }, 'd')[0]?.code).toBe(
      'disk-readonly',
    );
  });

  it('tells a clock that is behind what was written', () => {
    const now = Date.parse('2026-03-01T09:30:00Z');
    expect(codes(clockResults({ at: now + 60_000, what: 'x' }, now))).toEqual([]);
    expect(clockResults({ at: now + 2 * HOUR_MS, what: 'x' }, now)[0]).toMatchObject({
      code: 'clock-behind',
      seen: 'the clock says 2026-03-01 09:30 UTC, but x is of 2026-03-01 11:30 UTC, 2 h later',
    });
    expect(codes(clockResults(undefined, now))).toEqual([]);
  });

  it('finds files from the future', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'x'), '');
    utimesSync(join(odd, 'x'), new Date(), new Date(Date.now() + DAY_MS));
    expect(codes(await examine({}, odd))).toContain('clock-behind');
  });

  it('tells a port that another program has, and a page that does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const visit = { data, configFile: file };
    expect((await pageResults(false, undefined, visit, port))[0]).toMatchObject({ code: 'port-taken' });
    server.close();
    await new Promise((resolve) => server.once('close', resolve));
    expect((await pageResults(false, undefined, visit, port))[0]).toMatchObject({ code: 'ok' });
    expect((await pageResults(true, `http://127.0.0.1:${port}`, visit))[0]).toMatchObject({
      code: 'page-silent',
    });
  });

  it('tells a Node that is too old', () => {
    expect(nodeResults('v24.1.0')[0]?.code).toBe('ok');
    expect(nodeResults('v22.12.0')[0]?.code).toBe('ok');
    expect(nodeResults('v22.11.0')[0]?.code).toBe('node-old');
    expect(nodeResults('v20.19.0')[0]?.code).toBe('node-old');
  });

  it('tells a topic with a broken query without a word of deploying', async () => {
    const found = await runMachineChecks(
      {
        data: join(folder, 'none'),
        configFile: 'x.yaml',
        env: {},
        clock: Date.now,
        progress: () => undefined,
      },
      () => parseConfig('topics: [{ id: a, match: owl }, { id: b, match: "owl AND" }]', 'x.yaml', {}),
    );
    const broken = found.find(({ code }) => code === 'query-broken');
    expect(broken?.about).toBe('topics.b.match');
    expect(broken?.next).toBe('mend it (npx news-alerts check --config x.yaml shows the place)');
  });
});
