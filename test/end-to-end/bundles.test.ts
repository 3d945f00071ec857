import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { packTopics } from '../../functions/match/topics-file.ts';
import { renderAlert } from '../../functions/notify/render/render-alert.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { DEFAULT_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import type { PipelineConfig } from '../../functions/shared/model.ts';
import { environment, type QueueName } from '../../functions/shared/pipeline.ts';
import { feedPath } from '../../functions/shared/signed-link.ts';
import { signingKey } from '../../functions/shared/store/signing-key.ts';
import {
  bundleAll,
  FUNCTIONS,
  type FunctionName,
  functionEntry,
  NEVER_LOADED,
  partFile,
  REPLACEMENTS,
} from '../../lib/stage-bundling.ts';
import { startEmbeddedServers } from '../../local/embedded-servers.ts';
import { provision } from '../../local/provision.ts';
import type { OutgoingMessage } from '../../local/sns/outgoing-message.ts';
import { createSnsEndpoint } from '../../local/sns/sns-endpoint.ts';
import { encoded } from '../helpers/encoded.ts';
import { listening, loopbackServer } from '../helpers/loopback-server.ts';
import { alertOf } from '../helpers/sample-alerts.ts';
import { invoke } from './bundled-function.ts';
import { startFeedServer } from './feed-server.ts';

/** Lambda reads these bytes before a function's first work. Nobody waits for mail, which has the libraries that write it. */
const maxBundleBytes = (name: FunctionName) => (name === 'mail' ? 530_000 : 372_000);

/** The parts that are loaded with require, which esbuild does not see. */
const REQUIRED = ['#other-dates', '#lenient-json', '#stemmers', '#re2', '#public-suffixes'].map(partFile);

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundles = new Map(
  Object.entries(bundleAll(Object.fromEntries(FUNCTIONS.map((name) => [name, functionEntry(name)])), folder)),
);
const bundleOf = (name: FunctionName) => bundles.get(name) ?? expect.fail(`no bundle of ${name}`);

