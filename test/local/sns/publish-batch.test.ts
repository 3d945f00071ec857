import { PublishBatchCommand, type PublishBatchRequestEntry, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { PublishedMessage } from '../../../local/sns/outgoing-message.ts';
import { startEndpoint } from './started-endpoint.ts';

async function started(options = {}) {
  const endpoint = await startEndpoint(options);
  const TopicArn = await endpoint.channel();
  const publish = (...PublishBatchRequestEntries: PublishBatchRequestEntry[]) =>
    endpoint.client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  return { ...endpoint, TopicArn, publish };
}

describe('PublishBatch', () => {
  it('publishes valid entries and reports invalid ones, with status 200', async () => {
    const { client, TopicArn, publish, published, delivered } = await started();
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+15550100' }));
    const { Successful, Failed, $metadata } = await publish(
      { Id: 'a', Message: 'first' },
      { Id: 'b', Message: 'm', Subject: 'line\nbreak' },
      { Id: 'c', Message: 'm', MessageAttributes: { n: { DataType: 'Number', StringValue: 'x' } } },
      { Id: 'd', Message: '{"default":"fourth"}', MessageStructure: 'json' },
    );
    expect($metadata.httpStatusCode).toBe(200);
    expect(Successful).toEqual([
      { Id: 'a', MessageId: published[0]?.messageId },
      { Id: 'd', MessageId: published[1]?.messageId },
    ]);
    expect(Failed).toEqual([
      { Id: 'b', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true },
      {
        Id: 'c',
        Code: 'ParameterValueInvalid',
        Message: "Could not cast message attribute 'n' value to number.",
        SenderFault: true,
      },
    ]);
    expect(delivered.map(({ body }) => body)).toEqual(['first', 'fourth']);
  });

  it('reports an entry that could not be recorded, and publishes the others', async () => {
    const { publish } = await started({
      onPublish: ({ bodies }: PublishedMessage) => {
        if (bodies.default === 'bad') throw new Error('disk is full');
      },
    });
    const { Successful, Failed } = await publish({ Id: 'a', Message: 'bad' }, { Id: 'b', Message: 'good' });
    expect(Successful).toMatchObject([{ Id: 'b' }]);
    expect(Failed).toEqual([{ Id: 'a', Code: 'InternalError', Message: 'disk is full', SenderFault: false }]);
  });

  it.each<[string, PublishBatchRequestEntry[], string]>([
    ['no entries', [], 'EmptyBatchRequestException'],
    [
      'more than ten',
      Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, Message: 'm' })),
      'TooManyEntriesInBatchRequestException',
    ],
    [
      'the same id twice',
      [
        { Id: 'a', Message: 'm' },
        { Id: 'a', Message: 'n' },
      ],
      'BatchEntryIdsNotDistinctException',
    ],
    ['an id with a space', [{ Id: 'a b', Message: 'm' }], 'InvalidBatchEntryIdException'],
    [
      'more than 256 KiB together',
      [
        { Id: 'a', Message: 'x'.repeat(200 * 1024) },
        { Id: 'b', Message: 'x'.repeat(100 * 1024) },
      ],
      'BatchRequestTooLongException',
    ],
  ])('refuses %s', async (_, entries, name) => {
    const { publish, published } = await started();
    await expect(publish(...entries)).rejects.toMatchObject({ name });
    expect(published).toEqual([]);
  });

  it('requires an existing topic', async () => {
    const { client, TopicArn } = await started();
    await expect(
      client.send(
        new PublishBatchCommand({
          TopicArn: `${TopicArn}x`,
          PublishBatchRequestEntries: [{ Id: 'a', Message: 'm' }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});
