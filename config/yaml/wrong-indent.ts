/** The beginning of a key or a list entry in a YAML file. */
interface BlockStart {
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly kind: 'key' | 'entry';
  /** `match:` or `-`, for messages. */
  readonly name: string;
}

/** A line that is not aligned with the lines around it. Lines and columns count from 0. */
export interface WrongIndent {
  readonly line: number;
  readonly name: string;
  readonly column: number;
  readonly expected: number;
  /** The line that it should be aligned with. */
  readonly with: { readonly line: number; readonly name: string };
  /** The line after the last one that needs the same shift. */
  readonly until: number;
}

const LINE_START = /^( *)((?:- +)*)(?:(-)$|(?:("[^"]*"|'[^']*'|[^\s#"'[\]{},:][^:#]*?)\s*:(?=\s|$)))?/;

/** Returns the entries and keys that begin on a line, from left to right: `- id: a` is one of each. */
function blockStarts(text: string, line: number): BlockStart[] {
  const [, indent = '', dashes = '', lone, key] = LINE_START.exec(text.trimEnd()) ?? [];
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

/** Returns the first line in [from, to] that is aligned with nothing before it, or undefined. Lines count from 0. */
export function wrongIndent(lines: readonly string[], from: number, to: number): WrongIndent | undefined {
  const open: BlockStart[] = [];
  let previous: string | undefined;
  for (const [line, text] of lines.entries()) {
    if (line > to) return undefined;
    if (isBlank(text)) continue;
    const starts = blockStarts(text, line);
    const [first] = starts;
    if (!first) continue;
    const isAligned = open.some(({ column, kind }) => column === first.column && kind === first.kind);
    const top = open.at(-1);
    const isDeeper = top === undefined || first.column > top.column;
    // A list may be in the column of the key that it belongs to.
    const isOpened =
      previous !== undefined &&
      opensBlock(previous) &&
      (isDeeper ||
        (first.kind === 'entry' &&
          open.some(({ kind, column }) => kind === 'key' && column === first.column)));
    const isValid = top === undefined || isOpened || isAligned;
    const [root] = open;
    if (root && root.column > 0 && first.column === 0 && line >= from) {
      return { ...root, expected: 0, with: { line, name: first.name }, until: line };
    }
    if (!isValid && line >= from) {
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
    // A key stays open when its list is in the same column.
    const isClosed = ({ column, kind }: BlockStart) =>
      column > first.column || (column === first.column && !(first.kind === 'entry' && kind === 'key'));
    for (let last = open.at(-1); last && isClosed(last); last = open.at(-1)) open.pop();
    open.push(...starts);
    previous = text;
  }
  return undefined;
}

/** The top-level keys. */
const SECTION = /^(defaults|feeds|terms|topics|recipients|operations):$/;

const distance = (a: BlockStart, b: BlockStart) => Math.abs(a.column - b.column);

/** Returns the line after the last one that is in the same wrong column or nested below it. */
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
    const isAligned = open.some((start) => start.column === column && start.kind === next?.kind);
    if (column > first.column && isAligned && !own.includes(column)) break;
  }
  return end;
}
