import { type DeployedQueueName, isDelivery } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { messagesIn, NoSuchQueue, oldestMessageAges, readQueue } from '../deployed/read-queue.ts';
import { deployedQueues, queueNames } from '../deployed/resource-names.ts';
import { type CheckContextWithoutFile, deployCommand, stackOption } from './check-context.ts';
import { type CheckResult, checkEach, couldNotCheck, ok } from './check-result.ts';

/** The effect of dead letters on the alerts, by queue. */
export const DEAD_MEANING: Readonly<Record<DeployedQueueName, string>> = {
  feeds:
    'polls of feeds failed too often; each feed was polled again at its next interval, so nothing is lost',
  items: 'new items were not matched, so alerts about them are missing',
  hits: 'matches were found but not sent, so these alerts are missing',
  chat: 'alerts did not reach some of their recipients at chat services',
  mail: 'alerts did not reach some of their readers by email',
};

const LATE_MEANING: Readonly<Record<DeployedQueueName, string>> = {
  feeds: 'feeds are polled late',
  items: 'items are matched late',
  hits: 'alerts are sent late',
  chat: 'alerts reach chat services late',
  mail: 'alerts reach readers of emails late',
};

const LATE_CAUSE = 'the function behind the queue fails, is throttled, or has more work than it can do';
const LATE_DELIVERY_CAUSE =
  'a service does not accept messages (see the findings about it), or the function behind the queue fails or is throttled';

/** A message of this age has failed at least once. */
const LATE_MS = 15 * 60_000;
/** A message of this age has used up most of its tries. */
const STUCK_MS = 60 * 60_000;
/**
 * When the age of messages is unknown, this many count as late. A large configuration may leave fewer in a queue for some
 * minutes.
 */
const MIN_BACKLOG = 1_000;

export interface QueueFacts {
  readonly queue: DeployedQueueName;
  /** Physical name. */
  readonly name: string;
  readonly dead: boolean;
  /** Messages in any state; undefined when there is no such queue. */
  readonly messages: number | undefined;
  /** Age of the oldest message, ms, if known. */
  readonly oldest: number | undefined;
}

export function queueResult(facts: QueueFacts, system: string, deploy: string): CheckResult {
  const { queue, name, messages, oldest } = facts;
  if (messages === undefined) {
    return {
      level: 'problem',
      check: 'queues',
      code: 'queue-missing',
      about: name,
      seen: `there is no queue ${name}`,
      means:
        'the queue was deleted, or the stack is not a news-alerts stack; the stage behind it cannot work',
      next: `if it was deleted, create it again: ${deploy} --revert-drift`,
    };
  }
  return facts.dead
    ? deadQueueResult(facts, messages, system)
    : liveQueueResult(queue, name, messages, oldest);
}

function deadQueueResult({ queue, name, oldest }: QueueFacts, messages: number, system: string): CheckResult {
  if (messages === 0) return ok('queues', `${name}: empty`);
  const age = oldest === undefined ? '' : `, the oldest for ${formatDuration(oldest)}`;
  return {
    level: 'problem',
    check: 'queues',
    code: 'dead-letters',
    about: name,
    seen: `${name} has ${count(messages, 'dead letter')}${age}`,
    means: `${DEAD_MEANING[queue]}; SQS deletes dead letters after 14 days`,
    next: `find the cause in the function's log, fix it, then run: npx news-alerts redrive ${queue}${stackOption(system)}`,
  };
}

function liveQueueResult(
  queue: DeployedQueueName,
  name: string,
  messages: number,
  oldest: number | undefined,
): CheckResult {
  const isLate = messages > 0 && (oldest === undefined ? messages >= MIN_BACKLOG : oldest >= LATE_MS);
  const age = messages > 0 && oldest !== undefined ? `, the oldest for ${formatDuration(oldest)}` : '';
  const seen = messages === 0 ? `${name}: empty` : `${name}: ${count(messages, 'message')}${age}`;
  if (!isLate) return ok('queues', seen);
  const isStuck = oldest !== undefined && oldest >= STUCK_MS;
  return {
    level: isStuck ? 'problem' : 'warning',
    check: 'queues',
    code: 'queue-late',
    about: name,
    seen,
    means: `${LATE_MEANING[queue]}: ${isDelivery(queue) ? LATE_DELIVERY_CAUSE : LATE_CAUSE}`,
    next: "read the function's log and the stack's alarms; messages that fail too often go to the dead-letter queue and can be moved back",
  };
}

export const checkQueues = {
  name: 'queues',
  what: 'the queues',
  needsFile: false,
  async run(context: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const { clients, clock } = context;
    const wanted = deployedQueues(context.stack?.outputs ?? {}).flatMap((queue) => {
      const { live, dead } = queueNames(context.name, queue);
      return [
        { queue, name: live, dead: false },
        { queue, name: dead, dead: true },
      ];
    });
    const [ages, { values, failures }] = await Promise.all([
      oldestMessageAges(
        clients.cloudWatch,
        wanted.map(({ name }) => name),
        clock(),
      ).then(
        (known) => ({ known, failures: [] }),
        (error: unknown) => ({
          known: new Map<string, number>(),
          failures: [couldNotCheck('queues', 'the age of messages', error)],
        }),
      ),
      checkEach(
        'queues',
        'the queues',
        wanted,
        ({ name }) => name,
        async (one) => ({ ...one, messages: await countMessages(context, one.name) }),
      ),
    ]);
    return [
      ...ages.failures,
      ...failures,
      ...values.map((one) =>
        queueResult({ ...one, oldest: ages.known.get(one.name) }, context.name, deployCommand(context)),
      ),
    ];
  },
} as const;

async function countMessages(
  { clients }: CheckContextWithoutFile,
  name: string,
): Promise<number | undefined> {
  try {
    return messagesIn(await readQueue(clients.sqs, name, clients.region));
  } catch (error) {
    if (error instanceof NoSuchQueue) return undefined;
    throw error;
  }
}
