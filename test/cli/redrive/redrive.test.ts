import { beforeEach, describe, expect, it } from 'vitest';
import { QUEUES } from '../../../functions/shared/pipeline.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';

const deployed = deployment();
const redrive = (args: readonly string[], interrupt?: Parameters<typeof runCli>[2]) =>
  runCli(['redrive', ...args], deployed.env(), interrupt);

beforeEach(async () => {
  deployed.tasks.clear();
  deployed.facts.ages = {};
  for (const one of [deployed.sqs, deployed.cloudWatch]) one.denied.clear();
  for (const queue of QUEUES) {
    for (const dead of [true, false]) await deployed.take(queue, dead);
  }
});

describe('news-alerts redrive', () => {
  it('only counts the messages with --dry-run', async () => {
    await deployed.send('items', true, 'a', 'b');
    deployed.facts.ages = { 'NewsAlerts-items-dead': 7_300 };
    const { stdout, code } = await redrive(['--dry-run']);
    expect(stdout.trim().split('\n')).toEqual([
      'feeds: no dead letters in NewsAlerts-feeds-dead',
      'items: 2 dead letters in NewsAlerts-items-dead, the oldest there for 2 h: new items that were not matched',
      'items: would move back to NewsAlerts-items',
      'hits: no dead letters in NewsAlerts-hits-dead.fifo',
    ]);
    expect(code).toBe(0);
    expect(deployed.tasks.size).toBe(0);
    expect(await deployed.depth('items', true)).toBe(2);
  });

  it('prints JSON alone on standard output with --json', async () => {
    await deployed.send('items', true, 'a', 'b');
    const none = { deadLetters: 0, hidden: 0, oldestSeconds: null, outcome: null, moved: 0, error: null };
    const counted = await redrive(['--dry-run', '--json']);
    expect(JSON.parse(counted.stdout)).toEqual({
      stack: 'NewsAlerts',
      dryRun: true,
      queues: [
        { queue: 'feeds', ...none },
        { queue: 'items', ...none, deadLetters: 2 },
        { queue: 'hits', ...none },
      ],
    });
    const { stdout, code } = await redrive(['items', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      stack: 'NewsAlerts',
      dryRun: false,
      queues: [{ queue: 'items', ...none, deadLetters: 2, outcome: 'moved', moved: 2 }],
    });
    expect(code).toBe(0);
    await deployed.take('items', false);
  });

  it('lets SQS move the messages back, and waits for the end', async () => {
    await deployed.send('items', true, 'a', 'b');
    const { stdout, code } = await redrive(['items']);
    expect(stdout).toContain('items: moved 2 messages to NewsAlerts-items');
    expect(code).toBe(0);
    expect(await deployed.depth('items', true)).toBe(0);
    expect(await deployed.take('items', false)).toEqual(['a', 'b']);
  });

  it('cancels the move on Ctrl-C, and reports how many messages were moved', async () => {
    await deployed.send('hits', true, ...'12345678');
    const { stdout, code } = await redrive(['hits'], (stderr, interrupt) => {
      if (stderr.includes('(press Ctrl-C to stop)')) interrupt();
    });
    expect(stdout).toMatch(
      /hits: cancelled; moved \d messages? to NewsAlerts-hits\.fifo, the others are still in/,
    );
    expect(code).toBe(130);
    expect([...deployed.tasks.values()][0]?.[0]?.Status).toBe('CANCELLED');
    expect((await deployed.depth('hits', true)) + (await deployed.depth('hits', false))).toBe(8);
  });

  it('continues with the other queues when one fails, and says what to do', async () => {
    await deployed.send('items', true, 'a');
    await deployed.send('feeds', true, 'f');
    deployed.sqs.denied.add('StartMessageMoveTask');
    const { stdout, stderr, code } = await redrive([]);
    expect(stderr).toMatch(
      /^items: expected an answer from SQS about NewsAlerts-items-dead, got AccessDenied: .*; give your user or role the permissions sqs:StartMessageMoveTask/m,
    );
    expect(stderr).toMatch(/^feeds: expected an answer from SQS/m);
    expect(stdout).toContain('hits: no dead letters');
    expect(await deployed.depth('items', true)).toBe(1);
    expect(code).toBe(1);
  });

  /** Adds a move of nine dead hits that somebody else started. Returns the ARN of their queue. */
  function theirMove(more: { readonly failsAt?: number } = {}): string {
    const arn = 'arn:aws:sqs:us-east-1:000000000000:NewsAlerts-hits-dead.fifo';
    deployed.tasks.set(arn, [
      {
        TaskHandle: 'theirs',
        StartedTimestamp: 1,
        Status: 'RUNNING',
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: 9,
        ...more,
      },
    ]);
    return arn;
  }

  it('waits for a move that somebody else started, and reports when SQS gives up', async () => {
    await deployed.send('hits', true, ...'123456789');
    const arn = theirMove({ failsAt: 2 });
    const { stderr, code } = await redrive(['hits']);
    expect(deployed.tasks.get(arn)).toHaveLength(1);
    expect(stderr).toMatch(
      /hits: expected SQS to move all messages, but it gave up \(CouldNotDetermineMessageSource\)/,
    );
    expect(code).toBe(1);
  });

  it('does not cancel a move that somebody else started when interrupted', async () => {
    await deployed.send('hits', true, ...'123456789');
    const arn = theirMove();
    const { stdout, code } = await redrive(['hits'], (stderr, interrupt) => {
      if (stderr.includes('(press Ctrl-C')) interrupt();
    });
    expect(stdout).toMatch(/so far; somebody else started this move, and it continues/);
    expect(code).toBe(130);
    expect(deployed.tasks.get(arn)?.[0]?.Status).toBe('RUNNING');
  });

  it.each(['items', 'hits'] as const)(
    'moves %s itself when the server has no move tasks, like the embedded one',
    async (queue) => {
      await deployed.send(queue, true, ...'abcdefghijkl');
      const env = { ...deployed.env(), AWS_ENDPOINT_URL_SQS: process.env.AWS_ENDPOINT_URL_SQS ?? '' };
      const { stdout, code } = await runCli(['redrive', queue], env);
      expect(stdout).toContain(`${queue}: moved 12 messages to NewsAlerts-${queue}`);
      expect(code).toBe(0);
      expect(await deployed.depth(queue, true)).toBe(0);
      expect((await deployed.take(queue, false)).join('')).toBe('abcdefghijkl');
    },
  );

  it('works without the age of messages', async () => {
    deployed.cloudWatch.denied.add('GetMetricData');
    await deployed.send('feeds', true, 'f');
    const { stdout, code } = await redrive(['feeds', '--dry-run']);
    expect(stdout).toContain('feeds: 1 dead letter in NewsAlerts-feeds-dead, of unknown age: polls of feeds');
    expect(code).toBe(0);
  });

  it('names a queue that does not exist, and says what to check', async () => {
    const { stderr, code } = await redrive(['feeds', '--stack', 'Other']);
    expect(stderr).toMatch(
      /expected the queue Other-feeds(-dead)? in us-east-1, got none; check the stack's name/,
    );
    expect(code).toBe(1);
  });

  it('says if there is no chat queue, when it is asked for that alone', async () => {
    const { stderr, code } = await redrive(['chat']);
    expect(stderr).toMatch(/expected the queue NewsAlerts-chat(-dead)? in us-east-1, got none/);
    expect(code).toBe(1);
  });

  it('moves alerts for chat services back, which the function has put among the dead letters itself', async () => {
    await deployed.createChatQueues();
    await deployed.send('chat', true, 'a');
    const { stdout, code } = await redrive([]);
    expect(stdout).toMatch(
      /chat: 1 dead letter in NewsAlerts-chat-dead, .*: alerts that did not reach all recipients/,
    );
    expect(stdout).toContain('chat: moved 1 message to NewsAlerts-chat');
    expect(code).toBe(0);
    expect(await deployed.take('chat', false)).toEqual(['a']);
  });

  it('refuses a queue that the pipeline does not have', async () => {
    const { stderr, code } = await redrive(['letters']);
    expect(stderr).toContain('Allowed choices are feeds, items, hits, chat, mail, all');
    expect(code).toBe(2);
  });

  it.each([
    [{}, 'expected an AWS region, got none; set AWS_REGION'],
    [{ AWS_REGION: 'us-east-1' }, 'expected AWS credentials, got none'],
  ])('says what to set without a region or credentials: %o', async (env, message) => {
    const { stderr, code } = await runCli(['redrive'], { AWS_EC2_METADATA_DISABLED: 'true', ...env });
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
