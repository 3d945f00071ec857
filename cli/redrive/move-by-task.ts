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
  /** ARN of the queue that the messages came from. SQS does not know it for messages that a function has put there itself. */
  readonly liveArn: string;
  /** Cancels the move when aborted. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Pause between two looks at a task. Short at first, since a small number of messages moves in an instant. */
const MIN_WAIT_MS = 250;
const MAX_WAIT_MS = 2_000;
/** SQS lists a started task within this time. */
const MAX_LISTING_DELAY_MS = 30_000;

const ENDED = /^(COMPLETED|CANCELLED|FAILED)$/;

/**
 * Lets SQS move the messages back to the queue they came from, and waits for the end. Waits for a move that is already
 * under way instead of starting one, since SQS runs one at a time for a queue.
 * @throws the SDK's errors; NewsAlertsError when SQS does not list the move
 */
export async function moveByTask(options: MoveByTaskOptions): Promise<MoveOutcome> {
  const { sqs, deadArn, liveArn, signal, onProgress } = options;
  const before = await latestTask(sqs, deadArn);
  const isRunning = before !== undefined && !ENDED.test(before.Status ?? '');
  const handle = isRunning ? undefined : await start(sqs, deadArn, liveArn);
  const startedAt = Date.now();
  let cancelling = false;
  let lastMoved = 0;
  for (let wait = MIN_WAIT_MS; ; wait = Math.min(2 * wait, MAX_WAIT_MS)) {
    const task = await latestTask(sqs, deadArn);
    const listed = task !== undefined && (isRunning || task.StartedTimestamp !== before?.StartedTimestamp);
    if (listed) {
      const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
      onProgress(moved, task.ApproximateNumberOfMessagesToMove);
      if (task.Status === 'COMPLETED') return { kind: 'moved', moved };
      if (task.Status === 'CANCELLED') return { kind: 'cancelled', moved };
      if (task.Status === 'FAILED') {
        return { kind: 'failed', moved, reason: task.FailureReason ?? 'SQS gives no reason' };
      }
      lastMoved = moved;
    } else if (Date.now() - startedAt > MAX_LISTING_DELAY_MS) {
      throw new NewsAlertsError(
        `expected SQS to list the move that it started from ${deadArn}, got nothing in ${MAX_LISTING_DELAY_MS / 1000} s; ` +
          'see the SQS console (Dead-letter queue redrive tasks)',
      );
    }
    if (signal.aborted && handle === undefined) return { kind: 'left', moved: lastMoved };
    if (signal.aborted && handle !== undefined && !cancelling) {
      cancelling = true;
      await cancel(sqs, handle);
    } else {
      // While cancelling, the signal is already aborted and would cut every pause short.
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

async function start(sqs: SQSClient, SourceArn: string, DestinationArn: string): Promise<string> {
  const { TaskHandle = '' } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  return TaskHandle;
}

async function cancel(sqs: SQSClient, TaskHandle: string): Promise<void> {
  try {
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  } catch (error) {
    // The task has ended by now; the next look shows how.
    if (!(error instanceof Error) || !/ResourceNotFound|UnsupportedOperation/.test(error.name)) throw error;
  }
}
