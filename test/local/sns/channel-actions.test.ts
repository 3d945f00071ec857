import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { startEndpoint } from './started-endpoint.ts';

describe('CreateTopic', () => {
  it('returns an ARN in the region that was signed for, and the same one when repeated', async () => {
    const { client } = await startEndpoint();
    const create = new CreateTopicCommand({ Name: 'rates', Attributes: { DisplayName: 'Rates & <bonds>' } });
    const first = await client.send(create);
    expect(first.TopicArn).toBe('arn:aws:sns:us-east-1:000000000000:rates');
    expect(await client.send(create)).toMatchObject({ TopicArn: first.TopicArn });
    expect(await client.send(new CreateTopicCommand({ Name: 'rates' }))).toMatchObject({
      TopicArn: first.TopicArn,
    });
  });

  it.each([
    ['no name', { Name: '' }],
    ['a name with a space', { Name: 'my rates' }],
    ['a name that is too long', { Name: 'x'.repeat(257) }],
    ['a FIFO topic', { Name: 'rates', Attributes: { FifoTopic: 'true' } }],
    ['an attribute we do not have', { Name: 'rates', Attributes: { KmsMasterKeyId: 'x' } }],
  ])('refuses %s', async (_, input) => {
    const { client } = await startEndpoint();
    await expect(client.send(new CreateTopicCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses an existing topic with another display name', async () => {
    const { client, channel } = await startEndpoint();
    await channel('rates');
    await expect(
      client.send(new CreateTopicCommand({ Name: 'rates', Attributes: { DisplayName: 'Rates' } })),
    ).rejects.toThrow('Topic already exists with different attributes');
  });
});

describe('ListTopics', () => {
  it('is empty at first', async () => {
    const { client } = await startEndpoint();
    const { Topics = [], NextToken } = await client.send(new ListTopicsCommand({}));
    expect(Topics).toEqual([]);
    expect(NextToken).toBeUndefined();
  });

  it('returns every topic once, in pages of 100, even if one is deleted in between', async () => {
    const { client, channel } = await startEndpoint();
    const arns = await Promise.all(Array.from({ length: 101 }, (_, i) => channel(`t${1000 + i}`)));
    const first = await client.send(new ListTopicsCommand({}));
    expect(first.Topics).toHaveLength(100);
    await client.send(new DeleteTopicCommand({ TopicArn: first.Topics?.[3]?.TopicArn }));
    const second = await client.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect(second.NextToken).toBeUndefined();
    expect([...(first.Topics ?? []), ...(second.Topics ?? [])].map((topic) => topic.TopicArn)).toEqual(arns);
  });

  it('refuses an unknown token', async () => {
    const { client } = await startEndpoint();
    await expect(client.send(new ListTopicsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('GetTopicAttributes', () => {
  it('counts the subscriptions', async () => {
    const { client } = await startEndpoint();
    const { TopicArn } = await client.send(
      new CreateTopicCommand({ Name: 'rates', Attributes: { DisplayName: 'Rates & <bonds>' } }),
    );
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+15550100' }));
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({
      TopicArn,
      DisplayName: 'Rates & <bonds>',
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '0',
    });
  });

  it('requires an existing topic', async () => {
    const { client, channel } = await startEndpoint();
    const arn = await channel();
    await expect(client.send(new GetTopicAttributesCommand({ TopicArn: `${arn}x` }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new GetTopicAttributesCommand({ TopicArn: 'rates' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    });
  });
});

describe('DeleteTopic', () => {
  it('removes the subscriptions too, and may be repeated', async () => {
    const { client, channel } = await startEndpoint();
    const [TopicArn, other] = [await channel('rates'), await channel('bonds')];
    for (const arn of [TopicArn, other]) {
      await client.send(
        new SubscribeCommand({ TopicArn: arn, Protocol: 'email', Endpoint: 'ann@example.com' }),
      );
    }
    await client.send(new DeleteTopicCommand({ TopicArn }));
    await client.send(new DeleteTopicCommand({ TopicArn }));
    const { Subscriptions } = await client.send(new ListSubscriptionsCommand({}));
    expect(Subscriptions?.map((one) => one.TopicArn)).toEqual([other]);
  });
});
