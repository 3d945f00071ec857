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
import { describeFileError } from '../../config/file-error.ts';
import { type LoadedConfig, loadConfigFile, parseConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { insertFeeds, printFeeds } from './insert-feeds.ts';
import type { NewFeed } from './new-feeds.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A valid configuration and its text, from one reading of the file. */
export interface ConfigText {
  readonly file: string;
  readonly text: string;
  readonly loaded: LoadedConfig;
}

/** Throws ConfigError, as `check` tells it, for a file that is not valid. */
export function readConfig(file: string, env: Env): ConfigText {
  // It has the words for a file that cannot be read.
  loadConfigFile(file, env);
  const text = readFileSync(file, 'utf8');
  return { file, text, loaded: parseConfig(text, file, env) };
}

/** Adds feeds to a file, which is afterwards either valid, with them, or as it was. */
export function addFeeds({ file, text }: ConfigText, feeds: readonly NewFeed[], env: Env): void {
  const changed = insertFeeds(text, feeds);
  if (changed === undefined) {
    throw new NewsAlertsError(
      `${file}: expected feeds: as a list that entries can be added to, got one written in another way; ` +
        `nothing was changed. Add this to it by hand:\n${printFeeds(feeds)}`,
    );
  }
  parseConfig(changed, file, env);
  replaceFile(file, changed, text);
  try {
    loadConfigFile(file, env);
  } catch (error) {
    replaceFile(file, text);
    throw error;
  }
}

/**
 * Writes a file so that whoever reads it sees the old text or the new, whole; its mode and links to it stay. With
 * `expected`, only if that is still what it holds.
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
          `${file}: expected the file as it was read, got another: somebody changed it meanwhile; ` +
            'their change was kept and nothing else written. Run the command again',
        );
      }
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (cause) {
    if (cause instanceof NewsAlertsError) throw cause;
    throw new NewsAlertsError(
      `${file}: expected a file that can be written, in a folder where files can be made, got ${describeFileError(cause)}; nothing was changed`,
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
