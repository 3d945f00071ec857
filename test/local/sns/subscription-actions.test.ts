import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { startEndpoint } from './started-endpoint.ts';

const POLICY = JSON.stringify({ protocols: ['email'] });

async function started() {
  const endpoint = await startEndpoint();
  const TopicArn = await endpoint.channel();
  const subscribe = (Protocol: string, Endpoint: string, Attributes?: Record<string, string>) =>
    endpoint.client.send(
      new SubscribeCommand({ TopicArn, Protocol, Endpoint, ...(Attributes && { Attributes }) }),
    );
  const listed = async () =>
    (await endpoint.client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions;
  return { ...endpoint, TopicArn, subscribe, listed };
}

describe('Subscribe', () => {
  it.each([
    ['email', 'ann.o+news@mail.example.com'],
    ['sms', '+4915123456789'],
  ])('confirms %s at once', async (protocol, endpoint) => {
    const { subscribe, listed, TopicArn } = await started();
    const { SubscriptionArn } = await subscribe(protocol, endpoint);
    expect(SubscriptionArn).toMatch(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
    expect(await listed()).toEqual([
      { SubscriptionArn, TopicArn, Protocol: protocol, Endpoint: endpoint, Owner: '000000000000' },
    ]);
  });

  it.each([
    ['email', 'ann'],
    ['email', 'ann@localhost'],
    ['email', 'ann@example.com\r\nBcc: bob@example.com'],
    ['email', 'Ann <ann@example.com>'],
    ['email', `${'x'.repeat(65)}@example.com`],
    ['sms', '015123456789'],
    ['sms', '+49 151 23456789'],
    ['sms', '+1234567890123456'],
    ['http', 'https://127.0.0.1/'],
    ['https', 'http://127.0.0.1/'],
    ['http', 'http://'],
    ['http', 'ann@example.com'],
  ])('refuses %s to %j', async (protocol, endpoint) => {
    const { subscribe, listed } = await started();
    await expect(subscribe(protocol, endpoint)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await listed()).toEqual([]);
  });

  it('names the supported protocols', async () => {
    const { subscribe } = await started();
    await expect(subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:q')).rejects.toThrow(
      'sqs is not supported by the local SNS: expected email, sms, http or https',
    );
    await expect(subscribe('pigeon', 'home')).rejects.toThrow(
      'Amazon SNS does not support this protocol string: pigeon',
    );
  });

  it('requires an existing topic', async () => {
    const { client, TopicArn } = await started();
    const to = { Protocol: 'email', Endpoint: 'ann@example.com' };
    await expect(
      client.send(new SubscribeCommand({ ...to, TopicArn: `${TopicArn}x` })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new SubscribeCommand({ TopicArn, Protocol: 'email' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('is idempotent for the same attributes, however their JSON is formatted', async () => {
    const { subscribe, listed } = await started();
    const first = await subscribe('sms', '+15550100', { FilterPolicy: '{"protocols":["sms"]}' });
    const again = await subscribe('sms', '+15550100', { FilterPolicy: '{ "protocols": [ "sms" ] }' });
    const without = await subscribe('sms', '+15550100');
    expect([again.SubscriptionArn, without.SubscriptionArn]).toEqual([
      first.SubscriptionArn,
      first.SubscriptionArn,
    ]);
    expect(await listed()).toHaveLength(1);
  });

  it('refuses the same endpoint with other attributes', async () => {
    const { subscribe } = await started();
    await subscribe('sms', '+15550100');
    await expect(subscribe('sms', '+15550100', { FilterPolicy: POLICY })).rejects.toThrow(
      'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    );
  });

  it.each([
    [{ FilterPolicy: '{"protocols":' }, 'FilterPolicy: failed to parse JSON'],
    [{ FilterPolicy: '{"protocols":"sms"}' }, 'FilterPolicy: "protocols" must be an object or an array'],
    [{ FilterPolicyScope: 'MessageBody' }, 'filters on MessageAttributes only'],
    [{ RawMessageDelivery: 'yes' }, 'RawMessageDelivery: Invalid value [yes]. Must be true or false.'],
    [{ RawMessageDelivery: 'true' }, 'Delivery protocol [sms] does not support raw message delivery.'],
    [{ RedrivePolicy: '{}' }, 'RedrivePolicy: not supported by the local SNS'],
    [{ Colour: 'red' }, 'AttributeName'],
  ])('refuses the attributes %j', async (attributes, message) => {
    const { subscribe, listed } = await started();
    const refused = await subscribe('sms', '+15550100', attributes).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: 'InvalidParameterException' });
    expect(refused).toHaveProperty(
      'message',
      expect.stringContaining('Invalid parameter: Attributes Reason: '),
    );
    expect(refused).toHaveProperty('message', expect.stringContaining(message));
    expect(await listed()).toEqual([]);
  });
});

describe('subscription attributes', () => {
  it('can be read and set', async () => {
    const { client, subscribe, TopicArn } = await started();
    const { SubscriptionArn } = await subscribe('email', 'ann@example.com');
    const read = async () =>
      (await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
    expect(await read()).toEqual({
      SubscriptionArn,
      TopicArn,
      Owner: '000000000000',
      Protocol: 'email',
      Endpoint: 'ann@example.com',
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      RawMessageDelivery: 'false',
    });
    const set = (AttributeValue: string) =>
      client.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: 'FilterPolicy',
          AttributeValue,
        }),
      );
    await set(POLICY);
    expect(await read()).toMatchObject({ FilterPolicy: POLICY, FilterPolicyScope: 'MessageAttributes' });
    await set('{}');
    expect(await read()).not.toHaveProperty('FilterPolicy');
  });

  it('are refused with the wording of SetSubscriptionAttributes', async () => {
    const { client, subscribe } = await started();
    const { SubscriptionArn } = await subscribe('email', 'ann@example.com');
    const set = (AttributeName: string, AttributeValue: string) =>
      client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
    await expect(set('FilterPolicy', '{"a":[]}')).rejects.toThrow(
      'Invalid parameter: FilterPolicy: Empty arrays are not allowed',
    );
    await expect(set('Colour', 'red')).rejects.toThrow('Invalid parameter: AttributeName');
  });

  it('require an existing subscription', async () => {
    const { client, TopicArn } = await started();
    const SubscriptionArn = `${TopicArn}:00000000-0000-0000-0000-000000000000`;
    const notFound = { name: 'NotFoundException', message: 'Subscription does not exist' };
    await expect(
      client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn })),
    ).rejects.toMatchObject(notFound);
    await expect(
      client.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: 'FilterPolicy',
          AttributeValue: '{}',
        }),
      ),
    ).rejects.toMatchObject(notFound);
  });
});

