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
import { subscriberId } from '../../../functions/shared/subscriber-id.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { startEndpoint } from '../../local/sns/started-endpoint.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:News-channel-';
const noLog = {
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

const subscription = (topicId: string, endpoint: string): Subscription => ({
  topicId,
  protocol: 'email',
  endpoint,
});
let runs = 0;
const deps = (admin: ChannelAdmin): ChannelsDeps => ({
  admin,
  records: channelRecords(table),
  log: noLog,
  run: `run ${++runs}`,
});
/** Does what a deployment does, from start to end. */
async function deploy(
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

async function endpointsOf(topicId: string): Promise<string[]> {
  const { Subscriptions = [] } = await client.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: `${PREFIX}${topicId}` }),
  );
  return Subscriptions.map(({ Endpoint = '' }) => Endpoint).sort();
}

/** Returns an admin that records its calls, and fails from a given call on. */
function recording(failFrom = Number.POSITIVE_INFINITY) {
  const calls: string[] = [];
  const admin = snsChannelAdmin(client, PREFIX);
  const recorded = <Args extends unknown[], Result>(
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
      list: recorded('list', admin.list),
      create: recorded('create', admin.create),
      remove: recorded('remove', admin.remove),
      subscribe: recorded('subscribe', admin.subscribe),
      unsubscribe: recorded('unsubscribe', admin.unsubscribe),
    },
  };
}

it('creates the channels of the file and subscribes its recipients', async () => {
  await deploy({
    topicIds: ['storms', 'summit'],
    subscriptions: [subscription('storms', 'a@b.org'), subscription('storms', 'c@d.org')],
  });
  expect(await topics()).toEqual(['News-channel-storms', 'News-channel-summit']);
  expect(await endpointsOf('storms')).toEqual(['a@b.org', 'c@d.org']);
  expect(await endpointsOf('summit')).toEqual([]);
});

it('follows the file, and calls SNS only for changes', async () => {
  await deploy({
    topicIds: ['storms', 'summit'],
    subscriptions: [subscription('storms', 'a@b.org'), subscription('summit', 'a@b.org')],
  });
  const { admin, calls } = recording();
  const next = { topicIds: ['storms', 'floods'], subscriptions: [subscription('storms', 'c@d.org')] };
  await deploy(next, admin);
  expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms']);
  expect(await endpointsOf('storms')).toEqual(['c@d.org']);
  expect(calls.toSorted()).toEqual(['create', 'list', 'remove', 'subscribe', 'unsubscribe']);

  calls.length = 0;
  await deploy(next, admin);
  expect(calls).toEqual(['list']);
});

it('does not touch other topics, or subscribers that are not in the file', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-of-another' }));
  await deploy({ topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] });
  await client.send(
    new SubscribeCommand({ TopicArn: `${PREFIX}storms`, Protocol: 'email', Endpoint: 'self@b.org' }),
  );
  await deploy({ topicIds: ['storms'], subscriptions: [] });
  expect(await topics()).toEqual(['News-channel-of-another', 'News-channel-storms']);
  expect(await endpointsOf('storms')).toEqual(['self@b.org']);
});

it('does not subscribe a recipient again who has unsubscribed', async () => {
  const wanted = { topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] };
  await deploy(wanted);
  const admin = snsChannelAdmin(client, PREFIX);
  const [record] = (await channelRecords(table).all()).values();
  await admin.unsubscribe(Object.values(record?.subscriptions ?? {})[0] ?? '');
  await deploy({ ...wanted, topicIds: ['storms', 'summit'] });
  expect(await endpointsOf('storms')).toEqual([]);
});

it('recreates a deleted channel with its recipients', async () => {
  const wanted = { topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] };
  await deploy(wanted);
  await snsChannelAdmin(client, PREFIX).remove('storms');
  await deploy(wanted);
  expect(await endpointsOf('storms')).toEqual(['a@b.org']);
});

it('stores no address outside SNS', async () => {
  await deploy({ topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] });
  expect(JSON.stringify([...table.records.values()])).not.toContain('a@b.org');
});

