import { type Document, isMap, isNode, isScalar, LineCounter, type Node, type Scalar } from 'yaml';
import type { Fault } from '../faults.ts';
import { codeFrame } from '../query/code-frame.ts';
import { MaskedConfig } from './masked-config.ts';
import { scalarOffset } from './scalar-offset.ts';

export type Path = readonly (string | number)[];

/** A stretch of the file's text, in UTF-16 units. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** A text with the place in the file that each of its characters comes from. */
export interface ParsedText {
  readonly file: string;
  /** As it stands in the file. */
  readonly original: string;
  /** As it was parsed, which differs where a slip was mended to find what else is wrong. */
  readonly text: string;
  /** Offset in the original, by offset in the text. */
  readonly originOf: (offset: number) => number;
}

/** Finds the place of a path in a YAML document, and writes paths with ids in place of list indexes. */
export class Positions {
  readonly #source: ParsedText;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  /** The file's text without secrets, once it is shown. */
  #masked: MaskedConfig | undefined;

  constructor(source: ParsedText, document: Document) {
    this.#source = source;
    this.#document = document;
    for (let at = 0; at > 0 || this.#lines.lineStarts.length === 0; ) {
      this.#lines.addNewLine(at);
      at = source.original.indexOf('\n', at) + 1;
    }
  }

  /** A fault at a stretch of the file. */
  faultAt({ at, length }: Span, message: string, suggestion?: string): Fault {
    return this.#fault({ at, length }, '', message, suggestion);
  }

  /** A fault at a path's value, or at its nearest existing ancestor. */
  fault(path: Path, message: string, suggestion?: string): Fault {
    return this.#fault(this.#stretch(path), this.#name(path), message, suggestion);
  }

  /** A fault without an excerpt at a character of a path's value, or at the value where it is not written as it is read. */
  faultInText(path: Path, at: number, message: string): Fault {
    const node = this.node(path);
    const offset = isScalar(node) ? scalarOffset(this.#source.text, node, at) : undefined;
    const place = offset === undefined ? this.#stretch(path).at : this.#source.originOf(offset);
    return this.#located(place, this.#name(path), message);
  }

  /** A fault at the key itself rather than at its value. */
  faultAtKey(parent: Path, key: string, message: string, suggestion?: string): Fault {
    const map = this.node(parent);
    const pair = isMap(map)
      ? map.items.find(({ key: k }) => isScalar(k) && String(k.value) === key)
      : undefined;
    const path = [...parent, key];
    const place = pair && isNode(pair.key) ? this.#placeOf(pair.key) : undefined;
    return this.#fault(place ?? this.#stretch(path), this.#name(path), message, suggestion);
  }

  /** The offset in the file of a line and a column, from 1. */
  offsetOf(line: number, column: number): number {
    return (this.#lines.lineStarts[line - 1] ?? 0) + column - 1;
  }

  node(path: Path): Node | undefined {
    const node = this.#document.getIn(path, true);
    return isNode(node) ? node : undefined;
  }

  /** A value as the file writes it, without its comment; undefined where nothing stands there. */
  sourceText(path: Path): string | undefined {
    const node = this.node(path);
    return node?.range ? this.#source.text.slice(node.range[0], node.range[1]) : undefined;
  }

  /** The comment right behind a path's value, on the same line, from its # on. */
  commentAfter(path: Path): string | undefined {
    const node = this.node(path);
    if (!isScalar(node) || !node.range) return undefined;
    return commentAfter(this.#source.text, node);
  }

  #fault({ at, length }: Span, path: string, message: string, suggestion?: string): Fault {
    const { original } = this.#source;
    this.#masked ??= new MaskedConfig(original);
    const { text } = this.#masked;
    const masked = (what: string) => this.#masked?.mask(what, path.startsWith('feeds')) ?? what;
    const advice = suggestion === undefined ? undefined : masked(suggestion);
    const snippet =
      text.trim() === ''
        ? advice
        : codeFrame({
            source: { text },
            at,
            length,
            ...(advice === undefined ? {} : { suggestion: advice }),
          });
    return {
      ...this.#located(at, masked(path), masked(message)),
      ...(snippet === undefined ? {} : { snippet }),
    };
  }

  #located(at: number, path: string, message: string): Fault {
    const { line, col } = this.#lines.linePos(at);
    return { file: this.#source.file, line, column: col, path, message };
  }

  #stretch(path: Path): Span {
    for (let length = path.length; length >= 0; length--) {
      const node = this.node(path.slice(0, length));
      const place = node && this.#placeOf(node);
      if (place) return place;
    }
    return { at: 0, length: 1 };
  }

  #placeOf(node: Node): Span | undefined {
    if (!node.range) return undefined;
    const [from, to] = node.range;
    const at = this.#source.originOf(from);
    return { at, length: Math.max(1, this.#source.originOf(to) - at) };
  }

  #name(path: Path): string {
    return path.reduce<string>((name, part, depth) => {
      if (typeof part === 'number') {
        const id = this.#document.getIn([...path.slice(0, depth + 1), 'id']);
        return typeof id === 'string' ? `${name}.${id}` : `${name}[${part}]`;
      }
      return name === '' ? part : `${name}.${part}`;
    }, '');
  }
}

function commentAfter(text: string, { range, value }: Scalar): string | undefined {
  const [, end = 0] = range ?? [];
  const rest = text.slice(end).split(/\r?\n/, 1)[0] ?? '';
  // An empty value ends right behind its colon.
  const found = value === null || /^\s/.test(rest) ? /^\s*(#.*)$/.exec(rest)?.[1] : undefined;
  return found?.trimEnd();
}
