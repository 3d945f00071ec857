import { labelOf } from '../text/element-text.ts';
import { childrenNamed, childText, type FeedElement } from '../xml/feed-element.ts';

/** Returns the names without repeats and empty ones, in order. */
export function distinctNames(found: readonly string[]): string[] {
  return [...new Set(found.filter((name) => name !== ''))];
}

/** Returns the names of authors, given as Atom's persons or as RSS's texts. */
export function authorsOf(element: FeedElement, ...elementNames: readonly string[]): string[] {
  return distinctNames(childrenNamed(element, ...elementNames).map(personName));
}

function personName(person: FeedElement): string {
  const name =
    childText(person, 'name', 'atom:name', 'itunes:name') || childText(person, 'email', 'atom:email');
  return nameOf(labelOf(name === '' ? person : { ...person, text: name }));
}

/** Returns "Ann Vey" for "desk@herald.test (Ann Vey)", and an address without a name unchanged. */
function nameOf(text: string): string {
  const [, inBrackets] = /^[^\s()@]+@[^\s()]+\s*\(([^()]+)\)$/.exec(text.slice(0, 300)) ?? [];
  return inBrackets?.trim() ?? text;
}

/** Returns categories by their labels and their terms, which are different words in many feeds. */
export function categoriesOf(element: FeedElement, ...elementNames: readonly string[]): string[] {
  return distinctNames(
    childrenNamed(element, ...elementNames).flatMap((category) => {
      const { attributes, children } = category;
      if (attributes.size === 0 && children.size === 0) return labelOf(category);
      const written = [attributes.get('label'), attributes.get('term'), attributes.get('text')];
      const named = written.map((text) => (text ? labelOf({ ...category, text }) : ''));
      return [...named, labelOf(category), ...categoriesOf(category, ...elementNames)];
    }),
  );
}

/** Returns the keywords of texts that separate them with commas or semicolons. */
export function keywordsOf(element: FeedElement, ...elementNames: readonly string[]): string[] {
  return distinctNames(
    childrenNamed(element, ...elementNames).flatMap((list) =>
      labelOf(list)
        .split(/[,;]/)
        .map((word) => word.trim()),
    ),
  );
}
