import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentOf, type FeedServer, startFeedServer } from '../end-to-end/feed-server.ts';
import { type Subscriber, startSubscriber } from '../end-to-end/subscriber.ts';
import { DOCUMENTED } from '../functions/chat/documented-limits.ts';
import { canariesIn } from '../helpers/canary.ts';
import { runCli } from '../helpers/cli.ts';
import { installPackage } from '../helpers/installed-package.ts';
import { loopbackServer } from '../helpers/loopback-server.ts';
import { startWebSubHub, type WebSubHub } from '../helpers/websub-hub.ts';
import { readHtml } from '../web/served-page.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { pastReleaseAssembly } from './past-release.ts';

const root = join(import.meta.dirname, '../..');
const STACK = 'NewsAlerts';
const MINUTE = 60_000;
/** The value of a name in the feed's address. */
const HERALD_KEY = 'cnryD5k1Wq8Zt3';
/** The secret part of the address at a chat service. */
const SLACK_KEY = 'cnryC7h2Xp9Rv4';
const DUE = '2026-03-01T10:00:00.000Z';
const PHONE = '+12025559123';
const SIGN_UP = 'signup: { sms: ["+1202"] }\n';
const HTML_EMAIL = 'htmlEmail: { from: The desk <desk@news-alerts.org> }\n';
const READER = 'reader@news-alerts.org';

let folder: string;
let emulator: Emulator;
let feed: FeedServer;
/** Names a hub. */
let pushed: FeedServer;
let hub: WebSubHub;
let subscriber: Subscriber;
const startedAt = Date.now();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-deploy-'));
  [emulator, feed, pushed, hub, subscriber] = await Promise.all([
    startEmulator(folder),
    startFeedServer(),
    startFeedServer(),
    startWebSubHub(),
    startSubscriber(),
  ]);
  Object.assign(process.env, emulator.env);
  pushed.items = [{ guid: 'p', title: 'Harbour fees unchanged' }];
  pushed.encode = (document) => Buffer.from(withHub(document));
  hub.route = (callback) => ({ url: emulator.functionUrl(callback) });
}, 2 * MINUTE);

afterAll(async () => {
  await Promise.all([emulator, feed, pushed, hub, subscriber].map((one) => one?.stop()));
  rmSync(folder, { recursive: true, force: true });
}, MINUTE);

const withHub = (document: string) =>
  document.replace(
    '<channel>',
    `<channel><link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="${hub.url}"/><link xmlns="http://www.w3.org/2005/Atom" rel="self" href="${pushed.url}"/>`,
  );

