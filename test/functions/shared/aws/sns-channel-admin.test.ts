import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import { snsChannelAdmin } from '../../../../functions/shared/aws/sns-channel-admin.ts';
import { standIn, type WireCall } from '../../../helpers/aws-stand-in.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:News-channel-';
const KEY = 'alias/aws/sns';

/** Attributes of the only topic, as SNS stores them. */
let attributes: Map<string, string>;
let calls: WireCall[];
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
