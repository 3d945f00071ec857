import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readsText } from '../../../cli/dashboard/dashboard.ts';
import { loadConfigFile } from '../../../config/load.ts';
import { readRunningServers } from '../../../local/data-folder/running-servers.ts';
import { createOutbox, outboxFile } from '../../../local/outbox/outbox.ts';
import { type Runtime, startRuntime } from '../../../local/runtime.ts';
import { type FeedServer, startFeedServer } from '../../end-to-end/feed-server.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';
import { readHtml } from '../../web/served-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-dashboard-'));
const file = join(folder, 'news.yaml');
const data = join(folder, 'data');
const deployed = deployment();
let feed: FeedServer;
let runtime: Runtime;
let now = Date.now() - 600_000;

const config = () => `feeds:
  - { id: herald, url: "${feed.url}", title: The Herald, every: 1m }
  - { id: gone, url: "http://127.0.0.1:9/rss", title: Gone, every: 1m }
topics:
  - { id: summit, name: Summit, match: Ostrand }
  - { id: daily, name: Daily, match: bridge, deliver: daily at 07:30 }
defaults: { timezone: UTC }
`;

/** Runs the real pipeline: its table and queues are those of the deployment. */
async function start(): Promise<void> {
  const { config } = loadConfigFile(file, {});
  const silent = () => undefined;
  const outbox = createOutbox({ file: outboxFile(data) });
  runtime = await startRuntime({
    config,
    subscriptions: [{ topicId: 'summit', protocol: 'email', endpoint: 'ann@example.com' }],
    dataDir: data,
    clock: () => now,
    loopbackFeeds: true,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    onPublish: (publish) => {
      const delivery = { protocol: 'email', endpoint: 'ann@example.com', how: 'mailed' } as const;
      outbox.recordPublish(publish, publish.receivers.length > 0 ? [delivery] : []);
    },
  });
}

async function minute(): Promise<void> {
  now += 60_000;
  await runtime.tick();
  await runtime.drained();
}

beforeAll(async () => {
  feed = await startFeedServer();
  writeFileSync(file, config());
  feed.items = [{ guid: '0', title: 'Harbour fees unchanged' }];
  await start();
  await minute();
  feed.items = [
    { guid: 'a', title: 'Ostrand to meet Veloza', text: 'In Port Lumen.' },
    { guid: 'b', title: 'A bridge for Tolmark' },
    ...feed.items,
  ];
  await minute();
  await minute();
  deployed.facts.outputs = {
    TableName: 'news-alerts',
    ConfigVersion: loadConfigFile(file, {}).config.version,
    ChannelArnPrefix: 'arn:aws:sns:us-east-1:000000000000:NewsAlerts-channel-',
  };
});
afterAll(async () => {
  await runtime?.stop();
  await feed.stop();
  rmSync(folder, { recursive: true });
});

interface Looked {
  readonly get: (path: string) => Promise<string>;
  readonly text: (path: string) => Promise<string>;
  readonly url: string;
}

/** Runs the command, and ends it once `look` has looked at its page. */
async function withDashboard(args: readonly string[], look: (page: Looked) => Promise<void>) {
  let looking: Promise<void> | undefined;
  const ran = await runCli(
    ['dashboard', '--config', file, '--port', '0', ...args],
    { ...deployed.env(), AWS_ENDPOINT_URL_DYNAMODB: readRunningServers(data)?.dynamodb ?? '' },
    (soFar, stop) => {
      const [, url] = / is at (http:\/\/127\.0\.0\.1:\d+), read-only/.exec(soFar) ?? [];
      if (url === undefined || looking) return;
      const get = async (path: string) => (await fetch(`${url}${path}`)).text();
      looking = look({ url, get, text: async (path) => readHtml(await get(path)).text }).finally(stop);
      looking.catch(() => undefined);
    },
  );
  if (!looking) throw new Error(`expected the address of a page, got:\n${ran.stderr}`);
  await looking;
  return ran;
}

