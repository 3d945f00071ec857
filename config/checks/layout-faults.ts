import type { Fault } from '../faults.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { asList, fieldOf } from './cross-faults.ts';
import { keysAt } from './key-suggestion.ts';
import { type LocatedFault, showValue } from './schema-faults.ts';

/** A slip of layout that YAML takes: its one cause would show as several faults of shape. */
interface LayoutFaults {
  readonly found: readonly LocatedFault[];
  /** True of a fault that has its cause in one of `found`. */
  explains(at: Path): boolean;
}

const EXAMPLE =
  'copy news-alerts.yaml from the repository and change it; docs/configuration.md explains every key';

/** Returns what is wrong with a file that is no map at all: empty, a list, a text. */
export function missingSections(raw: unknown, positions: Positions): Fault | undefined {
  const expected = 'expected a map with feeds, terms, topics, recipients, operations and defaults';
  const at = { at: 0, length: 1 };
  if (isMap(raw) && Object.keys(raw).length > 0) return undefined;
  if (isMap(raw)) return positions.faultAt(at, `${expected}, got an empty file`, EXAMPLE);
  if (!Array.isArray(raw)) return positions.fault([], `${expected}, got ${showValue(raw)}`, EXAMPLE);
  const [first] = raw;
  const section = typeof first === 'string' || fieldOf(first, 'url') !== undefined ? 'feeds' : 'topics';
  const name =
    fieldOf(first, 'email') !== undefined || fieldOf(first, 'sms') !== undefined ? 'recipients' : section;
  return positions.fault([], `${expected}, got a list`, `write ${name}: on a line above it`);
}

export function layoutFaults(data: unknown, positions: Positions): LayoutFaults {
  const found: LocatedFault[] = [];
  const explained: Path[] = [];
  const tell: Report = (at, fault, causes) => {
    found.push({ at, fault });
    explained.push(...causes);
  };
  findOutdented(data, [], positions, tell);
  for (const part of ['feeds', 'topics', 'recipients', 'operations']) {
    for (const [index, entry] of asList(fieldOf(data, part)).entries()) {
      findOutdented(entry, [part, index], positions, tell);
    }
  }
  findSplitEntries(data, positions, tell);
  return { found, explains: (at) => explained.some((path) => isWithin(at, path)) };
}

/** `causes`: the paths of which nothing else is told. */
type Report = (at: Path, fault: Fault, causes: readonly Path[]) => void;

/** Keys of an empty map that stand beside its key and not below it. */
function findOutdented(map: unknown, path: Path, positions: Positions, tell: Report): void {
  // Most maps have no empty value; looking up their keys would take long in a large file.
  if (!isMap(map) || !Object.values(map).includes(null)) return;
  const known = keysAt(path);
  const entries = Object.entries(map);
  for (const [index, [key, value]] of entries.entries()) {
    if (value !== null || !known.includes(key)) continue;
    const below = keysAt([...path, key]);
    const after = entries.slice(index + 1);
    const end = after.findIndex(([name]) => known.includes(name) || !below.includes(name));
    const stray = (end < 0 ? after : after.slice(0, end)).map(([name]) => name);
    const [first] = stray;
    if (first === undefined) continue;
    const isList = path.length === 0 && key !== 'defaults' && key !== 'terms';
    const fault = positions.faultAtKey(
      path,
      first,
      `expected ${first}: below ${key}: and further to the right, got it in the same column`,
      isList
        ? `put a dash and spaces before it: "  - ${first}:", and four spaces before what follows`
        : 'put two more spaces before it',
    );
    tell([...path, first], fault, [[...path, key], ...stray.map((name) => [...path, name])]);
  }
}

/** An entry with a dash before each of its keys: `- id: a`, `- match: x`. */
function findSplitEntries(data: unknown, positions: Positions, tell: Report): void {
  for (const [part, needed] of [
    ['topics', 'match'],
    ['feeds', 'url'],
  ] as const) {
    const entries = asList(fieldOf(data, part));
    entries.forEach((entry, index) => {
      const next = entries[index + 1];
      if (!isMap(entry) || !isMap(next) || Array.isArray(entry) || Array.isArray(next)) return;
      const isHalf = (one: object, other: string) => Object.keys(one).length > 0 && !(other in one);
      const keys = Object.keys(next);
      const isSplit =
        isHalf(entry, needed) &&
        needed in next &&
        !('id' in next) &&
        'id' in entry &&
        !keys.some((key) => key in entry);
      if (!isSplit) return;
      const [first = needed] = keys;
      const message = `expected ${first}: in the same entry as ${Object.keys(entry)[0]}:, got an entry of its own`;
      const suggestion = 'write two spaces in place of the dash before it: one dash begins an entry';
      const at: Path = [part, index + 1];
      tell(at, positions.faultAtKey(at, first, message, suggestion), [
        [part, index, needed],
        [...at, 'id'],
      ]);
    });
  }
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, n) => path[n] === part);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
