import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../cli/doctor/check-result.ts';
import { loadConfigFile } from '../../../config/load.ts';
import { chatVersion, deployedChats } from '../../../config/recipients.ts';
import { recipientProblems } from '../../../functions/shared/store/recipient-problems.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';

const deployed = deployment();
const folder = mkdtempSync(join(tmpdir(), 'news-alerts-doctor-'));
const file = join(folder, 'owls.yaml');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let operations = '';

beforeAll(async () => {
  writeFileSync(
    file,
    `feeds: [{ id: woods, url: "http://woods.example/feed" }, { id: fields, url: "http://fields.example/feed" }]
topics: [{ id: owls, match: owl }]
recipients: [{ email: reader@news.example.se }, { sms: "+46701234567" }]
`,
  );
  const arn = await deployed.channel('NewsAlerts-channel-owls');
  operations = await deployed.channel('NewsAlerts-operations');
  const subscribe = (TopicArn: string, Protocol: string, Endpoint: string) =>
    deployed.snsClient().send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  await subscribe(arn, 'email', 'Reader@news.example.se');
  await subscribe(arn, 'sms', '+46701234567');
  await subscribe(operations, 'email', 'operator@news.example.se');
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  for (const one of [deployed.cloudFormation, deployed.cloudWatch, deployed.sns, deployed.sqs]) {
    one.denied.clear();
    one.hanging.clear();
  }
  const { version } = loadConfigFile(file, {}).config;
  Object.assign(deployed.facts, {
    status: 'UPDATE_COMPLETE',
    outputs: { TableName: 'news-alerts', ConfigVersion: version, OperationsChannelArn: operations },
    ages: {},
    alarms: [
      { AlarmName: 'NewsAlerts-waiting-items', StateValue: 'OK' },
      { AlarmName: 'NewsAlerts-Beta-waiting-items', StateValue: 'ALARM' },
    ],
    sandbox: false,
    verified: [],
    limit: '50',
  });
  await deployed.table().put({ pk: 'DISPATCH', sk: 'TICK', at: Date.now(), configVersion: version });
  for (const id of ['woods', 'fields']) {
    await deployed.table().put({ pk: `FEED#${id}`, sk: 'STATE', version: 1, failures: 0 });
  }
});

const doctor = (args: readonly string[] = [], env = {}, onStderr?: () => void) =>
  runCli(['doctor', '--config', file, ...args], { ...deployed.env(), ...env }, onStderr);

async function findings(
  args: readonly string[] = [],
  env = {},
  onStderr?: () => void,
): Promise<CheckResult[]> {
  const { stdout, code } = await doctor(['--json', ...args], env, onStderr);
  const result = JSON.parse(stdout) as { ok: boolean; findings: CheckResult[] };
  expect(result.ok).toBe(code === 0);
  return result.findings;
}

const codes = (results: readonly CheckResult[]) =>
  results.filter(({ level }) => level !== 'ok').map(({ code, about }) => `${code} ${about ?? ''}`.trim());

