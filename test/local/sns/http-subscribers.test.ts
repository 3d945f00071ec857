import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { NOW, type Received, startEndpoint, startSubscriber } from './started-endpoint.ts';

const AT = new Date(NOW).toISOString();

async function started() {
  const endpoint = await startEndpoint();
  const { client } = endpoint;
  const TopicArn = await endpoint.channel();
  const subscribe = (url: string, Attributes?: Record<string, string>, ReturnSubscriptionArn?: boolean) =>
    client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'http',
        Endpoint: url,
        ...(Attributes && { Attributes }),
        ...(ReturnSubscriptionArn && { ReturnSubscriptionArn }),
      }),
    );
  const confirm = async (received: readonly Received[]): Promise<string> => {
    await eventually(() => expect(received).toHaveLength(1));
    const { Token } = JSON.parse(received[0]?.body ?? '');
    const { SubscriptionArn = '' } = await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    return SubscriptionArn;
  };
  const publish = (Message: string) =>
    client.send(
      new PublishCommand({
        TopicArn,
        Subject: 'News',
        Message,
        MessageAttributes: { protocols: { DataType: 'String.Array', StringValue: '["email"]' } },
      }),
    );
  return { ...endpoint, TopicArn, subscribe, confirm, publish };
}

describe('the confirmation of an http subscriber', () => {
  it('is requested, and given by fetching the URL', async () => {
    const { client, TopicArn, subscribe, publish, published } = await started();
    const { url, received } = await startSubscriber();
    expect((await subscribe(url)).SubscriptionArn).toBe('pending confirmation');
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation', Endpoint: url }]);
    const counted = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(counted.Attributes).toMatchObject({ SubscriptionsPending: '1', SubscriptionsConfirmed: '0' });
    await publish('too early');
    expect(published).toMatchObject([{ receivers: [] }]);

    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
      'content-type': 'text/plain; charset=UTF-8',
    });
    const asked = JSON.parse(received[0]?.body ?? '');
    expect(asked).toEqual({
      Type: 'SubscriptionConfirmation',
      MessageId: received[0]?.headers['x-amz-sns-message-id'],
      Token: expect.stringMatching(/^[0-9a-f]{96}$/),
      TopicArn,
      Message: expect.stringContaining('visit the SubscribeURL'),
      SubscribeURL: expect.stringContaining('Action=ConfirmSubscription'),
      Timestamp: AT,
    });
    const answer = await fetch(asked.SubscribeURL);
    const [, SubscriptionArn = ''] =
      /<SubscriptionArn>(.*)<\/SubscriptionArn>/.exec(await answer.text()) ?? [];
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'false' });
    await publish('now');
    await eventually(() => expect(received).toHaveLength(2));
  });

  it('may be given through the SDK, even twice, and is requested again while it is pending', async () => {
    const { subscribe, confirm, client, TopicArn } = await started();
    const { url, received } = await startSubscriber();
    const { SubscriptionArn } = await subscribe(url, undefined, true);
    expect(SubscriptionArn).toContain(`${TopicArn}:`);
    expect(await confirm(received)).toBe(SubscriptionArn);
    expect(await confirm(received)).toBe(SubscriptionArn);
    expect((await subscribe(url)).SubscriptionArn).toBe(SubscriptionArn);

    const other = await startSubscriber();
    await subscribe(other.url);
    await subscribe(other.url);
    await eventually(() => expect(other.received).toHaveLength(2));
    const tokens = other.received.map(({ body }) => JSON.parse(body).Token);
    expect(tokens[1]).toBe(tokens[0]);
    await expect(
      client.send(new ConfirmSubscriptionCommand({ TopicArn: `${TopicArn}x`, Token: tokens[0] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a notification', () => {
  it('is posted as JSON, with the attributes', async () => {
    const { TopicArn, subscribe, confirm, publish } = await started();
    const { url, received } = await startSubscriber();
    await subscribe(url);
    const SubscriptionArn = await confirm(received);
    const { MessageId } = await publish('Rates fell');
    await eventually(() => expect(received).toHaveLength(2));
    expect(received[1]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-subscription-arn': SubscriptionArn,
    });
    expect(JSON.parse(received[1]?.body ?? '')).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'News',
      Message: 'Rates fell',
      Timestamp: AT,
      MessageAttributes: { protocols: { Type: 'String.Array', Value: '["email"]' } },
    });
  });

  it('is the bare message with raw delivery, and has the user and password of the URL', async () => {
    const { subscribe, confirm, publish } = await started();
    const { url, received } = await startSubscriber();
    await subscribe(url.replace('http://', 'http://ann:s%40fe@'), { RawMessageDelivery: 'true' });
    await confirm(received);
    await publish('Rates fell – “today”');
    await eventually(() => expect(received).toHaveLength(2));
    expect(received[1]).toMatchObject({
      headers: {
        'x-amz-sns-rawdelivery': 'true',
        authorization: `Basic ${Buffer.from('ann:s@fe').toString('base64')}`,
      },
      body: 'Rates fell – “today”',
    });
  });
});

describe('a failing subscriber', () => {
  it('is retried after server errors', async () => {
    const { subscribe, confirm, publish, failed } = await started();
    const { url, received } = await startSubscriber((res, number) => {
      res.statusCode = number === 2 ? 503 : number === 3 ? 429 : 200;
      res.end();
    });
    await subscribe(url);
    await confirm(received);
    await publish('m');
    await eventually(() => expect(received).toHaveLength(4));
    expect(new Set(received.slice(1).map(({ headers }) => headers['x-amz-sns-message-id'])).size).toBe(1);
    expect(failed).toEqual([]);
  });

  it.each([
    ['three times after server errors', 500, 3],
    ['once after a refusal', 404, 1],
    ['once after a redirect', 302, 1],
  ])('is tried %s and then reported', async (_, status, tries) => {
    const { subscribe, confirm, publish, failed } = await started();
    const { url, received } = await startSubscriber((res, number) => {
      if (number > 1) res.writeHead(status, { location: '/elsewhere' });
      res.end();
    });
    await subscribe(url);
    await confirm(received);
    await publish('m');
    await eventually(() => expect(failed).toHaveLength(1));
    expect(received).toHaveLength(1 + tries);
    expect(failed[0]?.delivery).toMatchObject({ protocol: 'http', endpoint: url });
    expect(failed[0]?.error.message).toContain(`(tries: ${tries}): status ${status}`);
  });

  it('delays neither the publisher nor the other subscribers', async () => {
    const { client, TopicArn, subscribe, confirm, publish, delivered, failed, stop } = await started();
    const hanging = await startSubscriber((res, number) => {
      if (number === 1) res.end();
    });
    const healthy = await startSubscriber();
    for (const { url, received } of [hanging, healthy]) {
      await subscribe(url);
      await confirm(received);
    }
    await subscribe('http://127.0.0.1:1');
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ann@example.com' }));
    const start = performance.now();
    await publish('m');
    expect(delivered).toHaveLength(1);
    await eventually(() => expect(healthy.received).toHaveLength(2));
    expect(performance.now() - start).toBeLessThan(2_000);
    await eventually(() => expect(hanging.received).toHaveLength(2));

    const stopped = stop();
    hanging.stop();
    await stopped;
    expect(hanging.received).toHaveLength(2);
    expect(failed.map(({ delivery }) => delivery.endpoint)).toContain(hanging.url);
  });
});
