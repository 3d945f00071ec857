import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';

/** Reads the file for a command that looks at a deployment, or at this machine if there is no `stack`. */
export function loadConfigFor(file: string, stack: string | undefined): LoadedConfig {
  return loadConfigFile(file, process.env, '--config', stack === undefined ? 'local' : 'deployed');
}
