import { PublishCommand, type PublishCommandInput, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { NOW, startEndpoint } from './started-endpoint.ts';

const AT = new Date(NOW).toISOString();

async function started(options = {}) {
  const endpoint = await startEndpoint(options);
  const TopicArn = await endpoint.channel();
  const subscribe = (Protocol: string, Endpoint: string) =>
    endpoint.client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  const publish = (input: Omit<PublishCommandInput, 'TopicArn'>) =>
    endpoint.client.send(new PublishCommand({ TopicArn, ...input }));
  return { ...endpoint, TopicArn, subscribe, publish };
}

describe('Publish', () => {
  it('sends each protocol its own body, and the default body to the others', async () => {
    const { TopicArn, subscribe, publish, published, delivered } = await started();
    await subscribe('email', 'ann@example.com');
    await subscribe('sms', '+15550100');
    const bodies = { default: 'd', email: 'Rates fell – “sharply”\r\n\r\nWhy: rates & <bonds>' };
    const { MessageId } = await publish({
      Subject: 'Rates fell – today 🎉',
      Message: JSON.stringify(bodies),
      MessageStructure: 'json',
      MessageAttributes: {
        protocols: { DataType: 'String.Array', StringValue: '["email","sms"]' },
        score: { DataType: 'Number', StringValue: '7.5' },
        blob: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) },
      },
    });
    const common = { messageId: MessageId, topicArn: TopicArn, subject: 'Rates fell – today 🎉', at: AT };
    expect(published).toEqual([
      {
        ...common,
        bodies,
        attributes: { protocols: ['email', 'sms'], score: '7.5', blob: 'AQID' },
        receivers: [
          { protocol: 'email', endpoint: 'ann@example.com' },
          { protocol: 'sms', endpoint: '+15550100' },
        ],
      },
    ]);
    expect(delivered).toEqual([
      { ...common, protocol: 'email', endpoint: 'ann@example.com', body: bodies.email },
      { ...common, protocol: 'sms', endpoint: '+15550100', body: 'd' },
    ]);
  });

  it('sends a plain message to everybody, and reports a publish without receivers', async () => {
    const { publish, subscribe, published, delivered } = await started();
    await publish({ Message: 'first' });
    expect(published).toMatchObject([{ bodies: { default: 'first' }, subject: undefined, receivers: [] }]);
    await subscribe('sms', '+15550100');
    await publish({ Message: 'second' });
    expect(delivered.map(({ body }) => body)).toEqual(['second']);
  });

  it('accepts the topic as TargetArn too', async () => {
    const { client, TopicArn, published } = await started();
    await client.send(new PublishCommand({ TargetArn: TopicArn, Message: 'm' }));
    expect(published).toMatchObject([{ topicArn: TopicArn }]);
  });

  it.each<[string, Omit<PublishCommandInput, 'TopicArn'>, string]>([
    ['an empty message', { Message: '' }, 'Empty message'],
    ['an empty subject', { Message: 'm', Subject: '' }, 'Subject'],
    ['a subject of 100 characters', { Message: 'm', Subject: 'x'.repeat(100) }, 'Subject'],
    ['a subject with a line break', { Message: 'm', Subject: 'a\nb' }, 'Subject'],
    ['a subject with a Unicode line break', { Message: 'm', Subject: 'a\u2028b' }, 'Subject'],
    ['a subject with a control character', { Message: 'm', Subject: 'a\u0007b' }, 'Subject'],
    ['a message over 256 KiB', { Message: 'x'.repeat(256 * 1024 + 1) }, 'Message too long'],
    ['one over 256 KiB as UTF-8', { Message: '€'.repeat(90_000) }, 'Message too long'],
    [
      'one over 256 KiB with its attributes',
      {
        Message: 'x'.repeat(256 * 1024),
        MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
      },
      'Message too long',
    ],
    [
      'a structure that is not JSON',
      { Message: '{', MessageStructure: 'json' },
      'Message Structure - JSON message body failed to parse',
    ],
    [
      'a structure that is not an object',
      { Message: '["default"]', MessageStructure: 'json' },
      'Message Structure - JSON message body failed to parse',
    ],
    [
      'a structure without default',
      { Message: '{"email":"x"}', MessageStructure: 'json' },
      'Message Structure - No default entry in JSON message body',
    ],
    [
      'a default that is not text',
      { Message: '{"default":{}}', MessageStructure: 'json' },
      'Message Structure - No default entry in JSON message body',
    ],
    [
      'an entry that is not text',
      { Message: '{"default":"d","sms":1}', MessageStructure: 'json' },
      'Message Structure - every entry of the JSON message body must be a string',
    ],
    ['another structure', { Message: 'm', MessageStructure: 'xml' }, 'MessageStructure'],
    ['a deduplication id', { Message: 'm', MessageDeduplicationId: '1' }, 'MessageDeduplicationId'],
    ['a phone number', { Message: 'm', PhoneNumber: '15550100' }, 'PhoneNumber'],
  ])('refuses %s', async (_, input, message) => {
    const { publish, published, delivered, subscribe } = await started();
    await subscribe('sms', '+15550100');
    await expect(publish(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(`Invalid parameter: ${message}`),
      $metadata: { httpStatusCode: 400 },
    });
    expect([published, delivered]).toEqual([[], []]);
  });

  it('accepts a message at its limits', async () => {
    const { publish, published } = await started();
    await publish({ Message: '€'.repeat(87_381), Subject: 'x'.repeat(99) });
    expect(published).toHaveLength(1);
  });

  it.each([
    ['an unknown type', { a: { DataType: 'Text', StringValue: 'x' } }],
    ['no value', { a: { DataType: 'String', StringValue: '' } }],
    ['a value of the other kind', { a: { DataType: 'String', BinaryValue: Uint8Array.of(1) } }],
    ['a number that is none', { a: { DataType: 'Number', StringValue: 'seven' } }],
    ['an array that is none', { a: { DataType: 'String.Array', StringValue: 'email' } }],
    ['an array of objects', { a: { DataType: 'String.Array', StringValue: '[{}]' } }],
    ['a name with a space', { 'a b': { DataType: 'String', StringValue: 'x' } }],
    ['a name with two dots', { 'a..b': { DataType: 'String', StringValue: 'x' } }],
    ['a name that is too long', { ['a'.repeat(257)]: { DataType: 'String', StringValue: 'x' } }],
  ])('refuses an attribute with %s', async (_, MessageAttributes) => {
    const { publish, published } = await started();
    await expect(publish({ Message: 'm', MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    expect(published).toEqual([]);
  });

  it('requires an existing topic', async () => {
    const { client, TopicArn } = await started();
    await expect(
      client.send(new PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'm' })),
    ).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new PublishCommand({ Message: 'm' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('delivers to the other subscribers if one delivery fails', async () => {
    const reached: string[] = [];
    const { publish, subscribe, failed } = await started({
      onDelivery: ({ endpoint }: { endpoint: string }) => {
        if (endpoint === '+15550100') throw new Error('outbox is full');
        reached.push(endpoint);
      },
    });
    await subscribe('sms', '+15550100');
    await subscribe('email', 'ann@example.com');
    await publish({ Message: 'm' });
    expect(reached).toEqual(['ann@example.com']);
    expect(failed).toMatchObject([
      { delivery: { endpoint: '+15550100' }, error: { message: 'outbox is full' } },
    ]);
  });

  it('fails if the publish could not be recorded, and then delivers nothing', async () => {
    const { publish, subscribe, delivered } = await started({
      onPublish: () => {
        throw new Error('disk is full');
      },
    });
    await subscribe('sms', '+15550100');
    await expect(publish({ Message: 'm' })).rejects.toMatchObject({
      name: 'InternalErrorException',
      message: 'disk is full',
      $metadata: { httpStatusCode: 500 },
    });
    expect(delivered).toEqual([]);
  });
});
