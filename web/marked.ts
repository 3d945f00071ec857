import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import type { Reason } from '../functions/shared/model.ts';
import { highlightsOf, mapHighlights } from '../functions/shared/text/highlights.ts';

/** Returns a text with every occurrence of the phrases marked. Words are those of the query language. */
export function marked(text: string, phrases: readonly string[]): Markup {
  const normal = text.normalize('NFC');
  const plain = (part: string) => markup`${part}`;
  return joinMarkup(
    mapHighlights(normal, highlightsOf(normal, phrases), plain, (part) => markup`<mark>${part}</mark>`),
  );
}

/** Returns true if a text contains the phrase. */
export function containsPhrase(text: string, phrase: string): boolean {
  return highlightsOf(text.normalize('NFC'), [phrase]).length > 0;
}

/** Returns the words that matched a reason's term, which may be another form of it. */
export function matchedText({ term, found }: Reason): string {
  return found ?? term;
}
