import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import pLimit from 'p-limit';
import type { Alert } from '../../functions/shared/model.ts';

/** The first alert with an item that the subscriber received. */
export interface Arrival {
  /** ms since the epoch. */
  readonly at: number;
  readonly kind: Alert['kind'];
}

const MAX_CONCURRENT_SUBSCRIBES = 20;

/** An http subscriber to all topics. */
export class Subscriber {
  /** By topic and title. */
  readonly arrivals = new Map<string, Arrival>();
  alerts = 0;
  /** Ids of alerts that were received more than once. */
  readonly repeated: string[] = [];
  readonly #ids = new Set<string>();
  #confirmed = 0;
  readonly #server = createServer((request, response) => void this.#receive(request, response));

  /** Resolves when every subscription is confirmed. */
  async subscribe(page: string, topicIds: readonly string[]): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    await subscribeAll(page, topicIds, `http://127.0.0.1:${port}/`);
    while (this.#confirmed < topicIds.length) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const body = JSON.parse(await text(request));
    response.end();
    if (body.Type === 'SubscriptionConfirmation') {
      await (await fetch(body.SubscribeURL)).text();
      this.#confirmed++;
    } else this.#record(JSON.parse(body.Message), at);
  }

  #record({ id, topicId, kind, entries }: Alert, at: number): void {
    this.alerts++;
    if (this.#ids.has(id)) this.repeated.push(id);
    this.#ids.add(id);
    for (const { title } of entries) {
      const key = `${topicId} ${title}`;
      if (!this.arrivals.has(key)) this.arrivals.set(key, { at, kind });
    }
  }
}

/** Requests an http subscription to each topic, which the endpoint has to confirm. */
export async function subscribeAll(
  page: string,
  topicIds: readonly string[],
  endpoint: string,
): Promise<void> {
  const sns = new SNSClient({
    region: 'us-east-1',
    endpoint: page,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await pLimit(MAX_CONCURRENT_SUBSCRIBES).map(topicIds, (id) =>
    sns.send(
      new SubscribeCommand({
        TopicArn: `arn:aws:sns:us-east-1:000000000000:news-alerts-channel-${id}`,
        Protocol: 'http',
        Endpoint: endpoint,
      }),
    ),
  );
  sns.destroy();
}