/** Prints a step of the deployment with its time. */
function say(what: string): void {
  process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${what}\n`);
}

async function cdk(...args: string[]): Promise<string> {
  const child = spawn('npx', ['cdk', '--output', join(folder, 'cdk.out'), ...args], {
    cwd: root,
    env: { ...emulator.env, CI: '1' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code === 0) return printed;
  throw new Error(
    `expected cdk ${args.join(' ')} to succeed, got exit code ${code}:\n${printed}\n${emulator.log().slice(-5_000)}`,
  );
}

const CHAT_RECIPIENT = `  - slack: { url: "\${SLACK_NEWS}", private: true }\n    topics: [ferries]\n`;

/** `chat`: adds a recipient at a chat service. `more`: further parts of the file. */
function configured(topics: Readonly<Record<string, string>>, { chat = false, more = '' } = {}): string {
  const file = join(folder, 'news-alerts.yaml');
  const entries = Object.entries(topics).map(([id, word]) => `  - { id: ${id}, match: ${word} }`);
  writeFileSync(
    file,
    `feeds:\n  - { id: herald, url: '${feed.url}?key=\${HERALD_KEY}', every: 1m }\n  - { id: courier, url: '${pushed.url}', every: 1m }\ntopics:\n${entries.join('\n')}\nrecipients:\n  - email: reader@news-alerts.org\n${chat ? CHAT_RECIPIENT : ''}${more}`,
  );
  return file;
}

/** An app with the construct of the package. Its stack is the one that is deployed. */
const sampleApp = (configFile: string) => `import { App, Stack } from 'aws-cdk-lib';
import { NewsAlerts } from 'news-alerts/cdk';

const stack = new Stack(new App(), '${STACK}');
new NewsAlerts(stack, 'Default', { configFile: ${JSON.stringify(configFile)}, loopbackFeeds: true });
`;

const deploy = (app: readonly string[]) =>
  // The emulator cannot update by change sets.
  cdk(
    'deploy',
    STACK,
    '--require-approval',
    'never',
    '--method',
    'direct',
    '--outputs-file',
    join(folder, 'outputs.json'),
    ...app,
  );

async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 3 * MINUTE,
): Promise<void> {
  for (const end = Date.now() + within; Date.now() < end; ) {
    if (await holds()) return say(what);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`expected that ${what} within ${within / MINUTE} minutes; ${emulator.log().slice(-5_000)}`);
}

const table = () => new DynamoDBClient({});
const told = (title: string) =>
  subscriber.alerts.some(({ entries }) => entries.some((entry) => entry.title === title));

/** Sends a form to the sign-up page, or gets it, and returns the HTML. */
async function signUpPage(path: string, form?: Readonly<Record<string, string>>): Promise<string> {
  const { SignupUrl = '' } = outputs();
  const body = form && new URLSearchParams(form);
  const response = await fetch(emulator.functionUrl(new URL(path, SignupUrl).href), {
    ...(body ? { method: 'POST', body } : {}),
  });
  const html = await response.text();
  expect(response.status, html).toBe(200);
  return html;
}

/** Two people subscribe on the page, and one leaves. */
async function signUp(channelArn: string): Promise<void> {
  expect(await signUpPage('/')).toContain('value="bridges"');
  const sentAt = Date.now();
  await signUpPage('/', { topic: 'bridges', address: 'stranger@news-alerts.org' });
  // The emulator confirms emails by itself.
  expect(await recipients(channelArn)).toContain('stranger@news-alerts.org');
  say(`a stranger has subscribed by email, ${Date.now() - sentAt} ms after sending the form`);

  const codeAt = Date.now();
  await signUpPage('/', { topic: 'bridges', address: PHONE });
  expect(await recipients(channelArn)).not.toContain(PHONE);
  const [sms = ''] = await emulator.smsTo(PHONE);
  const [code = ''] = /^\d{6}/.exec(sms) ?? [];
  const done = await signUpPage('/code', { number: PHONE, code });
  expect(await recipients(channelArn)).toContain(PHONE);
  say(`another by SMS with a code, ${Date.now() - codeAt} ms after sending the form`);

  const [, link = ''] = /action="(\.\/manage\?link=[^"]+)"/.exec(done) ?? [];
  await signUpPage(link, { do: 'pause' });
  await signUpPage(link, { do: 'stop' });
  expect(await recipients(channelArn)).not.toContain(PHONE);
  say('who has left again by the page');
}

interface Outputs {
  readonly SignupUrl?: string;
  readonly TableName: string;
  readonly ChannelArnPrefix: string;
}
const outputs = (): Outputs => JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))[STACK];

async function recipients(channelArn: string): Promise<(string | undefined)[]> {
  const { Subscriptions = [] } = await new SNSClient({}).send(
    new ListSubscriptionsByTopicCommand({ TopicArn: channelArn }),
  );
  return Subscriptions.map(({ Endpoint }) => Endpoint);
}

/** The key that encrypts a channel at rest. */
async function keyOf(TopicArn: string): Promise<string | undefined> {
  const { Attributes } = await new SNSClient({}).send(new GetTopicAttributesCommand({ TopicArn }));
  return Attributes?.KmsMasterKeyId;
}

/** Leaves a channel as a version made it that did not encrypt any. */
async function forgetKey(TableName: string, TopicArn: string, topicId: string): Promise<void> {
  const AttributeName = 'KmsMasterKeyId';
  await new SNSClient({}).send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue: '' }),
  );
  expect(await keyOf(TopicArn)).not.toBe('alias/aws/sns');
  const Key = marshall({ pk: 'CHANNELS', sk: topicId });
  const { Item = {} } = await table().send(new GetItemCommand({ TableName, Key }));
  const { encrypted, ...record } = unmarshall(Item);
  expect(encrypted).toBe(true);
  await table().send(new PutItemCommand({ TableName, Item: marshall(record) }));
}

/** Names of the queues whose name begins so. */
async function queuesNamed(QueueNamePrefix: string): Promise<string[]> {
  const { QueueUrls = [] } = await new SQSClient({}).send(new ListQueuesCommand({ QueueNamePrefix }));
  return QueueUrls.map((url) => url.split('/').at(-1) ?? '').toSorted();
}

async function channels(prefix: string): Promise<string[]> {
  const { Topics = [] } = await new SNSClient({}).send(new ListTopicsCommand({}));
  return Topics.flatMap(({ TopicArn = '' }) =>
    TopicArn.startsWith(prefix) ? [TopicArn.slice(prefix.length)] : [],
  );
}

/** The feed is on this machine, as all of it is. */
const contextOf = (config: string) => ['-c', `config=${config}`, '-c', 'loopbackFeeds=true'];

const cli = (...args: string[]) => runCli(args, emulator.env);

/** Returns the page of the dashboard as text. */
async function dashboardOf(config: string): Promise<string> {
  let page: Promise<string> | undefined;
  const args = ['dashboard', '--stack', STACK, '--config', config, '--port', '0'];
  const { stderr } = await runCli(args, emulator.env, (soFar, stop) => {
    const [, url] = / is at (http:\S+), read-only/.exec(soFar) ?? [];
    if (url === undefined || page) return;
    page = fetch(url).then((response) => response.text());
    page.finally(stop).catch(() => undefined);
  });
  if (!page) throw new Error(`expected the address of the dashboard, got:\n${stderr}`);
  return readHtml(await page).text;
}

/** Codes of what the doctor finds that is not well. */
async function findings(config: string): Promise<string[]> {
  const { stdout, stderr } = await cli('doctor', '--config', config, '--json');
  if (stdout === '') throw new Error(`expected findings, got:\n${stderr}`);
  const all = (JSON.parse(stdout) as { findings: { code: string; level: string }[] }).findings;
  return all.filter(({ level }) => level !== 'ok').map(({ code }) => code);
}

/** Puts a message among the dead letters. */
async function bury(queue: string, message: object): Promise<void> {
  const sqs = new SQSClient({});
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const MessageBody = JSON.stringify(message);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageGroupId: 'bridges',
      MessageDeduplicationId: 'dead',
    }),
  );
}

/** Hashes of the functions' code. */
async function codes(): Promise<string[]> {
  const { Functions = [] } = await new LambdaClient({}).send(new ListFunctionsCommand({}));
  return Functions.map(({ FunctionName, CodeSha256 }) => `${FunctionName} ${CodeSha256}`).toSorted();
}

it('is deployed over a past release, tells news, and follows its configuration', {
  timeout: 20 * MINUTE,
}, async () => {
  const config = configured({ bridges: 'bridge' }, { more: SIGN_UP });
  await cdk('bootstrap', 'aws://000000000000/us-east-1');
  say('bootstrapped');
  const current = join(folder, 'assembly');
  await cdk('synth', '--quiet', ...contextOf(config));
  cpSync(join(folder, 'cdk.out'), current, { recursive: true });

  const past = join(folder, 'past');
  pastReleaseAssembly(join(root, 'test/lib/releases/0.1.0.template.json'), current, past, STACK);
  await deploy(['--app', past]);
  const { TableName } = outputs();
  const kept = { pk: 'FEED#kept', sk: 'STATE', version: 7 };
  await table().send(new PutItemCommand({ TableName, Item: marshall(kept) }));
  say('the release before is deployed, and has stored something');

  const Name = `/news-alerts/${STACK}/HERALD_KEY`;
  await new SSMClient({}).send(new PutParameterCommand({ Name, Type: 'SecureString', Value: HERALD_KEY }));
  feed.items = [{ guid: 'a', title: 'A bridge is planned' }];
  await deploy(['--app', current]);
  const { ChannelArnPrefix, ...after } = outputs();
  expect(after.TableName).toBe(TableName);
  const key = marshall({ pk: kept.pk, sk: kept.sk });
  const { Item } = await table().send(new GetItemCommand({ TableName, Key: key }));
  expect(Item && unmarshall(Item)).toEqual(kept);
  say('deployed over it; the table and its records are still there');

  expect(await recipients(`${ChannelArnPrefix}bridges`)).toEqual([READER]);
  expect(await keyOf(`${ChannelArnPrefix}bridges`)).toBe('alias/aws/sns');
  await signUp(`${ChannelArnPrefix}bridges`);
  await subscriber.subscribe(`${ChannelArnPrefix}bridges`);
  await until('the schedule fires, and the feed is asked', () => feed.requests.length > 0);
  expect(feed.requests[0]?.path).toBe(`/feed.xml?key=${HERALD_KEY}`);
  feed.items = [{ guid: 'b', title: 'The bridge is open' }, ...feed.items];
  await until('news is told', () => told('The bridge is open'));

  expect(await dashboardOf(config)).toMatch(/The bridge is open .*1 message published/);
  say('the dashboard shows it');

  await until('the hub has confirmed a subscription', () => hub.subscriptions.size > 0);
  const item = { guid: 'q', title: 'Storm damages the railway bridge near Veloza' };
  const forged = { body: documentOf([item]), headers: { 'x-hub-signature': `sha256=${'0'.repeat(64)}` } };
  expect(await hub.publish(pushed.url, forged)).toEqual([403]);
  expect(await hub.publish(pushed.url, { body: documentOf([item]) })).toEqual([202]);
  await until('pushed news is told, which the feed itself does not show', () => told(item.title));

  await bury('NewsAlerts-hits-dead.fifo', { v: 1, kind: 'digest', topicId: 'bridges', dueAt: DUE });
  expect(await findings(config)).toEqual(expect.arrayContaining(['dead-letters', 'operations-unheard']));
  expect((await cli('redrive', 'hits')).stdout).toContain('moved 1 message to NewsAlerts-hits.fifo');
  const well = await findings(config);
  for (const code of [
    'dead-letters',
    'dispatch-stopped',
    'configuration-differs',
    'feed-failing',
    'channel-missing',
  ])
    expect(well).not.toContain(code);
  say('a dead letter is sent back; the doctor has seen it come and go');

  await forgetKey(TableName, `${ChannelArnPrefix}bridges`, 'bridges');
  const before = await codes();
  const edited = configured({ bridges: 'bridge', ferries: 'ferry' }, { more: SIGN_UP });
  expect(await findings(edited)).toContain('configuration-differs');
  await deploy(contextOf(edited));
  say('a topic is added');
  expect(await keyOf(`${ChannelArnPrefix}bridges`)).toBe('alias/aws/sns');
  expect(await recipients(`${ChannelArnPrefix}bridges`)).toEqual(
    expect.arrayContaining([READER, 'stranger@news-alerts.org']),
  );
  say('a channel that was not encrypted is, and has kept its subscriptions');
  expect(await codes()).toEqual(before);
  await subscriber.subscribe(`${ChannelArnPrefix}ferries`);
  feed.items = [{ guid: 'c', title: 'The ferry has sailed for the last time' }, ...feed.items];
  await until('its news is told', () => told('The ferry has sailed for the last time'));
  await until('and so is what the feed held already', () => told('A bridge is planned'));

  expect(await queuesNamed('NewsAlerts-chat')).toEqual([]);
  expect((await codes()).filter((name) => name.includes('Chat'))).toEqual([]);
  let isRefused = false;
  const slack = await loopbackServer((response, number) => {
    if (number === 1) response.writeHead(429, { 'retry-after': '2' }).end('rate_limited');
    else if (isRefused) response.writeHead(404).end('no_service');
    else response.end('ok');
  });
  const arrived = (title: string, times = 1) =>
    slack.requests.filter(({ body }) => body.includes(title)).length >= times;
  const chatty = configured(
    { bridges: 'bridge', ferries: 'ferry' },
    { chat: true, more: `${SIGN_UP}${HTML_EMAIL}` },
  );
  await new SSMClient({}).send(
    new PutParameterCommand({
      Name: `/news-alerts/${STACK}/SLACK_NEWS`,
      Type: 'SecureString',
      Value: `${slack.url}/services/T0/B0/${SLACK_KEY}`,
    }),
  );
  expect(await findings(chatty)).toContain('chat-differs');
  await deploy(contextOf(chatty));
  say('a recipient at a chat service is added, and HTML mail');
  const chatQueue = 'arn:aws:sqs:us-east-1:000000000000:NewsAlerts-chat';
  const mailQueue = 'arn:aws:sqs:us-east-1:000000000000:NewsAlerts-mail';
  for (const id of ['bridges', 'ferries'])
    expect(await recipients(`${ChannelArnPrefix}${id}`)).toContain(mailQueue);
  expect(await findings(chatty)).toContain('html-mail-unverified');
  await new SESv2Client({}).send(new CreateEmailIdentityCommand({ EmailIdentity: 'news-alerts.org' }));
  expect(await recipients(`${ChannelArnPrefix}ferries`)).toContain(chatQueue);
  expect(await recipients(`${ChannelArnPrefix}bridges`)).not.toContain(chatQueue);
  feed.items = [{ guid: 'd', title: 'The harbour buys an electric ferry' }, ...feed.items];
  await until('its news reaches the chat service, which asks to wait', () =>
    arrived('The harbour buys an electric ferry'),
  );
  await until('and then accepts it', () => arrived('The harbour buys an electric ferry', 2));
  await until('the reader has the mail', async () => (await emulator.mailsTo(READER)).length > 0);
  const [mail] = await emulator.mailsTo(READER);
  expect(mail).toMatchObject({
    Source: 'desk@news-alerts.org',
    Subject: 'ferries: The harbour buys an electric ferry',
  });
  expect(mail?.BodyHtml).toContain('>The harbour buys an electric ferry</a>');
  const [, settings = ''] = /(\/manage\?link=\S+)/.exec(mail?.BodyText ?? '') ?? [];
  await signUpPage(settings, { do: 'pause' });
  say('and pauses by the link in it');
  const [first] = slack.requests;
  expect(first?.path).toBe(`/services/T0/B0/${SLACK_KEY}`);
  expect(DOCUMENTED.slack(first?.body ?? '')).toBe('');
  const healthy = await findings(chatty);
  for (const code of [
    'chat-differs',
    'chat-failed',
    'chat-waits',
    'html-mail-differs',
    'html-mail-unverified',
    'html-mail-failed',
    'subscription-missing',
    'queue-missing',
  ])
    expect(healthy).not.toContain(code);
  isRefused = true;
  feed.items = [{ guid: 'e', title: 'Strike stops every ferry in Veloza' }, ...feed.items];
  await until('the service refuses', () => arrived('Strike stops every ferry in Veloza'));
  await until('the doctor sees that an alert did not arrive', async () => {
    const seen = await findings(chatty);
    return ['chat-failed', 'dead-letters'].every((code) => seen.includes(code));
  });
  isRefused = false;
  const refusals = slack.requests.length;
  const arrivedAgain = (title: string) =>
    slack.requests.slice(refusals).some(({ body }) => body.includes(title));
  expect((await cli('redrive', 'chat')).stdout).toContain('moved 1 message to NewsAlerts-chat');
  await until('after a redrive it arrives', () => arrivedAgain('Strike stops every ferry in Veloza'));
  expect(arrivedAgain('The harbour buys an electric ferry')).toBe(false);
  expect(await emulator.mailsTo(READER)).toHaveLength(1);
  const templates = readdirSync(join(folder, 'cdk.out'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  for (const file of templates) expect(canariesIn(file, { SLACK_KEY })).toEqual([]);
  say('a dead letter is sent back; no file of the deployment has the secret');

  const team = join(folder, 'team');
  mkdirSync(team);
  installPackage(team);
  writeFileSync(join(team, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(team, 'app.js'), sampleApp(configured({ ferries: 'ferry' })));
  await deploy(['--app', `"${process.execPath}" ${join(team, 'app.js')}`]);
  say('a topic is removed, by an app of its own with the package');
  expect(await channels(ChannelArnPrefix)).toEqual(['ferries']);
  // The app's file has no sign-up any more.
  expect(outputs().SignupUrl).toBeUndefined();
  expect(await recipients(`${ChannelArnPrefix}ferries`)).not.toContain(chatQueue);
  expect(await queuesNamed('NewsAlerts-chat')).toEqual([]);
  expect(await queuesNamed('NewsAlerts-mail')).toEqual([]);
  const titles = subscriber.alerts.flatMap(({ entries }) => entries.map(({ title }) => title));
  expect(titles.toSorted()).toEqual([
    'A bridge is planned',
    'Storm damages the railway bridge near Veloza',
    'Strike stops every ferry in Veloza',
    'The bridge is open',
    'The ferry has sailed for the last time',
    'The harbour buys an electric ferry',
  ]);
  expect(canariesIn(emulator.log(), { HERALD_KEY, SLACK_KEY })).toEqual([]);
  expect(canariesIn(JSON.stringify(subscriber.alerts), { HERALD_KEY, SLACK_KEY })).toEqual([]);
});
