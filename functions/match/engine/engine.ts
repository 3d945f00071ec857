import { ALL, areCapitals as areCapitalsOf } from '../capitals.ts';
import type { FindPattern } from '../evaluate.ts';
import { forgetForms, inflectsIn } from '../inflection/inflection.ts';
import { fieldText, type MatchableItem } from '../item-text.ts';
import { primaryLanguage } from '../language.ts';
import {
  FOLLOWS,
  GOES_ON,
  HAS_OTHERS,
  HAS_PROGRAM,
  hasBit,
  ID,
  IN_CAPITAL,
  IN_CAPITALS,
  IN_TITLE,
  IS_ATOM,
  IS_CASED,
  IS_LAST,
  IS_NEAR,
  KIND,
  NO_NODE,
  NODE_SIZE,
  OP,
  pairHash,
  slotOf,
  usesKind,
} from './codes.ts';
import type { Compounds, Met } from './compounds.ts';
import { Dictionary } from './dictionary.ts';
import type { FlatTopics } from './flat.ts';
import { Labels } from './labels.ts';
import { Lexicon, SENSE_SIZE } from './lexicon.ts';
import { ASKED, ENTRIES_AT, lookUp } from './look-up.ts';
import { Nearness } from './nearness.ts';
import { after, doesHold } from './run-program.ts';
import { areCapitals, forget, scan } from './scan.ts';
import { Sources } from './sources.ts';
import { spoken } from './spoken.ts';

// A module reads its own constants faster than those of others.
const entriesAt = ENTRIES_AT;
const asked = ASKED;

interface Pattern {
  readonly regex: string;
  readonly in?: 'title';
}

/** Kinds of senses for which the language of an item counts. */
const LANGUAGE_KINDS = [KIND.inflected, KIND.marked, KIND.language] as const;
/** After all places. */
const NO_PLACE = 0x7fff_ffff;
const NO_ITEM: MatchableItem = { title: '', summary: '', content: '' };

/** All topics against one item at once. One item at a time: it keeps its notes between the steps. */
export class Engine {
  readonly #topics: FlatTopics;
  readonly #findPattern: FindPattern;
  readonly #regexes: readonly Pattern[];
  readonly #dictionary: Dictionary;
  readonly #lexicons = new Map<string | undefined, Lexicon>();
  readonly #sources: Sources;
  readonly #labels: Labels;
  readonly #near: Nearness;
  readonly #senses: number;
  readonly #nodePlaces: number;
  readonly #titlesFrom: number;
  readonly #pairMask: number;
  readonly #kinds: number;
  readonly #hasCompounds: boolean;
  /** Compounds of the item that something asks for, in the order of their first words. */
  readonly #met: Met[] = [];
  #compounds: Compounds | undefined;
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

