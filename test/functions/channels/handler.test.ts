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

let answers: { readonly headers: IncomingHttpHeaders; readonly body: Record<string, string> }[];
let statuses: number[];
let stop: () => void;
let url: string;
let channels: Set<string>;
let broken: boolean;
let table: ReturnType<typeof memoryTable>;

beforeEach(async () => {
  answers = [];
  statuses = [];
  channels = new Set();
  broken = false;
  table = memoryTable();
  const server = createServer(async (request, response) => {
    answers.push({ headers: request.headers, body: JSON.parse(await text(request)) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signed=yes`;
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

/** One invocation, as of a stack whose layers hold so many topics. */
async function invoke(
  count: number,
  event: Partial<CloudFormationCustomResourceEvent>,
): Promise<Record<string, string>> {
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const config: PipelineConfig = { ...sampleConfig(sampleTopics(count)), version: `of ${count}` };
  const handler = createHandler({
    clock: Date.now,
    instance: 'me',
    log: silent,
    metrics: countedMetrics(),
    config: () => config,
    subscriptions: (): readonly Subscription[] => [],
    table: () => table,
    channelAdmin: () => admin,
  });
  const full = {
    ResponseURL: url,
    StackId: 'stack',
    RequestId: `request ${Math.random()}`,
    LogicalResourceId: 'Channels',
    ...event,
  };
  await handler(full as CloudFormationCustomResourceEvent, { getRemainingTimeInMillis: () => 900_000 });
  return answers.at(-1)?.body ?? {};
}

it('makes the channels, and answers as the address is signed: without a content type', async () => {
  const answer = await invoke(2, { RequestType: 'Create', RequestId: 'first' });
  expect(answer).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: expect.stringMatching(/^channels-[0-9a-f]{16}$/),
    StackId: 'stack',
    RequestId: 'first',
    LogicalResourceId: 'Channels',
  });
  expect(answers[0]?.headers).not.toHaveProperty('content-type');
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('removes what an edit has left behind only when CloudFormation cleans up', async () => {
  const before = (await invoke(3, { RequestType: 'Create' })).PhysicalResourceId ?? '';
  const after =
    (await invoke(2, { RequestType: 'Update', PhysicalResourceId: before } as never)).PhysicalResourceId ??
    '';
  expect(after).not.toBe(before);
  expect(channels.size).toBe(3);
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: before } as never);
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('undoes an edit that failed elsewhere', async () => {
  const before = (await invoke(2, { RequestType: 'Create' })).PhysicalResourceId ?? '';
  const failed =
    (await invoke(3, { RequestType: 'Update', PhysicalResourceId: before } as never)).PhysicalResourceId ??
    '';
  const again = await invoke(2, { RequestType: 'Update', PhysicalResourceId: failed } as never);
  expect(again.PhysicalResourceId).toBe(before);
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: failed } as never);
  expect([...channels]).toEqual(['topic-0', 'topic-1']);
});

it('removes all with its stack, also when that was never made to its end', async () => {
  const { PhysicalResourceId = '' } = await invoke(2, { RequestType: 'Create' });
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId } as never);
  expect(channels.size).toBe(0);

  await invoke(2, { RequestType: 'Create' });
  // What CloudFormation calls a resource that it gave up before it had an answer.
  await invoke(2, { RequestType: 'Delete', PhysicalResourceId: 'NewsAlerts-Channels-1ABC' } as never);
  expect(channels.size).toBe(0);
  expect((await channelRecords(table).all()).size).toBe(0);
});

it('says what failed, and keeps the id that the resource had', async () => {
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

it('answers again when CloudFormation does not take it, and fails when it never does', async () => {
  statuses = [503, 503];
  expect(await invoke(1, { RequestType: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
  expect(answers).toHaveLength(3);
  statuses = [403, 403, 403, 403];
  await expect(invoke(1, { RequestType: 'Create' })).rejects.toThrow('in 4 tries, got HTTP 403');
});
