import { AhoCorasick } from '@monyone/aho-corasick/fast';

/** What the package keeps in its double array: a slot for each node. From a node, a character leads to the slot
 * `node + base[node] + code`, if `check` there is the node. */
interface DoubleArray {
  code: ReadonlyMap<string, number>;
  base: number[];
  check: number[];
  failure: number[];
  keywords: (string[] | null)[];
}

const FREE = -1;
const MAX_TRIES = 64;

/**
 * The package's automaton of these keywords. Its constructor searches all free slots for each node: a quarter of a minute
 * or more for 33,000 keywords, and longer than in proportion for more. This fills the same arrays for it in seconds;
 * searching is the package's alone, and as fast as in what it builds itself.
 */
export function automatonOf(keywords: readonly string[]): Pick<AhoCorasick, 'matchInText'> {
  const automaton = new AhoCorasick([]);
  // Private, and pinned by package-lock.json; test/bench/match compares with what the constructor makes.
  Object.assign((automaton as unknown as { trie: DoubleArray }).trie, doubleArray(keywords));
  return automaton;
}

/** A node is a run of sorted keywords that begin alike. */
interface Node {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

function doubleArray(keywords: readonly string[]): DoubleArray {
  const sorted = [...new Set(keywords)].sort();
  const code = new Map([...new Set(sorted.join(''))].map((character, n) => [character, n + 1]));
  const codeOf = (character: string) => code.get(character) as number;
  const array: DoubleArray = { code, base: [0], check: [0], failure: [-1], keywords: [null] };
  const slots = new Slots(array);
  const queue: Node[] = [{ slot: 0, from: 0, to: sorted.length, depth: 0 }];
  for (const { slot, from, to, depth } of queue) {
    const children: { code: number; from: number; to: number }[] = [];
    for (let at = from; at < to; at++) {
      const keyword = sorted[at] as string;
      if (keyword.length === depth) {
        // What ends where this one fails to ends here as well.
        const inherited = array.keywords[slot] ?? [];
        array.keywords[slot] = [keyword, ...inherited];
        continue;
      }
      const next = codeOf(keyword.charAt(depth));
      const last = children.at(-1);
      if (last?.code === next) last.to = at + 1;
      else children.push({ code: next, from: at, to: at + 1 });
    }
    if (children.length === 0) continue;
    const offset = slots.take(children.map((child) => child.code));
    array.base[slot] = offset - slot;
    for (const child of children) array.check[offset + child.code] = slot;
    for (const child of children) {
      const next = offset + child.code;
      const failure = failureOf(array, slot, child.code);
      array.failure[next] = failure;
      array.keywords[next] = array.keywords[failure] ?? null;
      queue.push({ slot: next, from: child.from, to: child.to, depth: depth + 1 });
    }
  }
  return array;
}

function failureOf({ base, check, failure }: DoubleArray, parent: number, code: number): number {
  for (let node = failure[parent] as number; node >= 0; node = failure[node] as number) {
    const next = node + (base[node] as number) + code;
    if (check[next] === node) return next;
  }
  return 0;
}

/** Finds slots that are free. */
class Slots {
  readonly #array: DoubleArray;
  #firstFree = 1;
  /** Before it, few have free neighbours. */
  #looseFrom = 1;

  constructor(array: DoubleArray) {
    this.#array = array;
  }

  /** An offset from which the slots of all these codes are free. They are made to be there. */
  take(codes: readonly number[]): number {
    const { check } = this.#array;
    const isFree = (slot: number) => (check[slot] ?? FREE) === FREE;
    while (!isFree(this.#firstFree)) this.#firstFree++;
    const least = Math.min(...codes);
    const fits = (slot: number) => slot >= least && codes.every((code) => isFree(slot - least + code));
    let slot = codes.length === 1 ? this.#firstFree : Math.max(this.#firstFree, this.#looseFrom);
    for (let tries = 0; !fits(slot); slot++) {
      if (isFree(slot) && ++tries === MAX_TRIES) this.#looseFrom = slot;
    }
    const offset = slot - least;
    this.#reach(offset + Math.max(...codes));
    return offset;
  }

  #reach(slot: number): void {
    const { base, check, failure, keywords } = this.#array;
    while (check.length <= slot) {
      check.push(FREE);
      base.push(0);
      failure.push(0);
      keywords.push(null);
    }
  }
}
