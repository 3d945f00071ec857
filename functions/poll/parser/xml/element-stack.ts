import { MAX_DEPTH } from '../limits.ts';
import type { EntryElement, FeedElement } from './feed-element.ts';
import type { Namespaces } from './namespaces.ts';

/** The context that an element passes on to its descendants. */
export interface Scope {
  readonly namespaces: Namespaces;
  readonly base: string | undefined;
  readonly language: string | undefined;
}

/**
 * Decides what we keep of an element: child elements for a head, an entry or a container, the whole content for a text, and
 * nothing for others.
 */
export type ElementRole = 'head' | 'entry' | 'container' | 'text' | 'other';

export interface OpenElement {
  /** The name as written, with its prefix, in lower case. */
  readonly tag: string;
  readonly scope: Scope;
  readonly role: ElementRole;
  /** Undefined if the element is not kept. */
  readonly element: FeedElement | undefined;
  /** Where the element's content starts. */
  readonly from: number;
}

/** The open elements at a position of a document. There are few, so searching them is cheap. */
export class ElementStack {
  readonly #source: string;
  readonly #outermost: Scope;
  readonly #stack: OpenElement[] = [];
  /** The number of open elements deeper than MAX_DEPTH. */
  #tooDeep = 0;
  #text: OpenElement | undefined;
  /** The depth of the open entry; -1 for none. */
  #entryAt = -1;
  #keepsSource = true;

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

  /** The open element whose content is a text. */
  get text(): OpenElement | undefined {
    return this.#text;
  }

  get entry(): OpenElement | undefined {
    return this.#stack[this.#entryAt];
  }

  /** The open child of the open entry. */
  get entryChild(): OpenElement | undefined {
    return this.entry && this.#stack[this.#entryAt + 1];
  }

  push(tag: string, scope: Scope, role: ElementRole, element: FeedElement | undefined, from: number): void {
    if (this.#stack.length >= MAX_DEPTH) {
      this.#tooDeep++;
      this.forgetSource();
      return;
    }
    const open = { tag, scope, role, element, from };
    this.#stack.push(open);
    if (role === 'entry') {
      this.#entryAt = this.#stack.length - 1;
      this.#keepsSource = true;
    }
    // A text with an element inside is markup.
    if (this.#text?.element) this.#text.element.markup ??= '';
    else if (role === 'text') this.#text = open;
  }

  /** Closes the innermost element with a tag, and its descendants. Returns whether one was open. */
  close(tag: string, end: number): boolean {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
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
    if (this.entry) this.#closeDownTo(this.#entryAt, end);
  }

  /** Leaves the open entry without its source, since it depends on what is around it. */
  forgetSource(): void {
    this.#keepsSource = false;
  }

  closeAll(end: number): void {
    this.#closeDownTo(0, end);
  }

  #closeDownTo(depth: number, end: number): void {
    const text = this.#text;
    const entry = this.#stack[this.#entryAt];
    if (entry && this.#entryAt >= depth) {
      if (this.#keepsSource) (entry.element as EntryElement).source = this.#source.slice(entry.from, end);
      this.#entryAt = -1;
    }
    if (text && this.#stack.indexOf(text) >= depth) {
      if (text.element?.markup !== undefined) text.element.markup = this.#source.slice(text.from, end);
      this.#text = undefined;
    }
    this.#stack.length = Math.min(this.#stack.length, depth);
    this.#tooDeep = 0;
  }
}
