import type { Item, ItemField, LabelField, Reason } from '../shared/model.ts';
import { type Origin, spelledAddress } from '../shared/source.ts';
import { folded } from '../shared/text/folded.ts';
import type { Wanted } from '../shared/text/ways.ts';
import { type Word, wordsOf } from '../shared/text/words.ts';
import { beginnings, inflects } from './inflection/inflection.ts';
import { languageOf } from './language.ts';
import { snippetAround } from './snippet.ts';

/** What of an item is matched: its texts and labels, its language, where it comes from. */
export interface MatchableItem
  extends Pick<Item, 'title' | 'summary' | 'content' | 'language'>,
    Partial<Pick<Item, 'categories' | 'authors'>>,
    Origin {}

/** What each label field of an item holds. A phrase is in one of these texts. */
export const LABELS: Readonly<Record<LabelField, (item: MatchableItem) => readonly string[]>> = {
  category: ({ categories = [] }) => categories,
  author: ({ authors = [] }) => authors,
  url: ({ url }) => (url === undefined ? [] : [spelledAddress(url)]),
};
export const LABEL_FIELDS = Object.keys(LABELS) as readonly LabelField[];

export type FieldName = Reason['field'];

/** What is read of a field, UTF-16 units; poll keeps no more. */
export const FIELD_UNITS = 20_000;

/** A field as it is matched: composed, and no longer than is read. */
export function fieldText(text: string): string {
  return (text.length > FIELD_UNITS ? text.slice(0, FIELD_UNITS) : text).normalize('NFC');
}

/** Some words in a row. */
export interface Place {
  readonly field: FieldText;
  /** Index of the first word, and of the one after the last; both of none where a pattern met no word. */
  readonly at: number;
  readonly after: number;
  /** In the field's text. */
  readonly from: number;
  readonly to: number;
}

/** A field's text, composed, and its words. */
export class FieldText {
  readonly name: FieldName;
  readonly text: string;
  readonly words: readonly Word[];

  constructor(name: FieldName, text: string) {
    this.name = name;
    this.text = fieldText(text);
    this.words = wordsOf(this.text);
  }

  /** The words from an index on, so many of them. */
  place(at: number, count: number): Place {
    const [first, last] = [this.words[at], this.words[at + count - 1]];
    if (!first || !last)
      throw new RangeError(`expected words ${at} to ${at + count}, got ${this.words.length}`);
    return { field: this, at, after: at + count, from: first.start, to: last.end };
  }

  /** A part of the text, extended to whole words. */
  wordsAround(from: number, to: number): Place {
    const at = this.words.findIndex((word) => word.end > from);
    const after = this.words.findLastIndex((word) => word.start < to) + 1;
    const [first, last] = [this.words[at], this.words[after - 1]];
    if (!first || !last || after <= at) return { field: this, at: 0, after: 0, from, to };
    return { field: this, at, after, from: Math.min(from, first.start), to: Math.max(to, last.end) };
  }

  reason(term: string, { from, to }: Place): Reason {
    const found = this.text.slice(from, Math.min(to, from + LONGEST_FOUND));
    return { term, field: this.name, snippet: snippetAround(this.text, this.words, from, to), found };
  }
}

const LONGEST_FOUND = 200;

/** An item's texts, read once for all that is asked of them. */
export class ItemText {
  readonly item: MatchableItem;
  /** Title, summary and content: what a query asks for that names no field. */
  readonly fields: readonly FieldText[];
  readonly #labels: readonly FieldText[];
  #language: { readonly known: string | undefined } | undefined;
  readonly #forms = new Map<string, { readonly plain: string; readonly beginnings: readonly string[] }>();
  readonly #meeting = new Map<string, ReadonlySet<string>>();

  constructor(item: MatchableItem) {
    this.item = item;
    this.fields = (['title', 'summary', 'content'] as const).map((name) => new FieldText(name, item[name]));
    this.#labels = LABEL_FIELDS.flatMap((name) =>
      LABELS[name](item).map((text) => new FieldText(name, text)),
    );
  }

  /** The texts in which a query with that field looks. */
  fieldsIn(only: ItemField | undefined): readonly FieldText[] {
    return only === undefined
      ? this.fields
      : [...this.fields, ...this.#labels].filter(({ name }) => name === only);
  }

  get language(): string | undefined {
    this.#language ??= { known: languageOf(this.item) };
    return this.#language.known;
  }

  /** Every place of a row of words in a field, in order. */
  places(way: readonly Wanted[], field: FieldText): Place[] {
    const found: Place[] = [];
    const sets = way.map((wanted) => ({ wanted, texts: this.#textsThatMeet(wanted) }));
    if (sets.some(({ texts }) => texts.size === 0)) return found;
    for (let at = 0; at + way.length <= field.words.length; at++) {
      const isHere = sets.every(({ wanted, texts }, n) => {
        const word = field.words[at + n];
        return word !== undefined && texts.has(compared(wanted, word));
      });
      if (isHere) found.push(field.place(at, way.length));
    }
    return found;
  }

  #textsThatMeet(wanted: Wanted): ReadonlySet<string> {
    const key = `${wanted.form} ${wanted.prefix ?? ''} ${wanted.text}`;
    const known = this.#meeting.get(key);
    if (known) return known;
    const texts = new Set<string>();
    for (const { words } of [...this.fields, ...this.#labels]) {
      for (const word of words) {
        const text = compared(wanted, word);
        if (!texts.has(text) && this.#meets(wanted, text)) texts.add(text);
      }
    }
    this.#meeting.set(key, texts);
    return texts;
  }

  #meets({ text: wanted, form, prefix }: Wanted, text: string): boolean {
    const is = (word: string) => (prefix ? word.startsWith(wanted) : word === wanted);
    if (form === 'exact' || form === 'cased') return is(text);
    const { plain, beginnings: starts } = this.#formsOf(text);
    const plainWanted = folded(wanted);
    const isMarked = plainWanted !== wanted;
    if (
      isMarked
        ? dotless(text) === dotless(wanted) || (prefix && dotless(text).startsWith(dotless(wanted)))
        : is(plain)
    )
      return true;
    if (form !== 'inflected') return false;
    return starts.some((start) => plainWanted.startsWith(start)) && inflects(wanted, text, this.language);
  }

  #formsOf(text: string) {
    let forms = this.#forms.get(text);
    if (!forms) {
      forms = { plain: folded(text), beginnings: beginnings(text, this.language) };
      this.#forms.set(text, forms);
    }
    return forms;
  }
}

/** What of a word of the text counts. */
function compared({ form }: Wanted, { text, raw }: Word): string {
  return form === 'cased' ? raw : text;
}

/** Turkish has an i without a dot, which keyboards elsewhere do not. */
function dotless(text: string): string {
  return text.replaceAll('ı', 'i');
}
