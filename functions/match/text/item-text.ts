import type { ItemSource } from '../../shared/item-source.ts';
import type { Item, ItemField, Reason, Term, TextField } from '../../shared/model.ts';
import { type Compound, compoundsOf } from '../../shared/text/compounds.ts';
import { folded, marked } from '../../shared/text/folded.ts';
import { type VariantWord, variantsOf } from '../../shared/text/variants.ts';
import { composed, type Word, withoutInvisible, wordsOf } from '../../shared/text/words.ts';
import { formsOf, NO_FORMS, type WordForms } from '../inflection/inflection.ts';
import { bisect } from './bisect.ts';
import { areCapitals, requiredCapitals } from './capitals.ts';
import { LABEL_FIELD_NAMES, LABEL_FIELDS, type LabelledItem, MAX_LABEL_UNITS } from './label-fields.ts';
import { languageOf } from './language.ts';
import { shownText } from './shown-text.ts';
import { snippetAround } from './snippet.ts';
import { WordIndex, type WrittenWord } from './word-index.ts';

/** The parts of an item that queries can match: its texts, labels, language and source. */
export interface MatchableItem
  extends Pick<Item, 'title' | 'summary' | 'content' | 'context' | 'language'>,
    LabelledItem,
    ItemSource {}

export type FieldName = Reason['field'];

export const TEXT_FIELDS = ['title', 'summary', 'content', 'context'] as const satisfies readonly TextField[];

/** Maximum UTF-16 units of a field that are matched. Poll keeps no more. */
export const MAX_FIELD_UNITS = 20_000;

/** Returns a field's text as it is matched: truncated, without invisible characters, and composed (NFC). */
export function matchableText(text: string): string {
  return composed(withoutInvisible(truncateField(text)));
}

function truncateField(text: string): string {
  return text.length > MAX_FIELD_UNITS ? text.slice(0, MAX_FIELD_UNITS) : text;
}

/**
 * Returns the words of a field. There may be as many words as UTF-16 units, because some characters stand for several
 * words.
 */
export function fieldWords(text: string): readonly Word[] {
  return wordsCache.get(text) ?? wordsOf(text, MAX_FIELD_UNITS);
}

/** Returns the same as `fieldWords` and caches the result: a text that matches is read a second time for the reasons. */
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

/** A range of words in a field. */
export interface TextSpan {
  readonly field: FieldText;
  /** Index of the first word, and of the word after the last. Both are 0 if a pattern matched outside of words. */
  readonly at: number;
  readonly after: number;
  /** Start and end in the field's text, UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/** A field's text with its words and compounds. */
export class FieldText {
  readonly name: FieldName;
  /** The text as it is shown to readers. `matchableText` returns the text as it is matched. */
  readonly text: string;
  readonly words: readonly Word[];
  #index: WordIndex<Word> | undefined;
  #compounds: FieldText['compounds'] | undefined;
  /** Caches the positions of words that were looked up before. */
  readonly positionsByKey = new Map<string, WordPositions>();

  constructor(name: FieldName, text: string) {
    this.name = name;
    this.text = composed(shownText(truncateField(text)));
    this.words = fieldWords(this.text);
  }

  /** Translates an offset in the matchable text to an offset in the text as shown. */
  offsetFromVisible(text: string, at: number): number {
    if (text.length === this.text.length) return at;
    let shown = 0;
    for (let n = 0; n <= at && shown < this.text.length; shown++) if (text[n] === this.text[shown]) n++;
    return at < text.length ? shown - 1 : this.text.length;
  }

  /** Returns the span of the words from index `at` up to index `after`. Throws RangeError if there are no such words. */
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

  /** Returns a range of the text, extended to whole words. */
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

/** An item's texts. Splits them into words once for all queries. */
export class ItemText {
  readonly item: MatchableItem;
  /** The fields searched by a query that names no field. */
  readonly fields: readonly FieldText[];
  readonly #labels: readonly FieldText[];
  #language: { readonly known: string | undefined } | undefined;
  readonly #forms = new Map<string, WordForms>();
  readonly #variants = new Map<Term, readonly KeyedVariant[]>();

