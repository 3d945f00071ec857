import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { describeFileError } from '../file-error.ts';
import { type LoadedConfig, parseConfig } from '../load.ts';
import { readConfigText } from '../yaml/read-config-text.ts';
import { insertEntries, printEntries } from './insert-entries.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A valid configuration and its text, read at the same time. */
export interface ConfigText {
  readonly file: string;
  readonly text: string;
  readonly loaded: LoadedConfig;
}

/**
 * Reads the configuration and its text.
 * @throws ConfigError, as `check` prints it, when the file is not valid
 */
export function readConfig(file: string, env: Env): ConfigText {
  const text = readConfigText(file, '--config');
  return { file, text, loaded: parseConfig(text, file, env) };
}

/**
 * Adds feeds to a file. Afterwards the file has them and is valid, or is unchanged.
 * @throws NewsAlertsError when the feeds cannot be added
 */
export function addFeeds({ file, text }: ConfigText, feeds: readonly object[], env: Env): void {
  const changed = insertEntries(text, 'feeds', feeds);
  if (changed === undefined) {
    throw new NewsAlertsError(
      `${file}: expected feeds: as a list to which entries can be added, got another form; ` +
        `nothing was changed. Add this by hand:\n${printEntries(feeds)}`,
    );
  }
  writeConfig({ file, text }, changed, env);
}

/**
 * Writes a changed text of a file. Afterwards the file has it and is valid, or is unchanged. Returns the new configuration.
 * @throws NewsAlertsError when the text is not valid, or the file was changed or cannot be written
 */
export function writeConfig(
  { file, text }: Pick<ConfigText, 'file' | 'text'>,
  changed: string,
  env: Env,
): LoadedConfig {
  const loaded = parseConfig(changed, file, env);
  replaceFile(file, changed, text);
  return loaded;
}

/**
 * Replaces a file's text in one step, so that a reader sees either the old text or the new one. Keeps its mode and the
 * links to it. With `expected`, writes only if the file still has that text.
 * @throws NewsAlertsError when the file was changed or cannot be written
 */
export function replaceFile(file: string, text: string, expected?: string): void {
  try {
    const target = realpathSync(file);
    accessSync(target, constants.W_OK);
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      writeThrough(temporary, text, statSync(target).mode);
      if (expected !== undefined && readFileSync(target, 'utf8') !== expected) {
        throw new NewsAlertsError(
          `${file}: expected the text that was read before, got another, since somebody changed the file meanwhile; ` +
            'their change was kept and nothing else was written. Run the command again',
        );
      }
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (cause) {
    if (cause instanceof NewsAlertsError) throw cause;
    throw new NewsAlertsError(
      `${file}: expected a writable file in a writable folder, got ${describeFileError(cause)}; nothing was changed`,
      { cause },
    );
  }
}

function writeThrough(file: string, text: string, mode: number): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fchmodSync(descriptor, mode & 0o7777);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
