import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfirmSubscriptionCommand,
  DeleteTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import { createSnsEndpoint } from '../../../local/sns/sns-endpoint.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint, startSubscriber } from './started-endpoint.ts';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sns-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const open = (stateFile: string) =>
  createSnsEndpoint({ stateFile, clock: Date.now, onPublish: () => {}, onDelivery: () => {} });

describe('the state file', () => {
  it('keeps channels, filters, subscriptions and pending confirmations over a restart', async () => {
    const stateFile = join(await directory(), 'state', 'sns.json');
    const before = await startEndpoint({ stateFile });
    const TopicArn = await before.channel();
    const subscriber = await startSubscriber();
    await before.client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sms',
        Endpoint: '+15550100',
        Attributes: { FilterPolicy: '{"protocols":["sms"]}' },
      }),
    );
    await before.client.send(
      new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ann@example.com' }),
    );
    await before.client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: subscriber.url }));
    await eventually(() => expect(subscriber.received).toHaveLength(1));
    await before.stop();

    const after = await startEndpoint({ stateFile });
    const { Token } = JSON.parse(subscriber.received[0]?.body ?? '');
    await after.client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    await after.client.send(new PublishCommand({ TopicArn, Message: 'm' }));
    expect(after.published).toMatchObject([{ receivers: [{}, {}] }]);
    expect(after.delivered).toMatchObject([{ protocol: 'email', endpoint: 'ann@example.com' }]);
    await eventually(() => expect(subscriber.received).toHaveLength(2));
  });

  it('saves every kind of change', async () => {
    const stateFile = join(await directory(), 'sns.json');
    const { client, channel } = await startEndpoint({ stateFile });
    const saved = async () => JSON.parse(await readFile(stateFile, 'utf8'));
    const TopicArn = await channel();
    const { SubscriptionArn } = await client.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+15550100' }),
    );
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{"protocols":["sms"]}',
      }),
    );
    expect(await saved()).toMatchObject({ subscriptions: [{ filterPolicy: '{"protocols":["sms"]}' }] });
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await saved()).toMatchObject({ channels: [{ arn: TopicArn }], subscriptions: [] });
    await client.send(new DeleteTopicCommand({ TopicArn }));
    expect(await saved()).toMatchObject({ channels: [] });
  });

  it('saves all of many concurrent subscriptions, and leaves no temporary file', async () => {
    const path = await directory();
    const stateFile = join(path, 'sns.json');
    const { client, channel } = await startEndpoint({ stateFile });
    const TopicArn = await channel();
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        client.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: `+1555${1000 + i}` })),
      ),
    );
    expect(JSON.parse(await readFile(stateFile, 'utf8')).subscriptions).toHaveLength(30);
    expect(await readdir(path)).toEqual(['sns.json']);
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
  });

  it('fails the call if the write fails, and is written by the retry', async () => {
    const stateFile = join(await directory(), 'sns.json');
    const { client, channel } = await startEndpoint({ stateFile });
    const TopicArn = await channel();
    await mkdir(`${stateFile}.tmp`);
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+15550100' });
    await expect(client.send(subscribe)).rejects.toMatchObject({
      name: 'InternalErrorException',
      message: expect.stringContaining(stateFile),
    });
    await rm(`${stateFile}.tmp`, { recursive: true });
    await client.send(subscribe);
    expect(JSON.parse(await readFile(stateFile, 'utf8')).subscriptions).toHaveLength(1);
    expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toHaveLength(1);
  });

  const subscription = {
    arn: 'arn:aws:sns:us-east-1:000000000000:rates:1',
    channelArn: 'arn:aws:sns:us-east-1:000000000000:rates',
    protocol: 'sms',
    endpoint: '+15550100',
    filterPolicy: '{"a":"b"}',
    rawDelivery: false,
    confirmed: true,
    authenticated: true,
    token: 't',
  };
  it.each([
    ['is cut off', '{"version":1,"chan'],
    ['is empty', ''],
    ['is of another version', '{"version":2,"channels":[],"subscriptions":[]}'],
    ['has a broken filter', JSON.stringify({ version: 1, channels: [], subscriptions: [subscription] })],
  ])('is not overwritten if it %s', async (_, text) => {
    const stateFile = join(await directory(), 'sns.json');
    await writeFile(stateFile, text);
    expect(() => open(stateFile)).toThrow(NewsAlertsError);
    expect(() => open(stateFile)).toThrow(stateFile);
    expect(() => open(stateFile)).toThrow(
      'and start again: recipients in the configuration are then subscribed again',
    );
    expect(await readFile(stateFile, 'utf8')).toBe(text);
  });
});
