import { labelOf } from '../text/element-text.ts';
import { childrenNamed, childText, type FeedElement } from '../xml/feed-element.ts';

/** Names once each, in their order. */
export function distinctNames(found: readonly string[]): string[] {
  return [...new Set(found.filter((name) => name !== ''))];
}

/** Who wrote it, of elements that are Atom's persons or RSS's texts. */
export function authorsOf(element: FeedElement, ...elementNames: readonly string[]): string[] {
  return distinctNames(childrenNamed(element, ...elementNames).map(personName));
}

function personName(person: FeedElement): string {
  const own =
    childText(person, 'name', 'atom:name', 'itunes:name') || childText(person, 'email', 'atom:email');
  return nameOf(labelOf(own === '' ? person : { ...person, text: own }));
}

/** "desk@herald.test (Ann Vey)" names Ann Vey; an address alone is the name. */
function nameOf(text: string): string {
  const [, inBrackets] = /^[^\s()@]+@[^\s()]+\s*\(([^()]+)\)$/.exec(text.slice(0, 300)) ?? [];
  return inBrackets?.trim() ?? text;
}

/** What it is filed under: of elements with both, the label and the term, which are different words in many feeds. */
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

/** Many in one text, with commas between them. */
export function keywordsOf(element: FeedElement, ...elementNames: readonly string[]): string[] {
  return distinctNames(
    childrenNamed(element, ...elementNames).flatMap((list) =>
      labelOf(list)
        .split(/[,;]/)
        .map((word) => word.trim()),
    ),
  );
}
