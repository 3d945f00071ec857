import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { processConcurrently, processSequentially } from '../../../../functions/shared/aws/batch.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';

interface Message {
  readonly v: 1;
  readonly n: number;
}

function event(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map(
      (body, n): SQSRecord => ({
        messageId: `message-${n}`,
        receiptHandle: '',
        body,
        attributes: {
          ApproximateReceiveCount: '2',
          SentTimestamp: '0',
          SenderId: '',
          ApproximateFirstReceiveTimestamp: '0',
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: '',
        awsRegion: '',
      }),
    ),
  };
}

const messages = (count: number) => Array.from({ length: count }, (_, n) => JSON.stringify({ v: 1, n }));

function recording() {
  const logged: { level: string; event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const record = (level: string) => (name: string, fields: Readonly<Record<string, unknown>>) =>
    void logged.push({ level, event: name, fields });
  return {
    logged,
    log: { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') },
  };
}

const failed = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((n) => ({ itemIdentifier: `message-${n}` })),
});

const sequentially: typeof processConcurrently = (event, log, kind, work) =>
  processSequentially(
    event,
    log,
    () => kind,
    (message) => JSON.stringify(message),
    work,
  );

describe.each([
  ['processConcurrently', processConcurrently],
  ['processSequentially', sequentially],
])('%s', (_name, run) => {
  it('processes every record, and returns only the failed ones', async () => {
    const { log, logged } = recording();
    const done: number[] = [];
    const result = await run<Message>(event(...messages(5)), log, 'feed', async ({ n }) => {
      if (n === 1 || n === 3) throw new Error(`no ${n}`);
      done.push(n);
    });
    expect(result).toEqual(failed(1, 3));
    expect(done.toSorted()).toEqual([0, 2, 4]);
    expect(logged).toEqual(
      [1, 3].map((n) => ({
        level: 'error',
        event: 'message-failed',
        fields: {
          messageId: `message-${n}`,
          receives: '2',
          error: expect.stringContaining(`Error: no ${n}\n`),
        },
      })),
    );
  });

  it('returns none when all succeed, or when there are no records', async () => {
    const { log, logged } = recording();
    expect(await run(event(...messages(2)), log, 'feed', () => Promise.resolve())).toEqual(failed());
    expect(await run(event(), log, 'feed', () => Promise.reject(new Error('never called')))).toEqual(
      failed(),
    );
    expect(logged).toEqual([]);
  });

  it('returns a record to be retried later, and logs no error', async () => {
    const { log, logged } = recording();
    const work = () => Promise.reject(new RetryLater('busy'));
    expect(await run(event(...messages(1)), log, 'feed', work)).toEqual(failed(0));
    expect(logged).toEqual([
      {
        level: 'info',
        event: 'retry-later',
        fields: { messageId: 'message-0', receives: '2', reason: 'busy' },
      },
    ]);
  });

  it.each(['', 'not JSON', 'null', '5', '[]', '{}', '{"v":3}', '{"v":null}'])(
    'returns the invalid message %j, and processes the rest',
    async (body) => {
      const { log, logged } = recording();
      const done: unknown[] = [];
      const result = await run<Message>(event(body, ...messages(1)), log, 'feed', async (message) => {
        done.push(message);
      });
      expect(result).toEqual(failed(0));
      expect(done).toEqual([{ v: 1, n: 0 }]);
      expect(logged).toMatchObject([{ level: 'error', event: 'message-failed' }]);
    },
  );

  it('handles work that throws synchronously, or rejects with a string', async () => {
    const { log } = recording();
    const work = ({ n }: Message): Promise<void> => {
      if (n === 0) throw new Error('at once');
      return Promise.reject('a text');
    };
    expect(await run<Message>(event(...messages(2)), log, 'feed', work)).toEqual(failed(0, 1));
  });
});

it('processConcurrently runs all records at once, processSequentially one at a time', async () => {
  const { log } = recording();
  const measure = async (run: typeof processConcurrently) => {
    let [running, highest] = [0, 0];
    const order: number[] = [];
    await run<Message>(event(...messages(4)), log, 'feed', async ({ n }) => {
      running++;
      highest = Math.max(highest, running);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(n);
      running--;
      if (n === 1) throw new Error('one fails');
    });
    return { highest, order };
  };
  expect(await measure(processConcurrently)).toEqual({ highest: 4, order: [0, 1, 2, 3] });
  expect(await measure(sequentially)).toEqual({ highest: 1, order: [0, 1, 2, 3] });
});

it('returns the later records with the subject of a failed one, unprocessed', async () => {
  const { log } = recording();
  const seen: number[] = [];
  const parityOf = ({ n }: Message) => (n % 2 === 1 ? 'odd' : 'even');
  const result = await processSequentially<Message>(
    event(...messages(6)),
    log,
    () => 'feed',
    parityOf,
    async ({ n }) => {
      seen.push(n);
      if (n === 1) throw new Error('one fails');
    },
  );
  expect(result).toEqual(failed(1, 3, 5));
  expect(seen).toEqual([0, 1, 2, 4]);
});

it.each([
  ['feed', [1]],
  ['items', [1, 2]],
  ['burst', [2]],
] as const)('accepts %s of the versions %j alone', async (kind, accepted) => {
  const { log, logged } = recording();
  const done: unknown[] = [];
  const bodies = [0, 1, 2, 3, '1'].map((v) => JSON.stringify({ v }));
  await processConcurrently<{ v: unknown }>(event(...bodies), log, kind, async ({ v }) => {
    done.push(v);
  });
  expect(done).toEqual(accepted);
  expect(String(logged[0]?.fields.error)).toContain(
    `expected ${kind} of version ${accepted.join(' or ')}, got 0`,
  );
});

it('refuses a message of an unknown kind', async () => {
  const { log, logged } = recording();
  const kindOf = ({ kind }: { kind: 'hit' }) => kind;
  const subjectOf = () => '';
  const done = () => Promise.resolve();
  const result = await processSequentially(event('{"v":1,"kind":"toString"}'), log, kindOf, subjectOf, done);
  expect(result).toEqual(failed(0));
  expect(String(logged[0]?.fields.error)).toContain('digest, notice, got toString');
});
