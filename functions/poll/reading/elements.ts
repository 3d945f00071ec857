/** An element of a feed that says something of it, or of one of its entries. */
export interface FeedElement {
  readonly name: string;
  /** By name in lower case; of prefixed ones only `xml:…` keep their prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: FeedElement[];
  /** Its own character data, entities resolved once. Of elements with markup: `markup` has all. */
  text: string;
  /** As it stands in the document, where it has elements inside: unescaped HTML. */
  markup?: string;
  /** The nearest xml:base. */
  readonly base: string | undefined;
  /** The nearest xml:lang. */
  readonly language: string | undefined;
}

export function all(element: FeedElement, ...names: readonly string[]): FeedElement[] {
  return element.children.filter(({ name }) => names.includes(name));
}

/** The first that says anything, by the order of the names. */
export function first(element: FeedElement, ...names: readonly string[]): FeedElement | undefined {
  for (const name of names) {
    for (const child of element.children) {
      if (child.name === name && (child.markup !== undefined || child.text.trim() !== '')) return child;
    }
  }
  return undefined;
}

/** The first text that there is by one of the names, as it is: for dates, numbers and addresses. */
export function wordOf(element: FeedElement, ...names: readonly string[]): string {
  const found = first(element, ...names);
  return found ? (found.markup === undefined ? found.text : textWithin(found.markup)).trim() : '';
}

/** Longer is neither date, number nor address. */
const LONGEST_VALUE = 4_000;

function textWithin(markup: string): string {
  return markup.slice(0, LONGEST_VALUE).replace(/<[^<>]*>/g, ' ');
}
