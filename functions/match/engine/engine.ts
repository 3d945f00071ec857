import type { FindPattern } from '../evaluate.ts';
import { clearFormsCache, hasInflections } from '../inflection/inflection.ts';
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

// A module reads its own constants faster than those of others.
const entriesAt = ENTRIES_AT;
const asked = TERM_BEGINNINGS;

interface Pattern {
  readonly regex: string;
  readonly in?: 'title';
}

/** Kinds of senses for which the language of an item counts. */
const LANGUAGE_KINDS = [KIND.inflected, KIND.marked, KIND.language] as const;
/** After all places. */
const NO_POSITION = 0x7fff_ffff;
const NO_ITEM: MatchableItem = { title: '', summary: '', content: '' };

/** All topics against one item at once. One item at a time: it keeps its notes between the steps. */
export class Engine {
  readonly #topics: EncodedTopics;
  readonly #findPattern: FindPattern;
  readonly #regexes: readonly Pattern[];
  readonly #dictionary: TermTable;
  readonly #lexicons = new Map<string | undefined, WordCache>();
  readonly #sources: SourceCache;
  readonly #labels: LabelMatcher;
  readonly #near: Proximity;
  readonly #senses: number;
  readonly #nodePlaces: number;
  readonly #titlesFrom: number;
  readonly #pairMask: number;
  readonly #kinds: number;
  readonly #hasCompounds: boolean;
  /** Compounds of the item that something asks for, in the order of their first words. */
  readonly #met: FoundCompound[] = [];
  #compounds: CompoundFinder | undefined;
  /** A bit for each atom that is there; those that are; and where the postings of those start that have any. */
  readonly #present: Int32Array;
  readonly #found: Int32Array;
  readonly #starts: Int32Array;
  /** How many there are of both. In an array, which is written faster than a field. */
  readonly #counts = new Int32Array(2);
  /** The number of the item that each topic was last looked at for. */
  readonly #looked: Int32Array;
  #itemNumber = 0;
  #titleEnd = 0;
  #summaryEnd = 0;
  #item: MatchableItem = NO_ITEM;
  readonly #verdicts = new Map<number, boolean>();
  #texts: readonly string[] | undefined;

