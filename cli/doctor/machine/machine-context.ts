import type { LoadedConfig } from '../../../config/load.ts';
import type { Clock } from '../../../functions/shared/model.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import type { OpenDataFolder } from '../../../local/data-folder/open-data-folder.ts';
import type { CheckContext } from '../check-context.ts';

/** What the checks of one machine work on. */
export interface MachineContext {
  /** The folder in which `start` keeps everything. */
  readonly data: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly progress: CheckContext['progress'];
  /** That the page would take; `start`'s own default without it. */
  readonly port?: number;
}

/** With the file, and the servers of the folder. */
export interface OpenMachineContext extends MachineContext {
  readonly loaded: LoadedConfig;
  readonly folder: OpenDataFolder;
  readonly table: Table;
}

/** The command that starts the system on this folder and file. */
export function startCommand({ data, configFile }: Pick<MachineContext, 'data' | 'configFile'>): string {
  const options = [
    ...(data === '.news-alerts' ? [] : [`--data ${data}`]),
    ...(configFile === 'news-alerts.yaml' ? [] : [`--config ${configFile}`]),
  ];
  return options.length === 0 ? 'npm start' : `npm start -- ${options.join(' ')}`;
}
