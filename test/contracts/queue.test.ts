import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsQueue } from '../../functions/shared/aws/sqs-queue.ts';
import { type QueueName, queues } from '../../functions/shared/pipeline.ts';
import { embeddedPlatform } from '../helpers/embedded-platform.ts';
import { MemoryQueue } from '../simulation/aws/sqs.ts';
import { memoryPlatform } from './memory-platform.ts';
import { type QueueUnderTest, queueContract, type Received } from './queue-contract.ts';

describe('the queue through the SDK, on fauxqs', () => {
  const { platform, sqs, queueUrl } = embeddedPlatform();
  const under = (name: 'items' | 'hits'): QueueUnderTest => ({
    queue: platform().queue(name),
    receiveAll: () => receiveAll(sqs(), queueUrl(name)),
  });
  queueContract(
    () => under('items'),
    () => under('hits'),
  );

  it('rejects if the queue does not exist', async () => {
    const queue = sqsQueue(sqs(), `${queueUrl('items')}-that-is-not-there`);
    await expect(queue.send([{ body: 1, group: 'g' }])).rejects.toThrow();
  });
});

describe('the queue through the SDK, on the SQS of the simulation', () => {
  const { platform, sqs, queueUrl, pass } = memoryPlatform();
  const under = (name: 'items' | 'hits'): QueueUnderTest => ({
    queue: platform.queue(name),
    receiveAll: () => receiveAll(sqs, queueUrl(name)),
  });
  queueContract(
    () => under('items'),
    () => under('hits'),
  );

  it('rejects if the queue does not exist', async () => {
    const queue = sqsQueue(sqs, `${queueUrl('items')}-that-is-not-there`);
    await expect(queue.send([{ body: 1, group: 'g' }])).rejects.toThrow();
  });

  const receive = async (name: QueueName) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl(name), MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = '', Attributes }) => [
      JSON.parse(Body),
      Attributes?.ApproximateReceiveCount,
    ]);
  };

  it('hides received messages until their time is up, and with them the rest of their FIFO group', async () => {
    const queue = platform.queue<string>('hits');
    const send = (body: string, group: string) => queue.send([{ body, group, deduplication: body }]);
    await send('a1', 'a');
    expect(await receive('hits')).toEqual([['a1', '1']]);
    await send('a2', 'a');
    await send('b1', 'b');
    expect(await receive('hits')).toEqual([['b1', '1']]);
    pass(queues.hits.visibilityTimeout * 1000 - 1);
    expect(await receive('hits')).toEqual([]);
    pass(1);
    expect(await receive('hits')).toEqual([
      ['a1', '2'],
      ['a2', '1'],
      ['b1', '2'],
    ]);
  });
});

it('moves a message that was received too often to the dead-letter queue', () => {
  let now = 0;
  const clock = () => now;
  const deadLetters = new MemoryQueue({ fifo: false, visibilityTimeout: 1_000, clock });
  const queue = new MemoryQueue({
    fifo: false,
    visibilityTimeout: 1_000,
    maxReceiveCount: 3,
    deadLetters,
    clock,
  });
  queue.send([{ Id: '0', MessageBody: 'poison' }]);
  const received = Array.from({ length: 5 }, () => {
    now += 1_000;
    return queue.receive(10).length;
  });
  expect(received).toEqual([1, 1, 1, 0, 0]);
  expect(deadLetters.messages.map(({ body }) => body)).toEqual(['poison']);
});

async function receiveAll(client: SQSClient, QueueUrl: string): Promise<Received[]> {
  const all: Received[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return all;
    for (const { Body = '', Attributes } of Messages) {
      all.push({ body: JSON.parse(Body), group: Attributes?.MessageGroupId });
    }
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
      }),
    );
  }
}