describe.each(FUNCTIONS)('the bundle of %s', (name) => {
  const { file, metafile, parts } = bundleOf(name);
  const [output] = Object.values(metafile.outputs);
  const loadedLater = Object.entries(parts);

  it(`has less than ${maxBundleBytes(name)} bytes`, () => {
    expect(statSync(file).size).toBeLessThan(maxBundleBytes(name));
  });

  it('imports only Node modules, its own parts, and modules that are never loaded', () => {
    const missing = output?.imports.filter(({ path, external }) => external && !isBuiltin(path));
    expect([...new Set(missing?.map(({ path }) => path))].sort()).toEqual(
      [
        NEVER_LOADED,
        ...loadedLater.map(([part]) => partFile(part)).filter((part) => !REQUIRED.includes(part)),
      ].sort(),
    );
  });

  it('has parts that import only Node modules and modules that are never loaded, and contains nothing of them', () => {
    for (const [, part] of loadedLater) {
      const [only] = Object.values(part.metafile.outputs);
      const missing = only?.imports.filter(({ path, external }) => external && !isBuiltin(path)) ?? [];
      expect(missing.filter(({ path }) => path !== NEVER_LOADED)).toEqual([]);
    }
    const inputs = Object.keys(output?.inputs ?? {});
    expect(inputs.filter((path) => /\/(rss-parser|xml2js|sax|jschardet|@orama|tldts)\//.test(path))).toEqual(
      [],
    );
  });

  // The names of the SDK's packages change. A replaced package must not come back under another name.
  it('contains no module that is useless on Lambda', () => {
    const unwanted =
      /\/(@aws-sdk\/(credential-provider|nested-clients|token-providers|endpoint-cache|lib-dynamodb)|@smithy\/credential-provider|xmlbuilder|rss-parser\/node_modules\/entities|undici|yaml|zod|commander)|\/(event-streams|checksum|sso|sso-oidc|sts|signin|cognito-identity)\//;
    expect(Object.keys(output?.inputs ?? {}).filter((path) => unwanted.test(path))).toEqual([]);
  });
});

it.each(Object.entries(REPLACEMENTS))('%s is still imported, and always replaced', (name, replacement) => {
  const found = [...bundles.values()]
    .flatMap(({ parts, ...main }) => [main, ...Object.values(parts)])
    .flatMap(({ metafile }) => Object.values(metafile.inputs))
    .flatMap(({ imports }) => imports)
    .filter(({ original }) => original === name);
  const expected = replacement.startsWith('./')
    ? replacement.slice(2)
    : expect.stringContaining(`node_modules/${replacement.split('/')[0]}/`);
  expect([...new Set(found.map(({ path }) => path))]).toEqual([expected]);
});

it('the bundles take an item from a feed to a subscriber, with credentials only from the environment', async () => {
  const deliveries: OutgoingMessage[] = [];
  const sns = createSnsEndpoint({
    clock: Date.now,
    onPublish: () => undefined,
    onDelivery: (delivery) => deliveries.push(delivery),
  });
  const snsUrl = await listening((request, response) => void sns.handle(request, response));
  const [servers, feed] = await Promise.all([startEmbeddedServers(), startFeedServer()]);
  onTestFinished(async () => {
    await Promise.all([servers.stop(), feed.stop(), sns.close()]);
  });
  const aws = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL_DYNAMODB: servers.dynamodb,
    AWS_ENDPOINT_URL_SQS: servers.sqs,
    AWS_ENDPOINT_URL_SNS: snsUrl,
  };
  Object.assign(process.env, aws);
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const { environment: names, queueUrls } = await provision(
    { ...servers, sns: snsUrl },
    { topicIds: [], subscriptions: [] },
    silent,
  );
  const config: PipelineConfig = {
    version: 'v',
    feeds: [
      {
        id: 'herald',
        url: feed.url,
        title: 'The Herald',
        every: 60_000,
        everyAtMost: 60_000,
        offset: 0,
        tags: [],
        enabled: true,
      },
    ],
    topics: [
      {
        id: 'summit',
        name: 'Summit',
        query: { term: { text: 'Ostrand' } },
        deliver: { mode: 'now' },
        followUps: DEFAULT_FOLLOW_UPS,
      },
    ],
    firstPoll: 0,
    onAmbiguous: { email: 'resend', sms: 'skip' },
    signup: { topicIds: [], smsPrefixes: [], feeds: true },
  };
  const json = (name: string, content: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const topicsFile = join(folder, 'topics.bin');
  writeFileSync(topicsFile, packTopics(config.topics));
  const env = {
    ...aws,
    ...names,
    [environment.system]: 'Test',
    [environment.loopbackFeeds]: 'true',
    [environment.config]: json('config.json', config),
    [environment.topics]: topicsFile,
    [environment.recipients]: json('recipients.json', [
      { topicId: 'summit', protocol: 'email', endpoint: 'reader@news-alerts.org' },
    ]),
  };
  const run = (name: FunctionName, event: unknown) => invoke(bundleOf(name).file, event, env);
  const sqs = new SQSClient({});
  /** Returns the event that Lambda makes of the messages in a queue. */
  const waiting = async (queue: QueueName) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrls[queue], MaxNumberOfMessages: 10 }),
    );
    expect(Messages).not.toEqual([]);
    return {
      Records: Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body, attributes: {} })),
    };
  };
  const done = { batchItemFailures: [] };

  const cloudFormation = await loopbackServer((response) => response.end());
  await run('channels', { RequestType: 'Create', RequestId: 'one', ResponseURL: cloudFormation.url });
  expect(cloudFormation.requests.map(({ body }) => JSON.parse(body))).toMatchObject([{ Status: 'SUCCESS' }]);

  await run('dispatch', {});
  const due = await waiting('feeds');
  feed.items = [{ guid: '0', title: 'Harbour fees unchanged', published: '2026-03-01T12:00:00Z' }];
  expect(await run('poll', due)).toEqual(done);
  feed.items = [{ guid: 'a', title: 'Ostrand &amp;mdash; “talks”' }, ...feed.items];
  expect(await run('poll', due)).toEqual(done);
  expect(await run('match', await waiting('items'))).toEqual(done);
  expect(await run('notify', await waiting('hits'))).toEqual(done);
  expect(deliveries).toMatchObject([
    { protocol: 'email', endpoint: 'reader@news-alerts.org', subject: 'Summit: Ostrand — “talks”' },
  ]);

  // The topic's alerts as a feed, whose generator is a part.
  const key = await signingKey(dynamoTable(new DynamoDBClient({}), names[environment.table] ?? ''));
  const rawPath = `/${feedPath(key, 'summit', 'atom')}`;
  const request = { version: '2.0', rawPath, rawQueryString: '', headers: {}, isBase64Encoded: false };
  const http = { method: 'GET', path: rawPath, sourceIp: '198.51.100.7' };
  const answer = await run('signup', { ...request, requestContext: { domainName: 'page.example', http } });
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'application/atom+xml; charset=utf-8' },
    body: expect.stringContaining('Ostrand — “talks”'),
  });

  // Parts that are loaded on demand: the rss-parser fallback for a feed without entries, the detector for unknown bytes.
  feed.items = [];
  expect(await run('poll', due)).toEqual(done);
  feed.items = [{ guid: 'b', title: 'Ostrand: переговоры продолжаются, наводнение отступает' }];
  feed.encode = (document) => encoded(document, 'koi8-r');
  expect(await run('poll', due)).toEqual(done);
  const titles = async () =>
    (await waiting('items')).Records.map(({ body }) => JSON.parse(body ?? '').items[0].item.title);
  expect(await titles()).toEqual([feed.items[0]?.title]);
  // Rarely needed code: compressed data without an end.
  feed.items = [{ guid: 'c', title: 'Ostrand signs' }];
  feed.encode = (document) => gzipSync(document).subarray(0, -8);
  expect(await run('poll', due)).toEqual(done);
  expect(await titles()).toContain('Ostrand signs');
  // A date in words, and JSON with a superfluous comma.
  feed.encode = () =>
    Buffer.from('{"items":[{"id":"d","title":"Ostrand","date_published":"1 mars 2026, 13.00",}]}');
  expect(await run('poll', due)).toEqual(done);
  const later = await waiting('items');
  expect(later.Records.map(({ body }) => JSON.parse(body ?? '').items[0].item)).toMatchObject([
    { guid: 'd', published: '2026-03-01T13:00:00.000Z' },
  ]);
  // A news sitemap.
  feed.encode = () =>
    Buffer.from(
      '<urlset><url><loc>https://herald.test/e</loc><news:news><news:title>Ostrand votes</news:title><news:publication_date>2026-03-01</news:publication_date></news:news></url></urlset>',
    );
  expect(await run('poll', due)).toEqual(done);
  const last = await waiting('items');
  expect(last.Records.map(({ body }) => JSON.parse(body ?? '').items[0].item)).toMatchObject([
    { guid: 'https://herald.test/e', title: 'Ostrand votes', published: '2026-03-01T00:00:00.000Z' },
  ]);
  // A web page instead of the feed, and the description of a failure.
  feed.encode = () => Buffer.from('<!doctype html><p>Moved');
  expect(await run('poll', due)).toEqual(done);
  // A live page, with a superfluous comma in its JSON.
  feed.encode = () =>
    Buffer.from(
      '<!doctype html><script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Live","liveBlogUpdate":[{"headline":"Ostrand floods","datePublished":"1 mars 2026, 14.00"},]}</script>',
    );
  expect(await run('poll', due)).toEqual(done);
  expect(await titles()).toEqual(['Ostrand floods']);
  feed.broken = 403;
  expect(await run('poll', due)).toEqual(done);

  // An alert for Slack, whose address is in the Parameter Store.
  const [queueUrl, deadLettersUrl] = ['chat', 'chat-dead'].map(
    (name) => `${servers.sqs}/000000000000/${name}`,
  ) as [string, string];
  for (const QueueName of ['chat', 'chat-dead']) await sqs.send(new CreateQueueCommand({ QueueName }));
  const slack = await loopbackServer((response) => response.end('ok'));
  const store = await loopbackServer((response, _, { body }) => {
    const [Name] = (JSON.parse(body) as { Names: string[] }).Names;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ Parameters: [{ Name, Value: `${slack.url}/services/T0/B0/key` }] }));
  });
  const chatEnv = {
    ...env,
    AWS_ENDPOINT_URL_SSM: store.url,
    [environment.queueUrl('chat')]: queueUrl,
    [environment.deadLettersUrl]: deadLettersUrl,
    [environment.parameters]: '/news-alerts/Test/',
    [environment.chats]: json('chats.json', [
      { service: 'slack', url: `\${SLACK}`, private: true, name: `\${SLACK}`, topicIds: ['summit'] },
    ]),
  };
  const { json: MessageBody } = renderAlert(alertOf({ topicId: 'summit' }));
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  const record = {
    messageId: message?.MessageId,
    receiptHandle: message?.ReceiptHandle,
    body: message?.Body,
    attributes: { SentTimestamp: String(Date.now()) },
  };
  expect(await invoke(bundleOf('chat').file, { Records: [record] }, chatEnv)).toEqual(done);
  expect(slack.requests.map(({ path }) => path)).toEqual(['/services/T0/B0/key']);
  // An address in the own network is refused without `private: true`, and the alert becomes a dead letter.
  const other = { ...record, body: renderAlert(alertOf({ id: 'other', topicId: 'summit' })).json };
  const guarded = {
    ...chatEnv,
    [environment.chats]: json('guarded.json', [
      { service: 'slack', url: `\${SLACK}`, name: `\${SLACK}`, topicIds: ['summit'] },
    ]),
  };
  expect(await invoke(bundleOf('chat').file, { Records: [other] }, guarded)).toEqual(done);
  const { Messages: dead = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLettersUrl }));
  expect(dead.map(({ Body }) => JSON.parse(Body ?? '').id)).toEqual(['other']);
  expect(slack.requests).toHaveLength(1);

  const { AWS_SECRET_ACCESS_KEY: _secret, ...nobody } = env;
  await expect(invoke(bundleOf('dispatch').file, {}, nobody)).rejects.toThrow(
    'expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
  );
});
