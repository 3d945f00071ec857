import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ChannelsDeps,
  makeChannels,
  NO_CHANNELS,
  removeChannels,
  type WantedChannels,
} from '../../../functions/channels/channels.ts';
import { snsChannelAdmin } from '../../../functions/shared/aws/sns-channel-admin.ts';
import type { Subscription } from '../../../functions/shared/model.ts';
import { channelsTableAccess, type TableAction } from '../../../functions/shared/pipeline.ts';
import type { ChannelAdmin } from '../../../functions/shared/ports.ts';
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
let runs = 0;
const deps = (admin: ChannelAdmin): ChannelsDeps => ({
  admin,
  records: channelRecords(table),
  log: silent,
  run: `run ${++runs}`,
});
/** What a deployment does, from its beginning to its end. */
async function make(
  wanted: WantedChannels,
  admin: ChannelAdmin = snsChannelAdmin(client, PREFIX, { tags: { app: 'test' } }),
): Promise<void> {
  await makeChannels(deps(admin), wanted);
  await removeChannels(deps(admin), wanted);
}

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
  await admin.unsubscribe(Object.values(record?.subscriptions ?? {})[0] ?? '');
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
  await make(NO_CHANNELS);
  expect(await topics()).toEqual(['elsewhere']);
  expect((await channelRecords(table).all()).size).toBe(0);
});

it('makes five hundred channels, more than a page of SNS holds', async () => {
  const topicIds = Array.from({ length: 500 }, (_, n) => `topic-${n}`);
  await make({ topicIds, subscriptions: [] });
  const { admin, calls } = counting();
  await make({ topicIds, subscriptions: [] }, admin);
  expect(calls).toEqual(['list']);
});

it('removes nothing before a deployment has come to its end', async () => {
  await make({ topicIds: ['storms', 'summit'], subscriptions: [to('storms', 'a@b.org')] });
  const admin = snsChannelAdmin(client, PREFIX);
  await makeChannels(deps(admin), { topicIds: ['storms', 'floods'], subscriptions: [] });
  expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms', 'News-channel-summit']);
  expect(await readers('storms')).toEqual(['a@b.org']);
  // It was undone: all is as before.
  await removeChannels(deps(admin), {
    topicIds: ['storms', 'summit'],
    subscriptions: [to('storms', 'a@b.org')],
  });
  expect(await topics()).toEqual(['News-channel-storms', 'News-channel-summit']);
  expect(await readers('storms')).toEqual(['a@b.org']);
});

it('keeps a channel that was there before it', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-storms' }));
  await make({ topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] });
  await make(NO_CHANNELS);
  expect(await topics()).toEqual(['News-channel-storms']);
  expect(await readers('storms')).toEqual([]);
});

it('puts the filter on a subscription that somebody has made without', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-storms' }));
  const { SubscriptionArn = '' } = await client.send(
    new SubscribeCommand({
      TopicArn: `${PREFIX}storms`,
      Protocol: 'email',
      Endpoint: 'a@b.org',
      ReturnSubscriptionArn: true,
    }),
  );
  await make({ topicIds: ['storms'], subscriptions: [to('storms', 'a@b.org')] });
  const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes?.FilterPolicy).toBe('{"protocols":["email"]}');
});

it('has stopped when it has failed: nothing goes on', async () => {
  const { admin, calls } = counting(30);
  const topicIds = Array.from({ length: 200 }, (_, n) => `topic-${n}`);
  await expect(makeChannels(deps(admin), { topicIds, subscriptions: [] })).rejects.toThrow('failed');
  const count = calls.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(calls).toHaveLength(count);
  expect(count).toBeLessThan(80);
});

it('gives way to a run that begins after it', async () => {
  const admin = snsChannelAdmin(client, PREFIX);
  const topicIds = Array.from({ length: 300 }, (_, n) => `topic-${n}`);
  const first = makeChannels(deps(admin), { topicIds, subscriptions: [] });
  const failed = expect(first).rejects.toThrow('another run has begun');
  while ((await topics()).length === 0);
  await removeChannels(deps(admin), NO_CHANNELS);
  await failed;
  expect(await topics()).toEqual([]);
});

