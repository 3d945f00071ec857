import { printFault, TOPIC_FAULT_NOTE } from '../../config/faults.ts';
import type { LoadedConfig } from '../../config/load.ts';

/** Prints on standard error which topics have a broken query. Commands go on with the other topics. */
export function printBrokenTopics({ topicFaults }: Pick<LoadedConfig, 'topicFaults'>): void {
  for (const fault of topicFaults) console.error(printFault(fault));
  if (topicFaults.length > 0) console.error(`note: ${TOPIC_FAULT_NOTE}`);
}
