import { type ItemSource, searchableAddress } from '../../shared/item-source.ts';
import type { Item, ItemField, LabelField, Reason, Term } from '../../shared/model.ts';
import { type Compound, compoundsOf } from '../../shared/text/compounds.ts';
import { folded, marked } from '../../shared/text/folded.ts';
import { type VariantWord, variantsOf } from '../../shared/text/variants.ts';
import { composed, type Word, withoutInvisible, wordsOf } from '../../shared/text/words.ts';
import { formsOf, NO_FORMS, type WordForms } from '../inflection/inflection.ts';
import { bisect } from './bisect.ts';
import { areCapitals, requiredCapitals } from './capitals.ts';
import { languageOf } from './language.ts';
import { shownText } from './shown-text.ts';
import { snippetAround } from './snippet.ts';
import { WordIndex, type WrittenWord } from './word-index.ts';

/** What of an item is matched: its texts and labels, its language, where it comes from. */
export interface MatchableItem
  extends Pick<Item, 'title' | 'summary' | 'content' | 'language'>,
    Partial<Pick<Item, 'categories' | 'authors'>>,
    ItemSource {}

/** What each label field of an item holds. A phrase is in one of these texts. */
export const LABEL_TEXTS: Readonly<Record<LabelField, (item: MatchableItem) => readonly string[]>> = {
  category: ({ categories = [] }) => boundLabels(categories),
  author: ({ authors = [] }) => boundLabels(authors),
  url: ({ url }) => (url === undefined ? [] : [searchableAddress(url.slice(0, MAX_URL_UNITS))]),
};

/** The most that poll keeps of an item's labels, and of each label, UTF-16 units. */
const MAX_LABELS = 50;
const MAX_LABEL_UNITS = 200;
/** The most that is matched of all labels of a kind: fifty of ordinary length. */
const MAX_ALL_LABELS_UNITS = 2_000;
/** Notify shows no longer address. */
const MAX_URL_UNITS = 2_000;

function boundLabels(labels: readonly string[]): readonly string[] {
  let left = MAX_ALL_LABELS_UNITS;
  return labels.slice(0, MAX_LABELS).flatMap((label) => {
    const units = Math.min(label.length, MAX_LABEL_UNITS, left);
    left -= units;
    return units > 0 ? [label.slice(0, units)] : [];
  });
}

export const LABEL_FIELDS = Object.keys(LABEL_TEXTS) as readonly LabelField[];

export type FieldName = Reason['field'];

/** What is read of a field, UTF-16 units; poll keeps no more. */
export const MAX_FIELD_UNITS = 20_000;

/** A field as it is matched: what is visible, composed, and no longer than is read. */
export function matchableText(text: string): string {
  return composed(withoutInvisible(truncateField(text)));
}

function truncateField(text: string): string {
  return text.length > MAX_FIELD_UNITS ? text.slice(0, MAX_FIELD_UNITS) : text;
}

/** Its words, as many as it can have units: some characters stand for several words. */
export function fieldWords(text: string): readonly Word[] {
  return wordsCache.get(text) ?? wordsOf(text, MAX_FIELD_UNITS);
}

/** Returns the same as `fieldWords`, and keeps it: a text that matched is read a second time for the reasons. */
export function cachedWords(text: string): readonly Word[] {
  const words = fieldWords(text);
  if (text.length > MAX_LABEL_UNITS && !wordsCache.has(text)) {
    if (wordsCache.size === MAX_CACHED_TEXTS) wordsCache.delete(wordsCache.keys().next().value ?? '');
    wordsCache.set(text, words);
  }
  return words;
}

const wordsCache = new Map<string, readonly Word[]>();
const MAX_CACHED_TEXTS = 3;

