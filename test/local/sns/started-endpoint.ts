import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { onTestFinished } from 'vitest';
import type { OutgoingMessage, PublishedMessage } from '../../../local/sns/outgoing-message.ts';
import { createSnsEndpoint, type SnsEndpointOptions } from '../../../local/sns/sns-endpoint.ts';

export const NOW = Date.parse('2026-03-01T09:30:00.000Z');

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts the endpoint on a real server, with a client of the SDK, as on a user's machine. */
export async function startEndpoint(options: Partial<SnsEndpointOptions> = {}) {
  const published: PublishedMessage[] = [];
  const delivered: OutgoingMessage[] = [];
  const failed: { delivery: OutgoingMessage; error: Error }[] = [];
  const endpoint = createSnsEndpoint({
    clock: () => NOW,
    onPublish: (publish) => published.push(publish),
    onDelivery: (delivery) => delivered.push(delivery),
    onDeliveryFailed: (delivery, error) => failed.push({ delivery, error }),
    ...options,
  });
  const server = createServer((req, res) => void endpoint.handle(req, res));
  const url = await listen(server);
  const client = new SNSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await endpoint.close();
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  const channel = async (name = 'rates'): Promise<string> => {
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: name }));
    return TopicArn;
  };
  return { client, url, channel, published, delivered, failed, stop };
}

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Starts an http subscriber. `answer` receives the number of the request, starting at 1. */
export async function startSubscriber(
  answer: (res: ServerResponse, number: number) => void = (res) => res.end(),
) {
  const received: Received[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const number = received.push({ headers: req.headers, body: Buffer.concat(chunks).toString() });
    answer(res, number);
  });
  const url = await listen(server);
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  return { url, received, stop };
}
