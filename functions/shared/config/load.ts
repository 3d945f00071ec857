import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { fileFault } from '../file-fault.ts';
import type { Contact, PipelineConfig, Subscription } from '../model.ts';
import { crossFaults, field, list } from './cross-faults.ts';
import { ConfigError, type Fault } from './faults.ts';
import { type Path, Positions } from './positions.ts';
import { compileQueries, type QueryFile } from './queries.ts';
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
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads and validates the user's file. Throws ConfigError with every fault found, unless all are in a topic's query.
 * `option`: by which the command names the file.
 */
export function loadConfigFile(path: string, env: Env, option = '--config'): LoadedConfig {
  return parseConfig(read(path, option), path, env);
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing
      ? 'expected the file with your feeds, topics and recipients, got no such file; ' +
        `name another with ${option}, or copy news-alerts.yaml from the repository`
      : `expected the file with your feeds, topics and recipients, got ${fileFault(error)}; name another with ${option}`;
    throw new ConfigError([{ file: path, line: 1, column: 1, path: '', message }]);
  }
}

/** As loadConfigFile, for a text; `file` names it in faults. */
export function parseConfig(text: string, file: string, env: Env): LoadedConfig {
  const { raw, positions } = readYaml(text, file);
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
  const parsed = fileSchema.safeParse(data, { reportInput: true });
  const found = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => shapeFaults(issue, positions)),
    ...crossFaults(data, positions),
  ].filter(({ fault }) => !unset.has(fault.path));
  const unusable = new Set(found.flatMap(({ at }) => brokenTopic(at) ?? []));
  const queries = compileQueries(queriesOf(data, unusable), positions);
  const broken = [
    ...found.filter(({ at }) => brokenTopic(at) !== undefined).map(({ fault }) => fault),
    ...queries.faults,
  ];
  faults.push(...found.filter(({ at }) => brokenTopic(at) === undefined).map(({ fault }) => fault));
  const resolvable = parsed.success ? parsed : fileSchema.safeParse(withMatches(data, unusable));
  if (faults.length > 0 || !resolvable.success || queries.queries.every((query) => query === undefined)) {
    throw new ConfigError(inOrder([...faults, ...broken]));
  }
  const resolved = resolveConfig(resolvable.data, queries);
  return { ...resolved, broken: inOrder(broken), warnings: [...queries.warnings, ...resolved.warnings] };
}

function readYaml(text: string, file: string): { raw: unknown; positions: Positions } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const positions = new Positions(file, text, document, lines);
  const malformed = [
    ...document.errors.map(({ pos, message }) => ({ at: pos[0], message: `a syntax error: ${message}` })),
    ...brokenAliases(document),
  ];
  if (malformed.length > 0) {
    throw new ConfigError(
      malformed.map(({ at, message }) => positions.faultAt(at, `expected YAML, got ${message}`)),
    );
  }

  return { raw: toPlain(document, positions), positions };
}

function inOrder(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
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

function toPlain(document: Document, positions: Positions): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw new ConfigError([
      positions.faultAt(0, `expected YAML, got ${error instanceof Error ? error.message : String(error)}`),
    ]);
  }
}

/** Aliases of nothing, and aliases inside what they stand for, which would have no end. */
function brokenAliases(document: Document): { at: number; message: string }[] {
  const found: { at: number; message: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      const [at = 0] = alias.range ?? [];
      const range = alias.resolve(document)?.range;
      if (!range)
        found.push({ at, message: `*${alias.source} without an anchor &${alias.source} before it` });
      else if (range[0] <= at && at < range[1]) {
        found.push({ at, message: `*${alias.source} inside the value that it stands for` });
      }
    },
  });
  return found;
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
