import { type CST, type Document, isScalar, Parser, parseDocument, Scalar, visit } from 'yaml';
import { ConfigError, type Fault } from '../faults.ts';
import { Positions, type Span } from './positions.ts';
import {
  aliasFault,
  duplicateKeyFault,
  type Edit,
  quoteText,
  type SyntaxFault,
  signFault,
  syntaxFaultsAt,
} from './syntax-faults.ts';

export interface ParsedYaml {
  readonly raw: unknown;
  readonly positions: Positions;
  /** Faults of the YAML itself. */
  readonly faults: readonly Fault[];
  /** True of a fault in a part of the file that has one of `faults` already. */
  isReported(fault: Fault): boolean;
}

/** Slips that are mended to look for further ones. */
const MAX_FIXED_FAULTS = 20;
/** Characters that are read again for that, half a second of them. A file of hundreds of feeds with some slips has fewer. */
const MAX_REPARSED_CHARACTERS = 500_000;
/** An error takes the parser as long as so many characters. */
const CHARACTERS_PER_ERROR = 30;
/** Of lists and maps. parseDocument calls itself for each level, and how many it bears differs from run to run. */
const MAX_DEPTH = 50;

/**
 * Reads YAML as far as it can be made out: a slip is told, mended in memory, and the text read again, so that all that
 * is wrong is told at once. Throws ConfigError where no sense can be made of the rest.
 */
export function readYaml(original: string, file: string): ParsedYaml {
  let mended = new FixedText(original);
  const found: Span[] = [];
  const faults: Fault[] = [];
  let readAgain = 0;
  let last: { readonly text: string; readonly document: Document } | undefined;
  const parseAgain = (text: string) => {
    const document = parse(text);
    readAgain += text.length + CHARACTERS_PER_ERROR * document.errors.length;
    last = { text, document };
    return document;
  };
  for (;;) {
    const { text } = mended;
    const isDeep = isTooDeep(text);
    const document = isDeep ? parse('') : last?.text === text ? last.document : parse(text);
    const originOf = (offset: number) => mended.originOf(offset);
    const positions = new Positions({ file, original, text, originOf }, document);
    const tell = ({ at, length }: Span, message: string, suggestion: string) => {
      const from = originOf(at);
      const place = { at: from, length: Math.max(1, originOf(at + length) - from) };
      found.push(place);
      faults.push(positions.faultAt(place, message, suggestion));
    };
    if (isDeep) {
      const got = `expected lists and maps that are a few levels deep, got more than ${MAX_DEPTH} levels`;
      tell({ at: 0, length: 1 }, got, 'close each [ and { where its list or map ends');
      throw new ConfigError(sortFaults(faults));
    }
    const [first] = syntaxErrors(document);
    const slip = first ? likeliestFault(mended, first, parseAgain) : unknownAlias(document, text);
    const isNew = slip && !found.some((one) => overlaps(one, { ...slip, at: originOf(slip.at) }));
    if (slip && isNew) tell(slip, slip.message, slip.suggestion);
    if (slip?.fix && isNew && found.length < MAX_FIXED_FAULTS && readAgain < MAX_REPARSED_CHARACTERS) {
      mended = mended.with(slip.fix);
      continue;
    }
    if (slip) throw new ConfigError(sortFaults(faults));

    for (const one of [...duplicateKeys(text, document), ...unquotedSigns(document, text)]) {
      tell(one, one.message, one.suggestion);
    }
    const endless = endlessAliases(document, text);
    for (const alias of endless) tell(alias, alias.message, alias.suggestion);
    if (endless.length > 0) throw new ConfigError(sortFaults(faults));
    return {
      raw: toPlain(document, positions),
      positions,
      faults,
      isReported: (fault) => found.some((one) => isWithin(fault, positions, one)),
    };
  }
}

/** Whether lists and maps are nested more than `MAX_DEPTH` levels deep. */
function isTooDeep(text: string): boolean {
  if (!mayBeDeep(text)) return false;
  const open: { readonly token: CST.Token; readonly depth: number }[] = [];
  for (const token of new Parser().parse(text)) open.push({ token, depth: 1 });
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

/** Whether many brackets are open at once, or a line is far indented. Most files are neither, and are read only once. */
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
  return parseDocument(text, { prettyErrors: false });
}

