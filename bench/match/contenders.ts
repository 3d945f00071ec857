import * as adapter from '../match-adapter.ts';
import { automatonOf } from './automaton.ts';
import type { BenchItem, BenchTopic } from './workload.ts';

/** Ids of the topics that an item matches, in no order. */
export type Match = (item: BenchItem) => readonly number[];

/** Each compiles topics of exact forms. Words are runs of letters, marks and digits; a phrase is in one field. */
export const CONTENDERS = { ours, ahoCorasick, includes } satisfies Record<
  string,
  (topics: readonly BenchTopic[]) => Match
>;
export type ContenderName = keyof typeof CONTENDERS;

function ours(topics: readonly BenchTopic[]): Match {
  return adapter.load(adapter.serialize(adapter.compile(topics))).match;
}

const TITLE = 'title:';
const NO_WORD = /[^\p{L}\p{M}\p{N}]+/gu;
/** Between two fields: no phrase goes across. */
const FIELD_BORDER = '\n';

/** Words with one blank before and after each: what is sought with its blanks is found as whole words. */
function spaced(text: string): string {
  return ` ${text.toLowerCase().replace(NO_WORD, ' ').trim()} `;
}

/** What to look for in a spaced text, and whether in the title alone. */
function literal(term: string): { readonly text: string; readonly inTitle: boolean } {
  const inTitle = term.startsWith(TITLE);
  const bare = inTitle ? term.slice(TITLE.length) : term;
  return { text: bare.endsWith('*') ? ` ${bare.slice(0, -1)}` : ` ${bare} `, inTitle };
}

/** What one writes first: every topic's terms, until the topic is decided. */
function includes(topics: readonly BenchTopic[]): Match {
  const asked = topics.map(({ id, any, all, not }) => ({
    id,
    groups: [any, ...all].map((group) => group.map(literal)),
    not: not.map(literal),
  }));
  return ({ title, body }) => {
    const titleText = spaced(title);
    const text = titleText + FIELD_BORDER + spaced(body);
    const has = (wanted: ReturnType<typeof literal>) =>
      (wanted.inTitle ? titleText : text).includes(wanted.text);
    return asked
      .filter(({ groups, not }) => groups.every((group) => group.some(has)) && !not.some(has))
      .map(({ id }) => id);
  };
}

/**
 * All terms at once, by the package's double array, each filed with the topics that have it in the group that the fewest
 * topics' terms are in; what else these ask for is looked up in stamps of what the item has. Of the ways tried the
 * fastest: bare terms with their borders checked afterwards report many more that are inside of words.
 */
function ahoCorasick(topics: readonly BenchTopic[]): Match {
  const numbers = new Map<string, number>();
  const number = (term: string) => {
    const { text, inTitle } = literal(term);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known * 2 + (inTitle ? 1 : 0);
  };
  const compiled = topics.map(({ id, any, all, not }) => ({
    id,
    groups: [any, ...all].map((group) => group.map(number)),
    not: not.map(number),
  }));
  const uses = new Uint32Array(numbers.size * 2);
  for (const { groups } of compiled) for (const term of groups.flat()) uses[term] = (uses[term] ?? 0) + 1;
  const weight = (group: readonly number[]) => group.reduce((sum, term) => sum + (uses[term] ?? 0), 0);
  const filed: number[][] = Array.from(uses, () => []);
  const rest = compiled.map(({ id, groups, not }, topic) => {
    const cover = groups.reduce((best, group) => (weight(group) < weight(best) ? group : best));
    for (const term of cover) filed[term]?.push(topic);
    return { id, groups: groups.filter((group) => group !== cover), not };
  });
  const automaton = automatonOf([...numbers.keys()]);
  const stamps = new Uint32Array(numbers.size * 2);
  const decided = new Uint32Array(topics.length);
  let stamp = 0;
  const has = (term: number) => stamps[term] === stamp;
  return ({ title, body }) => {
    stamp++;
    const titleText = spaced(title);
    const found: number[] = [];
    const note = (term: number) => {
      if (stamps[term] === stamp) return;
      stamps[term] = stamp;
      if ((filed[term] as number[]).length > 0) found.push(term);
    };
    for (const { begin, keyword } of automaton.matchInText(titleText + FIELD_BORDER + spaced(body))) {
      const term = (numbers.get(keyword) as number) * 2;
      note(term);
      if (begin < titleText.length) note(term + 1);
    }
    const matched: number[] = [];
    for (const term of found) {
      for (const topic of filed[term] as number[]) {
        if (decided[topic] === stamp) continue;
        decided[topic] = stamp;
        const { id, groups, not } = rest[topic] as (typeof rest)[number];
        if (groups.every((group) => group.some(has)) && !not.some(has)) matched.push(id);
      }
    }
    return matched;
  };
}