it.each([1, 2, 3, 4, 5, 6])('reaches the same result when call %i failed and it runs again', async (call) => {
  await deploy({ topicIds: ['storms', 'summit'], subscriptions: [subscription('storms', 'a@b.org')] });
  const next = {
    topicIds: ['storms', 'floods'],
    subscriptions: [subscription('storms', 'c@d.org'), subscription('floods', 'a@b.org')],
  };
  await expect(deploy(next, recording(call).admin)).rejects.toThrow('failed');
  await deploy(next);
  expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms']);
  expect([await endpointsOf('storms'), await endpointsOf('floods')]).toEqual([['c@d.org'], ['a@b.org']]);
});

it('removes everything that it created, and nothing else', async () => {
  await client.send(new CreateTopicCommand({ Name: 'elsewhere' }));
  await deploy({ topicIds: ['storms', 'summit'], subscriptions: [subscription('storms', 'a@b.org')] });
  await deploy(NO_CHANNELS);
  expect(await topics()).toEqual(['elsewhere']);
  expect((await channelRecords(table).all()).size).toBe(0);
});

it('creates five hundred channels, more than a page of SNS holds', async () => {
  const topicIds = Array.from({ length: 500 }, (_, n) => `topic-${n}`);
  await deploy({ topicIds, subscriptions: [] });
  const { admin, calls } = recording();
  await deploy({ topicIds, subscriptions: [] }, admin);
  expect(calls).toEqual(['list']);
});

it('removes nothing before a deployment has succeeded', async () => {
  await deploy({ topicIds: ['storms', 'summit'], subscriptions: [subscription('storms', 'a@b.org')] });
  const admin = snsChannelAdmin(client, PREFIX);
  await makeChannels(deps(admin), { topicIds: ['storms', 'floods'], subscriptions: [] });
  expect(await topics()).toEqual(['News-channel-floods', 'News-channel-storms', 'News-channel-summit']);
  expect(await endpointsOf('storms')).toEqual(['a@b.org']);
  // After the rollback, everything is as before.
  await removeChannels(deps(admin), {
    topicIds: ['storms', 'summit'],
    subscriptions: [subscription('storms', 'a@b.org')],
  });
  expect(await topics()).toEqual(['News-channel-storms', 'News-channel-summit']);
  expect(await endpointsOf('storms')).toEqual(['a@b.org']);
});

it('keeps a channel that existed before', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-storms' }));
  await deploy({ topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] });
  await deploy(NO_CHANNELS);
  expect(await topics()).toEqual(['News-channel-storms']);
  expect(await endpointsOf('storms')).toEqual([]);
});

it('adds the filter to a subscription without one', async () => {
  await client.send(new CreateTopicCommand({ Name: 'News-channel-storms' }));
  const { SubscriptionArn = '' } = await client.send(
    new SubscribeCommand({
      TopicArn: `${PREFIX}storms`,
      Protocol: 'email',
      Endpoint: 'a@b.org',
      ReturnSubscriptionArn: true,
    }),
  );
  await deploy({ topicIds: ['storms'], subscriptions: [subscription('storms', 'a@b.org')] });
  const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes?.FilterPolicy).toBe(
    JSON.stringify({
      protocols: ['email', `to-${subscriberId({ protocol: 'email', endpoint: 'a@b.org' })}`],
    }),
  );
});

it('makes no more calls after a failure', async () => {
  const { admin, calls } = recording(30);
  const topicIds = Array.from({ length: 200 }, (_, n) => `topic-${n}`);
  await expect(makeChannels(deps(admin), { topicIds, subscriptions: [] })).rejects.toThrow('failed');
  const count = calls.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(calls).toHaveLength(count);
  expect(count).toBeLessThan(80);
});

it('stops when another run starts', async () => {
  const admin = snsChannelAdmin(client, PREFIX);
  const topicIds = Array.from({ length: 300 }, (_, n) => `topic-${n}`);
  const first = makeChannels(deps(admin), { topicIds, subscriptions: [] });
  const failed = expect(first).rejects.toThrow('another run has started');
  while ((await topics()).length === 0);
  await removeChannels(deps(admin), NO_CHANNELS);
  await failed;
  expect(await topics()).toEqual([]);
});

