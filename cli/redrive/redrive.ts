import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { DEPLOYED_QUEUES, type DeployedQueueName, isDelivery } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type AwsClients, awsClients } from '../deployed/aws-clients.ts';
import { NoSuchQueue } from '../deployed/read-queue.ts';
import { interruptible } from '../shared/interrupt.ts';
import { printJson } from '../shared/print-json.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import type { MoveOutcome } from './move-outcome.ts';
import { type DeadMessages, describeDeadMessages, readDeadMessages, redriveQueue } from './redrive-queue.ts';

export interface RedriveOptions {
  readonly queue: DeployedQueueName | 'all';
  readonly stack: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Runs `redrive`: moves dead letters back to the queue they came from. After a failure, continues with the next queue. */
export async function redrive(options: RedriveOptions): Promise<void> {
  await interruptible((interrupted) => redriveQueues(options, interrupted));
}

async function redriveQueues(
  { queue, stack, dryRun, json }: RedriveOptions,
  interrupted: AbortSignal,
): Promise<void> {
  // The clients do not get this signal, because cancelling a move takes further calls.
  const clients = await awsClients();
  const print = json ? () => undefined : console.log;
  const results: QueueResult[] = [];
  for (const name of queue === 'all' ? DEPLOYED_QUEUES : [queue]) {
    if (interrupted.aborted) break;
    try {
      const dead = await readDeadMessages(clients, stack, name, Date.now());
      print(describeDeadMessages(dead));
      const isMoved = dead.dead.waiting > 0 && !dryRun;
      if (dead.dead.waiting > 0 && dryRun) print(`${name}: would move back to ${dead.live.name}`);
      const outcome = isMoved ? await move(clients, dead, interrupted, print) : undefined;
      results.push({ queue: name, dead, ...(outcome ? { outcome } : {}) });
    } catch (error) {
      if (!(error instanceof NewsAlertsError)) throw error;
      // Only some stacks have these queues.
      if (queue === 'all' && isDelivery(name) && error instanceof NoSuchQueue) continue;
      console.error(`${name}: ${error.message}`);
      results.push({ queue: name, error: error.message });
    }
  }
  if (json) printJson({ stack, dryRun, queues: results.map(queueJson) });
  const isFailed = ({ outcome, error }: QueueResult) =>
    error !== undefined || (outcome !== undefined && outcome.kind !== 'moved');
  if (interrupted.aborted) process.exitCode = 130;
  else if (results.some(isFailed)) process.exitCode = 1;
}

interface QueueResult {
  readonly queue: DeployedQueueName;
  /** Undefined if the queue could not be read. */
  readonly dead?: DeadMessages;
  /** Undefined if nothing was moved. */
  readonly outcome?: MoveOutcome;
  readonly error?: string;
}

function queueJson({ queue, dead, outcome, error }: QueueResult) {
  return {
    queue,
    deadLetters: dead?.dead.waiting ?? null,
    hidden: dead ? dead.dead.inFlight + dead.dead.delayed : null,
    oldestSeconds: dead?.oldest === undefined ? null : Math.round(dead.oldest / 1000),
    outcome: outcome?.kind ?? null,
    moved: outcome?.moved ?? 0,
    error: error ?? (outcome?.kind === 'failed' ? outcome.reason : null),
  };
}

/** Moves the messages and prints the outcome. */
async function move(
  clients: AwsClients,
  dead: DeadMessages,
  interrupted: AbortSignal,
  print: (line: string) => void,
): Promise<MoveOutcome> {
  const { queue } = dead;
  const report = throttleProgress(console.error);
  const outcome = await redriveQueue(clients, dead, interrupted, (moved, of) =>
    report(`${queue}: moved ${moved}${of === undefined ? '' : ` of ${of}`} (press Ctrl-C to stop)`),
  );
  const line = `${queue}: ${describeOutcome(outcome, dead)}`;
  if (outcome.kind === 'failed') console.error(line);
  else print(line);
  return outcome;
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
