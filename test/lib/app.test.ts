import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canariesIn } from '../helpers/canary.ts';
import { runScript } from '../helpers/cli.ts';
import { isLong } from '../helpers/size.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Bundling takes most of the time of a synthesis. */
const UNVALIDATED = { CDK_VALIDATION: 'false' };

/** Runs the CDK app as the CLI does, with no account and no region. */
async function synthesise(context: Record<string, unknown>, env: Record<string, string> = {}) {
  const { stderr, code } = await runScript('bin/news-alerts.ts', {
    env: {
      ...env,
      CDK_OUTDIR: join(folder, 'out'),
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context }),
    },
    inProcess: true,
  });
  return { stderr, status: code };
}

function fileWith(text: string): string {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, text);
  return path;
}

const GOOD = `
feeds: [{ id: one, url: 'https://feeds.example.org/one' }]
topics: [{ id: pumps, name: Heat pumps, match: { any: [heat] } }]
recipients: [{ email: you@example.com, topics: all }]
`;

describe('CDK app', () => {
  it('creates one stack with the name from the context, and warns about a placeholder, which is not subscribed', async () => {
    const { status, stderr } = await synthesise(
      { config: fileWith(GOOD), stackName: 'Mine' },
      isLong ? {} : UNVALIDATED,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const out = (name: string) => readFileSync(join(folder, 'out', `Mine.${name}.json`), 'utf8');
    expect(out('template')).toContain('"QueueName": "Mine-feeds"');
    expect(out('template')).not.toContain('you@example.com"');
    expect(out('metadata')).toContain('you@example.com is a placeholder');
    expect(out('metadata')).toContain('nobody is notified of problems of news-alerts itself');
  });

  it.each([
    [{ disposable: 'no' }, '-c disposable: expected true or false, got no'],
    [{ loopbackFeeds: '1' }, '-c loopbackFeeds: expected true or false, got 1'],
    [{ stackName: 'a'.repeat(61) }, '-c stackName: expected a name of at most 60 letters'],
    [{ stackName: 'Bad_name' }, 'got Bad_name'],
  ])('refuses the context %j with one sentence', async (context, sentence) => {
    const { status, stderr } = await synthesise({ config: fileWith(GOOD), ...context });
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [{}, 'Retain', 'by no stage'],
    [{ disposable: 'true', loopbackFeeds: 'false' }, 'Delete', 'by no stage'],
    [{ disposable: 'false', loopbackFeeds: 'true' }, 'Retain', 'by poll alone'],
  ])(
    'with the context %j the table’s DeletionPolicy is %s, and feeds on loopback are fetched %s',
    async (context, policy, fetched) => {
      await synthesise({ config: fileWith(GOOD), ...context }, UNVALIDATED);
      const template = readFileSync(join(folder, 'out', 'NewsAlerts.template.json'), 'utf8');
      const { Resources } = JSON.parse(template);
      const tables = Object.values(Resources as Record<string, { Type: string; DeletionPolicy: string }>);
      expect(tables.find(({ Type }) => Type === 'AWS::DynamoDB::Table')?.DeletionPolicy).toBe(policy);
      expect(template.split('"NEWS_ALERTS_LOOPBACK_FEEDS": "true"')).toHaveLength(
        fetched === 'by poll alone' ? 2 : 1,
      );
    },
  );

  it('warns about a topic with an invalid query, and keeps its channel', async () => {
    const text = `
topics: [{ id: odd, match: 'heat OR' }, { id: pumps, match: pump }]
recipients: [{ email: ann@mail.org }]
`;
    const { status, stderr } = await synthesise({ config: fileWith(text) }, isLong ? {} : UNVALIDATED);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const out = (name: string) => readFileSync(join(folder, 'out', `NewsAlerts.${name}.json`), 'utf8');
    expect(out('metadata')).toContain(
      'topics.odd.match: expected something to look for after OR, got the end',
    );
    expect(out('template')).toContain('-channel-odd');
    expect(out('metadata')).toContain('on the worst day: ');
    expect(out('metadata')).toContain('npx news-alerts check --stack NewsAlerts');
  });

  it('refuses the secret of a chat service in the file', async () => {
    const text = `
topics: [{ id: pumps, match: pump }]
recipients: [{ email: ann@mail.org, slack: https://hooks.slack.com/services/T0/B0/cnryS4k7Zq2mWv9xLt }]
`;
    const { status, stderr } = await synthesise({ config: fileWith(text) });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `recipients[0].slack: expected a name such as \${SLACK_NEWS} in place of the secret`,
    );
    expect(canariesIn(stderr, { slack: 'cnryS4k7Zq2mWv9xLt' })).toEqual([]);
  });

  it('sends to chat services, says which parameters they need, and takes no secret along', async () => {
    const text = `
topics: [{ id: pumps, match: pump }]
recipients:
  - { email: ann@mail.org, slack: "\${SLACK_NEWS}" }
  - { ntfy: { url: "http://127.0.0.1/\${TOPIC}", private: true } }
  - { ntfy: https://ntfy.example.com/topic }
`;
    const { status, stderr } = await synthesise(
      { config: fileWith(text) },
      { ...UNVALIDATED, SLACK_NEWS: 'https://hooks.slack.com/services/T0/B0/cnryS4k7Zq2mWv9xLt' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const out = join(folder, 'out');
    const metadata = readFileSync(join(out, 'NewsAlerts.metadata.json'), 'utf8');
    for (const name of ['SLACK_NEWS', 'TOPIC'])
      expect(metadata).toContain(
        `chat services need the parameter /news-alerts/NewsAlerts/${name}: aws ssm put-parameter`,
      );
    expect(metadata).toMatch(
      /ntfy 127\.0\.0\.1\/…\w{8} is private, but functions on AWS do not run in your network/,
    );
    expect(metadata).toMatch(/ntfy ntfy\.example\.com\/…\w{8} is a placeholder/);
    const layer = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('news-alerts-chats/index.json'),
    );
    const chats = JSON.parse(readFileSync(join(out, layer ?? ''), 'utf8')) as { service: string }[];
    expect(chats.map(({ service }) => service)).toEqual(['slack', 'ntfy']);
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    for (const { parentPath, name } of files)
      expect(canariesIn(readFileSync(join(parentPath, name)), { slack: 'cnryS4k7Zq2mWv9xLt' })).toEqual([]);
  });

  it('prints the faults of the file, and no stack trace', async () => {
    const { status, stderr } = await synthesise({}, { NEWS_ALERTS_FILE: fileWith('topicz: []') });
    expect(status).toBe(1);
    expect(stderr).toContain('mine.yaml:1:1 topicz: expected a known key');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
