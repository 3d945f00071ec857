import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { QUEUES, type QueueName } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type AwsClients, awsClients } from '../deployed/aws-clients.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import type { MoveOutcome } from './move-outcome.ts';
import { type DeadMessages, describeDeadMessages, readDeadMessages, redriveQueue } from './redrive-queue.ts';

export interface RedriveOptions {
  readonly queue: QueueName | 'all';
  readonly stack: string;
  readonly dryRun: boolean;
}

/** Runs `redrive`: moves dead letters back to the queue they came from. After a failure, continues with the next queue. */
export async function redrive({ queue, stack, dryRun }: RedriveOptions): Promise<void> {
  // The clients do not get this signal, because cancelling a move takes further calls.
  const interrupted = interruptSignal();
  const clients = await awsClients();
  let failed = false;
  for (const name of queue === 'all' ? QUEUES : [queue]) {
    if (interrupted.aborted) break;
    try {
      const dead = await readDeadMessages(clients, stack, name, Date.now());
      console.log(describeDeadMessages(dead));
      if (dead.dead.waiting === 0) continue;
      if (dryRun) console.log(`${name}: would move back to ${dead.live.name}`);
      else if (!(await move(clients, dead, interrupted))) failed = true;
    } catch (error) {
      if (!(error instanceof NewsAlertsError)) throw error;
      console.error(`${name}: ${error.message}`);
      failed = true;
    }
  }
  if (interrupted.aborted) process.exitCode = 130;
  else if (failed) process.exitCode = 1;
}

/** Moves the messages and prints the outcome. Returns false when the move failed, or somebody else cancelled it. */
async function move(clients: AwsClients, dead: DeadMessages, interrupted: AbortSignal): Promise<boolean> {
  const { queue } = dead;
  const report = throttleProgress(console.error);
  const outcome = await redriveQueue(clients, dead, interrupted, (moved, of) =>
    report(`${queue}: moved ${moved}${of === undefined ? '' : ` of ${of}`} (press Ctrl-C to stop)`),
  );
  const line = `${queue}: ${describeOutcome(outcome, dead)}`;
  if (outcome.kind === 'failed') console.error(line);
  else console.log(line);
  return outcome.kind === 'moved' || interrupted.aborted;
}

function describeOutcome(outcome: MoveOutcome, { dead, live }: DeadMessages): string {
  const moved = `moved ${count(outcome.moved, 'message')} to ${live.name}`;
  switch (outcome.kind) {
    case 'moved':
      return moved;
    case 'cancelled':
      return `cancelled; ${moved}, the others are still in ${dead.name}`;
    case 'left':
      return `${moved} so far; somebody else started this move, and it continues`;
    case 'failed':
      return `expected SQS to move all messages, but it gave up (${outcome.reason}); ${moved}, the others are still in ${dead.name}. Run the command again`;
  }
}
