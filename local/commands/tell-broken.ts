import { BROKEN, printFault } from '../../functions/shared/config/faults.ts';
import type { LoadedConfig } from '../../functions/shared/config/load.ts';

/** Tells on standard error which topics cannot be watched for; the others are. */
export function tellBroken({ broken }: Pick<LoadedConfig, 'broken'>): void {
  for (const fault of broken) console.error(printFault(fault));
  if (broken.length > 0) console.error(`note: ${BROKEN}`);
}