/** Some words in a row. */
export interface TextSpan {
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
  /** The text as it is shown. `fieldText` turns it into the text that is matched. */
  readonly text: string;
  readonly words: readonly Word[];
  #index: WordIndex<Word> | undefined;
  #compounds: FieldText['compounds'] | undefined;
  /** Words of terms that were looked up before, by key. */
  readonly positionsByKey = new Map<string, WordPositions>();

  constructor(name: FieldName, text: string) {
    this.name = name;
    this.text = composed(shownText(truncateField(text)));
    this.words = fieldWords(this.text);
  }

  /** Where something is in the text, of where it is in that without what is not seen of it. */
  offsetFromVisible(text: string, at: number): number {
    if (text.length === this.text.length) return at;
    let shown = 0;
    for (let n = 0; n <= at && shown < this.text.length; shown++) if (text[n] === this.text[shown]) n++;
    return at < text.length ? shown - 1 : this.text.length;
  }

  /** The words from an index up to another. */
  spanOf(at: number, after: number): TextSpan {
    const [first, last] = [this.words[at], this.words[after - 1]];
    if (!first || !last) throw new RangeError(`expected words ${at} to ${after}, got ${this.words.length}`);
    return { field: this, at, after, from: first.start, to: last.end };
  }

  get index(): WordIndex<Word> {
    this.#index ??= new WordIndex(this.words);
    return this.#index;
  }

  get compounds(): { readonly all: readonly Compound[]; readonly index: WordIndex<Compound> } {
    if (!this.#compounds) {
      const all = compoundsOf(this.text, this.words);
      this.#compounds = { all, index: new WordIndex(all, ({ kind }) => (kind === 'signed' ? '' : ' ')) };
    }
    return this.#compounds;
  }

  /** A part of the text, extended to whole words. */
  wordsAround(from: number, to: number): TextSpan {
    const at = bisect(this.words, (word) => word.end > from);
    const after = bisect(this.words, (word) => word.start >= to);
    const [first, last] = [this.words[at], this.words[after - 1]];
    if (!first || !last || after <= at) return { field: this, at: 0, after: 0, from, to };
    return { field: this, at, after, from: Math.min(from, first.start), to: Math.max(to, last.end) };
  }

  reason(term: string, { from, to }: TextSpan): Reason {
    return { term, field: this.name, ...snippetAround(this.text, this.words, from, to) };
  }
}

/** An item's texts, read once for all that is asked of them. */
export class ItemText {
  readonly item: MatchableItem;
  /** Title, summary and content: what a query asks for that names no field. */
  readonly fields: readonly FieldText[];
  readonly #labels: readonly FieldText[];
  #language: { readonly known: string | undefined } | undefined;
  readonly #forms = new Map<string, WordForms>();
  readonly #rows = new Map<Term, readonly KeyedVariant[]>();

  constructor(item: MatchableItem) {
    this.item = item;
    this.fields = (['title', 'summary', 'content'] as const).map((name) => new FieldText(name, item[name]));
    this.#labels = LABEL_FIELDS.flatMap((name) =>
      LABEL_TEXTS[name](item).map((text) => new FieldText(name, text)),
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

  /** Every place of a term in a field, in order. */
  *spansOf(term: Term, field: FieldText): Generator<TextSpan, undefined> {
    const rows = this.#rowsOf(term).map((row) => row.map((wanted) => this.#metIn(field, wanted)));
    const starts = rows.map(([first]) => first?.starts ?? []);
    const next = starts.map(() => 0);
    for (;;) {
      // Rows that begin at the same word keep their own order.
      let row = -1;
      let at = Number.POSITIVE_INFINITY;
      for (let n = 0; n < rows.length; n++) {
        const start = starts[n]?.[next[n] as number] ?? Number.POSITIVE_INFINITY;
        if (start < at) [row, at] = [n, start];
      }
      if (row < 0) return undefined;
      next[row] = (next[row] as number) + 1;
      for (const after of phraseEnds(rows[row] ?? [], at)) yield field.spanOf(at, after);
    }
  }

  #rowsOf(term: Term): readonly KeyedVariant[] {
    let rows = this.#rows.get(term);
    if (!rows) {
      rows = variantsOf(term).map((way) =>
        way.map((wanted) => {
          const { text, form, prefix, isName, capitals } = wanted;
          return { wanted, key: [form, text, prefix, isName, capitals].join(' ') };
        }),
      );
      this.#rows.set(term, rows);
    }
    return rows;
  }

