import { ALL_CHAT_SERVICES } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/protocols.ts';
import type { Fault } from '../faults.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { asList, fieldOf } from './cross-faults.ts';
import { keysAt } from './key-suggestion.ts';
import { type LocatedFault, showValue } from './schema-faults.ts';

/** Layout errors in valid YAML. Each would otherwise show as several faults of the schema. */
interface LayoutFaults {
  readonly found: readonly LocatedFault[];
  /** Whether a fault at this path is a consequence of one of `found`. */
  explains(at: Path): boolean;
}

const EXAMPLE =
  '`npx news-alerts init` in another folder writes a first one; docs/configuration.md explains every key';

/** Returns the fault of a file that is not a map: an empty file, a list or a text. */
export function missingSections(raw: unknown, positions: Positions): Fault | undefined {
  const expected = 'expected a map with feeds, terms, topics, recipients, operations and defaults';
  const at = { at: 0, length: 1 };
  if (isMap(raw) && Object.keys(raw).length > 0) return undefined;
  if (isMap(raw)) return positions.faultAt(at, `${expected}, got an empty file`, EXAMPLE);
  if (!Array.isArray(raw)) return positions.fault([], `${expected}, got ${showValue(raw)}`, EXAMPLE);
  const [first] = raw;
  const section = typeof first === 'string' || fieldOf(first, 'url') !== undefined ? 'feeds' : 'topics';
  const hasAddress = [...ALL_PROTOCOLS, ...ALL_CHAT_SERVICES].some(
    (key) => fieldOf(first, key) !== undefined,
  );
  const name = hasAddress ? 'recipients' : section;
  return positions.fault([], `${expected}, got a list`, `write ${name}: on a line above it`);
}

/** Finds keys that are not indented below their parent, and list entries that are split by extra dashes. */
export function layoutFaults(data: unknown, positions: Positions): LayoutFaults {
  const found: LocatedFault[] = [];
  const explained: Path[] = [];
  const report: Report = (at, fault, explainedPaths) => {
    found.push({ at, fault });
    explained.push(...explainedPaths);
  };
  findOutdented(data, [], positions, report);
  for (const section of ['feeds', 'topics', 'recipients', 'operations']) {
    for (const [index, entry] of asList(fieldOf(data, section)).entries()) {
      findOutdented(entry, [section, index], positions, report);
    }
  }
  findSplitEntries(data, positions, report);
  return { found, explains: (at) => explained.some((path) => isWithin(at, path)) };
}

/** `explainedPaths` are the paths whose other faults are consequences of this one. */
type Report = (at: Path, fault: Fault, explainedPaths: readonly Path[]) => void;

/** Finds keys in the same column as the key of their empty parent. */
function findOutdented(map: unknown, path: Path, positions: Positions, report: Report): void {
  // Most maps have no empty value, and looking up their keys would take long in a large file.
  if (!isMap(map) || !Object.values(map).includes(null)) return;
  const known = keysAt(path);
  const entries = Object.entries(map);
  for (const [index, [key, value]] of entries.entries()) {
    if (value !== null || !known.includes(key)) continue;
    const childKeys = keysAt([...path, key]);
    const after = entries.slice(index + 1);
    const end = after.findIndex(([name]) => known.includes(name) || !childKeys.includes(name));
    const outdented = (end < 0 ? after : after.slice(0, end)).map(([name]) => name);
    const [first] = outdented;
    if (first === undefined) continue;
    const isList = path.length === 0 && key !== 'defaults' && key !== 'terms';
    const fault = positions.faultAtKey(
      path,
      first,
      `expected ${first}: to be indented below ${key}:, got it in the same column`,
      isList
        ? `put a dash and spaces before it: "  - ${first}:", and four spaces before the lines after it`
        : 'put two more spaces before it',
    );
    report([...path, first], fault, [[...path, key], ...outdented.map((name) => [...path, name])]);
  }
}

/** Finds entries with a dash before each of their keys: `- id: a`, `- match: x`. */
function findSplitEntries(data: unknown, positions: Positions, report: Report): void {
  for (const [section, requiredKey] of [
    ['topics', 'match'],
    ['feeds', 'url'],
  ] as const) {
    const entries = asList(fieldOf(data, section));
    entries.forEach((entry, index) => {
      const next = entries[index + 1];
      if (!isMap(entry) || !isMap(next)) return;
      const keys = Object.keys(next);
      const isSplit =
        !(requiredKey in entry) &&
        requiredKey in next &&
        !('id' in next) &&
        'id' in entry &&
        !keys.some((key) => key in entry);
      if (!isSplit) return;
      const [first = requiredKey] = keys;
      const message = `expected ${first}: in the same entry as ${Object.keys(entry)[0]}:, got a separate entry`;
      const suggestion = 'write two spaces instead of the dash before it: each dash begins an entry';
      const at: Path = [section, index + 1];
      report(at, positions.faultAtKey(at, first, message, suggestion), [
        [section, index, requiredKey],
        [...at, 'id'],
      ]);
    });
  }
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, depth) => path[depth] === part);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
