import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { mailExit } from '../../functions/shared/mail/mail-exit.ts';
import { signingKey } from '../../functions/shared/store/signing-key.ts';
import { virtualClock } from '../../local/clock.ts';
import { composeMail } from '../../local/mail/compose-mail.ts';
import { toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import type { PublishedMessage } from '../../local/sns/outgoing-message.ts';
import { eventually } from '../helpers/eventually.ts';
import { freePort } from '../helpers/free-port.ts';
import { type FeedServer, startFeedServer } from './feed-server.ts';

const START = Date.parse('2026-03-02T12:00:00Z');
const ANN = 'ann@news.example.se';
const PUBLIC_URL = 'https://alerts.news.example.se/';

const exitOf = (key: Uint8Array, { alert, at }: ReturnType<typeof toOutboxEntry>, endpoint: string) =>
  mailExit(key, PUBLIC_URL, [alert ?? expect.fail('no alert')], Date.parse(at), endpoint);

let feed: FeedServer;
let clock: ReturnType<typeof virtualClock>;
let runtime: Runtime;
let published: PublishedMessage[];
let port: number;

const configOf = (signup: string) =>
  parseConfig(
    `
signup: ${signup}
feeds: [{ id: herald, url: "${feed.url}", title: The Herald, every: 5m }]
topics:
  - { id: summit, name: The summit, description: Talks and outcomes., match: Ostrand, followUps: all }
recipients: [{ email: file@news.example.se }]
`,
    'test.yaml',
    {},
  );

beforeEach(async () => {
  feed = await startFeedServer();
  feed.items = [{ guid: '0', title: 'Harbour fees unchanged', published: '2026-03-01T12:00:00Z' }];
  clock = virtualClock(START);
  published = [];
  port = await freePort();
  const { config, subscriptions } = configOf('enabled');
  const ignore = () => undefined;
  runtime = await startRuntime({
    config,
    subscriptions,
    clock: clock.now,
    loopbackFeeds: true,
    signup: { url: PUBLIC_URL, port },
    log: {
      info: ignore,
      debug: ignore,
      warn: (event, fields) => expect.fail(`${event} ${JSON.stringify(fields)}`),
      error: (event, fields) => expect.fail(`${event} ${JSON.stringify(fields)}`),
    },
    onPublish: (message) => published.push(message),
  });
});

afterEach(async () => {
  await runtime.stop();
  await feed.stop();
});

async function poll(): Promise<void> {
  clock.advanceTo(clock.now() + 5 * 60_000);
  await runtime.tick();
  await runtime.drained();
}

/** Opens a link as if a proxy passed it on. */
const open = (link: string, form?: string) =>
  fetch(link.replace(PUBLIC_URL, `http://127.0.0.1:${port}/`), {
    ...(form === undefined
      ? {}
      : {
          method: 'POST',
          body: form,
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '198.51.100.7' },
        }),
  });
const textOf = (message: PublishedMessage | undefined) =>
  message?.bodies.email ?? message?.bodies.default ?? '';
const linkIn = (text: string, path: string) =>
  new RegExp(`${PUBLIC_URL}${path}\\S*`).exec(text)?.[0] ?? expect.fail(`no link to ${path} in ${text}`);
const receiversOf = (message: PublishedMessage | undefined) =>
  message?.receivers.map(({ endpoint }) => endpoint).sort();

it('a stranger signs up, confirms, gets alerts with links to less of them, and leaves by one click', async () => {
  await poll();
  const page = await (await open(PUBLIC_URL)).text();
  expect(page).toContain('Talks and outcomes.');
  expect((await open(PUBLIC_URL, `topic=summit&address=${ANN}`)).status).toBe(200);
  await open(linkIn(textOf(published[0]), 'confirm'), '');

  const signs = {
    guid: '1',
    title: 'Ostrand signs the harbour treaty with Veloza',
    published: new Date(clock.now()).toISOString(),
  };
  feed.items = [signs, ...feed.items];
  await poll();
  const alert = published.at(-1);
  expect(receiversOf(alert)).toEqual([ANN, 'file@news.example.se']);
  // One publish is for all, so it names the page on which each asks for their own link.
  expect(textOf(alert)).toContain(`Change, pause or end what you receive: ${PUBLIC_URL}manage`);
  expect(await (await open(PUBLIC_URL)).text()).toContain('Ostrand signs the harbour treaty');

  // A mail of one machine is for one person, and has their own links.
  const entry = toOutboxEntry(alert ?? expect.fail('no alert'));
  const key = await signingKey(runtime.platform.table());
  const exit = exitOf(key, entry, ANN);
  const mail = composeMail([entry], ANN, { address: 'us@news.example.se', domain: 'x' }, () => 'UTC', exit);
  const text = String(mail.text);
  expect(mail.html).toContain(`href="${linkIn(text, 'manage').replaceAll('&', '&amp;')}"`);
  const source = (await createTransport({ streamTransport: true, buffer: true }).sendMail(mail)).message;
  expect(String(source)).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);

  await open(linkIn(text, 'mute'), '');
  // With followUps: all, a material edit is sent.
  feed.items = [{ ...signs, title: `${signs.title}: fishing in both bays ends in May` }];
  await poll();
  const later = published.slice(published.indexOf(alert as PublishedMessage) + 1);
  const ofStory = later.filter(({ attributes }) => attributes.story === alert?.attributes.story);
  expect(ofStory.length).toBeGreaterThan(0);
  expect(ofStory.flatMap((message) => receiversOf(message) ?? [])).not.toContain(ANN);

  const stop = /<(https:[^>]*stop[^>]*)>/.exec(
    String((mail.headers as Record<string, string>)['List-Unsubscribe']),
  );
  expect((await open(stop?.[1] ?? '', 'List-Unsubscribe=One-Click')).status).toBe(200);
  const next = {
    guid: '3',
    title: 'Ostrand elects a new mayor',
    published: new Date(clock.now()).toISOString(),
  };
  feed.items = [next];
  await poll();
  await poll();
  expect(receiversOf(published.at(-1))).toEqual(['file@news.example.se']);
});