it('stops in time to report that it is late', async () => {
  let isLate = false;
  const admin = snsChannelAdmin(client, PREFIX);
  const slowAdmin: ChannelAdmin = {
    ...admin,
    create: async (topicId) => {
      await admin.create(topicId);
      isLate = true;
    },
  };
  const topicIds = Array.from({ length: 100 }, (_, n) => `topic-${n}`);
  const run = makeChannels({ ...deps(slowAdmin), isLate: () => isLate }, { topicIds, subscriptions: [] });
  await expect(run).rejects.toThrow(/channels were not reached in time; deploy again/);
  await deploy({ topicIds, subscriptions: [] });
  expect(await topics()).toHaveLength(100);
});

describe('encryption of channels of an earlier version', () => {
  const wanted = { topicIds: ['storms', 'summit'], subscriptions: [subscription('storms', 'a@b.org')] };
  /** Like `recording`, for channels with a key. The `failAt`-th call of `encrypt` fails. */
  function encrypting(failAt = Number.POSITIVE_INFINITY) {
    const { admin, calls } = recording();
    let n = 0;
    const encrypt = async (topicId: string) => {
      calls.push(`encrypt ${topicId}`);
      if (++n === failAt) throw new Error('encrypt failed');
    };
    return { calls, admin: { ...admin, encrypt } };
  }

  it('happens once, at the upgrade, and keeps channels and subscriptions', async () => {
    await deploy(wanted);
    const { SubscriptionArn } = await client.send(
      new SubscribeCommand({ TopicArn: `${PREFIX}storms`, Protocol: 'email', Endpoint: 'self@b.org' }),
    );
    const { admin, calls } = encrypting();
    await deploy(wanted, admin);
    expect(calls.toSorted()).toEqual(['encrypt storms', 'encrypt summit', 'list']);
    expect(await endpointsOf('storms')).toEqual(['a@b.org', 'self@b.org']);
    expect(SubscriptionArn).toBeDefined();

    calls.length = 0;
    await deploy(wanted, admin);
    expect(calls).toEqual(['list']);
    // A change of recipients does not trigger it again.
    await deploy({ ...wanted, subscriptions: [] }, admin);
    await deploy(wanted, admin);
    expect(calls.filter((call) => call.startsWith('encrypt'))).toEqual([]);
  });

  it('continues after a failure', async () => {
    await deploy(wanted);
    await expect(deploy(wanted, encrypting(2).admin)).rejects.toThrow('encrypt failed');
    const { admin, calls } = encrypting();
    await deploy(wanted, admin);
    expect(calls.filter((call) => call.startsWith('encrypt')).length).toBeGreaterThanOrEqual(1);
    calls.length = 0;
    await deploy(wanted, admin);
    expect(calls).toEqual(['list']);
  });

  it('takes no call for new channels', async () => {
    const { admin, calls } = encrypting();
    await deploy(wanted, admin);
    await deploy(wanted, admin);
    expect(calls.toSorted()).toEqual(['create', 'create', 'list', 'list', 'subscribe']);
  });
});

it('reads and writes only the records that its role allows', async () => {
  const accesses = new Set<string>();
  const recorded =
    <Args extends readonly [{ readonly pk: string }, ...unknown[]], Result>(
      action: TableAction,
      call: (...args: Args) => Result,
    ) =>
    (...args: Args): Result => {
      accesses.add(`${action} ${args[0].pk}`);
      return call(...args);
    };
  const memory = table;
  table = {
    ...memory,
    get: recorded('GetItem', memory.get),
    put: recorded('PutItem', memory.put),
    delete: recorded('DeleteItem', memory.delete),
    query: recorded('Query', memory.query),
  };
  await deploy({ topicIds: ['storms', 'summit'], subscriptions: [subscription('storms', 'a@b.org')] });
  await deploy({ topicIds: ['storms'], subscriptions: [] });
  const allowed = channelsTableAccess.flatMap(({ actions, keys }) =>
    actions.flatMap((action) => keys.map((key) => `${action} ${key}`)),
  );
  expect([...accesses].toSorted()).toEqual(allowed.toSorted());
});
