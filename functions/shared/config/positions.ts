import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type { Fault } from './faults.ts';
import { scalarOffset } from './scalar-offset.ts';

export type Path = readonly (string | number)[];

/** Finds the place of a path in a YAML document, and writes paths with ids in place of list indexes. */
export class Positions {
  readonly #file: string;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, text: string, document: Document, lines: LineCounter) {
    this.#file = file;
    this.#text = text;
    this.#document = document;
    this.#lines = lines;
  }

  /** A fault at a place in the text, as an offset. */
  faultAt(offset: number, message: string): Fault {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col, path: '', message };
  }

  /** A fault at a path's value, or at its nearest existing ancestor. */
  fault(path: Path, message: string): Fault {
    const { line, col } = this.#lines.linePos(this.#offset(path));
    return { file: this.#file, line, column: col, path: this.#name(path), message };
  }

  /** A fault at a character of a path's value, or at the value where it is not written as it is read. */
  faultWithin(path: Path, at: number, message: string): Fault {
    const node = this.#document.getIn(path, true);
    const offset = isScalar(node) ? scalarOffset(this.#text, node, at) : undefined;
    const fault = this.fault(path, message);
    if (offset === undefined) return fault;
    const { line, col } = this.#lines.linePos(offset);
    return { ...fault, line, column: col };
  }

  /** A fault at the key itself rather than at its value. */
  faultAtKey(parent: Path, key: string, message: string): Fault {
    const map = this.#document.getIn(parent, true);
    const pair = isMap(map) ? map.items.find(({ key: k }) => isScalar(k) && k.value === key) : undefined;
    const offset = pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
    const fault = this.fault([...parent, key], message);
    if (offset === undefined) return fault;
    const { line, col } = this.#lines.linePos(offset);
    return { ...fault, line, column: col };
  }

  #offset(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
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
