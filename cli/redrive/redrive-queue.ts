import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { QueueName } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { type AwsClients, describeError, isDenied } from '../deployed/aws-clients.ts';
import { type DeployedQueue, oldestMessageAges, readQueue } from '../deployed/read-queue.ts';
import { queueNames } from '../deployed/resource-names.ts';
import { moveByTask } from './move-by-task.ts';
import { moveOneByOne } from './move-one-by-one.ts';
import type { MoveOutcome, OnProgress } from './move-outcome.ts';

/** The dead messages of one queue, and where they go back to. */
export interface DeadMessages {
  readonly queue: QueueName;
  readonly dead: DeployedQueue;
  readonly live: DeployedQueue;
  /** How long the oldest has been dead, ms; undefined where that is not known. */
  readonly oldest: number | undefined;
}

const MESSAGE_KINDS: Readonly<Record<QueueName, string>> = {
  feeds: 'polls of feeds',
  items: 'items found in feeds and not matched',
  hits: 'matches not told, or digests not sent',
};

/** Looks without receiving: a receive would hide the messages for a while, and count. */
export async function readDeadMessages(
  clients: AwsClients,
  stackName: string,
  queue: QueueName,
  now: number,
): Promise<DeadMessages> {
  const names = queueNames(stackName, queue);
  return withExplainedErrors(names.dead, 'sqs:GetQueueUrl and sqs:GetQueueAttributes', async () => {
    const [dead, live, ages] = await Promise.all([
      readQueue(clients.sqs, names.dead, clients.region),
      readQueue(clients.sqs, names.live, clients.region),
      // Good to know, and no reason to leave the messages where they are.
      oldestMessageAges(clients.cloudWatch, [names.dead], now).catch(() => new Map<string, number>()),
    ]);
    return { queue, dead, live, oldest: ages.get(names.dead) };
  });
}

/** "hits: 3 dead messages in NewsAlerts-hits-dead.fifo …", for a person. */
export function describeDeadMessages({ queue, dead, oldest }: DeadMessages): string {
  const hidden = dead.inFlight + dead.delayed;
  const looked =
    hidden > 0
      ? ` (${count(hidden, 'more is', 'more are')} being looked at by somebody, and move only once they are visible again)`
      : '';
  if (dead.waiting === 0) return `${queue}: no dead messages in ${dead.name}${looked}`;
  const age = oldest === undefined ? 'for how long is not known' : `the oldest for ${formatDuration(oldest)}`;
  return `${queue}: ${count(dead.waiting, 'dead message')} in ${dead.name}, ${age}: ${MESSAGE_KINDS[queue]}${looked}`;
}

/** @throws NewsAlertsError when SQS refuses */
export function redriveQueue(
  { sqs }: Pick<AwsClients, 'sqs'>,
  { dead, live }: DeadMessages,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<MoveOutcome> {
  const rights =
    'sqs:StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask, ReceiveMessage and DeleteMessage there, and sqs:SendMessage on the queue itself';
  return withExplainedErrors(dead.name, rights, async () => {
    try {
      return await moveByTask({ sqs, deadArn: dead.arn, signal, onProgress });
    } catch (error) {
      if (!isUnknownAction(error)) throw error;
      const urls = { deadUrl: dead.url, liveUrl: live.url };
      return moveOneByOne({ sqs, ...urls, max: dead.waiting, signal, onProgress });
    }
  });
}

/** What servers other than AWS's own say of actions that they do not have. */
function isUnknownAction(error: unknown): boolean {
  return (
    error instanceof Error && /InvalidAction|UnknownOperation|UnknownAction|NotImplemented/.test(error.name)
  );
}

async function withExplainedErrors<T>(name: string, rights: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NewsAlertsError) throw cause;
    const next = isDenied(cause)
      ? `allow your user or role ${rights}`
      : 'run it again; what was moved stays moved, and the rest is where it was';
    throw new NewsAlertsError(`expected SQS to answer about ${name}, got ${describeError(cause)}; ${next}`, {
      cause,
    });
  }
}
