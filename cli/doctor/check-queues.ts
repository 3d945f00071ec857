import { QUEUES, type QueueName } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { NoSuchQueue, oldestMessageAges, readQueue } from '../deployed/read-queue.ts';
import { queueNames } from '../deployed/resource-names.ts';
import { type CheckContextWithoutFile, deployCommand, stackOption } from './check-context.ts';
import { type CheckResult, checkEach, couldNotCheck, ok } from './check-result.ts';

/** What dead messages of a queue mean for those who wait for alerts. */
export const DEAD_MEANING: Readonly<Record<QueueName, string>> = {
  feeds:
    'polls of feeds died on the way; each feed was polled again at its next turn, so nothing is lost by it',
  items: 'items were found in feeds and not matched: alerts about them are missing',
  hits: 'matches were found and not told: these alerts are missing',
};

const LATE_MEANING: Readonly<Record<QueueName, string>> = {
  feeds: 'feeds are polled late',
  items: 'items are matched late',
  hits: 'alerts are sent late',
};

/** A message that waits this long has not been worked on at the first try, ms. */
const LATE_MS = 15 * 60_000;
/** By then most of the tries are used up, ms. */
const STUCK_MS = 60 * 60_000;
/** What a large configuration may leave in a queue for some minutes; it counts where no age is known. */
const MIN_BACKLOG = 1_000;

export interface QueueFacts {
  readonly queue: QueueName;
  /** Physical name. */
  readonly name: string;
  readonly dead: boolean;
  /** Messages in any state; undefined when there is no such queue. */
  readonly messages: number | undefined;
  /** Age of the oldest message, ms, where it is known. */
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
      means: 'it was deleted, or the stack is not one of news-alerts; its stage cannot work',
      next: `see what CloudFormation says of it, and deploy: ${deploy}`,
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
    seen: `${name} holds ${count(messages, 'dead message')}${age}`,
    means: `${DEAD_MEANING[queue]}; SQS deletes dead messages after 14 days`,
    next: `find the cause in the function's log, mend it, then: npx news-alerts redrive ${queue}${stackOption(system)}`,
  };
}

function liveQueueResult(
  queue: QueueName,
  name: string,
  messages: number,
  oldest: number | undefined,
): CheckResult {
  const backlog = messages > 0 && (oldest === undefined ? messages >= MIN_BACKLOG : oldest >= LATE_MS);
  const age = messages > 0 && oldest !== undefined ? `, the oldest for ${formatDuration(oldest)}` : '';
  const seen = messages === 0 ? `${name}: empty` : `${name}: ${count(messages, 'message')}${age}`;
  if (!backlog) return ok('queues', seen);
  const stuck = oldest !== undefined && oldest >= STUCK_MS;
  return {
    level: stuck ? 'problem' : 'warning',
    check: 'queues',
    code: 'queue-late',
    about: name,
    seen,
    means: `${LATE_MEANING[queue]}: the function behind the queue fails, is throttled, or has more work than it can do`,
    next: "read the function's log and the stack's alarms; what failed too often ends in the dead-letter queue and can be moved back",
  };
}

export const checkQueues = {
  name: 'queues',
  what: 'the queues',
  needsFile: false,
  async run(visit: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const { clients, clock } = visit;
    const wanted = QUEUES.flatMap((queue) => {
      const { live, dead } = queueNames(visit.name, queue);
      return [
        { queue, name: live, dead: false },
        { queue, name: dead, dead: true },
      ];
    });
    const [ages, { results, findings }] = await Promise.all([
      oldestMessageAges(
        clients.cloudWatch,
        wanted.map(({ name }) => name),
        clock(),
      ).then(
        (known) => ({ known, findings: [] }),
        (error: unknown) => ({
          known: new Map<string, number>(),
          findings: [couldNotCheck('queues', 'how long messages have been waiting', error)],
        }),
      ),
      checkEach(
        'queues',
        'the queues',
        wanted,
        ({ name }) => name,
        async (one) => ({ ...one, messages: await messagesIn(visit, one.name) }),
      ),
    ]);
    return [
      ...ages.findings,
      ...findings,
      ...results.map((one) =>
        queueResult({ ...one, oldest: ages.known.get(one.name) }, visit.name, deployCommand(visit)),
      ),
    ];
  },
} as const;

async function messagesIn({ clients }: CheckContextWithoutFile, name: string): Promise<number | undefined> {
  try {
    const { waiting, inFlight, delayed } = await readQueue(clients.sqs, name, clients.region);
    return waiting + inFlight + delayed;
  } catch (error) {
    if (error instanceof NoSuchQueue) return undefined;
    throw error;
  }
}