it('a recipient of the file gets one mail a day in place of each alert', async () => {
  const newsOf = (title: string) => ({ guid: title, title, published: new Date(clock.now()).toISOString() });
  const file = 'file@news.example.se';
  await poll();
  feed.items = [newsOf('Ostrand signs the harbour treaty with Veloza'), ...feed.items];
  await poll();
  const entry = toOutboxEntry(published.at(-1) ?? expect.fail('no alert'));
  const key = await signingKey(runtime.platform.table());
  const { manage = '' } = exitOf(key, entry, file) ?? {};
  expect(await (await open(manage, 'do=daily&daily=yes')).text()).toContain('at 08:00 (UTC)');

  feed.items = [
    newsOf('Ostrand elects a new mayor'),
    newsOf('Strike closes the port of Ostrand'),
    ...feed.items,
  ];
  await poll();
  expect(published.slice(-2).map(receiversOf)).toEqual([[], []]);
  clock.advanceTo(Date.parse('2026-03-03T08:00:00Z'));
  await poll();
  expect(receiversOf(published.at(-1))).toEqual([file]);
  expect(textOf(published.at(-1))).toContain('Ostrand elects a new mayor');
  expect(textOf(published.at(-1))).toContain('Strike closes the port of Ostrand');
});

it('a recipient of the file can leave, too, and stays away when the configuration is read again', async () => {
  await poll();
  const key = await signingKey(runtime.platform.table());
  feed.items = [{ guid: '1', title: 'Ostrand signs', published: new Date(clock.now()).toISOString() }];
  await poll();
  const entry = toOutboxEntry(published.at(-1) ?? expect.fail('no alert'));
  const { stop = '' } = exitOf(key, entry, 'file@news.example.se') ?? {};
  await open(stop, '');
  const { config, subscriptions } = configOf('enabled');
  await runtime.reload({ ...config, version: 'next' }, subscriptions);
  feed.items = [
    { guid: '2', title: 'Ostrand elects a mayor', published: new Date(clock.now()).toISOString() },
  ];
  await poll();
  expect(receiversOf(published.at(-1))).toEqual([]);
});

it('somebody who leaves while a topic is gone for a moment has left it for good', async () => {
  await poll();
  await open(PUBLIC_URL, `topic=summit&address=${ANN}`);
  await open(linkIn(textOf(published.at(-1)), 'confirm'), '');
  const tell = async (guid: string) => {
    feed.items = [{ guid, title: `Ostrand ${guid}`, published: new Date(clock.now()).toISOString() }];
    await poll();
    return published.at(-1) ?? expect.fail('no alert');
  };
  const entry = toOutboxEntry(await tell('signs the treaty'));
  const { stop = '' } = exitOf(await signingKey(runtime.platform.table()), entry, ANN) ?? {};
  const { config, subscriptions } = configOf('enabled');
  // While its id is misspelt.
  const topics = config.topics.map((topic) => ({ ...topic, id: 'sumit' }));
  await runtime.reload({ ...config, topics, version: 'misspelt' }, []);
  expect(await (await open(stop, '')).text()).toContain('You are unsubscribed from all alerts');
  await runtime.reload({ ...config, version: 'next' }, subscriptions);
  expect(receiversOf(await tell('elects a mayor'))).not.toContain(ANN);
});

it('the page closes and opens with the configuration', async () => {
  const { config, subscriptions } = configOf('off');
  await runtime.reload(config, subscriptions);
  await expect(open(PUBLIC_URL)).rejects.toThrow();
  expect(runtime.signupUrl()).toBeUndefined();
  const on = configOf('enabled');
  await runtime.reload(on.config, on.subscriptions);
  await eventually(async () => expect((await open(PUBLIC_URL)).status).toBe(200));
});
