import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeEach, expect, it } from 'vitest';
import { channels, type WantedChannels } from '../../../functions/channels/channels.ts';
import { snsChannelAdmin } from '../../../functions/shared/aws/sns-channel-admin.ts';
import type { ChannelAdmin } from '../../../functions/shared/channel-admin.ts';
import type { Subscription } from '../../../functions/shared/model.ts';
import { channelRecords } from '../../../functions/shared/store/channel-records.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { startEndpoint } from '../../local/sns/started-endpoint.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:News-channel-';
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let client: SNSClient;
let table: ReturnType<typeof memoryTable>;
beforeEach(async () => {
  ({ client } = await startEndpoint());
  table = memoryTable();
});

const to = (topicId: string, endpoint: string): Subscription => ({ topicId, protocol: 'email', endpoint });
const make = (
  wanted: WantedChannels,
  admin: ChannelAdmin = snsChannelAdmin(client, PREFIX, { app: 'test' }),
) => channels({ admin, records: channelRecords(table), log: silent }, wanted);

async function topics(): Promise<string[]> {
  const { Topics = [] } = await client.send(new ListTopicsCommand({}));
  return Topics.map(({ TopicArn = '' }) => TopicArn.split(':').at(-1) ?? '').sort();
}

async function readers(topicId: string): Promise<string[]> {
  const { Subscriptions = [] } = await client.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: `${PREFIX}${topicId}` }),
  );
  return Subscriptions.map(({ Endpoint = '' }) => Endpoint).sort();
}

/** Counts what is asked of SNS, and fails from one call on. */
function counting(failFrom = Number.POSITIVE_INFINITY) {
  const calls: string[] = [];
  const admin = snsChannelAdmin(client, PREFIX);
  const counted = <Args extends unknown[], Result>(
    name: string,
    call: (...args: Args) => Promise<Result>,
  ) => {
    return (...args: Args): Promise<Result> => {
      calls.push(name);
      return calls.length >= failFrom ? Promise.reject(new Error(`${name} failed`)) : call(...args);
    };
  };
  return {
    calls,
    admin: {
      list: counted('list', admin.list),
      create: counted('create', admin.create),
      remove: counted('remove', admin.remove),
      subscribe: counted('subscribe', admin.subscribe),
      unsubscribe: counted('unsubscribe', admin.unsubscribe),
    },
  };
}

it('makes the channels of the file and subscribes its recipients', async () => {
  await make({
    topicIds: ['storms', 'summit'],
    subscriptions: [to('storms', 'a@b.org'), to('storms', 'c@d.org')],
  });
  expect(await topics()).toEqual(['News-channel-storms', 'News-channel-summit']);
  expect(await readers('storms')).toEqual(['a@b.org', 'c@d.org']);
  expect(await readers('summit')).toEqual([]);
});

it('follows the file, and asks SNS for nothing but what has changed', async () => {
  await make({
    topicIds: ['storms', 'summit'],
    subscriptions: [to('storms', 'a@b.org'), to('summit', 'a@b.org')],
  });
  const { admin, calls } = counting();
  const next = { topicIds: ['storms', 'floods'], subscriptions: [to('storms', 'c@d.org')] };
  await make(next, admin);
  expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms']);
  expect(await readers('storms')).toEqual(['c@d.org']);
  expect(calls.toSorted()).toEqual(['create', 'list', 'remove', 'subscribe', 'unsubscribe']);

  calls.length = 0;
  await make(next, admin);
  expect(calls).toEqual(['list']);
});

it('leaves alone what it has not made: other topics, and who subscribed without the file', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-of-another' }));
  await make({ topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] });
  await client.send(
    new SubscribeCommand({ TopicArn: `${PREFIX}storms`, Protocol: 'email', Endpoint: 'self@b.org' }),
  );
  await make({ topicIds: ['storms'], subscriptions: [] });
  expect(await topics()).toEqual(['News-channel-of-another', 'News-channel-storms']);
  expect(await readers('storms')).toEqual(['self@b.org']);
});

it('does not subscribe again who has unsubscribed', async () => {
  const wanted = { topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] };
  await make(wanted);
  const admin = snsChannelAdmin(client, PREFIX);
  const [record] = (await channelRecords(table).all()).values();
  await admin.unsubscribe(Object.values(record ?? {})[0] ?? '');
  await make({ ...wanted, topicIds: ['storms', 'summit'] });
  expect(await readers('storms')).toEqual([]);
});

it('makes a channel again, with its recipients, that somebody has deleted', async () => {
  const wanted = { topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] };
  await make(wanted);
  await snsChannelAdmin(client, PREFIX).remove('storms');
  await make(wanted);
  expect(await readers('storms')).toEqual(['a@b.org']);
});

it('keeps no address outside SNS', async () => {
  await make({ topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] });
  expect(JSON.stringify([...table.records.values()])).not.toContain('a@b.org');
});

it.each([1, 2, 3, 4, 5, 6])(
  'comes to the same end when its call %i failed and it is called again',
  async (call) => {
    await make({ topicIds: ['storms', 'summit'], subscriptions: [to('storms', 'a@b.org')] });
    const next = {
      topicIds: ['storms', 'floods'],
      subscriptions: [to('storms', 'c@d.org'), to('floods', 'a@b.org')],
    };
    await expect(make(next, counting(call).admin)).rejects.toThrow('failed');
    await make(next);
    expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms']);
    expect([await readers('storms'), await readers('floods')]).toEqual([['c@d.org'], ['a@b.org']]);
  },
);

it('removes all that it has made, and nothing else', async () => {
  await client.send(new CreateTopicCommand({ Name: 'elsewhere' }));
  await make({ topicIds: ['storms', 'summit'], subscriptions: [to('storms', 'a@b.org')] });
  await make({ topicIds: [], subscriptions: [] });
  expect(await topics()).toEqual(['elsewhere']);
  expect(table.records.size).toBe(0);
});

it('makes five hundred channels, more than a page of SNS holds', async () => {
  const topicIds = Array.from({ length: 500 }, (_, n) => `topic-${n}`);
  await make({ topicIds, subscriptions: [] });
  const { admin, calls } = counting();
  await make({ topicIds, subscriptions: [] }, admin);
  expect(calls).toEqual(['list']);
});