describe('news-alerts dashboard --stack', () => {
  it('shows the dead letters of the queue for chat services, if there is one', async () => {
    await deployed.createChatQueues();
    await deployed.send('chat', true, '{}');
    const { outputs } = deployed.facts;
    deployed.facts.outputs = { ...outputs, ChatVersion: 'v' };
    onTestFinished(async () => {
      deployed.facts.outputs = outputs;
      await deployed.take('chat', true);
    });
    const { code } = await withDashboard(['--stack', 'NewsAlerts'], async ({ text }) => {
      expect(await text('/')).toContain('1 message in the chat queue failed on every try');
    });
    expect(code).toBe(0);
  });

  it('shows what a deployment has done, and why, without anything that AWS does not record', async () => {
    await deployed.send('items', true, '{}');
    deployed.facts.sums = { FeedsDue: 6, ItemsFound: 3, Matches: 2, AlertsSent: 1 };
    onTestFinished(async () => {
      await deployed.take('items', true);
    });
    const { stderr, code } = await withDashboard(['--stack', 'NewsAlerts'], async ({ text, get, url }) => {
      const page = await text('/');
      expect(page).toContain('The deployment NewsAlerts, read-only.');
      expect(page).toMatch(/Watching 2 feeds for 2 topics\. 1 feed is failing\. Last check: \d\d:\d\d\./);
      expect(page).toMatch(
        /Ostrand to meet Veloza The Herald.*Why: Ostrand in the headline 1 message published/,
      );
      expect(page).toMatch(/Daily 0 Digest of 1 alert/);
      expect(page).toContain('Poll 6 polls due Match 3 new items 1 dead Notify 2 matches Alerts 1 message');
      expect(page).toContain('Run news-alerts doctor --stack NewsAlerts to see what to do.');
      expect(page).toMatch(/Gone \d\d:\d\d failing since then, 2 times in a row: unreachable/);
      expect(page).not.toMatch(/Next check|no recipients|Nobody|version/);

      const messages = await text('/messages');
      expect(messages).toMatch(/Ostrand to meet Veloza .*Published to the topic’s SNS channel\. $/);
      const [, message = ''] = /href="(\/messages\/[^"]+)"/.exec(await get('/messages')) ?? [];
      expect(await text(message)).toContain('Ostrand to meet Veloza');
      const [, story = ''] = /href="(\/stories\/[^"]+)"/.exec(await get('/')) ?? [];
      expect(await text(story)).toMatch(/Reports 1 .*opened the story Messages 1/);
      const [, item = ''] = /href="(\/items\/[^"]+)"/.exec(await get(story)) ?? [];
      expect(await text(item)).toMatch(/What became of it .*first report/);

      const feeds = await text('/feeds');
      expect(feeds).toContain(
        'The feeds have plots once the stored items were read. The first search reads the whole table of the deployment',
      );
      expect(feeds).not.toMatch(/\d items? in/);
      expect(await text('/try?q=bridge')).toMatch(
        /Searches 3 stored items, read at .* for [\d,]+ read units? of DynamoDB.*1 story from 1 item, of 3 items/,
      );
      expect(await text('/search?q=ostrand')).toContain('1 item of 3 stored');
      expect(await text('/feeds')).toContain('3 items in 48 hours');
      expect(await get('/feeds')).not.toContain('method="post"');
      const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
      const post = { method: 'POST', headers, body: 'token=x' };
      expect((await fetch(`${url}/feeds/herald/remove`, post)).status).toBe(403);
    });
    expect(stderr).toMatch(
      /^Reading the stack NewsAlerts…\nnews-alerts: the dashboard of the stack NewsAlerts is at http:\/\/127\.0\.0\.1:\d+, read-only; Ctrl-C ends it\nRead \d+ units \(\d+ requests\) of DynamoDB in 0 hours\.\n$/,
    );
    expect(code).toBe(0);
  });

  it('says that another version of the file is deployed', async () => {
    const edited = join(folder, 'edited.yaml');
    writeFileSync(edited, config().replace('Summit', 'The summit'));
    await withDashboard(['--stack', 'NewsAlerts', '--config', edited], async ({ text }) => {
      expect(await text('/')).toMatch(
        /edited\.yaml has version \w+, but version \w+ is deployed\..* Deploy it \(npx cdk deploy -c config=.*edited\.yaml\), or name the deployed file with --config\./,
      );
    });
  });

  it('reports before it starts what it cannot use', async () => {
    const run = (env: Readonly<Record<string, string>>, ...args: string[]) =>
      runCli(['dashboard', '--config', file, ...args], env);
    const { AWS_REGION: _, ...noRegion } = deployed.env();
    expect(await run(noRegion, '--stack', 'NewsAlerts')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected an AWS region, got none; set AWS_REGION'),
    });
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...anonymous } = deployed.env();
    expect((await run(anonymous, '--stack', 'NewsAlerts')).stderr).toContain(
      'expected AWS credentials, got none',
    );
    expect((await run(deployed.env(), '--stack', 'Other')).stderr).toContain(
      'expected the stack Other in us-east-1, got none; name another stack with --stack',
    );
    deployed.sqs.denied.add('AmazonSQS.GetQueueUrl').add('GetQueueUrl');
    onTestFinished(() => deployed.sqs.denied.clear());
    expect(await run(deployed.env(), '--stack', 'NewsAlerts')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /cannot read the queues: AccessDenied.*; give your role this permission \(docs\/operations\.md, Permissions\)/,
      ),
    });
    deployed.cloudFormation.unknownCaller = true;
    onTestFinished(() => {
      deployed.cloudFormation.unknownCaller = false;
    });
    expect((await run(deployed.env(), '--stack', 'NewsAlerts')).stderr).toContain(
      'expected valid AWS credentials, got ExpiredToken',
    );
  });
});

