import { fillIn, referencesIn } from '../functions/chat/references.ts';
import { isChatService } from '../functions/chat/services.ts';
import { ALL_CHAT_SERVICES } from '../functions/shared/model.ts';
import { ownValue } from '../functions/shared/own-value.ts';
import { asList, crossFaults, fieldOf } from './checks/cross-faults.ts';
import { layoutFaults, missingSections } from './checks/layout-faults.ts';
import { plainChatSecrets } from './checks/plain-chat-secrets.ts';
import { schemaFaults } from './checks/schema-faults.ts';
import { compileQueries, describeComment, type QuerySections } from './compile-queries.ts';
import type { SharedSections } from './draft-topic.ts';
import { ConfigError, type Fault, printFault } from './faults.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import { fileSchema, matchSchema, termsSchema, urgentSchema } from './schema/schema.ts';
import type { Path, Positions } from './yaml/positions.ts';
import { readConfigText } from './yaml/read-config-text.ts';
import { readYaml, sortFaults } from './yaml/read-yaml.ts';

export interface LoadedConfig extends ResolvedConfig {
  /** The faults of topics' queries. An invalid query matches nothing; everything else works. */
  readonly topicFaults: readonly Fault[];
  /** Ids of topics that keep an earlier query, because the one in the file has a fault. Absent after a start. */
  readonly keptQueries?: ReadonlySet<string>;
  /** The values of the secrets in feed addresses that are set in this environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The parts of the file that a query which is not in it needs: draft-topic.ts. */
  readonly shared: SharedSections;
  /** The queries as written, by topic; only of topics whose query is one text. */
  readonly queryTexts: ReadonlyMap<string, string>;
  /** The faults that only a deployment refuses: secrets of chat services that are written out. */
  readonly deploymentFaults: readonly Fault[];
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where a configuration is used. In one that is `deployed`, addresses of chat services keep their `${NAME}`, since the values
 * are in the Parameter Store.
 */
export type ConfigUse = 'local' | 'deployed';

/**
 * Reads and validates the user's file. Throws ConfigError with all faults, unless all are in the queries of topics and at
 * least one topic has a valid query.
 *
 * @param option the command-line option for the file, for error messages
 */
export function loadConfigFile(
  path: string,
  env: Env,
  option = '--config',
  use: ConfigUse = 'local',
): LoadedConfig {
  return parseConfig(readConfigText(path, option), path, env, use);
}

/** Reads and validates the user's file as `loadConfigFile` does. Throws ConfigError also if it may not be deployed. */
export function loadForDeployment(path: string, env: Env, option = '--config'): LoadedConfig {
  const loaded = loadConfigFile(path, env, option, 'deployed');
  if (loaded.deploymentFaults.length > 0) throw new ConfigError(loaded.deploymentFaults);
  return loaded;
}

/** Validates the text of a configuration as `loadConfigFile` does. Faults name the file `file`. */
export function parseConfig(text: string, file: string, env: Env, use: ConfigUse = 'local'): LoadedConfig {
  // Editors may put a byte order mark at the beginning.
  const { raw, positions, faults: syntaxFaults, isReported } = readYaml(text.replace(/^\ufeff/, ''), file);
  const missing = missingSections(raw, positions);
  if (missing) throw new ConfigError(sortFaults([...syntaxFaults, missing]));
  const faults: Fault[] = [];
  const data = substituteVariables(raw, env, use, (path, message) =>
    faults.push(positions.fault(path, message)),
  );
  // A value with an unset variable gets no other fault.
  const unset = new Set(faults.map(({ path }) => path));
  faults.push(...syntaxFaults);
  const parsed = fileSchema.safeParse(data, { reportInput: true });
  const layout = layoutFaults(data, positions);
  const shapeFaults = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => schemaFaults(issue, positions)),
    ...crossFaults(data, positions),
  ];
  // A misspelled key is reported once, without a second fault for the missing key.
  const intended = shapeFaults.map(({ intendedPath }) =>
    intendedPath?.join(' ').replace(OTHER_ADDRESS, ' email'),
  );
  const found = [
    ...layout.found,
    ...shapeFaults.filter(
      ({ at, fault }) =>
        !layout.explains(at) &&
        !intended.includes(at.join(' ')) &&
        !unset.has(fault.path) &&
        !isReported(fault),
    ),
  ];
  const brokenTopics = new Set(found.flatMap(({ at }) => topicOfQueryFault(at) ?? []));
  const queries = compileQueries(queriesOf(data, brokenTopics), positions);
  const topicFaults = [
    ...found.filter(({ at }) => topicOfQueryFault(at) !== undefined).map(({ fault }) => fault),
    ...queries.faults.filter((fault) => !isReported(fault)),
  ];
  faults.push(...found.filter(({ at }) => topicOfQueryFault(at) === undefined).map(({ fault }) => fault));
  const resolvable = parsed.success
    ? parsed
    : fileSchema.safeParse(withPlaceholderMatches(data, brokenTopics));
  if (faults.length > 0 || !resolvable.success || queries.queries.every((query) => query === undefined)) {
    throw new ConfigError(sortFaults([...faults, ...topicFaults]));
  }
  const resolved = resolveConfig(resolvable.data, queries);
  const warnings = [...queries.warnings, ...commentWarnings(data, positions), ...resolved.warnings];
  const secrets = Object.fromEntries(
    (resolved.config.secrets ?? []).flatMap((name) => {
      const value = ownValue(env, name);
      return value?.trim() ? [[name, value]] : [];
    }),
  );
  const { terms = {}, defaults = {}, topics } = resolvable.data;
  const shared = { terms, defaults };
  const queryTexts = new Map(
    topics.flatMap(({ id, match }, index): [string, string][] =>
      typeof match === 'string' && !brokenTopics.has(index) ? [[id, match]] : [],
    ),
  );
  const deploymentFaults = plainChatSecrets(resolvable.data).map(({ path, message }) =>
    positions.fault(path, message),
  );
  return {
    ...resolved,
    topicFaults: sortFaults(topicFaults),
    warnings,
    secrets,
    shared,
    queryTexts,
    deploymentFaults: use === 'deployed' ? sortFaults(deploymentFaults) : [],
  };
}

