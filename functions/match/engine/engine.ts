import type { NameOperator } from '../../shared/model.ts';
import type { FindPattern } from '../evaluate.ts';
import { clearFormsCache, hasInflections } from '../inflection/inflection.ts';
import { NAME_OPERATOR_NAMES } from '../name-operators.ts';
import { ALL_LETTERS, areCapitals as areCapitalsOf } from '../text/capitals.ts';
import { type MatchableItem, matchableText } from '../text/item-text.ts';
import { primaryLanguage } from '../text/language.ts';
import type { CompoundFinder, FoundCompound } from './compound-finder.ts';
import { detectLanguage } from './detect-language.ts';
import type { EncodedTopics } from './encoded-topics.ts';
import {
  CONTINUES_PHRASE,
  HAS_CLAUSE,
  HAS_OTHER_POSTINGS,
  HAS_TITLE_TERM,
  hasBit,
  hasKind,
  ID_MASK,
  IS_CASED,
  IS_LAST,
  IS_NEAR_OPERAND,
  IS_PHRASE_PREFIX,
  IS_TERM,
  KIND,
  NEEDS_CAPITAL,
  NEEDS_CAPITALS,
  NO_NODE,
  NODE_SIZE,
  OP,
  pairHash,
  slotOf,
} from './encoding.ts';
import { evaluateClause, nextPart } from './evaluate-clause.ts';
import { LabelMatcher } from './label-matcher.ts';
import { ENTRIES_AT, lookUpWords, TERM_BEGINNINGS } from './look-up-words.ts';
import { Proximity } from './proximity.ts';
import { areCapitalsAt, resetScan, scanField } from './scan-field.ts';
import { SourceCache } from './source-cache.ts';
import { TermTable } from './term-table.ts';
import { KEY_SIZE, WordCache } from './word-cache.ts';

// V8 reads a module's own constants faster than imported ones.
const entriesAt = ENTRIES_AT;
const termBeginnings = TERM_BEGINNINGS;

interface Pattern {
  readonly regex: string;
  readonly in?: 'title';
}

/** Kinds of keys that depend on the language of the item. */
const LANGUAGE_KINDS = [KIND.inflected, KIND.marked, KIND.language] as const;
/** Greater than all positions. */
const NO_POSITION = 0x7fff_ffff;
const NO_ITEM: MatchableItem = { title: '', summary: '', content: '' };

/**
 * Matches all topics against one item at once. Keeps the state of the current item, so it must not be used for two
 * items at the same time.
 */
export class Engine {
  readonly #topics: EncodedTopics;
  readonly #findPattern: FindPattern;
  readonly #regexes: readonly Pattern[];
  readonly #termTable: TermTable;
  readonly #wordCaches = new Map<string | undefined, WordCache>();
  readonly #sources: SourceCache;
  readonly #labels: LabelMatcher;
  readonly #proximity: Proximity;
  readonly #keyCount: number;
  readonly #nodeSlots: number;
  readonly #firstTitleTerm: number;
  readonly #pairMask: number;
  readonly #kinds: number;
  readonly #hasCompounds: boolean;
  /** The item's compounds that match a key, ordered by their first words. */
  readonly #foundCompounds: FoundCompound[] = [];
  #compoundFinder: CompoundFinder | undefined;
  /** Terms present in the item: one bit per term, the list of these terms, and the starts of their postings. */
  readonly #present: Int32Array;
  readonly #foundTerms: Int32Array;
  readonly #postingStarts: Int32Array;
  /** The lengths of both lists. V8 writes an array element faster than a field. */
  readonly #counts = new Int32Array(2);
  /** The number of the last item for which each topic was checked. */
  readonly #checkedForItem: Int32Array;
  #itemNumber = 0;
  #titleEnd = 0;
  #summaryEnd = 0;
  #contentEnd = 0;
  #item: MatchableItem = NO_ITEM;
  readonly #regexResults = new Map<number, boolean>();
  #texts: readonly string[] | undefined;

