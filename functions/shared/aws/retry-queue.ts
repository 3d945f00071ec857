import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface RetryQueueUrls {
  readonly queue: string;
  readonly deadLetters: string;
}

/** Returns what a function that delivers by itself does with its queue, beyond reading it. */
export function retryQueue(client: SQSClient, { queue, deadLetters }: RetryQueueUrls) {
  return {
    async postpone(receipt: string, ms: number): Promise<void> {
      const VisibilityTimeout = Math.ceil(ms / 1_000);
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle: receipt, VisibilityTimeout }),
      );
    },
    async bury(body: string): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: body }));
    },
  };
}
