import type { Item, ItemField, LabelField, Reason } from '../shared/model.ts';
import { type Origin, spelledAddress } from '../shared/source.ts';
import { type Compound, compoundsOf } from '../shared/text/compounds.ts';
import { folded, marked } from '../shared/text/folded.ts';
import type { Wanted } from '../shared/text/ways.ts';
import { composed, visible, type Word, wordsOf } from '../shared/text/words.ts';
import { areCapitals, capitalsFor } from './capitals.ts';
import { type Forms, formsOf } from './inflection/inflection.ts';
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

/** A field as it is matched: what is visible, composed, and no longer than is read. */
export function fieldText(text: string): string {
  return composed(visible(text.length > FIELD_UNITS ? text.slice(0, FIELD_UNITS) : text));
}

/** Its words, as many as it can have units: some characters stand for several words. */
export function fieldWords(text: string): readonly Word[] {
  return wordsOf(text).slice(0, FIELD_UNITS);
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

/** A field's text, composed, with its words and what it has of compounds. */
export class FieldText {
  readonly name: FieldName;
  readonly text: string;
  readonly words: readonly Word[];
  #compounds: ReadonlyMap<number, readonly Compound[]> | undefined;

  constructor(name: FieldName, text: string) {
    this.name = name;
    this.text = fieldText(text);
    this.words = fieldWords(this.text);
  }

  /** The words from an index up to another. */
  place(at: number, after: number): Place {
    const [first, last] = [this.words[at], this.words[after - 1]];
    if (!first || !last) throw new RangeError(`expected words ${at} to ${after}, got ${this.words.length}`);
    return { field: this, at, after, from: first.start, to: last.end };
  }

  /** By the index of its first word. */
  get compounds(): ReadonlyMap<number, readonly Compound[]> {
    this.#compounds ??= Map.groupBy(compoundsOf(this.text, this.words), ({ from }) => from);
    return this.#compounds;
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
  readonly #forms = new Map<string, Forms>();
  readonly #met = new Map<string, Map<string, boolean>>();

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
    const row = way.map((wanted) => ({ wanted, met: this.#metBy(wanted) }));
    for (let at = 0; at < field.words.length; at++) {
      for (const after of this.#ends(row, field, at)) found.push(field.place(at, after));
    }
    return found;
  }

  /** Where a row ends that begins at a word: once for each reading of its compounds. */
  #ends(row: readonly Asked[], field: FieldText, at: number, next = 0): readonly number[] {
    const asked = row[next];
    if (!asked) return [at];
    const word = field.words[at];
    if (!word) return [];
    const after = this.#isMet(asked, word, true) ? [at + 1] : [];
    for (const one of field.compounds.get(at) ?? []) {
      if (this.#isMet(asked, one, one.kind === 'signed')) after.push(one.to + 1);
    }
    return after.flatMap((place) => this.#ends(row, field, place, next + 1));
  }

  #metBy({ text, form, prefix, isName, capitals }: Wanted): Map<string, boolean> {
    const key = [form, text, prefix, isName, capitals].join(' ');
    const known = this.#met.get(key) ?? new Map<string, boolean>();
    this.#met.set(key, known);
    return known;
  }

  #isMet({ wanted, met }: Asked, word: Written, isExact: boolean): boolean {
    const key = isExact ? word.raw : `${word.raw} `;
    let isMet = met.get(key);
    if (isMet === undefined) {
      isMet = this.#meets(wanted, word, isExact);
      met.set(key, isMet);
    }
    return isMet;
  }

  #meets(wanted: Wanted, { text, raw }: Written, isExact: boolean): boolean {
    const { form, prefix } = wanted;
    const is = (word: string, other = wanted.text) => (prefix ? word.startsWith(other) : word === other);
    if (form === 'exact') return isExact && is(text);
    if (form === 'cased') return isExact && is(raw);
    if (form === 'folded') {
      return is(folded(text)) && (wanted.capitals === undefined || areCapitals(raw, wanted.capitals));
    }
    if (prefix) return is(marked(text), marked(wanted.text));
    const capitals = capitalsFor(
      wanted,
      text,
      this.language,
      form === 'inflected' ? this.#formsOf(text) : undefined,
    );
    return capitals !== undefined && areCapitals(raw, capitals);
  }

  #formsOf(text: string): Forms {
    let forms = this.#forms.get(text);
    if (!forms) {
      forms = formsOf(text, this.language);
      this.#forms.set(text, forms);
    }
    return forms;
  }
}

/** One word of a row, and what is known to meet it or not to. */
interface Asked {
  readonly wanted: Wanted;
  readonly met: Map<string, boolean>;
}

/** A word or a compound. */
interface Written {
  readonly text: string;
  readonly raw: string;
}