describe('Unsubscribe', () => {
  it('removes a subscription, and may be repeated', async () => {
    const { client, subscribe, listed } = await started();
    const { SubscriptionArn } = await subscribe('email', 'ann@example.com');
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await listed()).toEqual([]);
  });

  it('refuses text that is not an ARN, such as "pending confirmation"', async () => {
    const { client } = await started();
    await expect(
      client.send(new UnsubscribeCommand({ SubscriptionArn: 'PendingConfirmation' })),
    ).rejects.toThrow(
      'Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1',
    );
  });
});

describe('lists', () => {
  it('cover all topics or one, in pages', async () => {
    const { client, channel, subscribe, TopicArn } = await started();
    const other = await channel('bonds');
    await client.send(
      new SubscribeCommand({ TopicArn: other, Protocol: 'email', Endpoint: 'bob@example.com' }),
    );
    await Promise.all(Array.from({ length: 100 }, (_, i) => subscribe('sms', `+1555${1000 + i}`)));
    const first = await client.send(new ListSubscriptionsCommand({}));
    const second = await client.send(new ListSubscriptionsCommand({ NextToken: first.NextToken }));
    expect([first.Subscriptions?.length, second.Subscriptions?.length]).toEqual([100, 1]);
    const one = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: other }));
    expect(one.Subscriptions?.map((subscription) => subscription.Endpoint)).toEqual(['bob@example.com']);
    await expect(
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn: `${TopicArn}x` })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('ConfirmSubscription', () => {
  it('refuses an unknown token', async () => {
    const { client, TopicArn } = await started();
    await expect(client.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'x' }))).rejects.toMatchObject(
      { name: 'InvalidParameterException', message: 'Invalid parameter: Token' },
    );
  });
});
