import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { createHandler } from '../../../functions/notify/handler.ts';
import { countedMetrics } from '../../helpers/counted-metrics.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { NotifyHarness } from './notify-harness.ts';

function eventOf(...bodies: readonly unknown[]): SQSEvent {
  const records = bodies.map((body, n) => ({
    messageId: `message-${n}`,
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
  }));
  return { Records: records } as unknown as SQSEvent;
}

it('processes hits and digests, and returns only the failed ones to the queue', async () => {
  const table = memoryTable();
  const harness = new NotifyHarness(table);
  const { clock, log, config } = harness.deps();
  const metrics = countedMetrics();
  const handler = createHandler({
    clock,
    log,
    instance: 'me',
    metrics,
    config: () => config,
    table: () => table,
    channels: () => harness.channels,
    exit: () => ({}),
  });
  await harness.addDigestEntry('2026-03-01T09:00:00.000Z', 1, 'Ferry strike goes on');
  harness.answers.push('throttled');
  const response = await handler(
    eventOf(
      harness.hit(),
      { ...harness.hit({ id: 'item-2', title: 'Herring quota doubled' }) },
      { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: '2026-03-01T09:00:00.000Z' },
      { ...harness.hit(), v: 2 },
    ),
  );
  expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'message-0',
    'message-3',
  ]);
  expect(harness.titles()).toEqual([['Herring quota doubled'], ['Ferry strike goes on']]);
});
