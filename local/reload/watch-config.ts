import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { printFault, TOPIC_FAULT_NOTE } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { unsetSecrets } from '../unset-secrets.ts';
import { configChanges } from './config-changes.ts';

export interface ConfigWatch {
  /**
   * Puts the file's present text in force at once.
   * @throws Error if it cannot be used
   */
  applyNow(): Promise<void>;
  /** Stops watching. Resolves when a running reload has finished. */
  stop(): Promise<void>;
}

export interface ConfigWatchOptions {
  readonly file: string;
  /** The configuration that is in force at first. */
  readonly loaded: LoadedConfig;
  readonly inputs: ConfigInputs;
  /** Puts a configuration in force. If it rejects, the previous one stays in force. */
  readonly reload: (loaded: LoadedConfig) => Promise<void>;
  readonly say: (text: string) => void;
  /** Time between two reads of the file, ms. */
  readonly interval?: number;
}

const INTERVAL_MS = 1_000;
const DOT_ENV_FILE = '.env';

/** The texts of the config file and of .env; undefined for a file that does not exist. */
interface ConfigTexts {
  readonly file: string | undefined;
  readonly dotEnv: string | undefined;
}

/** Reads the config file and .env again, and loads the configuration from them. */
export class ConfigInputs {
  readonly #file: string;
  /** The variables of the environment that do not come from .env. They take precedence over it. */
  readonly #ownVariables: Readonly<Record<string, string | undefined>>;
  /** The texts at the time of construction. */
  readonly initial: ConfigTexts;

  constructor(file: string, env: Readonly<Record<string, string | undefined>>) {
    this.#file = file;
    this.initial = this.read();
    const fromFile = parseEnv(this.initial.dotEnv ?? '');
    this.#ownVariables = Object.fromEntries(
      Object.entries(env).filter(([name, value]) => fromFile[name] !== value),
    );
  }

  read(): ConfigTexts {
    return { file: readIfPresent(this.#file), dotEnv: readIfPresent(DOT_ENV_FILE) };
  }

  /** Returns the variables for a text of .env. */
  environment(
    { dotEnv }: Pick<ConfigTexts, 'dotEnv'> = this.read(),
  ): Readonly<Record<string, string | undefined>> {
    return { ...parseEnv(dotEnv ?? ''), ...this.#ownVariables };
  }

  /** @throws ConfigError */
  load(texts: ConfigTexts): LoadedConfig {
    return loadConfigFile(this.#file, this.environment(texts));
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Reads the file every second, and loads it once it has changed and then stayed the same for a second, since editors
 * empty a file before they write it, or replace it. Reports the faults of a text once. The operating system's file events
 * are not an alternative: they miss changes on network and container mounts, and links that are moved to another file.
 */
export function watchConfig(options: ConfigWatchOptions): ConfigWatch {
  const { file, inputs, reload, say, interval = INTERVAL_MS } = options;
  let inForce = options.loaded;
  let lastTried = inputs.initial;
  let lastRead = lastTried;
  let isFaulty = false;

  const printNotes = (loaded: LoadedConfig) => {
    const before = notesOf(inForce);
    for (const note of notesOf(loaded).filter((one) => !before.includes(one))) say(`note: ${note}`);
    for (const fault of loaded.topicFaults) say(printFault(fault));
    if (loaded.topicFaults.length > 0) say(`note: ${TOPIC_FAULT_NOTE}`);
  };
  const check = async () => {
    const texts = inputs.read();
    const isSettled = isSame(texts, lastRead);
    lastRead = texts;
    // The fault is printed.
    if (isSettled && !isSame(texts, lastTried)) await apply(texts).catch(() => undefined);
  };
  /** Prints and throws what is wrong with a text. */
  const apply = async (texts: ConfigTexts) => {
    lastTried = texts;
    try {
      const loaded = inputs.load(texts);
      const changes = configChanges(inForce, loaded);
      if (changes.length > 0) {
        await reload(loaded);
        say(`${file} has changed and is now in use: ${changes.join('; ')}`);
        printNotes(loaded);
        inForce = loaded;
      } else if (isFaulty) say(`${file} is valid again; nothing has changed`);
      isFaulty = false;
    } catch (error) {
      isFaulty = true;
      say(error instanceof NewsAlertsError ? error.message : String(error));
      say(`${file} has changed but cannot be used; the previous configuration stays in use`);
      throw error;
    }
  };

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Runs a task after all earlier ones, so that two configurations are never put in force at the same time. */
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const done = running.then(task);
    running = done.catch(() => undefined);
    return done;
  };
  let isStopped = false;
  const next = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      void inTurn(check).finally(next);
    }, interval);
  };
  next();
  return {
    applyNow: () => inTurn(() => apply(inputs.read())),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const notesOf = (loaded: LoadedConfig) => [...loaded.warnings, ...unsetSecrets(loaded)];

const isSame = (a: ConfigTexts, b: ConfigTexts) => a.file === b.file && a.dotEnv === b.dotEnv;
