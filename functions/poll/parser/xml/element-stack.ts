import { MAX_DEPTH } from '../limits.ts';
import type { FeedElement } from './feed-element.ts';
import type { Namespaces } from './namespaces.ts';

/** What an element passes on to those within it. */
export interface Scope {
  readonly namespaces: Namespaces;
  readonly base: string | undefined;
  readonly language: string | undefined;
}

/** What is kept of an element: of a feed's or an entry's, elements; of a text's, all that is in it; of others nothing. */
export type ElementRole = 'head' | 'entry' | 'container' | 'text' | 'other';

export interface OpenElement {
  /** As it is written, in lower case. */
  readonly tag: string;
  readonly scope: Scope;
  readonly role: ElementRole;
  /** Of those that are kept. */
  readonly element: FeedElement | undefined;
  /** Where its content starts. */
  readonly from: number;
}

/** The elements that are open at some place of a document: few, so that to look for one costs little. */
export class ElementStack {
  readonly #source: string;
  readonly #outermost: Scope;
  readonly #stack: OpenElement[] = [];
  /** Those that are open beyond the deepest. */
  #beyond = 0;
  #text: OpenElement | undefined;

  constructor(source: string, outermost: Scope) {
    this.#source = source;
    this.#outermost = outermost;
  }

  get depth(): number {
    return this.#stack.length;
  }

  get innermost(): OpenElement | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  get scope(): Scope {
    return this.innermost?.scope ?? this.#outermost;
  }

  /** The one whose content is a text. */
  get text(): OpenElement | undefined {
    return this.#text;
  }

  get entry(): OpenElement | undefined {
    return this.#stack.find(({ role }) => role === 'entry');
  }

  /** The outermost in the entry. */
  get entryChild(): OpenElement | undefined {
    const at = this.#stack.findIndex(({ role }) => role === 'entry');
    return at < 0 ? undefined : this.#stack[at + 1];
  }

  push(tag: string, scope: Scope, role: ElementRole, element: FeedElement | undefined, from: number): void {
    if (this.#stack.length >= MAX_DEPTH) {
      this.#beyond++;
      return;
    }
    const open = { tag, scope, role, element, from };
    this.#stack.push(open);
    // An element within a text: all of it is markup.
    if (this.#text?.element) this.#text.element.markup ??= '';
    else if (role === 'text') this.#text = open;
  }

  /** Closes the innermost of a tag, and all within it; tells whether one was open. */
  close(tag: string, end: number): boolean {
    if (this.#beyond > 0) {
      this.#beyond--;
      return false;
    }
    let depth = this.#stack.length - 1;
    while (depth >= 0 && this.#stack[depth]?.tag !== tag) depth--;
    if (depth < 0) return false;
    this.#closeDownTo(depth, end);
    return true;
  }

  closeText(end: number): void {
    if (this.#text) this.#closeDownTo(this.#stack.indexOf(this.#text), end);
  }

  closeEntry(end: number): void {
    const depth = this.#stack.findIndex(({ role }) => role === 'entry');
    if (depth >= 0) this.#closeDownTo(depth, end);
  }

  closeAll(end: number): void {
    this.#closeDownTo(0, end);
  }

  #closeDownTo(depth: number, end: number): void {
    const text = this.#text;
    if (text && this.#stack.indexOf(text) >= depth) {
      if (text.element?.markup !== undefined) text.element.markup = this.#source.slice(text.from, end);
      this.#text = undefined;
    }
    this.#stack.length = Math.min(this.#stack.length, depth);
    this.#beyond = 0;
  }
}
