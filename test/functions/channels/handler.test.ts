import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHandler } from '../../../functions/channels/handler.ts';
import type { PipelineConfig, Subscription } from '../../../functions/shared/model.ts';
import type { ChannelAdmin } from '../../../functions/shared/ports.ts';
import { channelRecords } from '../../../functions/shared/store/channel-records.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { sampleConfig, sampleTopics } from '../../lib/sample-stack.ts';

let responses: { readonly headers: IncomingHttpHeaders; readonly body: Record<string, string> }[];
let statuses: number[];
let stop: () => void;
let url: string;
let channels: Set<string>;
let broken: boolean;
let table: ReturnType<typeof memoryTable>;

beforeEach(async () => {
  responses = [];
  statuses = [];
  channels = new Set();
  broken = false;
  table = memoryTable();
  const server = createServer(async (request, response) => {
    responses.push({ headers: request.headers, body: JSON.parse(await text(request)) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/response?signed=yes`;
  stop = () => void server.close().closeAllConnections();
});
afterEach(() => stop());

const admin: ChannelAdmin = {
  list: async () => [...channels],
  async create(topicId) {
    if (broken) throw new Error('SNS is broken');
    channels.add(topicId);
  },
  async remove(topicId) {
    channels.delete(topicId);
  },
  subscribe: async ({ topicId }) => `arn:${topicId}`,
  unsubscribe: async () => undefined,
};

/** Invokes the function of a stack with `count` topics, and returns its response. */
async function invoke(
  count: number,
  event: Partial<CloudFormationCustomResourceEvent>,
): Promise<Record<string, string>> {
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const config: PipelineConfig = { ...sampleConfig(sampleTopics(count)), version: `of ${count}` };
  const handler = createHandler({
    clock: Date.now,
    instance: 'me',
    log,
    metrics: countedMetrics(),
    config: () => config,
    subscriptions: (): readonly Subscription[] => [],
    table: () => table,
    channelAdmin: () => admin,
  });
  const request = {
    ResponseURL: url,
    StackId: 'stack',
    RequestId: `request ${Math.random()}`,
    LogicalResourceId: 'Channels',
    ...event,
  };
  await handler(request as CloudFormationCustomResourceEvent, { getRemainingTimeInMillis: () => 900_000 });
  return responses.at(-1)?.body ?? {};
}

it('creates the channels, and responds without a content type, as the address is signed', async () => {
  const response = await invoke(2, { RequestType: 'Create', RequestId: 'first' });
  expect(response).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: expect.stringMatching(/^channels-[0-9a-f]{16}$/),
    StackId: 'stack',
    RequestId: 'first',
    LogicalResourceId: 'Channels',
  });
  expect(responses[0]?.headers).not.toHaveProperty('content-type');
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('removes obsolete channels only when CloudFormation cleans up', async () => {
  const before = (await invoke(3, { RequestType: 'Create' })).PhysicalResourceId ?? '';
  const after =
    (await invoke(2, { RequestType: 'Update', PhysicalResourceId: before } as never)).PhysicalResourceId ??
    '';
  expect(after).not.toBe(before);
  expect(channels.size).toBe(3);
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: before } as never);
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('rolls back an edit that failed elsewhere', async () => {
  const before = (await invoke(2, { RequestType: 'Create' })).PhysicalResourceId ?? '';
  const failed =
    (await invoke(3, { RequestType: 'Update', PhysicalResourceId: before } as never)).PhysicalResourceId ??
    '';
  const again = await invoke(2, { RequestType: 'Update', PhysicalResourceId: failed } as never);
  expect(again.PhysicalResourceId).toBe(before);
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: failed } as never);
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('removes everything with its stack, even if that was never completed', async () => {
  const { PhysicalResourceId = '' } = await invoke(2, { RequestType: 'Create' });
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId } as never);
  expect(channels.size).toBe(0);

  await invoke(2, { RequestType: 'Create' });
  // CloudFormation's own id for a resource whose creation never got a response.
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: 'NewsAlerts-Channels-1ABC' } as never);
  expect(channels.size).toBe(0);
  expect((await channelRecords(table).all()).size).toBe(0);
});

it('reports a failure, and keeps the id of the resource', async () => {
  broken = true;
  expect(await invoke(2, { RequestType: 'Create' })).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('SNS is broken'),
    PhysicalResourceId: expect.stringMatching(/^channels-[0-9a-f]{16}$/),
  });
  const edited = await invoke(3, {
    RequestType: 'Update',
    PhysicalResourceId: 'channels-0123456789abcdef',
  } as never);
  expect(edited).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'channels-0123456789abcdef' });
});

it('repeats a response that CloudFormation refuses, and fails after four attempts', async () => {
  statuses = [503, 503];
  expect(await invoke(1, { RequestType: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
  expect(responses).toHaveLength(3);
  statuses = [403, 403, 403, 403];
  await expect(invoke(1, { RequestType: 'Create' })).rejects.toThrow('in 4 attempts, got HTTP 403');
});