  constructor(item: MatchableItem) {
    this.item = item;
    this.fields = TEXT_FIELDS.flatMap((name) => {
      const text = item[name];
      return text === undefined ? [] : [new FieldText(name, text)];
    });
    this.#labels = LABEL_FIELD_NAMES.flatMap((name) =>
      LABEL_FIELDS[name].textsOf(item).map((text) => new FieldText(name, text)),
    );
  }

  /** Returns the texts searched by a query for this field. */
  fieldsIn(wantedField: ItemField | undefined): readonly FieldText[] {
    return wantedField === undefined
      ? this.fields
      : [...this.fields, ...this.#labels].filter(({ name }) => name === wantedField);
  }

  get language(): string | undefined {
    this.#language ??= { known: languageOf(this.item) };
    return this.#language.known;
  }

  /** Yields every occurrence of a term in a field, in text order. */
  *spansOf(term: Term, field: FieldText): Generator<TextSpan, undefined> {
    const variants = this.#variantsOf(term).map((variant) =>
      variant.map((wanted) => this.#positionsIn(field, wanted)),
    );
    const starts = variants.map(([first]) => first?.starts ?? []);
    const next = starts.map(() => 0);
    for (;;) {
      // Variants that begin at the same word keep their order.
      let variant = -1;
      let at = Number.POSITIVE_INFINITY;
      for (let n = 0; n < variants.length; n++) {
        const start = starts[n]?.[next[n] as number] ?? Number.POSITIVE_INFINITY;
        if (start < at) [variant, at] = [n, start];
      }
      if (variant < 0) return undefined;
      next[variant] = (next[variant] as number) + 1;
      for (const after of phraseEnds(variants[variant] ?? [], at)) yield field.spanOf(at, after);
    }
  }

  #variantsOf(term: Term): readonly KeyedVariant[] {
    let variants = this.#variants.get(term);
    if (!variants) {
      variants = variantsOf(term).map((variant) =>
        variant.map((wanted) => {
          const { text, form, prefix, isName, capitals } = wanted;
          return { wanted, key: [form, text, prefix, isName, capitals].join(' ') };
        }),
      );
      this.#variants.set(term, variants);
    }
    return variants;
  }

  #positionsIn(field: FieldText, { wanted, key }: KeyedWord): WordPositions {
    let positions = field.positionsByKey.get(key);
    if (!positions) {
      positions = this.#find(field, wanted);
      field.positionsByKey.set(key, positions);
    }
    return positions;
  }

  #find({ index, compounds }: FieldText, wanted: VariantWord): WordPositions {
    const formsOfWord = (text: string) => this.#formsOf(text);
    const spellings = index
      .candidates(wanted, formsOfWord)
      .filter((one) => this.#matches(wanted, index.spellings[one] as WrittenWord, true));
    const words = index.indexesOf(spellings);
    const found = compounds.index.indexesOf(
      compounds.index.candidates(wanted, formsOfWord).filter((one) => {
        const compound = compounds.index.spellings[one] as Compound;
        return this.#matches(wanted, compound, compound.kind === 'signed');
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

  #matches(wanted: VariantWord, { text, raw }: WrittenWord, isExact: boolean): boolean {
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

/** Maximum words per item whose forms are computed: the engine's maximum, and room for compounds. */
const MAX_FORMS = 5_000;

/** One word of a term, and its key in caches. */
interface KeyedWord {
  readonly wanted: VariantWord;
  readonly key: string;
}

type KeyedVariant = readonly KeyedWord[];

/** The positions in a field that match one word of a term. */
interface WordPositions {
  /** Indexes of the first words of all matches, in order. */
  readonly starts: readonly number[];
  readonly words: ReadonlySet<number>;
  readonly compounds: ReadonlyMap<number, readonly Compound[]>;
}

const NO_COMPOUNDS: ReadonlyMap<number, readonly Compound[]> = new Map();

/** Returns the possible ends of a variant that begins at a given word: one for each way to read its compounds. */
function phraseEnds(variant: readonly WordPositions[], at: number, next = 0): readonly number[] {
  const positions = variant[next];
  if (!positions) return [at];
  const after = positions.words.has(at) ? [at + 1] : [];
  for (const { to } of positions.compounds.get(at) ?? []) after.push(to + 1);
  return next + 1 === variant.length ? after : after.flatMap((end) => phraseEnds(variant, end, next + 1));
}
