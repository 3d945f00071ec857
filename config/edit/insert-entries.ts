import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, parseDocument, visit, type YAMLSeq } from 'yaml';

/** A list of the configuration that is edited entry by entry. */
export type Section = 'feeds' | 'topics';

/**
 * Returns the text of a valid configuration with entries added at the end of a list; undefined when this would change
 * anything else. Inserts the new lines into the text, because the yaml package cannot print a document unchanged: it
 * breaks and joins lists and moves comments.
 */
export function insertEntries(
  text: string,
  section: Section,
  entries: readonly object[],
): string | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  const insertion = findInsertion(text, document, section, entries);
  if (!insertion) return undefined;
  const { at, insert, until = at } = insertion;
  const result = text.slice(0, at) + insert + text.slice(until);
  const before = document.toJS() as { [Name in Section]?: unknown[] };
  const wanted = { ...before, [section]: [...(before[section] ?? []), ...entries] };
  const after = parseDocument(result);
  return after.errors.length === 0 && isDeepStrictEqual(after.toJS(), wanted) ? result : undefined;
}

/** Returns the entries as they are written to the file, without indentation. */
export function printEntries(entries: readonly object[]): string {
  // Feeds of one folder share a list of tags, which would become YAML aliases. Nobody would write those by hand.
  const document = new Document(entries, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_key, { key, value }) {
      if (isScalar(key) && key.value === 'tags' && isSeq(value)) value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, blockQuote: false });
}

/** Text to insert, in place of the text from `at` to `until`. */
interface Insertion {
  readonly at: number;
  readonly until?: number;
  readonly insert: string;
}

function findInsertion(
  text: string,
  document: Document,
  section: Section,
  entries: readonly object[],
): Insertion | undefined {
  const root = document.contents;
  if (!isMap(root) || !root.range) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = (indent: number) =>
    printEntries(entries)
      .trimEnd()
      .split('\n')
      .map((line) => `${' '.repeat(indent)}${line}${eol}`)
      .join('');
  const flow = entries.map((entry) => JSON.stringify(entry)).join(', ');
  /** Inserts whole lines, also at the end of a text without a final line break. */
  const insertLines = (at: number, insert: string): Insertion => ({
    at,
    insert: at > 0 && text[at - 1] !== '\n' ? `${eol}${insert}` : insert,
  });

  const pair = root.items.find(({ key }) => isScalar(key) && key.value === section);
  if (!pair) {
    return root.flow
      ? { at: root.range[0] + 1, insert: `"${section}": [${flow}], ` }
      : insertLines(text.length, `${eol}${section}:${eol}${block(2)}`);
  }
  const list = pair.value;
  if (!isSeq(list) || !list.range) return undefined;
  const last = endOfLast(list);
  if (!list.flow) {
    const indent = list.srcToken?.type === 'block-seq' ? list.srcToken.indent : undefined;
    return last === undefined || indent === undefined
      ? undefined
      : insertLines(afterComments(text, last, indent), block(indent));
  }
  if (last !== undefined) return { at: last, insert: `, ${flow}` };
  const [start, end] = list.range;
  return root.flow ? { at: start + 1, insert: flow } : replaceEmpty(text, start, end, block(2), eol);
}

function endOfLast(list: YAMLSeq): number | undefined {
  const last = list.items.at(-1) as { range?: [number, number, number] | null } | undefined;
  return last?.range?.[1];
}

/**
 * Returns the start of the line for new entries: after the last entry and after comments right below it with the same
 * indentation, which may be keys of that entry that someone commented out.
 */
function afterComments(text: string, end: number, indent: number): number {
  let at = text[end - 1] === '\n' ? end : lineEnd(text, end);
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    const comment = /^( *)#/.exec(line);
    // A comment without indentation may be about the text that follows.
    if (!comment || (comment[1] ?? '').length < Math.max(indent, 1)) return at;
    at += line.length;
  }
}

/** Returns the start of the next line, or the end of the text. */
export function lineEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found === -1 ? text.length : found + 1;
}

/** Turns `feeds: [] # comment` into `feeds: # comment` with the entries below it. */
function replaceEmpty(text: string, start: number, end: number, entries: string, eol: string): Insertion {
  const until = lineEnd(text, end);
  const rest = text.slice(end, until).trim();
  return { at: start, until, insert: `${rest}${eol}${entries}` };
}
