import { type CST, type Document, isScalar, Parser, parseDocument, Scalar, visit } from 'yaml';
import { ConfigError, type Fault } from '../faults.ts';
import type { Edit, SyntaxFault } from './detector.ts';
import { Positions, type Span } from './positions.ts';
import { quoteText, signFault } from './quote-faults.ts';
import { aliasFault, duplicateKeyFault, syntaxFaultsAt } from './syntax-faults.ts';

export interface ParsedYaml {
  readonly raw: unknown;
  readonly positions: Positions;
  /** Syntax errors. */
  readonly faults: readonly Fault[];
  /** Whether a fault is in a part of the file that already has one of `faults`. */
  isReported(fault: Fault): boolean;
}

/** After this many corrected errors, reading stops at the next one. */
const MAX_FIXED_FAULTS = 20;
/**
 * Limits parsing after corrections to about a quarter of a second, with the checks of depth. A file of hundreds of feeds
 * with some errors stays below this limit.
 */
const MAX_REPARSED_CHARACTERS = 250_000;
/** An error takes the parser as long as this many characters. */
const CHARACTERS_PER_ERROR = 10;
/** Limit on nested lists and maps. parseDocument is recursive, and the depth that it survives varies from run to run. */
const MAX_DEPTH = 50;

/**
 * Reads YAML and reports all syntax errors at once: each error is corrected in memory, and the text is parsed again. Throws
 * ConfigError if an error cannot be corrected.
 */
export function readYaml(original: string, file: string): ParsedYaml {
  let fixed = new FixedText(original);
  const found: Span[] = [];
  const faults: Fault[] = [];
  let reparsed = 0;
  let last: { readonly text: string; readonly document: Document } | undefined;
  const parseAgain = (text: string) => {
    const document = parse(text);
    reparsed += text.length + CHARACTERS_PER_ERROR * document.errors.length;
    last = { text, document };
    return document;
  };
  for (;;) {
    const { text } = fixed;
    const isChecked = mayBeDeep(text);
    if (isChecked) reparsed += text.length;
    const isDeep = isChecked && isTooDeep(text);
    const document = isDeep ? parse('') : last?.text === text ? last.document : parse(text);
    const originOf = (offset: number) => fixed.originOf(offset);
    const positions = new Positions({ file, original, text, originOf }, document);
    const report = ({ at, length, message, suggestion }: SyntaxFault) => {
      const start = originOf(at);
      const span = { at: start, length: Math.max(1, originOf(at + length) - start) };
      found.push(span);
      faults.push(positions.faultAt(span, message, suggestion));
    };
    if (isDeep) {
      report({
        at: 0,
        length: 1,
        message: `expected at most ${MAX_DEPTH} levels of nested lists and maps, got more`,
        suggestion: 'close each [ and { where its list or map ends',
      });
      throw new ConfigError(sortFaults(faults));
    }
    const [first] = syntaxErrors(document);
    const syntaxFault = first ? likeliestFault(fixed, first, parseAgain) : unknownAlias(document, text);
    const isNew =
      syntaxFault && !found.some((span) => overlaps(span, { ...syntaxFault, at: originOf(syntaxFault.at) }));
    if (syntaxFault && isNew) report(syntaxFault);
    if (syntaxFault?.fix && isNew && found.length < MAX_FIXED_FAULTS && reparsed < MAX_REPARSED_CHARACTERS) {
      fixed = fixed.with(syntaxFault.fix);
      continue;
    }
    if (syntaxFault) throw new ConfigError(sortFaults(faults));

    for (const fault of [...duplicateKeys(text, document), ...unquotedSigns(document, text)]) report(fault);
    const recursive = recursiveAliases(document, text);
    for (const fault of recursive) report(fault);
    if (recursive.length > 0) throw new ConfigError(sortFaults(faults));
    return {
      raw: toPlain(document, positions),
      positions,
      faults,
      isReported: (fault) => found.some((span) => isWithin(fault, positions, span)),
    };
  }
}

