import { asList, crossFaults, fieldOf } from './checks/cross-faults.ts';
import { layoutFaults, missingSections } from './checks/layout-faults.ts';
import { schemaFaults } from './checks/schema-faults.ts';
import { compileQueries, type QuerySections } from './compile-queries.ts';
import { ConfigError, type Fault, printFault } from './faults.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import { fileSchema, matchSchema, termsSchema, urgentSchema } from './schema/schema.ts';
import type { Path, Positions } from './yaml/positions.ts';
import { readConfigText } from './yaml/read-config-text.ts';
import { readYaml, sortFaults } from './yaml/read-yaml.ts';

export interface LoadedConfig extends ResolvedConfig {
  /** The faults of single topics' queries. These topics match nothing; all else works. */
  readonly topicFaults: readonly Fault[];
  /** The variables that the addresses of feeds name, as far as they are set here. */
  readonly secrets: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads and validates the user's file. Throws ConfigError with every fault found, unless all are in a topic's query.
 * `option`: by which the command names the file.
 */
export function loadConfigFile(path: string, env: Env, option = '--config'): LoadedConfig {
  return parseConfig(readConfigText(path, option), path, env);
}

/** As loadConfigFile, for a text; `file` names it in faults. */
export function parseConfig(text: string, file: string, env: Env): LoadedConfig {
  // An editor's mark of UTF-8 is no part of the text.
  const { raw, positions, faults: slips, isReported } = readYaml(text.replace(/^\ufeff/, ''), file);
  const missing = missingSections(raw, positions);
  if (missing) throw new ConfigError(sortFaults([...slips, missing]));
  const faults: Fault[] = [];
  const data = substituteVariables(raw, env, (path, name) =>
    faults.push(
      positions.fault(
        path,
        `expected the environment variable ${name} to be set, got nothing; set it, or put it in .env`,
      ),
    ),
  );
  // What lacks a variable is told once, not for what it is without.
  const unset = new Set(faults.map(({ path }) => path));
  faults.push(...slips);
  const parsed = fileSchema.safeParse(data, { reportInput: true });
  const layout = layoutFaults(data, positions);
  const shapes = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => schemaFaults(issue, positions)),
    ...crossFaults(data, positions),
  ];
  // A key under another name is told once, and not for what lacks it as well.
  const meant = shapes.map(({ intendedPath }) => intendedPath?.join(' ').replace(/ sms$/, ' email'));
  const found = [
    ...layout.found,
    ...shapes.filter(
      ({ at, fault }) =>
        !layout.explains(at) && !meant.includes(at.join(' ')) && !unset.has(fault.path) && !isReported(fault),
    ),
  ];
  const unusable = new Set(found.flatMap(({ at }) => topicOfQueryFault(at) ?? []));
  const queries = compileQueries(queriesOf(data, unusable), positions);
  const topicFaults = [
    ...found.filter(({ at }) => topicOfQueryFault(at) !== undefined).map(({ fault }) => fault),
    ...queries.faults.filter((fault) => !isReported(fault)),
  ];
  faults.push(...found.filter(({ at }) => topicOfQueryFault(at) === undefined).map(({ fault }) => fault));
  const resolvable = parsed.success ? parsed : fileSchema.safeParse(withPlaceholderMatches(data, unusable));
  if (faults.length > 0 || !resolvable.success || queries.queries.every((query) => query === undefined)) {
    throw new ConfigError(sortFaults([...faults, ...topicFaults]));
  }
  const resolved = resolveConfig(resolvable.data, queries);
  const warnings = [...queries.warnings, ...commentWarnings(data, positions), ...resolved.warnings];
  const secrets = Object.fromEntries(
    (resolved.config.secrets ?? []).flatMap((name) => (env[name]?.trim() ? [[name, env[name]]] : [])),
  );
  return { ...resolved, topicFaults: sortFaults(topicFaults), warnings, secrets };
}

/** The topic whose query a path is in: what is wrong there stops no other topic. */
function topicOfQueryFault([part, index, key]: Path): number | undefined {
  return part === 'topics' && typeof index === 'number' && key === 'match' ? index : undefined;
}

/** The queries as far as they have the right shape, whatever is wrong elsewhere: to tell all faults together. */
function queriesOf(data: unknown, unusable: ReadonlySet<number>): QuerySections {
  const terms = termsSchema.safeParse(fieldOf(data, 'terms') ?? {}).data;
  // Without its sets, a query would have faults that are none.
  if (!terms) return { terms: {}, matches: [], urgent: [] };
  return {
    terms,
    matches: asList(fieldOf(data, 'topics')).map((topic, index) =>
      unusable.has(index) ? undefined : matchSchema.safeParse(fieldOf(topic, 'match')).data,
    ),
    urgent: asList(fieldOf(data, 'topics')).map(
      (topic) => urgentSchema.safeParse(fieldOf(topic, 'urgent')).data,
    ),
  };
}

/** With a match of the right shape for every topic: its own is told already, and never compiled. */
function withPlaceholderMatches(data: unknown, unusable: ReadonlySet<number>): unknown {
  const topics = asList(fieldOf(data, 'topics')).map((topic, index) =>
    unusable.has(index) && typeof topic === 'object' ? { ...topic, match: 'x' } : topic,
  );
  return { ...(data as object), topics };
}

/** Queries with a hash sign in them, which YAML takes for the beginning of a comment: `flood #storm`. */
function commentWarnings(data: unknown, positions: Positions): string[] {
  const queries = asList(fieldOf(data, 'topics')).flatMap((_, index): Path[] => [
    ['topics', index, 'match'],
    ['topics', index, 'urgent'],
  ]);
  return queries.flatMap((path) => {
    const comment = positions.commentAfter(path);
    if (comment === undefined || !/^#[\p{L}\p{N}]/u.test(comment)) return [];
    const fault = positions.fault(
      path,
      `${comment} is a comment to YAML; put the whole query in quotes if it belongs to it`,
    );
    return [printFault({ ...fault, snippet: undefined })];
  });
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The parts that hold private addresses. */
const PRIVATE_SECTIONS = ['recipients', 'operations'];

/** Fills ${NAME} in what is private. */
function substituteVariables(raw: unknown, env: Env, missing: (path: Path, name: string) => void): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') {
      return value.replace(VARIABLE, (whole, name: string) => {
        const found = env[name];
        if (found !== undefined && found !== '') return found;
        missing(path, name);
        return whole;
      });
    }
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, fill(entry, [...path, key])]),
      );
    }
    return value;
  };
  return Object.fromEntries(
    Object.entries(raw).map(([part, value]) => [
      part,
      PRIVATE_SECTIONS.includes(part) ? fill(value, [part]) : value,
    ]),
  );
}
