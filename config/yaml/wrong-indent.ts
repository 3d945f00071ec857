/** A line of a YAML file that begins a key or an entry of a list. */
interface BlockStart {
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly kind: 'key' | 'entry';
  /** `match:` or `-`, as faults name it. */
  readonly name: string;
}

/** A line that stands between the columns of its neighbours. */
export interface WrongIndent {
  /** From 0, as are the columns. */
  readonly line: number;
  readonly name: string;
  readonly column: number;
  readonly expected: number;
  /** The line that it should be in line with. */
  readonly with: { readonly line: number; readonly name: string };
  /** The line after the last one that is to be moved as far. */
  readonly until: number;
}

const SHAPE = /^( *)((?:- +)*)(?:(-)$|(?:("[^"]*"|'[^']*'|[^\s#"'[\]{},:][^:#]*?)\s*:(?=\s|$)))?/;

/** Returns the entries and keys that a line begins, from left to right: `- id: a` is one of each. */
function blockStarts(text: string, line: number): BlockStart[] {
  const [, indent = '', dashes = '', lone, key] = SHAPE.exec(text.trimEnd()) ?? [];
  const found: BlockStart[] = [...dashes.matchAll(/-/g)].map(({ index }) => ({
    line,
    column: indent.length + index,
    kind: 'entry',
    name: '-',
  }));
  const column = indent.length + dashes.length;
  if (lone) found.push({ line, column, kind: 'entry', name: '-' });
  if (key) found.push({ line, column, kind: 'key', name: `${key}:` });
  return found;
}

const isBlank = (text: string) => /^\s*(#|$)/.test(text);
const opensBlock = (text: string) => /(:|(^|\s)-)\s*(#.*)?$/.test(text);

/** Returns the first line in [from, to] that is in line with nothing before it, or undefined. Lines count from 0. */
export function wrongIndent(lines: readonly string[], from: number, to: number): WrongIndent | undefined {
  const open: BlockStart[] = [];
  let previous: string | undefined;
  for (const [line, text] of lines.entries()) {
    if (line > to) return undefined;
    if (isBlank(text)) continue;
    const parts = blockStarts(text, line);
    const [first] = parts;
    if (!first) continue;
    const fits = (column: number) => open.some((one) => one.column === column && one.kind === first.kind);
    const top = open.at(-1);
    const isDeeper = top === undefined || first.column > top.column;
    // A list may stand in the column of the key that it belongs to.
    const isOpened =
      previous !== undefined &&
      opensBlock(previous) &&
      (isDeeper ||
        (first.kind === 'entry' &&
          open.some(({ kind, column }) => kind === 'key' && column === first.column)));
    const fine = top === undefined || isOpened || fits(first.column);
    const [root] = open;
    if (root && root.column > 0 && first.column === 0 && line >= from) {
      return { ...root, expected: 0, with: { line, name: first.name }, until: line };
    }
    if (!fine && line >= from) {
      const isSection = SECTION.test(first.name);
      const [nearest] = open
        .filter(({ kind }) => kind === first.kind)
        .sort(
          (a, b) =>
            distance(a, first) - distance(b, first) ||
            (isSection ? a.column - b.column : b.column - a.column),
        );
      if (!nearest || nearest.column === first.column) return undefined;
      return {
        line,
        name: first.name,
        column: first.column,
        expected: nearest.column,
        with: nearest,
        until: endOfRun(lines, line, first, open),
      };
    }
    // The key of a list in its own column stays open below the list.
    const isOver = ({ column, kind }: BlockStart) =>
      column > first.column || (column === first.column && !(first.kind === 'entry' && kind === 'key'));
    for (let last = open.at(-1); last && isOver(last); last = open.at(-1)) open.pop();
    open.push(...parts);
    previous = text;
  }
  return undefined;
}

/** The keys of the file itself. */
const SECTION = /^(defaults|feeds|terms|topics|recipients|operations):$/;

const distance = (one: BlockStart, other: BlockStart) => Math.abs(one.column - other.column);

/** Lines of the same wrong column, and what is below them. */
function endOfRun(
  lines: readonly string[],
  line: number,
  first: BlockStart,
  open: readonly BlockStart[],
): number {
  const own = blockStarts(lines[line] ?? '', line).map(({ column }) => column);
  let end = line + 1;
  for (; end < lines.length; end++) {
    const text = lines[end] ?? '';
    if (isBlank(text)) continue;
    const [next] = blockStarts(text, end);
    const column = next?.column ?? text.length - text.trimStart().length;
    if (column < first.column || (column === first.column && next && next.kind !== first.kind)) break;
    const isRight = open.some((one) => one.column === column && one.kind === next?.kind);
    if (column > first.column && isRight && !own.includes(column)) break;
  }
  return end;
}
