import { QUEUES, type QueueName, queuePhysicalName, queues } from '../../../functions/shared/pipeline.ts';
import { count } from '../../../functions/shared/text/count.ts';
import type { OpenDataFolder } from '../../../local/data-folder/open-data-folder.ts';
import { messagesIn, readQueue } from '../../deployed/read-queue.ts';
import { DEAD_MEANING } from '../check-queues.ts';
import { type CheckResult, checkEach, ok } from '../check-result.ts';

/**
 * Checks the queues of this machine. Does not receive any message, since a receive would hide the message for a while and
 * count as a try.
 */
export async function localQueueResults({
  sqs,
}: Pick<OpenDataFolder, 'sqs'>): Promise<readonly CheckResult[]> {
  if (!sqs) return [];
  const { values, failures } = await checkEach(
    'queues',
    'the queues',
    QUEUES,
    (queue) => queue,
    async (queue) => {
      const depth = async (name: string) =>
        messagesIn(await readQueue(sqs, queuePhysicalName(name, queues[queue]), 'local'));
      return { queue, waiting: await depth(queue), dead: await depth(`${queue}-dead`) };
    },
  );
  const waiting = values.filter((one) => one.waiting > 0);
  const seen =
    waiting.length === 0
      ? 'no messages are waiting'
      : waiting
          .map((one) => `${one.queue}: ${count(one.waiting, 'message is', 'messages are')} waiting`)
          .join('; ');
  return [
    ...(values.length > 0 ? [ok('queues', seen)] : []),
    ...values.filter(({ dead }) => dead > 0).map(deadLettersResult),
    ...failures,
  ];
}

function deadLettersResult({
  queue,
  dead,
}: {
  readonly queue: QueueName;
  readonly dead: number;
}): CheckResult {
  return {
    level: 'problem',
    check: 'queues',
    code: 'dead-letters',
    about: queue,
    seen: `the ${queue} queue has ${count(dead, 'dead letter')}`,
    means: `${DEAD_MEANING[queue]}; dead letters stay in the folder`,
    next: 'find the cause in the terminal of `npm start` and report it; there is no command to move them back on one machine',
  };
}
