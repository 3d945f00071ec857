import type { Clock } from '../../../functions/shared/model.ts';
import { DEFAULT_CONFIG_FILE, DEFAULT_DATA_FOLDER } from '../../shared/defaults.ts';
import type { CheckContext } from '../check-context.ts';

/** The input of the checks of one machine. */
export interface MachineContext {
  /** The data folder of `start`. */
  readonly data: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly progress: CheckContext['progress'];
  /** Port of the page; the default of `start` without it. */
  readonly port?: number;
}

/** Returns the command that runs `start` with this folder and file. */
export function startCommand({ data, configFile }: Pick<MachineContext, 'data' | 'configFile'>): string {
  const options = [
    ...(data === DEFAULT_DATA_FOLDER ? [] : [`--data ${data}`]),
    ...(configFile === DEFAULT_CONFIG_FILE ? [] : [`--config ${configFile}`]),
  ];
  return options.length === 0 ? 'npm start' : `npm start -- ${options.join(' ')}`;
}
