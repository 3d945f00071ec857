import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { QUEUES, type QueueName } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type AwsClients, awsClients } from '../deployed/aws-clients.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import type { MoveOutcome } from './move-outcome.ts';
import { type DeadMessages, describeDeadMessages, readDeadMessages, redriveQueue } from './redrive-queue.ts';

export interface RedriveOptions {
  readonly queue: QueueName | 'all';
  readonly stack: string;
  readonly dryRun: boolean;
}

/** `redrive`: has dead messages moved back to the queue that they came from. What fails for one queue is told, and the others go on. */
export async function redrive({ queue, stack, dryRun }: RedriveOptions): Promise<void> {
  // It cancels a move under way, which itself takes calls: these must not end with it.
  const interrupted = interruptSignal();
  const clients = await awsClients();
  let failed = false;
  for (const name of queue === 'all' ? QUEUES : [queue]) {
    if (interrupted.aborted) break;
    try {
      const dead = await readDeadMessages(clients, stack, name, Date.now());
      console.log(describeDeadMessages(dead));
      if (dead.dead.waiting === 0) continue;
      if (dryRun) console.log(`${name}: would go back to ${dead.live.name}`);
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

const PROGRESS_INTERVAL_MS = 2_000;

/** False when it failed, or was cancelled by somebody else. */
async function move(clients: AwsClients, dead: DeadMessages, interrupted: AbortSignal): Promise<boolean> {
  const { queue } = dead;
  let told = Date.now();
  const outcome = await redriveQueue(clients, dead, interrupted, (moved, of) => {
    if (Date.now() - told < PROGRESS_INTERVAL_MS) return;
    told = Date.now();
    console.error(`${queue}: ${moved}${of === undefined ? '' : ` of ${of}`} moved (Ctrl-C stops it)`);
  });
  const line = `${queue}: ${describeOutcome(outcome, dead)}`;
  if (outcome.kind === 'failed') console.error(line);
  else console.log(line);
  return outcome.kind === 'moved' || interrupted.aborted;
}

function describeOutcome(outcome: MoveOutcome, { dead, live }: DeadMessages): string {
  const moved = `${count(outcome.moved, 'message')} moved to ${live.name}`;
  switch (outcome.kind) {
    case 'moved':
      return moved;
    case 'cancelled':
      return `cancelled; ${moved}, the others are still in ${dead.name}`;
    case 'left':
      return `${moved} so far; this move was started by somebody else and goes on`;
    case 'failed':
      return `expected SQS to move all messages, but it gave up (${outcome.reason}); ${moved}, the others are still in ${dead.name}. Run it again`;
  }
}
