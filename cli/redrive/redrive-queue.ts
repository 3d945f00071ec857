import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { DeployedQueueName } from '../../functions/shared/pipeline.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { type AwsClients, describeError, isDenied } from '../deployed/aws-clients.ts';
import { type DeployedQueue, oldestMessageAges, readQueue } from '../deployed/read-queue.ts';
import { queueNames } from '../deployed/resource-names.ts';
import { moveByTask } from './move-by-task.ts';
import { moveOneByOne } from './move-one-by-one.ts';
import type { MoveOutcome, OnProgress } from './move-outcome.ts';

/** The dead letters of one queue. `live`: the queue they came from. */
export interface DeadMessages {
  readonly queue: DeployedQueueName;
  readonly dead: DeployedQueue;
  readonly live: DeployedQueue;
  /** Time since the oldest message died, ms; undefined when unknown. */
  readonly oldest: number | undefined;
}

const MESSAGE_KINDS: Readonly<Record<DeployedQueueName, string>> = {
  feeds: 'polls of feeds',
  items: 'new items that were not matched',
  hits: 'matches or digests that were not sent',
  chat: 'alerts that did not reach all recipients at chat services',
  mail: 'alerts that did not reach all readers by email',
};

/**
 * Counts the dead letters of a queue. Does not receive any, since a receive would hide the message for a while and count
 * as a try.
 * @throws NewsAlertsError when SQS refuses
 */
export async function readDeadMessages(
  clients: AwsClients,
  stackName: string,
  queue: DeployedQueueName,
  now: number,
): Promise<DeadMessages> {
  const names = queueNames(stackName, queue);
  return withExplainedErrors(names.dead, 'sqs:GetQueueUrl and sqs:GetQueueAttributes', async () => {
    const [dead, live, ages] = await Promise.all([
      readQueue(clients.sqs, names.dead, clients.region),
      readQueue(clients.sqs, names.live, clients.region),
      // The age is only informative, so do not fail without it.
      oldestMessageAges(clients.cloudWatch, [names.dead], now).catch(() => new Map<string, number>()),
    ]);
    return { queue, dead, live, oldest: ages.get(names.dead) };
  });
}

/** Returns a line such as "hits: 3 dead letters in NewsAlerts-hits-dead.fifo, …". */
export function describeDeadMessages({ queue, dead, oldest }: DeadMessages): string {
  const hidden = dead.inFlight + dead.delayed;
  const hiddenNote =
    hidden > 0
      ? ` (${count(hidden, 'more message is', 'more messages are')} hidden while somebody else reads ${plural(hidden, 'it', 'them')}, and can move only when visible again)`
      : '';
  if (dead.waiting === 0) return `${queue}: no dead letters in ${dead.name}${hiddenNote}`;
  const age = oldest === undefined ? 'of unknown age' : `the oldest there for ${formatDuration(oldest)}`;
  return `${queue}: ${count(dead.waiting, 'dead letter')} in ${dead.name}, ${age}: ${MESSAGE_KINDS[queue]}${hiddenNote}`;
}

/**
 * Moves the dead letters back to their queue: by SQS, or one by one where the server has no move tasks.
 * @throws NewsAlertsError when SQS refuses
 */
export function redriveQueue(
  { sqs }: Pick<AwsClients, 'sqs'>,
  { dead, live }: DeadMessages,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<MoveOutcome> {
  const rights =
    'sqs:StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask, ReceiveMessage and DeleteMessage on that queue, and sqs:SendMessage on the queue that the messages came from';
  return withExplainedErrors(dead.name, rights, async () => {
    try {
      return await moveByTask({ sqs, deadArn: dead.arn, liveArn: live.arn, signal, onProgress });
    } catch (error) {
      if (!isUnknownAction(error)) throw error;
      const urls = { deadUrl: dead.url, liveUrl: live.url };
      return moveOneByOne({ sqs, ...urls, max: dead.waiting, signal, onProgress });
    }
  });
}

/** Returns whether a server other than AWS's own lacks the action. */
function isUnknownAction(error: unknown): boolean {
  return (
    error instanceof Error && /InvalidAction|UnknownOperation|UnknownAction|NotImplemented/.test(error.name)
  );
}

/** Does the work, and turns the SDK's errors into a message that says what to do. */
async function withExplainedErrors<T>(name: string, rights: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NewsAlertsError) throw cause;
    const next = isDenied(cause)
      ? `give your user or role the permissions ${rights}`
      : 'run the command again; messages that were moved stay moved, and the others are still there';
    throw new NewsAlertsError(
      `expected an answer from SQS about ${name}, got ${describeError(cause)}; ${next}`,
      {
        cause,
      },
    );
  }
}
