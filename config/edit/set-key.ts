import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';
import { parsedValue } from './cut-entry.ts';
import { lineEnd, type Section } from './insert-entries.ts';

/**
 * Returns the text of a valid configuration with one key of an entry set to a value, or removed if the value is undefined;
 * returns undefined when this would change anything else. An entry that is only an address becomes a map with `url`.
 * Splices the text, so that the layout and the comments of all other lines stay.
 */
export function setKey(
  text: string,
  section: Section,
  index: number,
  key: string,
  value: string | boolean | undefined,
): string | undefined {
  const root = parseDocument(text, { keepSourceTokens: true });
  const before = root.toJS() as Record<Section, unknown[]>;
  const list = root.get(section, true);
  if (!isSeq(list)) return undefined;
  const entry = list.items[index];
  if (!isNode(entry) || !entry.range) return undefined;
  const result = withKey({ text, entry, inFlow: list.flow === true }, key, value);
  if (result === undefined) return undefined;
  const was = before[section][index];
  // An address has no other key that could be removed.
  if (result === text) return text;
  const { [key]: _, ...others } = typeof was === 'string' ? { url: was } : (was as Record<string, unknown>);
  const wanted = {
    ...before,
    [section]: before[section].with(index, value === undefined ? others : { ...others, [key]: value }),
  };
  return isDeepStrictEqual(parsedValue(result), wanted) ? result : undefined;
}

interface EntryText {
  readonly text: string;
  readonly entry: Node;
  readonly inFlow: boolean;
}

function withKey(
  { text, entry, inFlow }: EntryText,
  key: string,
  value: string | boolean | undefined,
): string | undefined {
  const splice = (from: number, until: number, insert: string) =>
    text.slice(0, from) + insert + text.slice(until);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const [start = 0, end = 0] = entry.range ?? [];
  if (isScalar(entry)) {
    if (value === undefined) return text;
    const address = text.slice(start, end);
    if (inFlow) return splice(start, end, `{ url: ${address}, ${key}: ${JSON.stringify(value)} }`);
    const next = text[end - 1] === '\n' ? end : lineEnd(text, end);
    // A comment beside the address stays there.
    return `${text.slice(0, start)}url: ${withLine(text.slice(start), next - start, `${indentAt(text, start)}${key}: ${printed(value)}`, eol)}`;
  }
  if (!isMap(entry)) return undefined;
  const at = entry.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const pair = entry.items[at];
  if (pair)
    return value === undefined ? cutPair(text, entry, at) : setValue(text, pair, value, entry.flow === true);
  if (value === undefined) return text;
  const last = endOfPair(entry.items.at(-1));
  if (last === undefined) return undefined;
  if (entry.flow) return splice(last, last, `, "${key}": ${JSON.stringify(value)}`);
  const next = text[last - 1] === '\n' ? last : lineEnd(text, last);
  return withLine(text, next, `${indentAt(text, start)}${key}: ${printed(value)}`, eol);
}

/** Inserts a line at the start of another, or at the end of a text without a final line break. */
function withLine(text: string, at: number, line: string, eol: string): string {
  const added = text[at - 1] === '\n' ? `${line}${eol}` : `${eol}${line}`;
  return text.slice(0, at) + added + text.slice(at);
}

/** Replaces a value. A list or a text of several lines becomes one line. */
function setValue(
  text: string,
  { key, value: node }: Pair,
  value: string | boolean,
  inFlow: boolean,
): string | undefined {
  if (!isNode(key) || !key.range || !isNode(node) || !node.range) return undefined;
  const [start, valueEnd] = node.range;
  const colon = text.indexOf(':', key.range[1]);
  const isOnLine = !text.slice(colon, start).includes('\n');
  // The end of a block may be the start of the next line.
  const end = text.slice(0, valueEnd).trimEnd().length;
  const shown = inFlow ? JSON.stringify(value) : printed(value);
  return isOnLine
    ? text.slice(0, start) + shown + text.slice(end)
    : `${text.slice(0, colon + 1)} ${shown}${text.slice(end)}`;
}

/**
 * Cuts the lines of a pair of a block map; undefined for the first, which stands beside the dash, and for one with a
 * comment, which would be lost.
 */
function cutPair(text: string, entry: YAMLMap, at: number): string | undefined {
  const pair = entry.items[at];
  const end = endOfPair(pair);
  if (!pair || entry.flow || at === 0 || end === undefined || !isNode(pair.key) || !pair.key.range)
    return undefined;
  const from = text.lastIndexOf('\n', pair.key.range[0] - 1) + 1;
  if (/\s#/.test(text.slice(pair.key.range[1], lineEnd(text, end)))) return undefined;
  return text.slice(0, from) + text.slice(text[end - 1] === '\n' ? end : lineEnd(text, end));
}

function endOfPair(pair: Pair | undefined): number | undefined {
  const node = isNode(pair?.value) ? pair.value : pair?.key;
  return isNode(node) ? node.range?.[1] : undefined;
}

/** Returns as many spaces as stand before a position of a line, with a space in place of each dash. */
function indentAt(text: string, at: number): string {
  return ' '.repeat(at - text.lastIndexOf('\n', at - 1) - 1);
}

function printed(value: string | boolean): string {
  return stringify(value, { lineWidth: 0, singleQuote: true, blockQuote: false }).trimEnd();
}