describe('news-alerts doctor', () => {
  it('reports a healthy deployment as ok, and exits with 0', async () => {
    const { stdout, code } = await doctor();
    expect(stdout).toMatch(
      /^ok\n {2}stack: stack NewsAlerts in us-east-1: UPDATE_COMPLETE, last deployed 2026-01-05/,
    );
    expect(stdout).toContain('1 channel, 2 confirmed subscriptions');
    expect(stdout).toContain('2 feeds answer');
    expect(stdout).toMatch(/\n0 problems, 0 warnings, \d+ ok\.\n$/);
    expect(code).toBe(0);
  });

  it('prints only JSON with --json, in a stable form', async () => {
    const { stdout, stderr } = await doctor(['--json']);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(['stack', 'region', 'checkedAt', 'ok', 'findings']);
    expect(result).toMatchObject({ stack: 'NewsAlerts', region: 'us-east-1', ok: true });
    expect(result.findings[0]).toMatchObject({ level: 'ok', check: 'stack', code: 'ok' });
    expect(stderr).toBe('');
  });

  it('reports everything that is wrong, with what it means and what to do, and exits with 1', async () => {
    const table = deployed.table();
    const now = Date.now();
    Object.assign(deployed.facts, {
      status: 'UPDATE_ROLLBACK_COMPLETE',
      outputs: { TableName: 'news-alerts', ConfigVersion: 'other' },
      sandbox: true,
      limit: '1',
      ages: { 'NewsAlerts-items': 7_200 },
      alarms: [{ AlarmName: 'NewsAlerts-waiting-items', StateValue: 'ALARM', StateReason: 'too late' }],
    });
    await deployed.send('items', false, 'late');
    await deployed.send('hits', true, 'dead');
    await table.put({ pk: 'DISPATCH', sk: 'TICK', at: now - HOUR_MS, configVersion: 'other' });
    await table.put({
      pk: 'FEED#woods',
      sk: 'STATE',
      version: 4,
      failures: 4,
      lastFailure: 'status: 404 Not Found',
      notBefore: now + HOUR_MS,
    });
    await table.delete({ pk: 'FEED#fields', sk: 'STATE' });
    const stories = [0, 1, 2, 3, 4].map((hour) => {
      const openedAt = new Date(now - 30 * DAY_MS - hour * HOUR_MS).toISOString();
      return { pk: 'TOPIC#owls', sk: `STORY#${openedAt}#s`, openedAt };
    });
    await table.putAll(stories);
    const dueAt = new Date(now - HOUR_MS).toISOString();
    const digest = { pk: 'TOPIC#owls', sk: `DIGEST#${dueAt}#c#a` };
    await table.put({ ...digest, duePk: 'DIGEST', dueSk: `${dueAt}#owls#a` });

    const results = await findings();
    for (const record of results) {
      if (record.level !== 'ok')
        expect([record.means, record.next]).toEqual([expect.any(String), expect.any(String)]);
    }
    expect(codes(results)).toEqual([
      'stack-rolled-back NewsAlerts',
      `configuration-differs ${file}`,
      'dispatch-stopped',
      'operations-none',
      'sms-sandbox',
      'sms-unverified +46701234567',
      'sms-limit',
      'queue-late NewsAlerts-items',
      'dead-letters NewsAlerts-hits-dead.fifo',
      'feed-failing woods',
      'feed-unpolled fields',
      'topic-silent owls',
      'digest-overdue owls',
      'alarm NewsAlerts-waiting-items',
    ]);
    const text = await doctor();
    expect(text.code).toBe(1);
    expect(text.stdout).toContain('next: find the cause');
    expect(text.stdout).toContain('npx news-alerts redrive hits');
    expect(text.stdout).toContain(
      'woods has failed 4 times in a row, for at least 30 min: status: 404 Not Found',
    );

    await deployed.take('items', false);
    await deployed.take('hits', true);
    for (const record of [digest, ...stories]) await table.delete(record);
  });

  it('writes nothing', async () => {
    const before = await deployed.table().query({ pk: 'TOPIC#owls', from: ' ', to: '~' });
    await doctor();
    expect(await deployed.table().query({ pk: 'TOPIC#owls', from: ' ', to: '~' })).toEqual(before);
  });

  it('reports missing and unconfirmed subscribers, and missing channels', async () => {
    const other = join(folder, 'more.yaml');
    writeFileSync(
      other,
      `topics: [{ id: owls, match: owl }, { id: bats, match: bat }]
recipients: [{ email: new@news.example.se, topics: [owls] }]
`,
    );
    const TopicArn = await deployed.channel('NewsAlerts-channel-owls');
    await deployed
      .snsClient()
      .send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: 'http://127.0.0.1:9/' }));
    const results = await findings(['--config', other]);
    expect(codes(results)).toEqual([
      `configuration-differs ${other}`,
      'channel-missing bats',
      'subscription-missing email new@news.example.se',
      'subscription-unconfirmed http http://127.0.0.1:9/',
    ]);
    expect(results.find(({ code }) => code === 'subscription-missing')?.next).toContain(
      `aws sns subscribe --topic-arn ${TopicArn} --protocol email --notification-endpoint 'new@news.example.se' --attributes '{"FilterPolicy"`,
    );
  });

  it('reports recipients at chat services that messages do not reach, without their addresses', async () => {
    const chatty = join(folder, 'chatty.yaml');
    writeFileSync(
      chatty,
      `feeds: [{ id: woods, url: "http://woods.example/feed" }]
topics: [{ id: owls, match: owl }]
recipients: [{ email: reader@news.example.se, slack: "\${SLACK}", ntfy: "https://ntfy.example.com/x" }]
`,
    );
    const { config, chats } = loadConfigFile(chatty, {}, '--config', 'deployed');
    Object.assign(deployed.facts.outputs, {
      ConfigVersion: config.version,
      ChatVersion: chatVersion(deployedChats(chats)),
    });
    await deployed.createChatQueues();
    await deployed.send('chat', true, 'alert');
    const known = recipientProblems(deployed.table(), 'chat');
    const problem = { since: 1, detail: 'Slack answered 404', nextAt: 3, failedAt: 2 };
    await known.put(`slack \${SLACK}`, problem);
    const args = ['--config', chatty];
    expect(codes(await findings(args))).toEqual(
      expect.arrayContaining([
        `chat-failed slack \${SLACK}`,
        'dead-letters NewsAlerts-chat-dead',
        'subscription-missing sqs arn:aws:sqs:us-east-1:000000000000:NewsAlerts-chat',
      ]),
    );
    expect(codes(await findings(args))).not.toContain('chat-differs');
    await deployed.take('chat', true);
    await known.clear(`slack \${SLACK}`, problem);
    deployed.facts.outputs.ChatVersion = 'other';
    expect(codes(await findings(args))).toContain('chat-differs');
    delete deployed.facts.outputs.ChatVersion;
    expect(codes(await findings(args))).toContain('chat-differs');
  });

  it('lists all subscriptions at once when there are many topics, with the same results', async () => {
    const many = join(folder, 'many.yaml');
    const topics = Array.from({ length: 120 }, (_, n) => `{ id: t${n}, match: owl }`);
    writeFileSync(
      many,
      `topics: [{ id: owls, match: owl }, ${topics.join(', ')}]
recipients: [{ email: reader@news.example.se, topics: [owls, t0] }]
`,
    );
    for (let n = 0; n < 119; n++) await deployed.channel(`NewsAlerts-channel-t${n}`);
    deployed.sns.denied.add('ListSubscriptionsByTopic');
    const results = (await findings(['--config', many])).filter(({ check }) => check === 'subscriptions');
    expect(codes(results)).toEqual([
      ...Array.from({ length: 118 }, (_, n) => `topic-unheard t${n + 1}`),
      'channel-missing t119',
      'subscription-missing email reader@news.example.se',
      'subscription-unconfirmed http http://127.0.0.1:9/',
    ]);
    expect(results.find(({ code }) => code === 'subscription-missing')?.seen).toContain(
      'not subscribed to t0',
    );
  });

  it('continues when calls are denied, and reports the missing permissions once', async () => {
    deployed.cloudFormation.denied.add('DescribeStacks');
    deployed.cloudWatch.denied.add('GetMetricData').add('DescribeAlarms');
    deployed.sns.denied.add('GetSMSAttributes').add('ListSubscriptionsByTopic');
    const results = await findings();
    const failed = results.filter(({ level }) => level !== 'ok');
    expect(codes(failed)).toEqual(['could-not-check']);
    expect(failed[0]?.seen).toBe(
      'could not check the stack; which configuration is deployed; when dispatch last ran; the subscribers of owls; ' +
        'the spending limit of SMS; the age of messages; the feeds; the topics; which digests are overdue; ' +
        'the alarms: AccessDenied: no right to DescribeStacks (and other errors)',
    );
    expect(failed[0]?.next).toContain('docs/operations.md#permissions');
    expect(results.filter(({ check, level }) => check === 'queues' && level === 'ok')).toHaveLength(6);
  });

  it.each([
    ['nobody answers', 'http://127.0.0.1:9', 'ECONNREFUSED'],
    ['the name is unknown', 'http://aws.invalid', 'aws.invalid'],
  ])('reports once that AWS cannot be reached when %s', async (_, url, cause) => {
    const found = await findings(
      [],
      {
        ...Object.fromEntries(
          Object.keys(deployed.env())
            .filter((name) => name.startsWith('AWS_ENDPOINT_URL'))
            .map((name) => [name, url]),
        ),
        AWS_MAX_ATTEMPTS: '1',
      },
      // In a process of its own, which may look names up.
      () => undefined,
    );
    const failed = found.filter(({ level }) => level !== 'ok');
    expect(codes(failed)).toEqual(['could-not-check']);
    expect(failed[0]?.seen).toMatch(/^could not check the stack; .*the queues.*the alarms: /);
    expect(failed[0]?.seen).toContain(cause);
    expect(failed[0]?.next).toContain('check that this machine can reach AWS');
  });

  it('reports different causes separately', async () => {
    deployed.sns.denied.add('GetSMSAttributes');
    const results = await findings([], {
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
    });
    const failed = results.filter(({ code }) => code === 'could-not-check');
    expect(failed.map(({ seen }) => seen.replace(/: .*/, ''))).toEqual([
      'could not check the spending limit of SMS',
      'could not check the age of messages; the alarms',
    ]);
  });

  it('checks the rest when the file has faults', async () => {
    const { stdout, code } = await doctor(['--config', join(folder, 'none.yaml')]);
    expect(code).toBe(1);
    expect(stdout).toContain('none.yaml:1:1 expected the file');
    expect(stdout).toContain(
      'means: these were not checked, since they need the file: which configuration is deployed',
    );
    expect(stdout).toContain('dispatch: dispatch ran');
  });

  it('reports a topic with a broken query, and checks the rest', async () => {
    const broken = join(folder, 'broken.yaml');
    writeFileSync(
      broken,
      'topics: [{ id: owls, match: owl }, { id: odd, match: "storm AND" }]\nrecipients: [{ email: reader@news.example.se }]\n',
    );
    const results = await findings(['--config', broken]);
    expect(codes(results)).toContain('query-broken topics.odd.match');
    expect(results.some(({ check }) => check === 'queues')).toBe(true);
  });

  it('runs no checks when there is no such stack', async () => {
    const results = await findings(['--stack', 'Other']);
    expect(codes(results)).toEqual(['stack-missing Other']);
  });

  it('takes the version of the configuration from the last dispatch when the stack has no output for it', async () => {
    deployed.facts.outputs = { TableName: 'news-alerts', OperationsChannelArn: operations };
    expect(codes(await findings()).filter((code) => code.startsWith('configuration'))).toEqual([]);
  });

  it("finds a system with its own name inside somebody else's stack", async () => {
    const longer = Object.entries(deployed.facts.outputs).map(([name, value]) => [
      `Alerts${name}0A1B2C3D`,
      value,
    ]);
    deployed.facts.outputs = {
      ...Object.fromEntries(longer),
      AlertsChannelArnPrefix0A1B2C3D: 'arn:aws:sns:us-east-1:000000000000:NewsAlerts-channel-',
    };
    deployed.facts.stackName = 'Newsroom';
    const results = await findings(['--stack', 'Newsroom']);
    deployed.facts.stackName = 'NewsAlerts';
    expect(codes(results)).toEqual(['subscription-unconfirmed http http://127.0.0.1:9/']);
    expect(results.filter(({ check }) => check === 'queues')).toHaveLength(6);
  });

  it('ends at once on Ctrl-C, even during a call that hangs', async () => {
    deployed.cloudWatch.hanging.add('DescribeAlarms');
    const { stdout, stderr, code } = await runCli(
      ['doctor', '--config', file],
      deployed.env(),
      (_, interrupt) => setTimeout(interrupt, 1_500),
    );
    expect({ stdout, code }).toEqual({ stdout: '', code: 130 });
    expect(stderr).toContain('Stopped before the end; nothing was changed.');
  });

  it('says what to do when AWS rejects the credentials', async () => {
    deployed.cloudFormation.unknownCaller = true;
    const { stderr, code } = await doctor();
    deployed.cloudFormation.unknownCaller = false;
    expect(stderr).toMatch(/expected valid AWS credentials, got ExpiredToken.*; log in again/);
    expect(code).toBe(1);
  });
});
