import type { Item, Query, Reason, Term, Topic } from '../shared/model.ts';
import { words } from '../shared/query.ts';

/** The texts of an item that are matched. */
export type MatchableItem = Pick<Item, 'title' | 'summary' | 'content'>;

export interface Match {
  readonly topicId: string;
  /** Each term once. The first few say why the topic as a whole matches. */
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
        if (!terms) return [];
        const distinct = new Map(terms.map((term) => [term.text, term])).values();
        return [{ topicId: id, why: [...distinct].map((term) => text.reason(term)) }];
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
  const found: Term[][] = [];
  for (const part of query.all) {
    const terms = evaluate(part, text);
    if (!terms) return undefined;
    found.push(terms);
  }
  // One of every part comes first: an alert shows only a few, and seven names of one country do not say why.
  return [...found.flatMap((terms) => terms.slice(0, 1)), ...found.flatMap((terms) => terms.slice(1))];
}

interface Place {
  readonly field: FieldText;
  /** Index of the term's first word in the field. */
  readonly at: number;
}

class ItemText {
  readonly #places = new Map<string, Place[]>();

  constructor({ title, summary, content }: MatchableItem) {
    const fields = [
      new FieldText('title', title),
      new FieldText('summary', summary),
      new FieldText('content', content),
    ];
    for (const field of fields) {
      field.words.forEach((word, at) => {
        const places = this.#places.get(word);
        if (places) places.push({ field, at });
        else this.#places.set(word, [{ field, at }]);
      });
    }
  }

  find({ words: [first = '', ...rest] }: Term): Place | undefined {
    return this.#places
      .get(first)
      ?.find(({ field, at }) => rest.every((word, n) => field.words[at + 1 + n] === word));
  }

  reason(term: Term): Reason {
    const place = this.find(term);
    if (!place) throw new TypeError(`the term ${term.text} is not in the item`);
    const { field, at } = place;
    return { term: term.text, field: field.name, snippet: field.snippet(at, term.words.length) };
  }
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** How much of a text stands in a snippet on either side of the term, and of the term itself, characters. */
const REACH = 60;
const LONGEST_TERM = 200;

class FieldText {
  readonly name: Reason['field'];
  readonly words: readonly string[];
  readonly #text: string;
  #spans: readonly { start: number; end: number }[] | undefined;

  constructor(name: Reason['field'], text: string) {
    this.name = name;
    this.#text = text.normalize('NFC');
    this.words = words(this.#text);
  }

  /** The text around some of its words: cut at white space or, where there is none for long, at a word. */
  snippet(at: number, count: number): string {
    const text = this.#text;
    this.#spans ??= [...text.matchAll(WORD)].map(({ 0: word, index }) => {
      return { start: index, end: index + word.length };
    });
    const spans = this.#spans;
    const first = spans[at];
    if (!first) return '';
    // The words of a phrase may lie far apart where a feed puts a page of dashes between them.
    const term = spans.slice(at, at + count).filter(({ end }) => end <= first.start + LONGEST_TERM);
    const end = (term.at(-1) ?? first).end;

    let start = Math.max(0, first.start - REACH);
    if (start > 0) {
      const space = text.slice(start - 1, first.start).search(/\s/);
      start = space >= 0 ? start + space : (spans.find((span) => span.start >= start)?.start ?? first.start);
    }
    let stop = Math.min(text.length, end + REACH);
    if (stop < text.length) {
      const space = text.slice(end, stop + 1).search(/\s\S*$/);
      stop = space >= 0 ? end + space : Math.max(end, spans.findLast((span) => span.end <= stop)?.end ?? end);
    }
    return `${start > 0 ? '…' : ''}${text.slice(start, stop).trim()}${stop < text.length ? '…' : ''}`;
  }
}
