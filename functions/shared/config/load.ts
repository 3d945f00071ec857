import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Contact, PipelineConfig, Subscription } from '../model.ts';
import { ConfigError, type Fault } from './faults.ts';
import { type Path, Positions } from './positions.ts';
import { resolveConfig } from './resolve.ts';
import { type ConfigFile, fileSchema } from './schema.ts';

export interface LoadedConfig {
  readonly config: PipelineConfig;
  /** Who really receives alerts. */
  readonly subscriptions: readonly Subscription[];
  /** Addresses reserved for examples (example.com, 555-01xx): shown, never subscribed. */
  readonly placeholders: readonly Subscription[];
  /** Who is told when the system itself is unwell; no placeholders. */
  readonly operations: readonly Contact[];
  readonly warnings: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and validates the user's file. Throws ConfigError with every fault found. */
export function loadConfigFile(path: string, env: Env): LoadedConfig {
  return parseConfig(read(path), path, env);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing
      ? 'expected the file with your feeds, topics and recipients, got no such file; ' +
        'name another with --config, or copy news-alerts.yaml from the repository'
      : `expected a file that can be read, got ${error instanceof Error ? error.message : String(error)}`;
    throw new ConfigError([{ file: path, line: 1, column: 1, path: '', message }]);
  }
}

/** As loadConfigFile, for a text; `file` names it in faults. */
export function parseConfig(text: string, file: string, env: Env): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const positions = new Positions(file, document, lines);
  const broken = [
    ...document.errors.map(({ pos, message }) => ({ at: pos[0], message: `a syntax error: ${message}` })),
    ...brokenAliases(document),
  ];
  if (broken.length > 0) {
    throw new ConfigError(
      broken.map(({ at, message }) => positions.faultAt(at, `expected YAML, got ${message}`)),
    );
  }

  const raw = toPlain(document, positions);
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
    ...(parsed.error?.issues ?? []).flatMap((issue) => issueFaults(issue, positions)),
    ...crossFaults(data, positions),
  ];
  faults.push(...found.filter(({ path }) => !unset.has(path)));
  if (faults.length > 0 || !parsed.success) {
    throw new ConfigError(faults.sort((a, b) => a.line - b.line || a.column - b.column));
  }
  return resolveConfig(parsed.data);
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

type Issue = z.core.$ZodIssue;

function issueFaults(issue: Issue, positions: Positions, above: Path = []): Fault[] {
  const path: Path = [...above, ...issue.path.filter((part) => typeof part !== 'symbol')];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      positions.faultAtKey(
        path,
        key,
        `expected a known key, got ${key}; known keys are in docs/configuration.md`,
      ),
    );
  }
  if (issue.code === 'invalid_union') {
    // The alternative that went wrong deepest is the one that the user meant; zod itself sees to those of a right type.
    const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
    const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (deepest && depth(deepest) > 0) return deepest.flatMap((inner) => issueFaults(inner, positions, path));
  }
  const message = issue.message.startsWith('expected ')
    ? issue.message
    : `expected ${issue.message}, got ${show(issue.input)}`;
  return [positions.fault(path, message)];
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Faults that lie between parts: read from the data as it is, so that they are told together with all others. */
function crossFaults(data: unknown, positions: Positions): Fault[] {
  const file = (typeof data === 'object' && data !== null ? data : {}) as Partial<
    Record<keyof ConfigFile, unknown>
  >;
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const field = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const faults: Fault[] = [];

  const unique = (part: 'feeds' | 'topics', key: string, values: unknown[]) => {
    const first = new Map<unknown, number>();
    values.forEach((value, index) => {
      if (typeof value !== 'string') return;
      const before = first.get(value);
      if (before === undefined) first.set(value, index);
      else {
        const message = `expected its own ${key}, got ${value}, which entry ${before + 1} has already`;
        faults.push(positions.fault([part, index, key], message));
      }
    });
  };
  const feeds = list(file.feeds);
  unique(
    'feeds',
    'url',
    feeds.map((feed) => (typeof feed === 'string' ? feed : field(feed, 'url'))),
  );
  unique(
    'feeds',
    'id',
    feeds.map((feed) => field(feed, 'id')),
  );
  const topicIds = list(file.topics).map((topic) => field(topic, 'id'));
  unique('topics', 'id', topicIds);

  for (const part of ['recipients', 'operations'] as const) {
    list(file[part]).forEach((contact, index) => {
      const isMap = typeof contact === 'object' && contact !== null;
      if (isMap && field(contact, 'email') === undefined && field(contact, 'sms') === undefined) {
        faults.push(positions.fault([part, index], `expected email or sms, got ${show(contact)}`));
      }
    });
  }

  list(file.recipients).forEach((recipient, index) => {
    list(field(recipient, 'topics')).forEach((id, at) => {
      if (typeof id === 'string' && !topicIds.includes(id)) {
        const known = topicIds.filter((one) => typeof one === 'string').join(', ');
        const message = `expected the id of a topic (${known}), got ${id}`;
        faults.push(positions.fault(['recipients', index, 'topics', at], message));
      }
    });
  });

  list(file.topics).forEach((topic, index) => {
    const match = field(topic, 'match');
    if (typeof match === 'object' && match !== null && !Array.isArray(match)) {
      if (!('any' in match) && !('all' in match)) {
        const message = `expected any: or all: beside none:, got ${show(match)}, which would match nearly everything`;
        faults.push(positions.fault(['topics', index, 'match'], message));
      }
    }
  });
  return faults;
}
