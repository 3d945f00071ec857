import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { MoveOutcome, OnProgress } from './move-outcome.ts';

export interface MoveByTaskOptions {
  readonly sqs: SQSClient;
  /** ARN of the dead-letter queue. */
  readonly deadArn: string;
  /** Aborted to cancel. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Between two looks at a task, ms: short at first, since few messages are moved at once. */
const MIN_WAIT_MS = 250;
const MAX_WAIT_MS = 2_000;
/** A task that was started is listed by then, ms. */
const MAX_LISTING_DELAY_MS = 30_000;

const ENDED = /^(COMPLETED|CANCELLED|FAILED)$/;

/**
 * Has SQS move the messages back to the queue that they came from, and waits until it has. A move that is under way
 * already is waited for: SQS takes one at a time.
 * @throws the SDK's errors
 */
export async function moveByTask(options: MoveByTaskOptions): Promise<MoveOutcome> {
  const { sqs, deadArn, signal, onProgress } = options;
  const before = await latestTask(sqs, deadArn);
  const theirs = before !== undefined && !ENDED.test(before.Status ?? '');
  const handle = theirs ? undefined : await start(sqs, deadArn);
  const startedAt = Date.now();
  let cancelling = false;
  let seen = 0;
  for (let wait = MIN_WAIT_MS; ; wait = Math.min(2 * wait, MAX_WAIT_MS)) {
    const task = await latestTask(sqs, deadArn);
    const listed = task !== undefined && (theirs || task.StartedTimestamp !== before?.StartedTimestamp);
    if (listed) {
      const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
      onProgress(moved, task.ApproximateNumberOfMessagesToMove);
      if (task.Status === 'COMPLETED') return { kind: 'moved', moved };
      if (task.Status === 'CANCELLED') return { kind: 'cancelled', moved };
      if (task.Status === 'FAILED') {
        return { kind: 'failed', moved, reason: task.FailureReason ?? 'SQS gives no reason' };
      }
      seen = moved;
    } else if (Date.now() - startedAt > MAX_LISTING_DELAY_MS) {
      throw new NewsAlertsError(
        `expected SQS to list the move from ${deadArn} that it has started, got nothing in ${MAX_LISTING_DELAY_MS / 1000} s; ` +
          'see it in the SQS console (Dead-letter queue redrive tasks)',
      );
    }
    if (signal.aborted && handle === undefined) return { kind: 'left', moved: seen };
    if (signal.aborted && handle !== undefined && !cancelling) {
      cancelling = true;
      await cancel(sqs, handle);
    } else {
      // Once it is being cancelled, what is left to do is to see it end.
      await sleep(wait, undefined, cancelling ? {} : { signal }).catch(() => undefined);
    }
  }
}

async function latestTask(
  sqs: SQSClient,
  SourceArn: string,
): Promise<ListMessageMoveTasksResultEntry | undefined> {
  const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
  return Results[0];
}

async function start(sqs: SQSClient, SourceArn: string): Promise<string> {
  const { TaskHandle = '' } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  return TaskHandle;
}

async function cancel(sqs: SQSClient, TaskHandle: string): Promise<void> {
  try {
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  } catch (error) {
    // It has come to its end meanwhile; the next look tells how.
    if (!(error instanceof Error) || !/ResourceNotFound|UnsupportedOperation/.test(error.name)) throw error;
  }
}
