import type { Contact, PipelineConfig, Subscription } from '../model.ts';
import { crossFaults, field, list } from './cross-faults.ts';
import { ConfigError, type Fault, printFault } from './faults.ts';
import { layoutFaults, missingSections } from './layout.ts';
import type { Path, Positions } from './positions.ts';
import { compileQueries, type QueryFile } from './queries.ts';
import { readConfigText } from './read-text.ts';
import { inOrder, readYaml } from './read-yaml.ts';
import { resolveConfig } from './resolve.ts';
import { fileSchema, matchSchema, termsSchema, urgentSchema } from './schema.ts';
import { shapeFaults } from './shape-faults.ts';

export interface LoadedConfig {
  readonly config: PipelineConfig;
  /** Who really receives alerts. */
  readonly subscriptions: readonly Subscription[];
  /** Addresses reserved for examples (example.com, 555-01xx): shown, never subscribed. */
  readonly placeholders: readonly Subscription[];
  /** Who is told when the system itself is unwell; no placeholders. */
  readonly operations: readonly Contact[];
  /** What is wrong with the queries of some topics. These match nothing, and all else goes on. */
  readonly broken: readonly Fault[];
  readonly warnings: readonly string[];
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
  const { raw, positions, faults: slips, isTold } = readYaml(text.replace(/^\ufeff/, ''), file);
  const missing = missingSections(raw, positions);
  if (missing) throw new ConfigError(inOrder([...slips, missing]));
  const faults: Fault[] = [];
  const data = substitute(raw, env, (path, name) =>
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
    ...(parsed.error?.issues ?? []).flatMap((issue) => shapeFaults(issue, positions)),
    ...crossFaults(data, positions),
  ];
  // A key under another name is told once, and not for what lacks it as well.
  const meant = shapes.map(({ meant }) => meant?.join(' ').replace(/ sms$/, ' email'));
  const found = [
    ...layout.found,
    ...shapes.filter(
      ({ at, fault }) =>
        !layout.explains(at) && !meant.includes(at.join(' ')) && !unset.has(fault.path) && !isTold(fault),
    ),
  ];
  const unusable = new Set(found.flatMap(({ at }) => brokenTopic(at) ?? []));
  const queries = compileQueries(queriesOf(data, unusable), positions);
  const broken = [
    ...found.filter(({ at }) => brokenTopic(at) !== undefined).map(({ fault }) => fault),
    ...queries.faults.filter((fault) => !isTold(fault)),
  ];
  faults.push(...found.filter(({ at }) => brokenTopic(at) === undefined).map(({ fault }) => fault));
  const resolvable = parsed.success ? parsed : fileSchema.safeParse(withMatches(data, unusable));
  if (faults.length > 0 || !resolvable.success || queries.queries.every((query) => query === undefined)) {
    throw new ConfigError(inOrder([...faults, ...broken]));
  }
  const resolved = resolveConfig(resolvable.data, queries);
  const warnings = [...queries.warnings, ...cutByComment(data, positions), ...resolved.warnings];
  const secrets = Object.fromEntries(
    (resolved.config.secrets ?? []).flatMap((name) => (env[name]?.trim() ? [[name, env[name]]] : [])),
  );
  return { ...resolved, broken: inOrder(broken), warnings, secrets };
}

/** The topic whose query a path is in: what is wrong there stops no other topic. */
function brokenTopic([part, index, key]: Path): number | undefined {
  return part === 'topics' && typeof index === 'number' && key === 'match' ? index : undefined;
}

/** The queries as far as they have the right shape, whatever is wrong elsewhere: to tell all faults together. */
function queriesOf(data: unknown, unusable: ReadonlySet<number>): QueryFile {
  const terms = termsSchema.safeParse(field(data, 'terms') ?? {}).data;
  // Without its sets, a query would have faults that are none.
  if (!terms) return { terms: {}, matches: [], urgent: [] };
  return {
    terms,
    matches: list(field(data, 'topics')).map((topic, index) =>
      unusable.has(index) ? undefined : matchSchema.safeParse(field(topic, 'match')).data,
    ),
    urgent: list(field(data, 'topics')).map((topic) => urgentSchema.safeParse(field(topic, 'urgent')).data),
  };
}

/** With a match of the right shape for every topic: its own is told already, and never compiled. */
function withMatches(data: unknown, unusable: ReadonlySet<number>): unknown {
  const topics = list(field(data, 'topics')).map((topic, index) =>
    unusable.has(index) && typeof topic === 'object' ? { ...topic, match: 'x' } : topic,
  );
  return { ...(data as object), topics };
}

/** Queries with a hash sign in them, which YAML takes for the beginning of a comment: `flood #storm`. */
function cutByComment(data: unknown, positions: Positions): string[] {
  const queries = list(field(data, 'topics')).flatMap((_, index): Path[] => [
    ['topics', index, 'match'],
    ['topics', index, 'urgent'],
  ]);
  return queries.flatMap((path) => {
    const comment = positions.commentBehind(path);
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
const PRIVATE = ['recipients', 'operations'];

/** Fills ${NAME} in what is private. */
function substitute(raw: unknown, env: Env, missing: (path: Path, name: string) => void): unknown {
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
    Object.entries(raw).map(([part, value]) => [part, PRIVATE.includes(part) ? fill(value, [part]) : value]),
  );
}
