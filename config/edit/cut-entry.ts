import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isScalar, isSeq, parse, parseDocument, type YAMLSeq } from 'yaml';
import { lineEnd, type Section } from './insert-entries.ts';

/**
 * Returns the text of a valid configuration without the entry at an index of a list; undefined when this would change
 * anything else. Cuts the entry out of the text, so that layout and the comments of all other lines stay.
 */
export function cutEntry(text: string, section: Section, index: number): string | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  const result = textWithout(text, document, section, index);
  if (result === undefined) return undefined;
  const before = document.toJS() as Record<Section, unknown[]>;
  const wanted = { ...before, [section]: before[section].toSpliced(index, 1) };
  return isDeepStrictEqual(parsedValue(result), wanted) ? result : undefined;
}

/** Returns the value of a text; undefined for one that is not valid, such as one with an alias of something cut. */
export function parsedValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function textWithout(text: string, document: Document, section: Section, index: number): string | undefined {
  const root = document.contents;
  if (!isMap(root)) return undefined;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === section);
  const list = pair?.value;
  if (!pair || !isSeq(list) || !isScalar(pair.key)) return undefined;
  const range = list.flow ? flowRange(list, index) : blockRange(text, list, index);
  if (!range) return undefined;
  const colon = text.indexOf(':', pair.key.range?.[1]);
  const isLast = list.items.length === 1 && !list.flow;
  // A key without a value is no list.
  const start = isLast
    ? `${text.slice(0, colon + 1)} []${text.slice(colon + 1, range.from)}`
    : text.slice(0, range.from);
  return start + text.slice(range.until);
}

interface TextRange {
  readonly from: number;
  readonly until: number;
}

/** Returns the lines of an entry of a block list. */
function blockRange(text: string, list: YAMLSeq, index: number): TextRange | undefined {
  const token = list.srcToken?.type === 'block-seq' ? list.srcToken.items[index] : undefined;
  const dash = token?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
  const end = endOf(list, index);
  if (dash === undefined || end === undefined) return undefined;
  const from = text.lastIndexOf('\n', dash - 1) + 1;
  if (text.slice(from, dash).replace('\ufeff', '').trim() !== '') return undefined;
  const column = dash - from;
  return { from, until: afterOwnComments(text, text[end - 1] === '\n' ? end : lineEnd(text, end), column) };
}

/** Returns the start of the line after the comments below an entry that are indented like its keys, and so are about it. */
function afterOwnComments(text: string, from: number, column: number): number {
  let at = from;
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    const [, indent] = /^( *)#/.exec(line) ?? [];
    if (indent === undefined || indent.length <= column) return at;
    at += line.length;
  }
}

/** Returns an entry of a flow list with the comma after it or, for the last one, before it. */
function flowRange(list: YAMLSeq, index: number): TextRange | undefined {
  const [start, end] = [startOf(list, index), endOf(list, index)];
  if (start === undefined || end === undefined) return undefined;
  const next = startOf(list, index + 1);
  if (next !== undefined) return { from: start, until: next };
  return { from: endOf(list, index - 1) ?? start, until: end };
}

function startOf({ items }: YAMLSeq, index: number): number | undefined {
  const item = items[index];
  return isNode(item) ? item.range?.[0] : undefined;
}

function endOf({ items }: YAMLSeq, index: number): number | undefined {
  const item = items[index];
  return isNode(item) ? item.range?.[1] : undefined;
}
