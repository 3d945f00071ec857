import * as adapter from '../match-adapter.ts';
import { automatonOf } from './automaton.ts';
import type { BenchItem, BenchTopic } from './workload.ts';

/** Returns the ids of the topics that an item matches, in no particular order. */
export type Match = (item: BenchItem) => readonly number[];

/**
 * Each contender compiles topics of exact forms. Words are runs of letters, marks and digits. A phrase must be in one
 * field.
 */
export const CONTENDERS = { ours, ahoCorasick, includes } satisfies Record<
  string,
  (topics: readonly BenchTopic[]) => Match
>;
export type ContenderName = keyof typeof CONTENDERS;

function ours(topics: readonly BenchTopic[]): Match {
  return adapter.load(adapter.serialize(adapter.compile(topics))).match;
}

const TITLE = 'title:';
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;
/** Separates two fields, so that no phrase crosses from one to the other. */
const FIELD_BORDER = '\n';

/** Returns the words of a text with one blank before and after each, so that a search with blanks finds whole words. */
function spaced(text: string): string {
  return ` ${text.toLowerCase().replace(BETWEEN_WORDS, ' ').trim()} `;
}

/** Returns the string to search for in a spaced text, and whether to search only the title. */
function literal(term: string): { readonly text: string; readonly inTitle: boolean } {
  const inTitle = term.startsWith(TITLE);
  const bare = inTitle ? term.slice(TITLE.length) : term;
  return { text: bare.endsWith('*') ? ` ${bare.slice(0, -1)}` : ` ${bare} `, inTitle };
}

/** The simplest solution: searches for every topic's terms until the topic is decided. */
function includes(topics: readonly BenchTopic[]): Match {
  const compiled = topics.map(({ id, any, all, not }) => ({
    id,
    groups: [any, ...all].map((group) => group.map(literal)),
    not: not.map(literal),
  }));
  return ({ title, body }) => {
    const titleText = spaced(title);
    const text = titleText + FIELD_BORDER + spaced(body);
    const has = (wanted: ReturnType<typeof literal>) =>
      (wanted.inTitle ? titleText : text).includes(wanted.text);
    return compiled
      .filter(({ groups, not }) => groups.every((group) => group.some(has)) && !not.some(has))
      .map(({ id }) => id);
  };
}

/**
 * Searches for all terms at once, with the package's automaton. A topic is filed under the terms of its rarest group;
 * the rest of the topic is checked against the terms found in the item. Searching for terms without blanks and
 * checking word boundaries afterwards is slower, because it reports many more terms inside words.
 */
function ahoCorasick(topics: readonly BenchTopic[]): Match {
  const textNumbers = new Map<string, number>();
  const termNumber = (term: string) => {
    const { text, inTitle } = literal(term);
    const known = textNumbers.get(text) ?? textNumbers.size;
    textNumbers.set(text, known);
    return known * 2 + (inTitle ? 1 : 0);
  };
  const compiled = topics.map(({ id, any, all, not }) => ({
    id,
    groups: [any, ...all].map((group) => group.map(termNumber)),
    not: not.map(termNumber),
  }));
  const uses = new Uint32Array(textNumbers.size * 2);
  for (const { groups } of compiled) for (const term of groups.flat()) uses[term] = (uses[term] ?? 0) + 1;
  const weight = (group: readonly number[]) => group.reduce((sum, term) => sum + (uses[term] ?? 0), 0);
  const topicsByTerm: number[][] = Array.from(uses, () => []);
  const remainders = compiled.map(({ id, groups, not }, topic) => {
    const rarest = groups.reduce((best, group) => (weight(group) < weight(best) ? group : best));
    for (const term of rarest) topicsByTerm[term]?.push(topic);
    return { id, groups: groups.filter((group) => group !== rarest), not };
  });
  const automaton = automatonOf([...textNumbers.keys()]);
  const lastSeen = new Uint32Array(textNumbers.size * 2);
  const lastDecided = new Uint32Array(topics.length);
  let itemNumber = 0;
  const has = (term: number) => lastSeen[term] === itemNumber;
  return ({ title, body }) => {
    itemNumber++;
    const titleText = spaced(title);
    const found: number[] = [];
    const mark = (term: number) => {
      if (lastSeen[term] === itemNumber) return;
      lastSeen[term] = itemNumber;
      if ((topicsByTerm[term] as number[]).length > 0) found.push(term);
    };
    for (const { begin, keyword } of automaton.matchInText(titleText + FIELD_BORDER + spaced(body))) {
      const term = (textNumbers.get(keyword) as number) * 2;
      mark(term);
      if (begin < titleText.length) mark(term + 1);
    }
    const matched: number[] = [];
    for (const term of found) {
      for (const topic of topicsByTerm[term] as number[]) {
        if (lastDecided[topic] === itemNumber) continue;
        lastDecided[topic] = itemNumber;
        const { id, groups, not } = remainders[topic] as (typeof remainders)[number];
        if (groups.every((group) => group.some(has)) && !not.some(has)) matched.push(id);
      }
    }
    return matched;
  };
}
