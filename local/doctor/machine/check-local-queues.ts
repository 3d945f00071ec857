import { QUEUES, type QueueName, queuePhysicalName, queues } from '../../../functions/shared/pipeline.ts';
import { count } from '../../../functions/shared/text/count.ts';
import { readQueue } from '../../deployed-queues.ts';
import type { OpenFolder } from '../../open-folder.ts';
import { DEAD_MEANS } from '../check-queues.ts';
import { type Finding, forEach, ok } from '../finding.ts';

/** Looks without receiving: a receive would hide the messages for a while, and count. */
export async function localQueueFindings({ sqs }: Pick<OpenFolder, 'sqs'>): Promise<readonly Finding[]> {
  if (!sqs) return [];
  const { results, findings } = await forEach(
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
    ...results.filter(({ dead }) => dead > 0).map(deadFinding),
    ...findings,
  ];
}

function deadFinding({ queue, dead }: { readonly queue: QueueName; readonly dead: number }): Finding {
  return {
    level: 'problem',
    check: 'queues',
    code: 'dead-letters',
    about: queue,
    seen: `${count(dead, 'dead message')} of the ${queue} queue`,
    means: `${DEAD_MEANS[queue]}; they stay in the folder`,
    next: 'see why in the terminal of `npm start`, and report it: on one machine they are not moved back',
  };
}
