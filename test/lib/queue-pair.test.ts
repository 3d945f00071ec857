import { describe, expect, it } from 'vitest';
import { QUEUES, queues, STAGES, stages } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleStack } from './sample-stack.ts';

const stack = new ReadableTemplate(sampleStack());

describe.each(QUEUES)('%s queue', (name) => {
  const spec = queues[name];
  const suffix = spec.fifo ? '.fifo' : '';
  const queueId = stack.id('AWS::SQS::Queue', `${name}queueQueue`);
  const deadId = stack.id('AWS::SQS::Queue', `${name}queueDeadLetters`);
  const queue = stack.properties('AWS::SQS::Queue', queueId);
  const dead = stack.properties('AWS::SQS::Queue', deadId);

  it('moves messages that fail too often to its own dead-letter queue', () => {
    const redrive = queue.RedrivePolicy as Record<string, unknown>;
    expect(redrive.maxReceiveCount).toBe(spec.maxReceiveCount);
    expect(text(redrive.deadLetterTargetArn)).toBe(`arn(${deadId})`);
  });

  it('keeps dead letters for 14 days, of this queue only', () => {
    expect(dead.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
    const { redrivePermission, sourceQueueArns } = dead.RedriveAllowPolicy as Record<string, unknown[]>;
    expect(redrivePermission).toBe('byQueue');
    expect(sourceQueueArns?.map(text)).toEqual([
      `arn:<Partition>:sqs:<Region>:<AccountId>:NewsAlerts-${name}${suffix}`,
    ]);
  });

  it('is named so that the two can refer to each other', () => {
    expect(queue.QueueName).toBe(`NewsAlerts-${name}${suffix}`);
    expect(dead.QueueName).toBe(`NewsAlerts-${name}-dead${suffix}`);
  });

  it('hides a message for at least six times as long as its reader may take', () => {
    expect(queue.VisibilityTimeout).toBe(spec.visibilityTimeout);
    for (const stage of STAGES) {
      const { trigger, timeout } = stages[stage];
      if ('queue' in trigger && trigger.queue === name) {
        expect(spec.visibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
      }
    }
  });

  it.each([
    ['queue', queueId, queue],
    ['dead-letter queue', deadId, dead],
  ])('encrypts the %s and refuses plain HTTP', (_, id, properties) => {
    expect(properties.SqsManagedSseEnabled).toBe(true);
    const policies = Object.values(stack.template.findResources('AWS::SQS::QueuePolicy'));
    const ours = policies.find(({ Properties }) => Properties.Queues.map(text).includes(`ref(${id})`));
    expect(ours?.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  });

  it('is FIFO only where the description says so, without content-based deduplication', () => {
    for (const properties of [queue, dead]) {
      expect(properties.FifoQueue).toBe(spec.fifo || undefined);
      expect(properties.ContentBasedDeduplication).toBe(spec.fifo ? false : undefined);
      expect(properties).not.toHaveProperty('FifoThroughputLimit');
      expect(properties).not.toHaveProperty('DeduplicationScope');
    }
  });
});