/** In the order of the text. A key that stands twice keeps nothing else from being read. */
function syntaxErrors({ errors }: Document): Document['errors'] {
  return errors.filter(({ code }) => code !== 'DUPLICATE_KEY').toSorted((a, b) => a.pos[0] - b.pos[0]);
}

/** Returns the first slip without which the parser gets further; if there is none, the first of all, which cannot be mended. */
function likeliestFault(
  mended: FixedText,
  error: Document['errors'][number],
  parseAgain: (text: string) => Document,
): SyntaxFault {
  const slips = [...syntaxFaultsAt(mended.text, error)];
  const found = slips.find(({ fix }) => {
    if (!fix) return false;
    const next = mended.with(fix);
    const [first] = syntaxErrors(parseAgain(next.text));
    return first === undefined || next.originOf(first.pos[0]) > mended.originOf(error.pos[0]);
  });
  const [likely = found] = slips;
  const { fix: _, ...rest } = likely as SyntaxFault;
  return found ?? rest;
}

/** A text in which slips were mended, with the place in the file that each of its characters comes from. */
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
  // An empty value stands right behind its sign.
  return offset >= at && offset <= at + length;
}

/** One for each map: a second entry that lacks its dash repeats several keys. */
function duplicateKeys(text: string, { errors }: Document): SyntaxFault[] {
  const slips = errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .map((error) => duplicateKeyFault(text, error));
  return slips.filter(({ at }, n) => {
    const before = slips[n - 1];
    const between = before === undefined ? '\n\n' : text.slice(before.at, at);
    // The keys of one map stand in one column, on lines that follow each other.
    return (
      before === undefined || columnOf(text, before.at) !== columnOf(text, at) || /\n\s*-\s/.test(between)
    );
  });
}

const columnOf = (text: string, at: number) => at - text.lastIndexOf('\n', at - 1);

/** Texts that YAML reads as something else without an error: `!urgent`, and in queries `&flood` and "\b". */
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
      // Looked for only where there is one: a file may be a single long line, as JSON is.
      const hasSign = node.tag !== undefined || node.anchor !== undefined;
      const from = hasSign ? signStart(text, node.range[0]) : node.range[0];
      const isTag =
        node.tag !== undefined &&
        document.warnings.some(({ pos }) => pos[0] >= from && pos[0] < (node.range?.[1] ?? 0));
      const isAnchor = node.anchor !== undefined && !aliased.has(node.anchor) && QUERY_KEYS.test(name);
      if (isTag || isAnchor) {
        const written = text.slice(from, node.range[1]).trimEnd();
        found.push({ at: from, length: written.length, ...signFault(name, written) });
      }
      if (node.type === Scalar.QUOTE_DOUBLE && CONTROL.test(String(node.value))) {
        const written = text.slice(node.range[0] + 1, node.range[1] - 1);
        found.push({
          at: node.range[0],
          length: written.length + 2,
          message: 'expected no backslash in double quotes that makes an invisible sign, got one such as \\b',
          suggestion: `write ${name === '' ? '' : `${name}: `}${quoteText(written)}`,
        });
      }
    },
  });
  return found;
}

const QUERY_KEYS = /^(match|urgent|any|all|none)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Where a value's tag or anchor begins, which its range leaves out. */
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

/** `*flood` without an anchor of that name before it: a text, most likely. */
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

function endlessAliases(document: Document, text: string): SyntaxFault[] {
  const found: SyntaxFault[] = [];
  visit(document, {
    Alias(_key, alias) {
      const [at = 0, end = at] = alias.range ?? [];
      const [from = 0, to = 0] = alias.resolve(document)?.range ?? [];
      if (at < from || at >= to) return;
      const message = `expected a value that has an end, got ${text.slice(at, end)} inside what it stands for`;
      found.push({ at, length: end - at, message, suggestion: 'take it out of there' });
    },
  });
  return found;
}

export function sortFaults(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
