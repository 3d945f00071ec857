import { printFault, TOPIC_FAULT_NOTE } from '../../config/faults.ts';
import type { LoadedConfig } from '../../config/load.ts';

/** Tells on standard error which topics cannot be watched for; the others are. */
export function printBrokenTopics({ topicFaults }: Pick<LoadedConfig, 'topicFaults'>): void {
  for (const fault of topicFaults) console.error(printFault(fault));
  if (topicFaults.length > 0) console.error(`note: ${TOPIC_FAULT_NOTE}`);
}
