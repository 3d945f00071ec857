import { describe, expect, it } from 'vitest';
import { MANY_FEEDS } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleFeeds, sampleStack } from './sample-stack.ts';

/** Invocations that an account may run at once by default. */
const ACCOUNT_CONCURRENCY = 1_000;

function stackOf(feeds: number): ReadableTemplate {
  return new ReadableTemplate(sampleStack({ feeds: sampleFeeds(feeds) }));
}

/** Maximum concurrency of each queue's event source, by the queue's logical id without its end. */
function limits(stack: ReadableTemplate): Record<string, number | undefined> {
  const mappings = Object.values(stack.template.findResources('AWS::Lambda::EventSourceMapping'));
  return Object.fromEntries(
    mappings.map(({ Properties }) => [
      text(Properties.EventSourceArn).replace(/^arn\((\w+)queueQueue.*$/, '$1'),
      Properties.ScalingConfig?.MaximumConcurrency,
    ]),
  );
}

const stack = stackOf(1);

describe('concurrency', () => {
  it('with many feeds leaves capacity in the account for other stages and programs', () => {
    const many = limits(stackOf(MANY_FEEDS));
    expect(many).toEqual({ feeds: 500, items: 100, hits: 5 });
    const sum = Object.values(many).reduce<number>((total, limit) => total + (limit ?? 0), 0);
    expect(sum).toBeLessThan(ACCOUNT_CONCURRENCY * 0.7);
  });

  it('with few feeds is limited only by their number, because idle queues with a limit cost more', () => {
    expect(limits(stackOf(MANY_FEEDS - 1))).toEqual({ feeds: undefined, items: undefined, hits: 5 });
  });
});

describe('retries are limited', () => {
  it('by a queue', () => {
    for (const { Properties } of Object.values(
      stack.template.findResources('AWS::Lambda::EventSourceMapping'),
    )) {
      const queueId = text(Properties.EventSourceArn).slice(4, -1);
      const { RedrivePolicy } = stack.properties('AWS::SQS::Queue', queueId) as {
        RedrivePolicy?: { maxReceiveCount: number };
      };
      expect(RedrivePolicy?.maxReceiveCount, queueId).toBeLessThanOrEqual(30);
    }
  });

  it('by Lambda, which does not retry invocations without a queue', () => {
    const mapped = Object.values(stack.template.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => text(Properties.FunctionName),
    );
    const retried = new Map(
      Object.values(stack.template.findResources('AWS::Lambda::EventInvokeConfig')).map(({ Properties }) => [
        text(Properties.FunctionName),
        Properties.MaximumRetryAttempts,
      ]),
    );
    for (const id of Object.keys(stack.template.findResources('AWS::Lambda::Function'))) {
      if (mapped.includes(`ref(${id})`)) continue;
      expect(retried.get(`ref(${id})`), id).toBe(0);
    }
  });
});

it('no log is kept for ever', () => {
  const groups = Object.entries(stack.template.findResources('AWS::Logs::LogGroup'));
  expect(groups).toHaveLength(Object.keys(stack.template.findResources('AWS::Lambda::Function')).length);
  for (const [id, { Properties }] of groups) expect(Properties.RetentionInDays, id).toBe(30);
});

it('every function has a time limit and memory of its own', () => {
  for (const [id, { Properties }] of Object.entries(stack.template.findResources('AWS::Lambda::Function'))) {
    expect(Properties.Timeout, id).toBeLessThanOrEqual(900);
    expect(Properties.MemorySize, id).toBeLessThanOrEqual(512);
  }
});
