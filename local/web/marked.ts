import type { Reason } from '../../functions/shared/model.ts';
import { mapMarked, marksOf } from '../../functions/shared/text/marks.ts';
import { joined, type Markup, markup } from '../markup.ts';

/** A text in which every place of the phrases is marked; words are those of the query language. */
export function marked(text: string, phrases: readonly string[]): Markup {
  const normal = text.normalize('NFC');
  const plain = (part: string) => markup`${part}`;
  return joined(mapMarked(normal, marksOf(normal, phrases), plain, (part) => markup`<mark>${part}</mark>`));
}

/** Whether a phrase stands in a text as it is. */
export function stands(text: string, phrase: string): boolean {
  return marksOf(text.normalize('NFC'), [phrase]).length > 0;
}

/** What was found for a reason's term, which may be another form of it. */
export function foundFor({ term, found }: Reason): string {
  return found ?? term;
}