  #metIn(field: FieldText, { wanted, key }: KeyedWord): WordPositions {
    let met = field.positionsByKey.get(key);
    if (!met) {
      met = this.#find(field, wanted);
      field.positionsByKey.set(key, met);
    }
    return met;
  }

  #find({ index, compounds }: FieldText, wanted: VariantWord): WordPositions {
    const formsOfWord = (text: string) => this.#formsOf(text);
    const spellings = index
      .candidates(wanted, formsOfWord)
      .filter((one) => this.#meets(wanted, index.spellings[one] as WrittenWord, true));
    const words = index.indexesOf(spellings);
    const found = compounds.index.indexesOf(
      compounds.index.candidates(wanted, formsOfWord).filter((one) => {
        const compound = compounds.index.spellings[one] as Compound;
        return this.#meets(wanted, compound, compound.kind === 'signed');
      }),
    );
    if (found.length === 0) return { starts: words, words: new Set(words), compounds: NO_COMPOUNDS };
    const byStart = Map.groupBy(
      found.map((n) => compounds.all[n] as Compound),
      ({ from }) => from,
    );
    const starts = [...new Set([...words, ...byStart.keys()])].sort((a, b) => a - b);
    return { starts, words: new Set(words), compounds: byStart };
  }

  #meets(wanted: VariantWord, { text, raw }: WrittenWord, isExact: boolean): boolean {
    const { form, prefix } = wanted;
    const is = (word: string, other = wanted.text) => (prefix ? word.startsWith(other) : word === other);
    if (form === 'exact') return isExact && is(text);
    if (form === 'cased') return isExact && is(raw);
    if (form === 'folded') {
      return is(folded(text)) && (wanted.capitals === undefined || areCapitals(raw, wanted.capitals));
    }
    if (prefix) return is(marked(text), marked(wanted.text));
    const capitals = requiredCapitals(
      wanted,
      text,
      this.language,
      form === 'inflected' ? this.#formsOf(text) : undefined,
    );
    return capitals !== undefined && areCapitals(raw, capitals);
  }

  #formsOf(text: string): WordForms {
    let forms = this.#forms.get(text);
    if (!forms) {
      if (this.#forms.size >= MAX_FORMS) return NO_FORMS;
      forms = formsOf(text, this.language);
      this.#forms.set(text, forms);
    }
    return forms;
  }
}

/** Words of an item whose forms are found out: as many as the engine's, and those of compounds. */
const MAX_FORMS = 5_000;

/** One word of a term, and what it is known by. */
interface KeyedWord {
  readonly wanted: VariantWord;
  readonly key: string;
}

type KeyedVariant = readonly KeyedWord[];

/** Where a field has what one word of a term asks for. */
interface WordPositions {
  /** First words of what meets it, in order. */
  readonly starts: readonly number[];
  readonly words: ReadonlySet<number>;
  readonly compounds: ReadonlyMap<number, readonly Compound[]>;
}

const NO_COMPOUNDS: ReadonlyMap<number, readonly Compound[]> = new Map();

/** Where a row ends that begins at a word: once for each reading of its compounds. */
function phraseEnds(row: readonly WordPositions[], at: number, next = 0): readonly number[] {
  const met = row[next];
  if (!met) return [at];
  const after = met.words.has(at) ? [at + 1] : [];
  for (const { to } of met.compounds.get(at) ?? []) after.push(to + 1);
  return next + 1 === row.length ? after : after.flatMap((place) => phraseEnds(row, place, next + 1));
}