  constructor(topics: FlatTopics, findPattern: FindPattern) {
    const { pairs } = topics;
    const [topicCount = 0, senses = 0, , nodes = 0, titles = 0, , , kinds = 0, compounds = 0] = topics.counts;
    const atoms = senses + nodes + titles;
    this.#topics = topics;
    this.#findPattern = findPattern;
    this.#regexes = JSON.parse(new TextDecoder().decode(topics.regexes));
    this.#dictionary = new Dictionary(topics);
    this.#sources = new Sources(this.#dictionary);
    this.#labels = new Labels(topics.labels, this.#dictionary, (asked) => new Engine(asked, findPattern));
    this.#near = new Nearness(topics.nears);
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
    forgetForms();
    const end = this.#scan(item);
    const language = this.#noteOrigin(item, end);
    this.#look(end, language);
    // Last: the words of labels are scanned to where those of the item were.
    if (this.#labels.areAsked) {
      for (const sense of this.#labels.sensesOf(item, language)) this.#setSense(sense);
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
    forget();
    this.#titleEnd = scan(0, item.title, 0);
    this.#summaryEnd = scan(1, item.summary, this.#titleEnd);
    return scan(2, item.content, this.#summaryEnd);
  }

  /** Notes every atom that the words hold which were scanned. */
  #look(end: number, language: string | undefined): void {
    const lexicon = this.#lexiconOf(language);
    const count = lookUp(lexicon, end);
    if (this.#hasCompounds) this.#meetCompounds(lexicon, end);
    this.#near.begin(this.#titleEnd, this.#summaryEnd);
    this.#mark(lexicon.entries, count);
  }

  /** Finds the compounds, and makes ~entry of the entry of each word that one begins with. */
  #meetCompounds({ compounds }: Lexicon, end: number): void {
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
    if (usesKind(kinds, KIND.source)) for (const sense of this.#sources.sensesOf(item)) this.#setSense(sense);
    const isAsked = LANGUAGE_KINDS.some((kind) => usesKind(kinds, kind)) || this.#labels.areAsked;
    const language = isAsked ? spoken(end, item.language) : undefined;
    if (language !== undefined) {
      const sense = this.#dictionary.find(KIND.language, primaryLanguage(language));
      if (sense >= 0) this.#setSense(sense);
    }
    return language;
  }

  /** What is known of words in a language. */
  #lexiconOf(language: string | undefined): Lexicon {
    // A feed may name any language; all that have no inflections here share what is known.
    const tongue = language === undefined || inflectsIn(language) ? language : 'other';
    let lexicon = this.#lexicons.get(tongue);
    if (!lexicon) {
      lexicon = new Lexicon(this.#topics, this.#dictionary, (atom) => this.#titleAtom(atom), tongue);
      this.#lexicons.set(tongue, lexicon);
    }
    lexicon.refresh();
    return lexicon;
  }

  #setSense(sense: number): void {
    this.#set(sense, this.#topics.senseStarts[sense] as number);
  }

  /** Notes every atom that the words hold. */
  #mark(entries: Int32Array, count: number): void {
    const titleEnd = this.#titleEnd;
    const { pairs } = this.#topics;
    const pairMask = this.#pairMask;
    const met = this.#met;
    let nextMet = 0;
    let metPlace = met[0]?.place ?? NO_PLACE;
    for (let n = 0; n < count; n = (n + 1) | 0) {
      const place = asked[n] as number;
      // In the order of their places, which nearness needs.
      while (metPlace <= place) {
        this.#markCompound(entries, met[nextMet++] as Met);
        metPlace = met[nextMet]?.place ?? NO_PLACE;
      }
      const entry = entryAt(place);
      const next = entriesAt[place + 1] as number;
      const last = entry + SENSE_SIZE * (entries[entry] as number);
      for (let at = entry + 1; at <= last; at = (at + SENSE_SIZE) | 0) {
        const sense = entries[at] as number;
        if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, place)) continue;
        if ((sense & IS_ATOM) !== 0) this.#set(sense & ID, entries[at + 1] as number);
        if ((sense & IN_TITLE) !== 0 && place < titleEnd) {
          this.#setInTitle(entries[at + 2] as number, sense, place, place);
        }
        if ((sense & IS_NEAR) !== 0) this.#near.note(sense & ID, place, place);
        if ((sense & GOES_ON) !== 0 && next !== 0 && mayFollow(entries, next, sense & ID, pairs, pairMask)) {
          this.#follow(entries, sense & ID, place + 1, place);
        }
      }
    }
    for (; nextMet < met.length; nextMet++) this.#markCompound(entries, met[nextMet] as Met);
  }

  #markCompound(entries: Int32Array, compound: Met): void {
    const { entry, place, last: lastPlace } = compound;
    const last = entry + SENSE_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at += SENSE_SIZE) {
      const sense = entries[at] as number;
      if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, place, compound)) continue;
      if ((sense & IS_ATOM) !== 0) this.#set(sense & ID, entries[at + 1] as number);
      if ((sense & IN_TITLE) !== 0 && place < this.#titleEnd) {
        this.#setInTitle(entries[at + 2] as number, sense, place, lastPlace);
      }
      if ((sense & IS_NEAR) !== 0) this.#near.note(sense & ID, place, lastPlace);
      if ((sense & GOES_ON) !== 0) this.#follow(entries, sense & ID, lastPlace + 1, place);
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
    compound: Met | undefined,
  ): void {
    const { pairs, nodes } = this.#topics;
    const pairMask = this.#pairMask;
    const next = entriesAt[place + 1] as number;
    const last = entry + SENSE_SIZE * (entries[entry] as number);
    for (let at = entry + 1; at <= last; at = (at + SENSE_SIZE) | 0) {
      const sense = entries[at] as number;
      if ((sense & FOLLOWS) === 0) continue;
      const hash = pairHash(parent, sense & ID);
      if (!hasBit(pairs, hash & pairMask)) continue;
      if ((sense & IS_CASED) !== 0 && !this.#isCapitals(sense, first, compound)) continue;
      const node = this.#nodeOf(hash, parent, sense & ID);
      if (node < 0) continue;
      const flags = nodes[node + 1] as number;
      const atom = this.#senses + node / NODE_SIZE;
      if ((flags & IS_ATOM) !== 0) this.#set(atom, nodes[node + 2] as number);
      if ((flags & IN_TITLE) !== 0 && place < this.#titleEnd) {
        this.#setInTitle(this.#titleAtom(atom), flags, start, place);
      }
      if ((flags & IS_NEAR) !== 0) this.#near.note(atom, start, place);
      if ((flags & GOES_ON) !== 0 && next !== 0 && mayFollow(entries, next, atom, pairs, pairMask)) {
        this.#follow(entries, atom, place + 1, start);
      }
    }
  }

  /** Of a sense of capitals, whose word in lower case stands there, or a compound that is given. */
  #isCapitals(sense: number, place: number, compound?: Met): boolean {
    const count = this.#capitalsOf(sense);
    if (!compound || !this.#compounds) return areCapitals(place, count);
    return areCapitalsOf(this.#compounds.rawOf(compound), count);
  }

  /** How many letters must be capitals. */
  #capitalsOf(sense: number): number {
    if ((sense & IN_CAPITAL) !== 0) return 1;
    if ((sense & IN_CAPITALS) !== 0) return ALL;
    return (this.#topics.senseFlags[sense & ID] as number) & ID || ALL;
  }

  /** Where a node stands in `nodes`, or -1. */
  #nodeOf(hash: number, parent: number, sense: number): number {
    const { nodes } = this.#topics;
    let node = slotOf(hash, this.#nodePlaces) * NODE_SIZE;
    for (let from = nodes[node] as number; from !== NO_NODE; from = nodes[node] as number) {
      if (from === parent && ((nodes[node + 1] as number) & ID) === sense) return node;
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
    if ((flags & IS_NEAR) !== 0) this.#near.note(atom, start, place);
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
    const { postings, always } = this.#topics;
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
        if ((posting & HAS_PROGRAM) !== 0) {
          holds = doesHold(postings, at, present, this.#others);
          at = after(postings, at);
        }
        if (!holds) continue;
        const topic = posting & ID;
        if ((posting & HAS_OTHERS) !== 0) {
          if (looked[topic] === number) continue;
          looked[topic] = number;
        }
        result.push(topic);
      } while ((posting & IS_LAST) === 0);
    }
    for (let n = 0; n < always.length; n += 2) {
      const start = always[n + 1] as number;
      if (doesHold(postings, start, present, this.#others)) result.push(always[n] as number);
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
    this.#texts ??= [title, summary, content].map(fieldText);
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
function mayFollow(
  entries: Int32Array,
  entry: number,
  parent: number,
  pairs: Int32Array,
  mask: number,
): boolean {
  if (entry < 0) return true;
  const last = entry + SENSE_SIZE * (entries[entry] as number);
  for (let at = entry + 1; at <= last; at = (at + SENSE_SIZE) | 0) {
    const sense = entries[at] as number;
    if ((sense & FOLLOWS) !== 0 && hasBit(pairs, pairHash(parent, sense & ID) & mask)) return true;
  }
  return false;
}
