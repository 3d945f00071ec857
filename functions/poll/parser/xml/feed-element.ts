/** An element of a feed that says something of it, or of one of its entries. */
export interface FeedElement {
  readonly name: string;
  /** By name in lower case; of prefixed ones only `xml:…` keep their prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Those that are kept, by their name. */
  readonly children: Map<string, FeedElement[]>;
  /** Its own character data, entities resolved once. Of elements with markup: `markup` has all. */
  text: string;
  /** As it stands in the document, where it has elements inside: unescaped HTML. */
  markup: string | undefined;
  /** The nearest xml:base. */
  readonly base: string | undefined;
  /** The nearest xml:lang. */
  readonly language: string | undefined;
}

export function childrenNamed(
  { children }: FeedElement,
  ...names: readonly string[]
): readonly FeedElement[] {
  if (names.length === 1) return children.get(names[0] ?? '') ?? NONE;
  return names.flatMap((name) => children.get(name) ?? NONE);
}

const NONE: readonly FeedElement[] = [];

/** Of those that have no elements in them. Nothing is ever added. */
export const NO_CHILDREN: Map<string, FeedElement[]> = new Map();

/** The first that says anything, by the order of the names. */
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

/** The first text that there is by one of the names, as it is: for dates, numbers and addresses. */
export function childText(element: FeedElement, ...names: readonly string[]): string {
  const found = firstNonEmpty(element, ...names);
  return found ? rawText(found) : '';
}

export function rawText({ text, markup }: FeedElement): string {
  return (markup === undefined ? text : textWithin(markup)).trim();
}

/** Longer is neither date, number nor address. */
const MAX_VALUE_LENGTH = 4_000;

function textWithin(markup: string): string {
  return markup.slice(0, MAX_VALUE_LENGTH).replace(/<[^<>]*>/g, ' ');
}