/** Whether lists and maps are nested more than `MAX_DEPTH` levels deep. */
function isTooDeep(text: string): boolean {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [];
  try {
    for (const token of new Parser().parse(text)) open.push({ token, depth: 1 });
  } catch (error) {
    // The parser is recursive too, and ends thousands of levels one within the other.
    if (error instanceof RangeError) return true;
    throw error;
  }
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return true;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    const items = 'items' in token ? token.items : [];
    for (const { key, value } of items) {
      for (const inner of [key, value]) if (inner) open.push({ token: inner, depth: depth + 1 });
    }
  }
  return false;
}

/** A cheap check for many open brackets or a deep indent. Most files have neither and are parsed only once. */
function mayBeDeep(text: string): boolean {
  if (/^[ \t?-]{25}/m.test(text)) return true;
  let brackets = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    brackets = Math.max(0, brackets + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (brackets > MAX_DEPTH / 2) return true;
  }
  return false;
}

function parse(text: string): Document {
  const { stackTraceLimit } = Error;
  // A broken file can have thousands of errors. With stack traces, which nobody reads, they would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { prettyErrors: false });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Returns the errors in the order of the text, without duplicate keys, which do not stop the parser. */
function syntaxErrors({ errors }: Document): Document['errors'] {
  return errors.filter(({ code }) => code !== 'DUPLICATE_KEY').toSorted((a, b) => a.pos[0] - b.pos[0]);
}

/**
 * Returns the first fault whose correction lets the parser get further. If none does, returns the likeliest one without its
 * fix.
 */
function likeliestFault(
  fixed: FixedText,
  error: Document['errors'][number],
  parseAgain: (text: string) => Document,
): SyntaxFault {
  const candidates = [...syntaxFaultsAt(fixed.text, error)];
  const found = candidates.find(({ fix }) => {
    if (!fix) return false;
    const next = fixed.with(fix);
    const [first] = syntaxErrors(parseAgain(next.text));
    return first === undefined || next.originOf(first.pos[0]) > fixed.originOf(error.pos[0]);
  });
  const [likeliest = found] = candidates;
  const { fix: _, ...withoutFix } = likeliest as SyntaxFault;
  return found ?? withoutFix;
}

/** A text with corrections, and the offset in the file of each of its characters. */
class FixedText {
  readonly text: string;
  readonly #origin: readonly number[] | undefined;

  constructor(text: string, origin?: readonly number[]) {
    this.text = text;
    this.#origin = origin;
  }

  originOf(offset: number): number {
    return this.#origin?.[offset] ?? this.#origin?.at(-1) ?? offset;
  }

  with(edits: readonly Edit[]): FixedText {
    const parts: string[] = [];
    const origin: number[] = [];
    let from = 0;
    const keep = (to: number) => {
      parts.push(this.text.slice(from, to));
      for (; from < to; from++) origin.push(this.originOf(from));
    };
    for (const { at, length, text } of edits.toSorted((a, b) => a.at - b.at)) {
      keep(at);
      parts.push(text);
      for (let n = 0; n < text.length; n++) origin.push(this.originOf(at + Math.min(n, length)));
      from = at + length;
    }
    keep(this.text.length);
    origin.push(this.originOf(this.text.length));
    return new FixedText(parts.join(''), origin);
  }
}

const overlaps = (a: Span, b: Span) => a.at < b.at + b.length && b.at < a.at + a.length;

function isWithin({ line, column }: Fault, positions: Positions, { at, length }: Span): boolean {
  const offset = positions.offsetOf(line, column);
  // An empty value is directly after its sign.
  return offset >= at && offset <= at + length;
}

/**
 * Returns one fault for each map with duplicate keys. An entry that lacks its dash repeats several keys of the one before.
 */
function duplicateKeys(text: string, { errors }: Document): SyntaxFault[] {
  const faults = errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .map((error) => duplicateKeyFault(text, error));
  return faults.filter(({ at }, n) => {
    const previous = faults[n - 1];
    const between = previous === undefined ? '\n\n' : text.slice(previous.at, at);
    // The keys of one map are in one column, without a dash between them.
    return (
      previous === undefined || columnOf(text, previous.at) !== columnOf(text, at) || /\n\s*-\s/.test(between)
    );
  });
}

const columnOf = (text: string, at: number) => at - text.lastIndexOf('\n', at - 1);

/** Finds texts that YAML reads as something else without an error: `!urgent`, and in queries `&flood` and "\b". */
function unquotedSigns(document: Document, text: string): SyntaxFault[] {
  const found: SyntaxFault[] = [];
  const aliased = new Set<string>();
  visit(document, { Alias: (_key, { source }) => void aliased.add(source) });
  visit(document, {
    Node(key, node, parents) {
      if (!isScalar(node) || !node.range) return;
      const pair = parents.at(-1);
      const name =
        key === 'value' && pair && 'key' in pair && isScalar(pair.key) ? String(pair.key.value) : '';
      // Search only if there is a tag or an anchor, because a file may be a single long line of JSON.
      const hasSign = node.tag !== undefined || node.anchor !== undefined;
      const from = hasSign ? signStart(text, node.range[0]) : node.range[0];
      const isTag =
        node.tag !== undefined &&
        document.warnings.some(({ pos }) => pos[0] >= from && pos[0] < (node.range?.[1] ?? 0));
      const isAnchor = node.anchor !== undefined && !aliased.has(node.anchor) && QUERY_KEYS.test(name);
      if (isTag || isAnchor) {
        const source = text.slice(from, node.range[1]).trimEnd();
        found.push({ at: from, length: source.length, ...signFault(name, source) });
      }
      if (node.type === Scalar.QUOTE_DOUBLE && CONTROL_CHARACTER.test(String(node.value))) {
        const source = text.slice(node.range[0] + 1, node.range[1] - 1);
        found.push({
          at: node.range[0],
          length: source.length + 2,
          message: 'expected no escape for an invisible character in double quotes, got one such as \\b',
          suggestion: `write ${name === '' ? '' : `${name}: `}${quoteText(source)}`,
        });
      }
    },
  });
  return found;
}

const QUERY_KEYS = /^(match|urgent|any|all|none)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finds control characters
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Returns the offset of a value's tag or anchor, which the value's range does not include. */
function signStart(text: string, at: number): number {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const [, sign] = /[:\-[,{]\s+([!&]\S*\s*)$/.exec(text.slice(lineStart, at)) ?? [];
  return at - (sign?.length ?? 0);
}

function toPlain(document: Document, positions: Positions): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ConfigError([positions.faultAt({ at: 0, length: 1 }, `expected YAML, got ${detail}`)]);
  }
}

/** Finds `*flood` without an anchor of that name before it, which is probably a text. */
function unknownAlias(document: Document, text: string): SyntaxFault | undefined {
  let found: SyntaxFault | undefined;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return undefined;
      found = aliasFault(text, alias.range?.[0] ?? 0);
      return visit.BREAK;
    },
  });
  return found;
}

/** Finds aliases inside the value that they stand for. */
function recursiveAliases(document: Document, text: string): SyntaxFault[] {
  const found: SyntaxFault[] = [];
  visit(document, {
    Alias(_key, alias) {
      const [at = 0, end = at] = alias.range ?? [];
      const [from = 0, to = 0] = alias.resolve(document)?.range ?? [];
      if (at < from || at >= to) return;
      const message = `expected no alias inside its own value, got ${text.slice(at, end)}`;
      found.push({ at, length: end - at, message, suggestion: 'remove it there' });
    },
  });
  return found;
}

export function sortFaults(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