/** Returns the index of the topic whose query contains a path; a fault there stops no other topic. */
function topicOfQueryFault([part, index, key]: Path): number | undefined {
  return part === 'topics' && typeof index === 'number' && key === 'match' ? index : undefined;
}

/**
 * Returns the queries that have the right shape. They are compiled even if the file is invalid, to report all faults at
 * once.
 */
function queriesOf(data: unknown, brokenTopics: ReadonlySet<number>): QuerySections {
  const terms = termsSchema.safeParse(fieldOf(data, 'terms') ?? {}).data;
  // Without the sets, queries that use them would have false faults.
  if (!terms) return { terms: {}, matches: [], urgent: [] };
  return {
    terms,
    matches: asList(fieldOf(data, 'topics')).map((topic, index) =>
      brokenTopics.has(index) ? undefined : matchSchema.safeParse(fieldOf(topic, 'match')).data,
    ),
    urgent: asList(fieldOf(data, 'topics')).map(
      (topic) => urgentSchema.safeParse(fieldOf(topic, 'urgent')).data,
    ),
  };
}

/** Replaces the match of broken topics by a valid one, which is never compiled. */
function withPlaceholderMatches(data: unknown, brokenTopics: ReadonlySet<number>): unknown {
  const topics = asList(fieldOf(data, 'topics')).map((topic, index) =>
    brokenTopics.has(index) && typeof topic === 'object' ? { ...topic, match: 'x' } : topic,
  );
  return { ...(data as object), topics };
}

/** Returns warnings about queries with a hash sign, which YAML reads as the start of a comment: `flood #storm`. */
function commentWarnings(data: unknown, positions: Positions): string[] {
  const queries = asList(fieldOf(data, 'topics')).flatMap((_, index): Path[] => [
    ['topics', index, 'match'],
    ['topics', index, 'urgent'],
  ]);
  return queries.flatMap((path) => {
    const comment = positions.commentAfter(path);
    if (comment === undefined || !/^#[\p{L}\p{N}]/u.test(comment)) return [];
    const fault = positions.fault(path, describeComment(comment));
    return [printFault({ ...fault, snippet: undefined })];
  });
}

/** The end of a path to an address. A fault about an entry without any is at its email. */
const OTHER_ADDRESS = new RegExp(` (sms|${ALL_CHAT_SERVICES.join('|')})$`);

/** The sections with private addresses. */
const PRIVATE_SECTIONS = ['recipients', 'operations'];

/**
 * Fills in the values of ${NAME} in the private sections; a deployment leaves the names in the addresses of chat services.
 * Calls `onFault` for each unset variable.
 */
function substituteVariables(
  raw: unknown,
  env: Env,
  use: ConfigUse,
  onFault: (path: Path, message: string) => void,
): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const valueAt = (path: Path) => (name: string) => {
    const value = ownValue(env, name);
    if (value === undefined || value === '')
      onFault(
        path,
        `expected the environment variable ${name} to be set, got nothing; set it, or put it in .env`,
      );
    else if (referencesIn(value).length > 0)
      onFault(
        path,
        `expected an address in the environment variable ${name}, got another name; write the value itself`,
      );
    return value === '' ? undefined : value;
  };
  const fill = (value: unknown, path: Path): unknown => {
    if (use === 'deployed' && path.length === 3 && isChatService(String(path[2]))) return value;
    if (typeof value === 'string') return fillIn(value, valueAt(path));
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, fill(entry, [...path, key])]),
      );
    }
    return value;
  };
  return Object.fromEntries(
    Object.entries(raw).map(([section, value]) => [
      section,
      PRIVATE_SECTIONS.includes(section) ? fill(value, [section]) : value,
    ]),
  );
}
