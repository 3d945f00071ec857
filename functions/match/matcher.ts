import type { Item, Query, Reason, Term, Topic } from '../shared/model.ts';
import { words } from '../shared/query.ts';

/** The texts of an item that are matched. */
export type MatchableItem = Pick<Item, 'title' | 'summary' | 'content'>;

export interface Match {
  readonly topicId: string;
  readonly why: readonly Reason[];
}

/** All topics against one item. Compiled once, used for every item. */
export interface Matcher {
  match(item: MatchableItem): Match[];
}

export function compile(topics: readonly Pick<Topic, 'id' | 'query'>[]): Matcher {
  return {
    match(item) {
      const text = new ItemText(item);
      return topics.flatMap(({ id, query }) => {
        const terms = evaluate(query, text);
        return terms ? [{ topicId: id, why: terms.map((term) => text.reason(term)) }] : [];
      });
    },
  };
}

/** The terms that make the query true, or undefined where it is not. Any-of gives every alternative that is there. */
function evaluate(query: Query, text: ItemText): Term[] | undefined {
  if ('term' in query) return text.find(query.term) ? [query.term] : undefined;
  if ('not' in query) return evaluate(query.not, text) ? undefined : [];
  if ('any' in query) {
    const found = query.any.map((part) => evaluate(part, text)).filter((terms) => terms !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  const found: Term[] = [];
  for (const part of query.all) {
    const terms = evaluate(part, text);
    if (!terms) return undefined;
    found.push(...terms);
  }
  return found;
}

type Field = Reason['field'];
interface Place {
  readonly field: Field;
  /** Index of the term's first word in the field. */
  readonly at: number;
}

/** How much of a text stands in a reason around the term, characters on either side. */
const SNIPPET_REACH = 60;

class ItemText {
  readonly #fields: readonly { name: Field; text: string; words: readonly string[] }[];
  readonly #places = new Map<string, Place[]>();

  constructor({ title, summary, content }: MatchableItem) {
    this.#fields = [
      { name: 'title' as const, text: title, words: words(title) },
      { name: 'summary' as const, text: summary, words: words(summary) },
      { name: 'content' as const, text: content, words: words(content) },
    ];
    for (const { name, words } of this.#fields) {
      words.forEach((word, at) => {
        const places = this.#places.get(word);
        if (places) places.push({ field: name, at });
        else this.#places.set(word, [{ field: name, at }]);
      });
    }
  }

  find({ words: [first = '', ...rest] }: Term): Place | undefined {
    return this.#places.get(first)?.find(({ field, at }) => {
      const inField = this.#field(field).words;
      return rest.every((word, n) => inField[at + 1 + n] === word);
    });
  }

  reason(term: Term): Reason {
    const place = this.find(term);
    if (!place) throw new TypeError(`the term ${term.text} is not in the item`);
    const { text } = this.#field(place.field);
    return { term: term.text, field: place.field, snippet: snippet(text, place.at, term.words.length) };
  }

  #field(name: Field) {
    const field = this.#fields.find((one) => one.name === name);
    if (!field) throw new TypeError(`no field ${name}`);
    return field;
  }
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** The text around some of its words, cut at white space. */
function snippet(text: string, at: number, count: number): string {
  // Positions are counted in the text as it was tokenised.
  const normal = text.normalize('NFC');
  const places = [...normal.matchAll(WORD)].slice(at, at + count);
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return '';
  const end = last.index + last[0].length;
  const from = first.index <= SNIPPET_REACH ? 0 : normal.indexOf(' ', first.index - SNIPPET_REACH) + 1;
  const reach = normal.lastIndexOf(' ', end + SNIPPET_REACH);
  const to = end + SNIPPET_REACH >= normal.length || reach < end ? normal.length : reach;
  const start = Math.min(from, first.index);
  // A text without spaces is cut at its words instead.
  const stop = Math.min(to, end + 2 * SNIPPET_REACH);
  return `${start > 0 ? '…' : ''}${normal.slice(start, stop)}${stop < normal.length ? '…' : ''}`;
}
