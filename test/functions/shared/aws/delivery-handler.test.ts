import type { SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { deliveryHandler } from '../../../../functions/shared/aws/delivery-handler.ts';

/** Returns a message of a queue as SNS or the function puts it there. */
const message = (messageId: string, protocols?: readonly string[]) =>
  ({
    messageId,
    receiptHandle: messageId,
    body: '{}',
    attributes: { SentTimestamp: '1' },
    messageAttributes:
      protocols === undefined
        ? {}
        : { protocols: { dataType: 'String.Array', stringValue: JSON.stringify(protocols) } },
  }) as unknown as SQSRecord;

it.each([
  ['chat', ['email', 'both', 'mailed', 'redriven']],
  ['mail', ['mailed', 'daily', 'redriven']],
] as const)('%s takes what is for its queue, whatever the filter has let through', async (name, expected) => {
  const taken: string[] = [];
  const handle = deliveryHandler(name, async (messages) => {
    taken.push(...messages.map(({ id }) => id));
    return ['redriven'];
  });
  const Records = [
    message('email', ['email']),
    message('both', ['email', 'sms']),
    message('mailed', ['mail', 'sms']),
    message('daily', ['mail-daily']),
    message('sms', ['sms']),
    message('link', ['to-1234']),
    message('redriven'),
  ];
  const { batchItemFailures } = await handle({ Records }, { getRemainingTimeInMillis: () => 1_000 });
  expect(taken).toEqual(expected);
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'redriven' }]);
});
