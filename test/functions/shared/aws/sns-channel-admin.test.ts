import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import { snsChannelAdmin } from '../../../../functions/shared/aws/sns-channel-admin.ts';
import { standIn, type WireCall } from '../../../helpers/aws-stand-in.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:News-channel-';
const KEY = 'alias/aws/sns';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:News-chat';

/** Attributes of the only topic, as SNS stores them. */
let attributes: Map<string, string>;
let calls: WireCall[];
/** Whether the queue was subscribed by hand. */
let isSubscribed: boolean;
const sns = standIn({
  CreateTopic(call) {
    calls.push(call);
    attributes = new Map(Object.entries(map(call, 'Attributes')));
    return `<TopicArn>${PREFIX}storms</TopicArn>`;
  },
  GetTopicAttributes() {
    const entries = [...attributes].map(
      ([key, value]) => `<entry><key>${key}</key><value>${value.replaceAll('"', '&quot;')}</value></entry>`,
    );
    return `<Attributes>${entries.join('')}</Attributes>`;
  },
  Subscribe(call) {
    calls.push(call);
    if (isSubscribed)
      return {
        error: {
          code: 'InvalidParameter',
          message: 'Subscription already exists with different attributes',
        },
      };
    return `<SubscriptionArn>${PREFIX}storms:1</SubscriptionArn>`;
  },
  ListSubscriptionsByTopic: () =>
    `<Subscriptions><member><Protocol>sqs</Protocol><Endpoint>${QUEUE}</Endpoint><SubscriptionArn>${PREFIX}storms:1</SubscriptionArn></member></Subscriptions>`,
  SetSubscriptionAttributes(call) {
    calls.push(call);
    return '';
  },
  SetTopicAttributes(call) {
    calls.push(call);
    attributes.set(String(call.input.AttributeName), String(call.input.AttributeValue));
    return '';
  },
});

function map({ input }: WireCall, name: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let n = 1; input[`${name}.entry.${n}.key`] !== undefined; n++) {
    found[String(input[`${name}.entry.${n}.key`])] = String(input[`${name}.entry.${n}.value`]);
  }
  return found;
}

beforeEach(() => {
  attributes = new Map();
  calls = [];
  isSubscribed = false;
});

const client = () =>
  new SNSClient({
    endpoint: sns.url(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

describe('a channel', () => {
  it('is created with encryption at rest, and refuses plain HTTP', async () => {
    await snsChannelAdmin(client(), PREFIX, { key: KEY }).create('storms');
    expect([...attributes.keys()].toSorted()).toEqual(['KmsMasterKeyId', 'Policy']);
    expect(attributes.get('KmsMasterKeyId')).toBe(KEY);
    const { Statement } = JSON.parse(attributes.get('Policy') ?? '');
    expect(Statement).toContainEqual({
      Sid: 'NoPlainHttp',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: `${PREFIX}storms`,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    // Only the account that owns the channel may publish to it or subscribe.
    const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed.map(({ Condition }: { Condition: object }) => Condition)).toEqual([
      { StringEquals: { 'AWS:SourceOwner': '000000000000' } },
    ]);
  });

  it('of an earlier release is encrypted in place, without creating anything again', async () => {
    attributes.set('Policy', '{}');
    await snsChannelAdmin(client(), PREFIX, { key: KEY }).encrypt?.('storms');
    expect(calls.map(({ action }) => action)).toEqual(['SetTopicAttributes']);
    expect(calls[0]?.input).toMatchObject({
      TopicArn: `${PREFIX}storms`,
      AttributeName: 'KmsMasterKeyId',
      AttributeValue: KEY,
    });
  });

  it('keeps a key that was set by hand', async () => {
    attributes.set('KmsMasterKeyId', 'alias/theirs');
    await snsChannelAdmin(client(), PREFIX, { key: KEY }).encrypt?.('storms');
    expect(calls).toEqual([]);
  });

  it('has no key on one machine', async () => {
    const admin = snsChannelAdmin(client(), PREFIX);
    await admin.create('storms');
    expect([...attributes.keys()]).toEqual(['Policy']);
    expect(admin.encrypt).toBeUndefined();
  });
});

describe('the queue for chat services', () => {
  const subscribe = () =>
    snsChannelAdmin(client(), PREFIX, { queueArns: { chat: QUEUE } }).subscribe({
      topicId: 'storms',
      protocol: 'sqs',
      endpoint: 'chat',
    });

  it('gets what is for email, without an envelope', async () => {
    expect(await subscribe()).toBe(`${PREFIX}storms:1`);
    const [call] = calls;
    expect(call?.input).toMatchObject({ TopicArn: `${PREFIX}storms`, Protocol: 'sqs', Endpoint: QUEUE });
    expect(call && map(call, 'Attributes')).toEqual({
      FilterPolicy: '{"protocols":["email","mail"]}',
      RawMessageDelivery: 'true',
    });
  });

  it('gets these settings also if somebody has subscribed it by hand', async () => {
    isSubscribed = true;
    expect(await subscribe()).toBe(`${PREFIX}storms:1`);
    expect(calls.slice(1).map(({ input }) => [input.AttributeName, input.AttributeValue])).toEqual([
      ['FilterPolicy', '{"protocols":["email","mail"]}'],
      ['RawMessageDelivery', 'true'],
    ]);
  });
});