  constructor(topics: EncodedTopics, findPattern: FindPattern) {
    const { pairs } = topics;
    const [topicCount = 0, keyCount = 0, , nodeSlots = 0, titleCount = 0, , , kinds = 0, compounds = 0] =
      topics.counts;
    const termCount = keyCount + nodeSlots + titleCount;
    this.#topics = topics;
    this.#findPattern = findPattern;
    this.#regexes = JSON.parse(new TextDecoder().decode(topics.regexes));
    this.#termTable = new TermTable(topics);
    this.#sources = new SourceCache(this.#termTable);
    this.#labels = new LabelMatcher(
      topics.labels,
      this.#termTable,
      (labelTopics) => new Engine(labelTopics, findPattern),
    );
    this.#proximity = new Proximity(topics.proximities);
    this.#keyCount = keyCount;
    this.#pairMask = pairs.length * 32 - 1;
    this.#kinds = kinds;
    this.#hasCompounds = compounds !== 0;
    this.#nodeSlots = nodeSlots;
    this.#firstTitleTerm = keyCount + nodeSlots;
    this.#present = new Int32Array((termCount >> 5) + 1);
    this.#foundTerms = new Int32Array(termCount);
    this.#postingStarts = new Int32Array(termCount + 1);
    this.#checkedForItem = new Int32Array(topicCount);
  }

  /** Returns the topics that an item matches, as indexes into the compiled queries, in no particular order. */
  match(item: MatchableItem): number[] {
    clearFormsCache();
    const end = this.#scan(item);
    const language = this.#markOrigin(item, end);
    this.#markWords(end, language);
    // Labels come last, because scanning them overwrites the words of the item.
    if (this.#labels.hasQueries) {
      for (const key of this.#labels.keysOf(item, language)) this.#setKey(key);
    }
    return this.#collect();
  }

  /** Returns the topics that a text matches. The caller knows the text's language. */
  matchText(text: string, language: string | undefined): number[] {
    this.#markWords(this.#scan({ ...NO_ITEM, title: text }), language);
    return this.#collect();
  }

  /** Scans the words of all fields. Returns the position after the last field. */
  #scan(item: MatchableItem): number {
    this.#clear();
    this.#item = item;
    resetScan();
    this.#titleEnd = scanField(0, item.title, 0);
    this.#summaryEnd = scanField(1, item.summary, this.#titleEnd);
    this.#contentEnd = scanField(2, item.content, this.#summaryEnd);
    return item.context === undefined ? this.#contentEnd : scanField(3, item.context, this.#contentEnd);
  }

  /** Marks every term found in the scanned words. */
  #markWords(end: number, language: string | undefined): void {
    const cache = this.#wordCacheOf(language);
    const count = lookUpWords(cache, end);
    if (this.#hasCompounds) this.#findCompounds(cache, end);
    this.#proximity.startItem(this.#titleEnd, this.#summaryEnd, this.#contentEnd);
    this.#markEntries(cache.entries, count);
  }

  /** Finds the compounds. Replaces the entry of each word that begins one by ~entry. */
  #findCompounds({ compounds }: WordCache, end: number): void {
    const foundCompounds = this.#foundCompounds;
    this.#compoundFinder = compounds;
    compounds.find(0, 0, this.#titleEnd - 1, foundCompounds);
    compounds.find(1, this.#titleEnd, this.#summaryEnd - 1, foundCompounds);
    compounds.find(2, this.#summaryEnd, this.#contentEnd - 1, foundCompounds);
    if (end > this.#contentEnd) compounds.find(3, this.#contentEnd, end - 1, foundCompounds);
    if (foundCompounds.length > 1) foundCompounds.sort((a, b) => a.position - b.position);
    for (const { position } of foundCompounds) {
      const entry = entriesAt[position] as number;
      if (entry >= 0) entriesAt[position] = ~entry;
    }
  }

  /** Marks the terms of the item's source and language. Returns the language if any query depends on it. */
  #markOrigin(item: MatchableItem, end: number): string | undefined {
    const kinds = this.#kinds;
    const needsLanguage = LANGUAGE_KINDS.some((kind) => hasKind(kinds, kind)) || this.#labels.hasQueries;
    const language = needsLanguage ? detectLanguage(end, item.language) : undefined;
    for (const operator of NAME_OPERATOR_NAMES) {
      if (!hasKind(kinds, KIND[operator])) continue;
      for (const key of this.#nameKeys(operator, item, language)) if (key >= 0) this.#setKey(key);
    }
    return language;
  }

  /** Returns the keys of an item's names, -1 for names that no query asks for. */
  #nameKeys(operator: NameOperator, item: MatchableItem, language: string | undefined): readonly number[] {
    switch (operator) {
      case 'source':
        return this.#sources.keysOf(item);
      case 'language':
        return language === undefined ? [] : [this.#termTable.find(KIND.language, primaryLanguage(language))];
    }
  }

  /** Returns the word cache of a language. */
  #wordCacheOf(language: string | undefined): WordCache {
    // Feeds may declare any language. All languages without known inflections share one cache.
    const cacheLanguage = language === undefined || hasInflections(language) ? language : 'other';
    let cache = this.#wordCaches.get(cacheLanguage);
    if (!cache) {
      cache = new WordCache(this.#topics, this.#termTable, (term) => this.#titleTerm(term), cacheLanguage);
      this.#wordCaches.set(cacheLanguage, cache);
    }
    cache.startItem();
    return cache;
  }

  #setKey(key: number): void {
    this.#set(key, this.#topics.keyStarts[key] as number);
  }

  /** Marks every term that begins at one of the positions in TERM_BEGINNINGS or with a compound. */
  #markEntries(entries: Int32Array, count: number): void {
    const titleEnd = this.#titleEnd;
    const { pairs } = this.#topics;
    const pairMask = this.#pairMask;
    const foundCompounds = this.#foundCompounds;
    let nextCompound = 0;
    let compoundPosition = foundCompounds[0]?.position ?? NO_POSITION;
    for (let n = 0; n < count; n = (n + 1) | 0) {
      const position = termBeginnings[n] as number;
      // Marks in the order of positions, as Proximity requires.
      while (compoundPosition <= position) {
        this.#markCompound(entries, foundCompounds[nextCompound++] as FoundCompound);
        compoundPosition = foundCompounds[nextCompound]?.position ?? NO_POSITION;
      }
      const entry = entryAt(position);
      const next = entriesAt[position + 1] as number;
      const last = entry + KEY_SIZE * (entries[entry] as number);
      for (let at = entry + 1; at <= last; at = (at + KEY_SIZE) | 0) {
        const key = entries[at] as number;
        if ((key & IS_CASED) !== 0 && !this.#hasCapitals(key, position)) continue;
        if ((key & IS_TERM) !== 0) this.#set(key & ID_MASK, entries[at + 1] as number);
        if ((key & HAS_TITLE_TERM) !== 0 && position < titleEnd) {
          this.#setInTitle(entries[at + 2] as number, key, position, position);
        }
        if ((key & IS_NEAR_OPERAND) !== 0) this.#proximity.add(key & ID_MASK, position, position);
        if (
          (key & IS_PHRASE_PREFIX) !== 0 &&
          next !== 0 &&
          mayContinuePhrase(entries, next, key & ID_MASK, pairs, pairMask)
        ) {
          this.#follow(entries, key & ID_MASK, position + 1, position);
        }
      }
    }
    for (; nextCompound < foundCompounds.length; nextCompound++)
      this.#markCompound(entries, foundCompounds[nextCompound] as FoundCompound);
  }

  #markCompound(entries: Int32Array, compound: FoundCompound): void {
    const { entry, position, lastPosition } = compound;
    const last = entry + KEY_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at += KEY_SIZE) {
      const key = entries[at] as number;
      if ((key & IS_CASED) !== 0 && !this.#hasCapitals(key, position, compound)) continue;
      if ((key & IS_TERM) !== 0) this.#set(key & ID_MASK, entries[at + 1] as number);
      if ((key & HAS_TITLE_TERM) !== 0 && position < this.#titleEnd) {
        this.#setInTitle(entries[at + 2] as number, key, position, lastPosition);
      }
      if ((key & IS_NEAR_OPERAND) !== 0) this.#proximity.add(key & ID_MASK, position, lastPosition);
      if ((key & IS_PHRASE_PREFIX) !== 0) this.#follow(entries, key & ID_MASK, lastPosition + 1, position);
    }
  }

  /** Continues a phrase that began at `start` with the word at `position`, and with each compound that begins there. */
  #follow(entries: Int32Array, parent: number, position: number, start: number): void {
    this.#followEntry(entries, parent, entryAt(position), position, position, start, undefined);
    if ((entriesAt[position] as number) >= 0) return;
    for (const found of this.#foundCompounds) {
      if (found.position === position)
        this.#followEntry(entries, parent, found.entry, position, found.lastPosition, start, found);
    }
  }

  /** Continues a phrase with the keys of an entry: of the word at a position, or of a compound that begins there. */
  #followEntry(
    entries: Int32Array,
    parent: number,
    entry: number,
    first: number,
    position: number,
    start: number,
    compound: FoundCompound | undefined,
  ): void {
    const { pairs, nodes } = this.#topics;
    const pairMask = this.#pairMask;
    const next = entriesAt[position + 1] as number;
    const last = entry + KEY_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at = (at + KEY_SIZE) | 0) {
      const key = entries[at] as number;
      if ((key & CONTINUES_PHRASE) === 0) continue;
      const hash = pairHash(parent, key & ID_MASK);
      if (!hasBit(pairs, hash & pairMask)) continue;
      if ((key & IS_CASED) !== 0 && !this.#hasCapitals(key, first, compound)) continue;
      const node = this.#nodeOf(hash, parent, key & ID_MASK);
      if (node < 0) continue;
      const flags = nodes[node + 1] as number;
      const term = this.#keyCount + node / NODE_SIZE;
      if ((flags & IS_TERM) !== 0) this.#set(term, nodes[node + 2] as number);
      if ((flags & HAS_TITLE_TERM) !== 0 && position < this.#titleEnd) {
        this.#setInTitle(this.#titleTerm(term), flags, start, position);
      }
      if ((flags & IS_NEAR_OPERAND) !== 0) this.#proximity.add(term, start, position);
      if (
        (flags & IS_PHRASE_PREFIX) !== 0 &&
        next !== 0 &&
        mayContinuePhrase(entries, next, term, pairs, pairMask)
      ) {
        this.#follow(entries, term, position + 1, start);
      }
    }
  }

  /** Returns whether the word at a position, or the given compound, has the capitals that a key requires. */
  #hasCapitals(key: number, position: number, compound?: FoundCompound): boolean {
    const count = this.#neededCapitals(key);
    if (!compound || !this.#compoundFinder) return areCapitalsAt(position, count);
    return areCapitalsOf(this.#compoundFinder.rawOf(compound), count);
  }

  /** Returns how many letters must be capitals. */
  #neededCapitals(key: number): number {
    if ((key & NEEDS_CAPITAL) !== 0) return 1;
    if ((key & NEEDS_CAPITALS) !== 0) return ALL_LETTERS;
    return (this.#topics.keyFlags[key & ID_MASK] as number) & ID_MASK || ALL_LETTERS;
  }

  /** Returns the offset of a node in `nodes`, or -1. */
  #nodeOf(hash: number, parent: number, key: number): number {
    const { nodes } = this.#topics;
    let node = slotOf(hash, this.#nodeSlots) * NODE_SIZE;
    for (let from = nodes[node] as number; from !== NO_NODE; from = nodes[node] as number) {
      if (from === parent && ((nodes[node + 1] as number) & ID_MASK) === key) return node;
      node = node + NODE_SIZE === nodes.length ? 0 : node + NODE_SIZE;
    }
    return -1;
  }

  #set(term: number, postings: number): void {
    const index = term >> 5;
    const bit = 1 << (term & 31);
    const bits = this.#present[index] as number;
    if ((bits & bit) !== 0) return;
    this.#present[index] = bits | bit;
    const counts = this.#counts;
    const found = counts[0] as number;
    this.#foundTerms[found] = term;
    counts[0] = found + 1;
    const starts = counts[1] as number;
    this.#postingStarts[starts] = postings;
    counts[1] = starts + (postings === 0 ? 0 : 1);
  }

  #setInTitle(term: number, flags: number, start: number, position: number): void {
    this.#set(term, this.#topics.titleStarts[term - this.#firstTitleTerm] as number);
    if ((flags & IS_NEAR_OPERAND) !== 0) this.#proximity.add(term, start, position);
  }

  /** Returns the title term of a term that has one. */
  #titleTerm(term: number): number {
    const { titles } = this.#topics;
    let low = 0;
    let high = titles.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((titles[middle] as number) < term) low = middle + 1;
      else high = middle;
    }
    return this.#firstTitleTerm + low;
  }

  /** Returns the topics that are filed under the terms found and whose remaining clauses are true. */
  #collect(): number[] {
    const { postings, unfiltered } = this.#topics;
    const starts = this.#postingStarts;
    const startCount = this.#counts[1] as number;
    const checkedForItem = this.#checkedForItem;
    const itemNumber = ++this.#itemNumber;
    const present = this.#present;
    const result: number[] = [];
    for (let n = 0; n < startCount; n++) {
      let at = starts[n] as number;
      let posting = 0;
      do {
        posting = postings[at++] as number;
        let holds = true;
        if ((posting & HAS_CLAUSE) !== 0) {
          holds = evaluateClause(postings, at, present, this.#evaluateOperator);
          at = nextPart(postings, at);
        }
        if (!holds) continue;
        const topic = posting & ID_MASK;
        if ((posting & HAS_OTHER_POSTINGS) !== 0) {
          if (checkedForItem[topic] === itemNumber) continue;
          checkedForItem[topic] = itemNumber;
        }
        result.push(topic);
      } while ((posting & IS_LAST) === 0);
    }
    for (let n = 0; n < unfiltered.length; n += 2) {
      const start = unfiltered[n + 1] as number;
      if (evaluateClause(postings, start, present, this.#evaluateOperator))
        result.push(unfiltered[n] as number);
    }
    return result;
  }

  /** Evaluates operators other than the presence of terms. */
  readonly #evaluateOperator = (op: number, argument: number): boolean =>
    op === OP.near ? this.#proximity.holds(argument) : this.#matchesRegex(argument);

  /** Evaluates each pattern once per item, because patterns are expensive and many topics may share one. */
  #matchesRegex(index: number): boolean {
    const known = this.#regexResults.get(index);
    if (known !== undefined) return known;
    const { regex, in: only } = this.#regexes[index] as Pattern;
    const { title, summary, content, context = '' } = this.#item;
    this.#texts ??= [title, summary, content, context].map(matchableText);
    const texts = only === 'title' ? this.#texts.slice(0, 1) : this.#texts;
    const matches = texts.some((text) => this.#findPattern(regex, text) !== undefined);
    this.#regexResults.set(index, matches);
    return matches;
  }

  /** Clears the state of the previous item, even if matching it failed. */
  #clear(): void {
    const foundCount = this.#counts[0] as number;
    for (let n = 0; n < foundCount; n++) this.#present[(this.#foundTerms[n] as number) >> 5] = 0;
    this.#counts.fill(0);
    if (this.#foundCompounds.length > 0) this.#foundCompounds.length = 0;
    if (this.#regexResults.size > 0) this.#regexResults.clear();
    this.#texts = undefined;
  }
}

/** Returns the entry of the word at a position, whether or not a compound begins there. */
function entryAt(position: number): number {
  const entry = entriesAt[position] as number;
  return entry < 0 ? ~entry : entry;
}

/**
 * Returns whether any key of an entry may continue a phrase after `parent`. May return true by mistake, and always
 * returns true if a compound begins there. `#follow` gives the exact answer.
 */
function mayContinuePhrase(
  entries: Int32Array,
  entry: number,
  parent: number,
  pairs: Int32Array,
  mask: number,
): boolean {
  if (entry < 0) return true;
  const last = entry + KEY_SIZE * (entries[entry] as number);
  for (let at = entry + 1; at <= last; at = (at + KEY_SIZE) | 0) {
    const key = entries[at] as number;
    if ((key & CONTINUES_PHRASE) !== 0 && hasBit(pairs, pairHash(parent, key & ID_MASK) & mask)) return true;
  }
  return false;
}
