import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsQueue } from '../../functions/shared/aws/sqs-queue.ts';
import { embeddedPlatform } from '../helpers/embedded-platform.ts';
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

  it('rejects when the queue is not there', async () => {
    const queue = sqsQueue(sqs(), `${queueUrl('items')}-that-is-not-there`);
    await expect(queue.send([{ body: 1, group: 'g' }])).rejects.toThrow();
  });
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
