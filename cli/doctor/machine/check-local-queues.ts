import { QUEUES, type QueueName, queuePhysicalName, queues } from '../../../functions/shared/pipeline.ts';
import { count } from '../../../functions/shared/text/count.ts';
import type { OpenDataFolder } from '../../../local/data-folder/open-data-folder.ts';
import { readQueue } from '../../deployed/read-queue.ts';
import { DEAD_MEANING } from '../check-queues.ts';
import { type CheckResult, checkEach, ok } from '../check-result.ts';

/** Looks without receiving: a receive would hide the messages for a while, and count. */
export async function localQueueResults({
  sqs,
}: Pick<OpenDataFolder, 'sqs'>): Promise<readonly CheckResult[]> {
  if (!sqs) return [];
  const { results, findings } = await checkEach(
    'queues',
    'the queues',
    QUEUES,
    (queue) => queue,
    async (queue) => {
      const depth = async (name: string) => {
        const { waiting, inFlight, delayed } = await readQueue(
          sqs,
          queuePhysicalName(name, queues[queue]),
          'local',
        );
        return waiting + inFlight + delayed;
      };
      return { queue, waiting: await depth(queue), dead: await depth(`${queue}-dead`) };
    },
  );
  const waiting = results.filter((one) => one.waiting > 0);
  const told =
    waiting.length === 0
      ? 'no message waits'
      : waiting
          .map((one) => `${one.queue}: ${count(one.waiting, 'message waits', 'messages wait')}`)
          .join('; ');
  return [
    ...(results.length > 0 ? [ok('queues', told)] : []),
    ...results.filter(({ dead }) => dead > 0).map(deadLettersResult),
    ...findings,
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
    seen: `${count(dead, 'dead message')} of the ${queue} queue`,
    means: `${DEAD_MEANING[queue]}; they stay in the folder`,
    next: 'see why in the terminal of `npm start`, and report it: on one machine they are not moved back',
  };
}
