import { createServer, type Server } from 'node:http';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { snsChannelAdmin } from '../../../functions/shared/aws/sns-channel-admin.ts';
import { snsSubscribing } from '../../../functions/shared/aws/sns-subscribing.ts';
import type { Sender, SignupSettings } from '../../../functions/shared/model.ts';
import type { Subscribing } from '../../../functions/shared/ports.ts';
import { type SignupDeps, signupStores } from '../../../functions/signup/deps.ts';
import { createSignupApp } from '../../../functions/signup/signup-app.ts';
import { listenOnLoopback } from '../../../local/listen-on-loopback.ts';
import { localSdk, SIGNUP_ACCESS_KEY } from '../../../local/local-sdk.ts';
import { confirmSubscription } from '../../../local/signup-page.ts';
import type { PublishedMessage } from '../../../local/sns/outgoing-message.ts';
import { createSnsEndpoint, type SnsEndpoint } from '../../../local/sns/sns-endpoint.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:news-alerts-channel-';
export const PAGE_URL = 'https://news.example/';

/** What a person's browser or mail program got. */
export interface Answer {
  readonly status: number;
  /** The page's text without markup. */
  readonly text: string;
  readonly html: string;
  readonly headers: Headers;
}

/** The sign-up page on the SNS endpoint of one machine, through the real SDK. */
export class SignupHarness {
  now = Date.parse('2026-03-02T12:00:00Z');
  /** The internet address of whoever calls next. */
  caller = '198.51.100.7';
  readonly published: PublishedMessage[] = [];
  readonly logged: { readonly event: string; readonly fields: unknown }[] = [];
  readonly table = memoryTable();
  readonly deps: SignupDeps;
  /** Calls of SNS by the page, for tests that make some of them fail. */
  readonly subscribing: Subscribing;
  readonly owner: SNSClient;
  readonly app: ReturnType<typeof createSignupApp>;
  readonly #server: Server;
  readonly #sns: SnsEndpoint;

  private constructor(
    server: Server,
    sns: SnsEndpoint,
    url: string,
    settings: Partial<SignupSettings>,
    htmlEmail?: Sender,
  ) {
    this.#server = server;
    this.#sns = sns;
    this.owner = new SNSClient(localSdk(url));
    const client = new SNSClient(localSdk(url, SIGNUP_ACCESS_KEY));
    const log = (event: string, fields: unknown) => this.logged.push({ event, fields });
    this.subscribing = snsSubscribing(client, PREFIX);
    const policy = {
      deliver: { mode: 'now' },
      followUps: { mode: 'calm', every: 1, everyAtMost: 1 },
    } as const;
    const topics = ['summit', 'rates', 'secret'].map((id) => ({ id, name: `The ${id}`, ...policy }));
    this.deps = {
      clock: () => this.now,
      log: { debug: log, info: log, warn: log, error: log },
      config: {
        version: '1',
        feeds: [],
        topics,
        firstPoll: 0,
        onAmbiguous: {},
        smsParts: { month: 100, recipients: {} },
        signup: { topicIds: ['summit', 'rates'], smsPrefixes: [], ...settings },
        ...(htmlEmail ? { htmlEmail } : {}),
      },
      subscribing: this.subscribing,
      ...signupStores(this.table, () => this.now),
    };
    this.app = createSignupApp(this.deps, {
      pageUrl: () => PAGE_URL,
      callerOf: () => this.caller,
      sleep: async () => undefined,
      confirm: confirmSubscription(client),
    });
  }

  static async start(settings: Partial<SignupSettings> = {}, htmlEmail?: Sender): Promise<SignupHarness> {
    let harness: SignupHarness | undefined;
    const sns = createSnsEndpoint({
      clock: () => harness?.now ?? 0,
      onPublish: (message) => harness?.published.push(message),
      onDelivery: () => undefined,
      confirmationUrl: () => PAGE_URL,
    });
    const server = createServer((request, response) => void sns.handle(request, response));
    const url = await listenOnLoopback(server, 0, '--port');
    harness = new SignupHarness(server, sns, url, settings, htmlEmail);
    const admin = snsChannelAdmin(harness.owner, PREFIX);
    for (const topic of harness.deps.config.topics) await admin.create(topic.id);
    return harness;
  }

  async stop(): Promise<void> {
    await this.#sns.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await this.app.request(path));
  }

  /** Sends a form. */
  async post(
    path: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const pairs = Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, String(value)]),
    );
    const body = new URLSearchParams(pairs).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return answerOf(await this.app.request(path, { method: 'POST', body, headers: { ...type, ...headers } }));
  }

  /** Signs up and follows the links in the mails. */
  async signUp(address: string, topic: readonly string[] = ['summit']): Promise<void> {
    await this.post('/', { address, topic });
    for (const link of this.links('confirm', address)) await this.post(link, {});
  }

  /** Returns the paths of the links of a kind in the mails to an address, latest first. */
  links(path: string, address: string): string[] {
    return this.messagesTo(address)
      .toReversed()
      .flatMap(
        ({ bodies }) =>
          Object.values(bodies)
            .join('\n')
            .match(/https:\/\/\S+/g) ?? [],
      )
      .filter((link) => link.startsWith(`${PAGE_URL}${path}?`))
      .map((link) => link.slice(PAGE_URL.length - 1))
      .filter((link, index, all) => all.indexOf(link) === index);
  }

  /** Asks for a link to a person's settings, and returns its path. */
  async manageLink(address: string): Promise<string> {
    await this.post('/manage', { address });
    const [link = ''] = this.links('manage', address);
    return link;
  }

  messagesTo(address: string): PublishedMessage[] {
    return this.published.filter(({ receivers }) => receivers.some(({ endpoint }) => endpoint === address));
  }

  /** Stores a story as notify does. */
  async addStory(topicId: string, id: string, title: string): Promise<void> {
    const openedAt = new Date(this.now).toISOString();
    const story = {
      id,
      leadItemId: id,
      openedAt,
      title,
      itemIds: [id],
      sources: ['The Courier'],
      version: 1,
    };
    await this.table.put({ pk: `TOPIC#${topicId}`, sk: `STORY#${openedAt}#${id}`, ...story });
  }

  /** Publishes an alert as notify does, and returns who gets it. */
  async alert(
    topicId: string,
    storyId = 'story-1',
    protocols: readonly string[] = ['email', 'sms'],
  ): Promise<string[]> {
    const before = this.published.length;
    await this.owner.send(
      new PublishCommand({
        TopicArn: `${PREFIX}${topicId}`,
        Message: 'news',
        MessageAttributes: {
          protocols: { DataType: 'String.Array', StringValue: JSON.stringify(protocols) },
          story: { DataType: 'String', StringValue: storyId },
        },
      }),
    );
    return this.published.slice(before).flatMap(({ receivers }) => receivers.map(({ endpoint }) => endpoint));
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const html = await response.text();
  const text = html
    .replace(/^[\s\S]*<main>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  return { status: response.status, html, text, headers: response.headers };
}
