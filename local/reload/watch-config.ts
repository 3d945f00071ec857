import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { printFault, TOPIC_FAULT_NOTE } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { unsetSecrets } from '../unset-secrets.ts';
import { configChanges } from './config-changes.ts';

export interface ConfigWatch {
  /** Waits for a reload that is under way. */
  stop(): Promise<void>;
}

export interface ConfigWatchOptions {
  readonly file: string;
  /** As the file was read when the session began. */
  readonly loaded: LoadedConfig;
  readonly inputs: ConfigInputs;
  /** Puts a configuration in force. One that fails leaves the one before in force. */
  readonly reload: (loaded: LoadedConfig) => Promise<void>;
  readonly say: (text: string) => void;
  /** Between two looks at the file, ms. */
  readonly interval?: number;
}

const INTERVAL_MS = 1_000;
const DOT_ENV_FILE = '.env';

/** The texts of a configuration: its file, and .env for the variables; undefined where there is no such file. */
interface ConfigTexts {
  readonly file: string | undefined;
  readonly dotEnv: string | undefined;
}

/** Reads the texts of a configuration again, and loads it from them with the environment that goes with them. */
export class ConfigInputs {
  readonly #file: string;
  /** The variables that do not come from .env, which they take precedence over. */
  readonly #own: Readonly<Record<string, string | undefined>>;
  /** As they were when this was made. */
  readonly initial: ConfigTexts;

  constructor(file: string, env: Readonly<Record<string, string | undefined>>) {
    this.#file = file;
    this.initial = this.read();
    const fromFile = parseEnv(this.initial.dotEnv ?? '');
    this.#own = Object.fromEntries(Object.entries(env).filter(([name, value]) => fromFile[name] !== value));
  }

  read(): ConfigTexts {
    return { file: textOf(this.#file), dotEnv: textOf(DOT_ENV_FILE) };
  }

  /** Throws ConfigError. */
  load({ dotEnv }: ConfigTexts): LoadedConfig {
    return loadConfigFile(this.#file, { ...parseEnv(dotEnv ?? ''), ...this.#own });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Looks at the file every second, and reads it again once it has changed and has stayed the same for a second: editors
 * empty a file before they write it, or put another in its place. Watching by the system's events would miss files on
 * network and container mounts, and links that are pointed elsewhere. A file with faults is told once.
 */
export function watchConfig(options: ConfigWatchOptions): ConfigWatch {
  const { file, inputs, reload, say, interval = INTERVAL_MS } = options;
  let inForce = options.loaded;
  let tried = inputs.initial;
  let seen = tried;
  let isFaulty = false;

  const tell = (loaded: LoadedConfig) => {
    const before = notesOf(inForce);
    for (const note of notesOf(loaded).filter((one) => !before.includes(one))) say(`note: ${note}`);
    for (const fault of loaded.topicFaults) say(printFault(fault));
    if (loaded.topicFaults.length > 0) say(`note: ${TOPIC_FAULT_NOTE}`);
  };
  const look = async () => {
    const texts = inputs.read();
    const isSettled = isSame(texts, seen);
    seen = texts;
    if (!isSettled || isSame(texts, tried)) return;
    tried = texts;
    try {
      const loaded = inputs.load(texts);
      const changes = configChanges(inForce, loaded);
      if (changes.length > 0) {
        await reload(loaded);
        say(`${file} was changed and is in force: ${changes.join('; ')}`);
        tell(loaded);
        inForce = loaded;
      } else if (isFaulty) say(`${file} is valid again, and as it was: nothing changes`);
      isFaulty = false;
    } catch (error) {
      isFaulty = true;
      say(error instanceof NewsAlertsError ? error.message : String(error));
      say(`${file} was changed and cannot be used; the configuration of before stays in force`);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const next = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = look().finally(next);
    }, interval);
  };
  next();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const notesOf = (loaded: LoadedConfig) => [...loaded.warnings, ...unsetSecrets(loaded)];

const isSame = (a: ConfigTexts, b: ConfigTexts) => a.file === b.file && a.dotEnv === b.dotEnv;
