/** An element that holds information about a feed or an entry. */
export interface FeedElement {
  readonly name: string;
  /** By name in lower case. Only `xml:…` attributes keep their prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The kept child elements, by name. */
  readonly children: Map<string, FeedElement[]>;
  /** The element's own character data, with entities decoded once. Incomplete if `markup` is set. */
  text: string;
  /** The source of the content if it has elements inside: unescaped HTML. */
  markup: string | undefined;
  /** The nearest xml:base. */
  readonly base: string | undefined;
  /** The nearest xml:lang. */
  readonly language: string | undefined;
}

/** The element of an entry, with all that decides how it reads, beside the feed that it belongs to. */
export interface EntryElement extends FeedElement {
  /** The source of the content. Undefined if it reads otherwise in another document, as in broken ones. */
  source: string | undefined;
  /** The namespace prefixes in force; see `Namespaces.key`. */
  readonly prefixes: string;
}

export function childrenNamed(
  { children }: FeedElement,
  ...names: readonly string[]
): readonly FeedElement[] {
  if (names.length === 1) return children.get(names[0] ?? '') ?? NONE;
  const found: FeedElement[] = [];
  for (const name of names) for (const child of children.get(name) ?? NONE) found.push(child);
  return found;
}

const NONE: readonly FeedElement[] = [];

/** The children of elements that keep none. Never add to it. */
export const NO_CHILDREN: Map<string, FeedElement[]> = new Map();

/** Returns the first child that is not empty, in the order of the names. */
export function firstNonEmpty(
  { children }: FeedElement,
  ...names: readonly string[]
): FeedElement | undefined {
  for (const name of names) {
    for (const element of children.get(name) ?? NONE) {
      if (element.markup !== undefined || /\S/.test(element.text)) return element;
    }
  }
  return undefined;
}

/** Returns the raw text of the first non-empty child, in the order of the names. For dates, numbers and addresses. */
export function childText(element: FeedElement, ...names: readonly string[]): string {
  const found = firstNonEmpty(element, ...names);
  return found ? rawText(found) : '';
}

export function rawText({ text, markup }: FeedElement): string {
  return (markup === undefined ? text : textWithin(markup)).trim();
}

/** Characters. No date, number or address is longer. */
const MAX_VALUE_LENGTH = 4_000;

function textWithin(markup: string): string {
  return markup.slice(0, MAX_VALUE_LENGTH).replace(/<[^<>]*>/g, ' ');
}