it('stops in time to say so', async () => {
  let late = false;
  const admin = snsChannelAdmin(client, PREFIX);
  const slow: ChannelAdmin = {
    ...admin,
    create: async (topicId) => {
      await admin.create(topicId);
      late = true;
    },
  };
  const topicIds = Array.from({ length: 100 }, (_, n) => `topic-${n}`);
  const run = makeChannels({ ...deps(slow), isLate: () => late }, { topicIds, subscriptions: [] });
  await expect(run).rejects.toThrow(/channels were not reached in time; deploy again/);
  await make({ topicIds, subscriptions: [] });
  expect(await topics()).toHaveLength(100);
});

describe('encryption of channels that an earlier version made', () => {
  const wanted = { topicIds: ['storms', 'summit'], subscriptions: [to('storms', 'a@b.org')] };
  /** Counts like `counting`, for a system whose channels have a key. The call number `failAt` fails. */
  function encrypting(failAt = Number.POSITIVE_INFINITY) {
    const { admin, calls } = counting();
    let n = 0;
    const encrypt = async (topicId: string) => {
      calls.push(`encrypt ${topicId}`);
      if (++n === failAt) throw new Error('encrypt failed');
    };
    return { calls, admin: { ...admin, encrypt } };
  }

  it('is done once, at the upgrade, and keeps channels and subscriptions', async () => {
    await make(wanted);
    const { SubscriptionArn } = await client.send(
      new SubscribeCommand({ TopicArn: `${PREFIX}storms`, Protocol: 'email', Endpoint: 'self@b.org' }),
    );
    const { admin, calls } = encrypting();
    await make(wanted, admin);
    expect(calls.toSorted()).toEqual(['encrypt storms', 'encrypt summit', 'list']);
    expect(await readers('storms')).toEqual(['a@b.org', 'self@b.org']);
    expect(SubscriptionArn).toBeDefined();

    calls.length = 0;
    await make(wanted, admin);
    expect(calls).toEqual(['list']);
    // Nor does a change of recipients forget it.
    await make({ ...wanted, subscriptions: [] }, admin);
    await make(wanted, admin);
    expect(calls.filter((call) => call.startsWith('encrypt'))).toEqual([]);
  });

  it('goes on where it stopped when it has failed', async () => {
    await make(wanted);
    await expect(make(wanted, encrypting(2).admin)).rejects.toThrow('encrypt failed');
    const { admin, calls } = encrypting();
    await make(wanted, admin);
    expect(calls.filter((call) => call.startsWith('encrypt')).length).toBeGreaterThanOrEqual(1);
    calls.length = 0;
    await make(wanted, admin);
    expect(calls).toEqual(['list']);
  });

  it('is no call for channels that are made now', async () => {
    const { admin, calls } = encrypting();
    await make(wanted, admin);
    await make(wanted, admin);
    expect(calls.toSorted()).toEqual(['create', 'create', 'list', 'list', 'subscribe']);
  });
});

it('reads and writes no records but those that its role allows', async () => {
  const accesses = new Set<string>();
  const noted =
    <Args extends readonly [{ readonly pk: string }, ...unknown[]], Result>(
      action: TableAction,
      call: (...args: Args) => Result,
    ) =>
    (...args: Args): Result => {
      accesses.add(`${action} ${args[0].pk}`);
      return call(...args);
    };
  const plain = table;
  table = {
    ...plain,
    get: noted('GetItem', plain.get),
    put: noted('PutItem', plain.put),
    delete: noted('DeleteItem', plain.delete),
    query: noted('Query', plain.query),
  };
  await make({ topicIds: ['storms', 'summit'], subscriptions: [to('storms', 'a@b.org')] });
  await make({ topicIds: ['storms'], subscriptions: [] });
  const allowed = channelsTableAccess.flatMap(({ actions, keys }) =>
    actions.flatMap((action) => keys.map((key) => `${action} ${key}`)),
  );
  expect([...accesses].toSorted()).toEqual(allowed.toSorted());
});
