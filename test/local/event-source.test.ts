import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedServers, startEmbeddedServers } from '../../local/embedded-servers.ts';
import { type EventSource, startEventSource } from '../../local/event-source.ts';
import { eventually } from '../helpers/eventually.ts';

let servers: EmbeddedServers;
let sqs: SQSClient;
let made = 0;
let logged: { event: string; fields: Readonly<Record<string, unknown>> }[];

beforeAll(async () => {
  servers = await startEmbeddedServers();
  sqs = new SQSClient({
    endpoint: servers.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => servers.stop());
beforeEach(() => {
  logged = [];
});

const log = {
  info: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
  error: (event: string, fields: Readonly<Record<string, unknown>>) => void logged.push({ event, fields }),
};

async function queue(attributes: Record<string, string> = {}): Promise<string> {
  const name = `queue-${++made}${attributes.FifoQueue ? '.fifo' : ''}`;
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return `${servers.sqs}/000000000000/${name}`;
}

async function arn(url: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}

async function size(url: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

const send = (url: string, body: string, group?: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      ...(group ? { MessageGroupId: group, MessageDeduplicationId: body } : {}),
    }),
  );

type Options = Partial<Parameters<typeof startEventSource>[2]>;

function source(
  url: string,
  handler: (bodies: string[]) => string[] | Promise<string[]>,
  options: Options = {},
): EventSource {
  return startEventSource(sqs, log, {
    queueUrl: url,
    batchSize: 10,
    concurrency: 1,
    timeout: 5_000,
    handler: async ({ Records }: SQSEvent) => {
      const failed = await handler(Records.map(({ body }) => body));
      return {
        batchItemFailures: Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({
          itemIdentifier: messageId,
        })),
      };
    },
    ...options,
  });
}

describe('the event source', () => {
  it('deletes messages that succeed, and redelivers those that fail after the visibility timeout', async () => {
    const url = await queue({ VisibilityTimeout: '1' });
    for (const body of ['a', 'b', 'c']) await send(url, body);
    const seen: string[] = [];
    const running = source(url, (bodies) => {
      const first = bodies.filter((body) => !seen.includes(body));
      seen.push(...bodies);
      return first.filter((body) => body === 'b');
    });
    await eventually(() => expect(seen.filter((body) => body === 'b')).toHaveLength(2));
    await running.stop();
    expect(seen.toSorted()).toEqual(['a', 'b', 'b', 'c']);
    expect(await size(url)).toBe(0);
  });

  it('leaves all messages in the queue if the handler throws', async () => {
    const url = await queue({ VisibilityTimeout: '60' });
    await send(url, 'a');
    let calls = 0;
    const running = source(url, () => {
      calls++;
      throw new Error('a bug');
    });
    await eventually(() => expect(calls).toBe(1));
    await running.stop();
    expect(await size(url)).toBe(1);
    expect(logged[0]?.event).toBe('invocation-failed');
  });

  it('treats a handler that takes too long as failed', async () => {
    const url = await queue({ VisibilityTimeout: '60' });
    await send(url, 'a');
    const running = source(url, () => new Promise((resolve) => setTimeout(() => resolve([]), 400)), {
      timeout: 50,
    });
    await eventually(() => expect(logged).toHaveLength(1));
    await running.stop();
    expect(await size(url)).toBe(1);
    expect(String(logged[0]?.fields.error)).toContain('longer than 0.05 s');
  });

  it('leaves a poison message to the dead-letter queue after its maximum of receives', async () => {
    const dead = await queue();
    const url = await queue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arn(dead), maxReceiveCount: 3 }),
    });
    await send(url, 'poison');
    let receives = 0;
    const running = source(url, (bodies) => {
      receives += bodies.length;
      return bodies;
    });
    await eventually(async () => expect(await size(dead)).toBe(1));
    await running.stop();
    expect(receives).toBe(3);
    expect(await size(url)).toBe(0);
  });

  it('processes FIFO groups in parallel, but one message of a group at a time', async () => {
    const url = await queue({ FifoQueue: 'true', VisibilityTimeout: '30' });
    for (let n = 0; n < 4; n++) for (const group of ['x', 'y']) await send(url, `${group}${n}`, group);
    const order: string[] = [];
    const active = new Map<string, number>();
    let groupsAtOnce = 0;
    const running = source(
      url,
      async (bodies) => {
        for (const body of bodies) {
          const group = body.slice(0, 1);
          active.set(group, (active.get(group) ?? 0) + 1);
          expect(active.get(group)).toBe(1);
          groupsAtOnce = Math.max(groupsAtOnce, [...active.values()].filter((count) => count > 0).length);
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push(body);
          active.set(group, 0);
        }
        return [];
      },
      { concurrency: 2, batchSize: 1 },
    );
    await eventually(() => expect(order).toHaveLength(8));
    await running.stop();
    for (const group of ['x', 'y']) {
      expect(order.filter((body) => body.startsWith(group))).toEqual([0, 1, 2, 3].map((n) => `${group}${n}`));
    }
    expect(groupsAtOnce).toBe(2);
  });

  it('lets the running invocation finish when it is stopped', async () => {
    const url = await queue();
    await send(url, 'a');
    let ended = false;
    let began = false;
    const running = source(url, async () => {
      began = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
      ended = true;
      return [];
    });
    await eventually(() => expect(began).toBe(true));
    await running.stop();
    expect(ended).toBe(true);
    expect(await size(url)).toBe(0);
  });
});