describe('news-alerts dashboard --data', () => {
  it('shows a data folder while start runs on it, and says where the page of start is', async () => {
    const { stderr, code } = await withDashboard(['--data', data], async ({ text, get }) => {
      const page = await text('/');
      expect(page).toMatch(
        /The data in .*, read-only\. `news-alerts start` is running on it; its own page is at http/,
      );
      expect(page).toMatch(/Ostrand to meet Veloza.*1 message 1 sent/);
      expect(page).toMatch(/Daily 0 Digest of 1 alert/);
      expect(page).toContain('Gone');
      expect(await text('/messages')).toContain('ann@example.com · sent');
      expect(await text('/feeds')).toContain('3 items in 48 hours');
      expect(await text('/try?q=bridge')).toContain('1 story from 1 item, of 3 items');
      const [, story = ''] = /href="(\/stories\/[^"]+)"/.exec(await get('/')) ?? [];
      expect(await text(story)).toMatch(/Reports 1 .*opened the story Messages 1/);
    });
    expect(stderr).toContain('its own page is at http://127.0.0.1:');
    expect(code).toBe(0);
  });

  it('goes on when start stops, does not keep it from starting again, and shows what is new', async () => {
    await withDashboard(['--data', data], async ({ text }) => {
      expect(await text('/')).toContain('is running on it');
      await runtime.stop();
      await expect
        .poll(() => text('/'), { timeout: 30_000, interval: 500 })
        .toContain('is not running on it');
      expect(await text('/')).toContain('Ostrand to meet Veloza');
      await start();
      feed.items = [{ guid: 'c', title: 'Ostrand resigns after a vote' }, ...feed.items];
      await minute();
      await expect.poll(() => text('/'), { timeout: 30_000, interval: 500 }).toContain('Ostrand resigns');
    });
  });

  it('needs a data folder, and refuses both a folder and a stack', async () => {
    const none = await runCli(['dashboard', '--config', file, '--data', join(folder, 'none')]);
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected the data of an earlier `npm start`'),
    });
    const both = await runCli(['dashboard', '--config', file, '--data', data, '--stack', 'NewsAlerts']);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be used with') });
  });

  it('takes the next free port, or fails on a port that was named', async () => {
    await withDashboard(['--data', data], async ({ url }) => {
      const { port } = new URL(url);
      const taken = await runCli(['dashboard', '--config', file, '--data', data, '--port', port]);
      expect(taken).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('another port: news-alerts dashboard --port '),
      });
    });
  });
});

it('says at the end what was read', () => {
  expect(readsText({ units: 1_199.5, requests: 310 }, 5_400_000)).toBe(
    'Read 1,200 units (310 requests) of DynamoDB in 1.5 hours.',
  );
});
