import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface HubSubscription {
  readonly topic: string;
  readonly callback: string;
  readonly secret: string;
  readonly verified: boolean;
}

interface Content {
  readonly body: string | Uint8Array;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A hub by W3C's WebSub recommendation of 2018, on loopback. */
export interface WebSubHub {
  readonly url: string;
  /** The subscription requests, the newest last. */
  readonly requests: readonly URLSearchParams[];
  readonly subscriptions: ReadonlyMap<string, HubSubscription>;
  /** The method of signatures; none for an empty text. */
  method: string;
  /** Seconds of a lease, whatever subscribers ask for. */
  lease: number;
  /** Status of the answer to a request; subscriptions are verified only after 202. */
  status: number;
  /** Leads the hub to a callback that has another address here. */
  route: (callback: string) => { readonly url: string; readonly headers?: Record<string, string> };
  /** Resolves when a subscription to the topic is verified. */
  verified(topic: string): Promise<void>;
  /** Sends content to all subscribers of a topic. Returns the statuses of their answers. */
  publish(topic: string, content: Content): Promise<number[]>;
  /** Tells all subscribers of a topic that their subscription has ended. */
  deny(topic: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startWebSubHub(): Promise<WebSubHub> {
  const requests: URLSearchParams[] = [];
  const subscriptions = new Map<string, HubSubscription>();
  const hub = {
    method: 'sha256',
    lease: 864_000,
    status: 202,
    route: (callback: string): { url: string; headers?: Record<string, string> } => ({ url: callback }),
  };
  const call = (callback: string, query: URLSearchParams | undefined, init: RequestInit = {}) => {
    const { url, headers } = hub.route(callback);
    const address = new URL(url);
    // A hub must keep the query of a callback.
    for (const [name, value] of query ?? []) address.searchParams.append(name, value);
    return fetch(address, { ...init, headers: { ...headers, ...init.headers } });
  };

  async function verify(form: URLSearchParams): Promise<void> {
    const [topic, callback, secret] = ['topic', 'callback', 'secret'].map(
      (name) => form.get(`hub.${name}`) ?? '',
    ) as [string, string, string];
    const challenge = randomBytes(20).toString('hex');
    const answer = await call(
      callback,
      new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.topic': topic,
        'hub.challenge': challenge,
        'hub.lease_seconds': String(hub.lease),
      }),
    );
    const verified = answer.ok && (await answer.text()) === challenge;
    if (verified) subscriptions.set(`${topic} ${callback}`, { topic, callback, secret, verified });
  }

  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await textOf(request));
    requests.push(form);
    response.writeHead(hub.status).end();
    if (hub.status === 202) await verify(form).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const subscribersOf = (topic: string) => [...subscriptions.values()].filter((one) => one.topic === topic);

  return Object.assign(hub, {
    url,
    requests,
    subscriptions,
    async verified(topic: string) {
      for (const end = Date.now() + 10_000; subscribersOf(topic).length === 0; ) {
        if (Date.now() > end) throw new Error(`expected a verified subscription to ${topic} within 10 s`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    publish(topic: string, { body, contentType = 'application/rss+xml', headers }: Content) {
      return Promise.all(
        subscribersOf(topic).map(async ({ callback, secret }) => {
          const signature = hub.method && createHmac(hub.method, secret).update(body).digest('hex');
          const answer = await call(callback, undefined, {
            method: 'POST',
            body: Buffer.from(body as string),
            headers: {
              'content-type': contentType,
              link: `<${url}>; rel="hub", <${topic}>; rel="self"`,
              ...(signature ? { 'x-hub-signature': `${hub.method}=${signature}` } : {}),
              ...headers,
            },
          });
          await answer.text();
          return answer.status;
        }),
      );
    },
    async deny(topic: string) {
      for (const { callback } of subscribersOf(topic))
        await call(callback, new URLSearchParams({ 'hub.mode': 'denied', 'hub.topic': topic }));
      subscriptions.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