  constructor(topics: EncodedTopics, findPattern: FindPattern) {
    const { pairs } = topics;
    const [topicCount = 0, senses = 0, , nodes = 0, titles = 0, , , kinds = 0, compounds = 0] = topics.counts;
    const atoms = senses + nodes + titles;
    this.#topics = topics;
    this.#findPattern = findPattern;
    this.#regexes = JSON.parse(new TextDecoder().decode(topics.regexes));
    this.#dictionary = new TermTable(topics);
    this.#sources = new SourceCache(this.#dictionary);
    this.#labels = new LabelMatcher(
      topics.labels,
      this.#dictionary,
      (asked) => new Engine(asked, findPattern),
    );
    this.#near = new Proximity(topics.proximities);
    this.#senses = senses;
    this.#pairMask = pairs.length * 32 - 1;
    this.#kinds = kinds;
    this.#hasCompounds = compounds !== 0;
    this.#nodePlaces = nodes;
    this.#titlesFrom = senses + nodes;
    this.#present = new Int32Array((atoms >> 5) + 1);
    this.#found = new Int32Array(atoms);
    this.#starts = new Int32Array(atoms + 1);
    this.#looked = new Int32Array(topicCount);
  }

  /** The topics that an item matches, in no order, by their places in what was compiled. */
  match(item: MatchableItem): number[] {
    clearFormsCache();
    const end = this.#scan(item);
    const language = this.#noteOrigin(item, end);
    this.#look(end, language);
    // Last: the words of labels are scanned to where those of the item were.
    if (this.#labels.hasQueries) {
      for (const sense of this.#labels.keysOf(item, language)) this.#setSense(sense);
    }
    return this.#collect();
  }

  /** As `match`, of a text in a language that is known. */
  matchText(text: string, language: string | undefined): number[] {
    this.#look(this.#scan({ ...NO_ITEM, title: text }), language);
    return this.#collect();
  }

  /** Gives the place after the last word. */
  #scan(item: MatchableItem): number {
    this.#clear();
    this.#item = item;
    resetScan();
    this.#titleEnd = scanField(0, item.title, 0);
    this.#summaryEnd = scanField(1, item.summary, this.#titleEnd);
    return scanField(2, item.content, this.#summaryEnd);
  }

  /** Notes every atom that the words hold which were scanned. */
  #look(end: number, language: string | undefined): void {
    const lexicon = this.#lexiconOf(language);
    const count = lookUpWords(lexicon, end);
    if (this.#hasCompounds) this.#meetCompounds(lexicon, end);
    this.#near.startItem(this.#titleEnd, this.#summaryEnd);
    this.#mark(lexicon.entries, count);
  }

  /** Finds the compounds, and makes ~entry of the entry of each word that one begins with. */
  #meetCompounds({ compounds }: WordCache, end: number): void {
    const met = this.#met;
    this.#compounds = compounds;
    compounds.find(0, 0, this.#titleEnd - 1, met);
    compounds.find(1, this.#titleEnd, this.#summaryEnd - 1, met);
    compounds.find(2, this.#summaryEnd, end - 1, met);
    if (met.length > 1) met.sort((a, b) => a.place - b.place);
    for (const { place } of met) {
      const entry = entriesAt[place] as number;
      if (entry >= 0) entriesAt[place] = ~entry;
    }
  }

  /** Notes what the source and the language say by themselves. Gives the language, if anything asks for it. */
  #noteOrigin(item: MatchableItem, end: number): string | undefined {
    const kinds = this.#kinds;
    if (hasKind(kinds, KIND.source)) for (const sense of this.#sources.keysOf(item)) this.#setSense(sense);
    const isAsked = LANGUAGE_KINDS.some((kind) => hasKind(kinds, kind)) || this.#labels.hasQueries;
    const language = isAsked ? detectLanguage(end, item.language) : undefined;
    if (language !== undefined) {
      const sense = this.#dictionary.find(KIND.language, primaryLanguage(language));
      if (sense >= 0) this.#setSense(sense);
    }
    return language;
  }

  /** What is known of words in a language. */
  #lexiconOf(language: string | undefined): WordCache {
    // A feed may name any language; all that have no inflections here share what is known.
    const tongue = language === undefined || hasInflections(language) ? language : 'other';
    let lexicon = this.#lexicons.get(tongue);
    if (!lexicon) {
      lexicon = new WordCache(this.#topics, this.#dictionary, (atom) => this.#titleAtom(atom), tongue);
      this.#lexicons.set(tongue, lexicon);
    }
    lexicon.startItem();
    return lexicon;
  }

  #setSense(sense: number): void {
    this.#set(sense, this.#topics.keyStarts[sense] as number);
  }

  /** Notes every atom that the words hold. */
  #mark(entries: Int32Array, count: number): void {
    const titleEnd = this.#titleEnd;
    const { pairs } = this.#topics;
    const pairMask = this.#pairMask;
    const met = this.#met;
    let nextMet = 0;
    let metPlace = met[0]?.place ?? NO_POSITION;
    for (let n = 0; n < count; n = (n + 1) | 0) {
      const place = asked[n] as number;
      // In the order of their places, which nearness needs.
      while (metPlace <= place) {
        this.#markCompound(entries, met[nextMet++] as FoundCompound);
        metPlace = met[nextMet]?.place ?? NO_POSITION;
      }
      const entry = entryAt(place);
      const next = entriesAt[place + 1] as number;
      const last = entry + KEY_SIZE * (entries[entry] as number);
      for (let at = entry + 1; at <= last; at = (at + KEY_SIZE) | 0) {
        const sense = entries[at] as number;
        if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, place)) continue;
        if ((sense & IS_TERM) !== 0) this.#set(sense & ID_MASK, entries[at + 1] as number);
        if ((sense & HAS_TITLE_TERM) !== 0 && place < titleEnd) {
          this.#setInTitle(entries[at + 2] as number, sense, place, place);
        }
        if ((sense & IS_NEAR_OPERAND) !== 0) this.#near.add(sense & ID_MASK, place, place);
        if (
          (sense & IS_PHRASE_PREFIX) !== 0 &&
          next !== 0 &&
          mayContinuePhrase(entries, next, sense & ID_MASK, pairs, pairMask)
        ) {
          this.#follow(entries, sense & ID_MASK, place + 1, place);
        }
      }
    }
    for (; nextMet < met.length; nextMet++) this.#markCompound(entries, met[nextMet] as FoundCompound);
  }

  #markCompound(entries: Int32Array, compound: FoundCompound): void {
    const { entry, place, last: lastPlace } = compound;
    const last = entry + KEY_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at += KEY_SIZE) {
      const sense = entries[at] as number;
      if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, place, compound)) continue;
      if ((sense & IS_TERM) !== 0) this.#set(sense & ID_MASK, entries[at + 1] as number);
      if ((sense & HAS_TITLE_TERM) !== 0 && place < this.#titleEnd) {
        this.#setInTitle(entries[at + 2] as number, sense, place, lastPlace);
      }
      if ((sense & IS_NEAR_OPERAND) !== 0) this.#near.add(sense & ID_MASK, place, lastPlace);
      if ((sense & IS_PHRASE_PREFIX) !== 0) this.#follow(entries, sense & ID_MASK, lastPlace + 1, place);
    }
  }

  /** Goes on in a row that began at `start`: with any sense of the word at `place` that stands in one. */
  #follow(entries: Int32Array, parent: number, place: number, start: number): void {
    this.#followWith(entries, parent, entryAt(place), place, place, start, undefined);
    if ((entriesAt[place] as number) >= 0) return;
    for (const found of this.#met) {
      if (found.place === place)
        this.#followWith(entries, parent, found.entry, place, found.last, start, found);
    }
  }

  /** With the senses of an entry, which is of the word at a place or of a compound that begins there. */
  #followWith(
    entries: Int32Array,
    parent: number,
    entry: number,
    first: number,
    place: number,
    start: number,
    compound: FoundCompound | undefined,
  ): void {
    const { pairs, nodes } = this.#topics;
    const pairMask = this.#pairMask;
    const next = entriesAt[place + 1] as number;
    const last = entry + KEY_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at = (at + KEY_SIZE) | 0) {
      const sense = entries[at] as number;
      if ((sense & CONTINUES_PHRASE) === 0) continue;
      const hash = pairHash(parent, sense & ID_MASK);
      if (!hasBit(pairs, hash & pairMask)) continue;
      if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, first, compound)) continue;
      const node = this.#nodeOf(hash, parent, sense & ID_MASK);
      if (node < 0) continue;
      const flags = nodes[node + 1] as number;
      const atom = this.#senses + node / NODE_SIZE;
      if ((flags & IS_TERM) !== 0) this.#set(atom, nodes[node + 2] as number);
      if ((flags & HAS_TITLE_TERM) !== 0 && place < this.#titleEnd) {
        this.#setInTitle(this.#titleAtom(atom), flags, start, place);
      }
      if ((flags & IS_NEAR_OPERAND) !== 0) this.#near.add(atom, start, place);
      if (
        (flags & IS_PHRASE_PREFIX) !== 0 &&
        next !== 0 &&
        mayContinuePhrase(entries, next, atom, pairs, pairMask)
      ) {
        this.#follow(entries, atom, place + 1, start);
      }
    }
  }

  /** Of a sense of capitals, whose word in lower case stands there, or a compound that is given. */
  #isCapitals(sense: number, place: number, compound?: FoundCompound): boolean {
    const count = this.#capitalsOf(sense);
    if (!compound || !this.#compounds) return areCapitalsAt(place, count);
    return areCapitalsOf(this.#compounds.rawOf(compound), count);
  }

  /** How many letters must be capitals. */
  #capitalsOf(sense: number): number {
    if ((sense & NEEDS_CAPITAL) !== 0) return 1;
    if ((sense & NEEDS_CAPITALS) !== 0) return ALL_LETTERS;
    return (this.#topics.keyFlags[sense & ID_MASK] as number) & ID_MASK || ALL_LETTERS;
  }

  /** Where a node stands in `nodes`, or -1. */
  #nodeOf(hash: number, parent: number, sense: number): number {
    const { nodes } = this.#topics;
    let node = slotOf(hash, this.#nodePlaces) * NODE_SIZE;
    for (let from = nodes[node] as number; from !== NO_NODE; from = nodes[node] as number) {
      if (from === parent && ((nodes[node + 1] as number) & ID_MASK) === sense) return node;
      node = node + NODE_SIZE === nodes.length ? 0 : node + NODE_SIZE;
    }
    return -1;
  }

  #set(atom: number, postings: number): void {
    const index = atom >> 5;
    const bit = 1 << (atom & 31);
    const bits = this.#present[index] as number;
    if ((bits & bit) !== 0) return;
    this.#present[index] = bits | bit;
    const counts = this.#counts;
    const found = counts[0] as number;
    this.#found[found] = atom;
    counts[0] = found + 1;
    const starts = counts[1] as number;
    this.#starts[starts] = postings;
    counts[1] = starts + (postings === 0 ? 0 : 1);
  }

  #setInTitle(atom: number, flags: number, start: number, place: number): void {
    this.#set(atom, this.#topics.titleStarts[atom - this.#titlesFrom] as number);
    if ((flags & IS_NEAR_OPERAND) !== 0) this.#near.add(atom, start, place);
  }

  /** The atom of another one in titles; it has one. */
  #titleAtom(atom: number): number {
    const { titles } = this.#topics;
    let low = 0;
    let high = titles.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((titles[middle] as number) < atom) low = middle + 1;
      else high = middle;
    }
    return this.#titlesFrom + low;
  }

  /** The topics that are filed under the atoms found, as far as their programs agree. */
  #collect(): number[] {
    const { postings, unfiltered } = this.#topics;
    const starts = this.#starts;
    const startCount = this.#counts[1] as number;
    const looked = this.#looked;
    const number = ++this.#itemNumber;
    const present = this.#present;
    const result: number[] = [];
    for (let n = 0; n < startCount; n++) {
      let at = starts[n] as number;
      let posting = 0;
      do {
        posting = postings[at++] as number;
        let holds = true;
        if ((posting & HAS_CLAUSE) !== 0) {
          holds = evaluateClause(postings, at, present, this.#others);
          at = nextPart(postings, at);
        }
        if (!holds) continue;
        const topic = posting & ID_MASK;
        if ((posting & HAS_OTHER_POSTINGS) !== 0) {
          if (looked[topic] === number) continue;
          looked[topic] = number;
        }
        result.push(topic);
      } while ((posting & IS_LAST) === 0);
    }
    for (let n = 0; n < unfiltered.length; n += 2) {
      const start = unfiltered[n + 1] as number;
      if (evaluateClause(postings, start, present, this.#others)) result.push(unfiltered[n] as number);
    }
    return result;
  }

  /** What is more than the presence of atoms. */
  readonly #others = (op: number, argument: number): boolean =>
    op === OP.near ? this.#near.holds(argument) : this.#holdsRegex(argument);

  /** Patterns are dear, and many topics may have the same: each is tried once on an item. */
  #holdsRegex(index: number): boolean {
    const known = this.#verdicts.get(index);
    if (known !== undefined) return known;
    const { regex, in: only } = this.#regexes[index] as Pattern;
    const { title, summary, content } = this.#item;
    this.#texts ??= [title, summary, content].map(matchableText);
    const texts = only === 'title' ? this.#texts.slice(0, 1) : this.#texts;
    const verdict = texts.some((text) => this.#findPattern(regex, text) !== undefined);
    this.#verdicts.set(index, verdict);
    return verdict;
  }

  /** Of what the item before left, even one that ended in an error. */
  #clear(): void {
    const foundCount = this.#counts[0] as number;
    for (let n = 0; n < foundCount; n++) this.#present[(this.#found[n] as number) >> 5] = 0;
    this.#counts.fill(0);
    if (this.#met.length > 0) this.#met.length = 0;
    if (this.#verdicts.size > 0) this.#verdicts.clear();
    this.#texts = undefined;
  }
}

/** The entry of the word at a place, where a compound may begin. */
function entryAt(place: number): number {
  const entry = entriesAt[place] as number;
  return entry < 0 ? ~entry : entry;
}

/** Whether, as far as a bit can tell, any sense of an entry follows a parent in a row; or a compound does, which `follow` tells. */
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
    const sense = entries[at] as number;
    if ((sense & CONTINUES_PHRASE) !== 0 && hasBit(pairs, pairHash(parent, sense & ID_MASK) & mask))
      return true;
  }
  return false;
}
