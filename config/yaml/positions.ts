import { type Document, isMap, isNode, isScalar, LineCounter, type Node, type Scalar } from 'yaml';
import type { Fault } from '../faults.ts';
import { codeFrame } from '../query/code-frame.ts';
import { MaskedConfig } from './masked-config.ts';
import { scalarOffset } from './scalar-offset.ts';

export type Path = readonly (string | number)[];

/** A part of the file's text, in UTF-16 units. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** The text of a file before and after syntax errors in it were corrected. */
export interface ParsedText {
  readonly file: string;
  /** The text of the file. */
  readonly original: string;
  /** The parsed text, in which syntax errors are corrected to find further faults. */
  readonly text: string;
  /** Returns the offset in the original for an offset in the parsed text. */
  readonly originOf: (offset: number) => number;
}

/** Locates paths in a YAML document and creates faults for them. Faults show paths with ids instead of list indexes. */
export class Positions {
  readonly #source: ParsedText;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  /** Created for the first fault. */
  #masked: MaskedConfig | undefined;

  constructor(source: ParsedText, document: Document) {
    this.#source = source;
    this.#document = document;
    for (let at = 0; at > 0 || this.#lines.lineStarts.length === 0; ) {
      this.#lines.addNewLine(at);
      at = source.original.indexOf('\n', at) + 1;
    }
  }

  /** Returns a fault at a span of the file. */
  faultAt({ at, length }: Span, message: string, suggestion?: string): Fault {
    return this.#fault({ at, length }, '', message, suggestion);
  }

  /** Returns a fault at the value of a path, or at its nearest existing ancestor. */
  fault(path: Path, message: string, suggestion?: string): Fault {
    return this.#fault(this.#spanOf(path), this.#name(path), message, suggestion);
  }

  /**
   * Returns a fault without a snippet at a character of a path's value, or at the value if the character cannot be located.
   */
  faultInText(path: Path, at: number, message: string): Fault {
    const node = this.node(path);
    const offset = isScalar(node) ? scalarOffset(this.#source.text, node, at) : undefined;
    const place = offset === undefined ? this.#spanOf(path).at : this.#source.originOf(offset);
    return this.#located(place, this.#name(path), message);
  }

  /** Returns a fault at the key instead of its value. */
  faultAtKey(parent: Path, key: string, message: string, suggestion?: string): Fault {
    const map = this.node(parent);
    const pair = isMap(map)
      ? map.items.find(({ key: k }) => isScalar(k) && String(k.value) === key)
      : undefined;
    const path = [...parent, key];
    const span = pair && isNode(pair.key) ? this.#spanOfNode(pair.key) : undefined;
    return this.#fault(span ?? this.#spanOf(path), this.#name(path), message, suggestion);
  }

  /** Returns the offset in the file of a line and a column, both from 1. */
  offsetOf(line: number, column: number): number {
    return (this.#lines.lineStarts[line - 1] ?? 0) + column - 1;
  }

  node(path: Path): Node | undefined {
    const node = this.#document.getIn(path, true);
    return isNode(node) ? node : undefined;
  }

  /** Returns a value as the file writes it, without its comment; undefined if there is none. */
  sourceText(path: Path): string | undefined {
    const node = this.node(path);
    return node?.range ? this.#source.text.slice(node.range[0], node.range[1]) : undefined;
  }

  /** Returns the comment after a path's value on the same line, from its # on. */
  commentAfter(path: Path): string | undefined {
    const node = this.node(path);
    if (!isScalar(node) || !node.range) return undefined;
    return commentAfter(this.#source.text, node);
  }

  #fault({ at, length }: Span, path: string, message: string, suggestion?: string): Fault {
    const { original } = this.#source;
    this.#masked ??= new MaskedConfig(original);
    const { text } = this.#masked;
    const masked = (shown: string) => this.#masked?.mask(shown, path.startsWith('feeds')) ?? shown;
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

  #spanOf(path: Path): Span {
    for (let length = path.length; length >= 0; length--) {
      const node = this.node(path.slice(0, length));
      const place = node && this.#spanOfNode(node);
      if (place) return place;
    }
    return { at: 0, length: 1 };
  }

  #spanOfNode(node: Node): Span | undefined {
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
  // An empty value ends directly after its colon.
  const found = value === null || /^\s/.test(rest) ? /^\s*(#.*)$/.exec(rest)?.[1] : undefined;
  return found?.trimEnd();
}
