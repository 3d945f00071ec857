import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError, faultLine, printFault, TOPIC_FAULT_NOTE } from '../../config/faults.ts';
import { type LoadedConfig, loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { abbreviateList } from '../format-time.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { unsetSecrets } from '../unset-secrets.ts';
import { configChanges, isOtherChange } from './config-changes.ts';
import { withQueriesInUse } from './queries-in-use.ts';

export interface ConfigWatch {
  /**
   * Puts the file's present text in force at once.
   * @throws Error if it cannot be used
   */
  applyNow(): Promise<void>;
  /** Why the file as it is cannot be used; undefined if it is in use. */
  fault(): string | undefined;
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
const NEW_TOPIC_NOTE =
  'note: a new topic sees what is published from now on; `npx news-alerts topics try` shows what its query would have caught before';
const DOT_ENV_FILE = '.env';
/** How the names of settings begin that only a start reads. */
const SETTING = 'NEWS_ALERTS_';

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
  let fault: string | undefined;

  const printNotes = (loaded: LoadedConfig) => {
    const before = notesOf(inForce);
    for (const note of notesOf(loaded).filter((one) => !before.includes(one))) say(`note: ${note}`);
    const { topicFaults, keptQueries = new Set() } = loaded;
    for (const one of topicFaults) say(printFault(one));
    if (keptQueries.size > 0) {
      const [topic, keep] = keptQueries.size === 1 ? ['topic', 'keeps'] : ['topics', 'keep'];
      say(`note: ${topic} ${abbreviateList([...keptQueries])} ${keep} the earlier query until this is fixed`);
    }
    if (loaded.config.topics.some(({ query }) => !query)) say(`note: ${TOPIC_FAULT_NOTE}`);
  };
  const faultsOf = ({ topicFaults }: LoadedConfig) => topicFaults.map(printFault).join('\n');
  /** Names the variables that a program reads only when it starts. */
  const sayRestarts = (before: ConfigTexts, after: ConfigTexts) => {
    const [old, now] = [inputs.environment(before), inputs.environment(after)];
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    for (const name of [...names].filter((one) => one.startsWith(SETTING) && old[one] !== now[one]))
      say(`note: ${name} has changed in .env; the change takes effect at the next start`);
  };
  const check = async () => {
    const texts = inputs.read();
    const isSettled = isSame(texts, lastRead);
    if (texts.dotEnv !== lastRead.dotEnv) sayRestarts(lastRead, texts);
    lastRead = texts;
    // The fault is printed.
    if (isSettled && !isSame(texts, lastTried)) await apply(texts).catch(() => undefined);
  };
  /** Prints and throws what is wrong with a text. */
  const apply = async (texts: ConfigTexts) => {
    lastTried = texts;
    try {
      const loaded = withQueriesInUse(inForce, inputs.load(texts));
      const changes = configChanges(inForce, loaded);
      const hasNewFaults = faultsOf(loaded) !== faultsOf(inForce);
      if (changes.length > 0 || hasNewFaults) {
        await reload(loaded);
        if (changes.length > 0 && !(hasNewFaults && isOtherChange(changes)))
          say(`${file} has changed and is now in use: ${changes.join('; ')}`);
        if (loaded.config.topics.some(({ id }) => inForce.config.topics.every((topic) => topic.id !== id)))
          say(NEW_TOPIC_NOTE);
        if (hasNewFaults && loaded.topicFaults.length === 0) say(`all queries of ${file} are valid again`);
        printNotes(loaded);
        inForce = loaded;
      } else if (fault !== undefined) say(`${file} is valid again; nothing has changed`);
      fault = undefined;
    } catch (error) {
      const message = error instanceof NewsAlertsError ? error.message : String(error);
      fault = error instanceof ConfigError ? error.faults.map(faultLine).join('; ') : message;
      say(message);
      say(`${file} has changed but cannot be used; the previous configuration stays in use`);
      throw error;
    }
  };

  let timer: NodeJS.Timeout | undefined;
  // Two configurations are never put in force at the same time.
  const inTurn = oneAtATime();
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
    fault: () => fault,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await inTurn(async () => undefined);
    },
  };
}

const notesOf = (loaded: LoadedConfig) => [...loaded.warnings, ...unsetSecrets(loaded)];

const isSame = (a: ConfigTexts, b: ConfigTexts) => a.file === b.file && a.dotEnv === b.dotEnv;
