import { AhoCorasick } from '@monyone/aho-corasick/fast';

/**
 * The double array of the package, with a slot per node. From a node, a character leads to the slot
 * `node + base[node] + code` if `check` of that slot is the node.
 */
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
 * Returns the package's automaton of these keywords. The package's constructor searches all free slots for each node,
 * which takes a quarter of a minute or more for 33,000 keywords and grows faster than their number. This function
 * fills the same arrays in seconds. The search is the package's own code, as fast as in an automaton that the package
 * builds.
 */
export function automatonOf(keywords: readonly string[]): Pick<AhoCorasick, 'matchInText'> {
  const automaton = new AhoCorasick([]);
  // The member is private. package-lock.json pins it, and test/bench/match compares the result with the
  // constructor's.
  Object.assign((automaton as unknown as { trie: DoubleArray }).trie, doubleArray(keywords));
  return automaton;
}

/** A node is a range of the sorted keywords that share a prefix. */
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
        // Keywords that end at the failure node also end here.
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
    const offset = slots.findOffset(children.map((child) => child.code));
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

/** Allocates slots of the double array. */
class Slots {
  readonly #array: DoubleArray;
  #firstFree = 1;
  /** The search for free slots starts here, because few earlier slots have free neighbours. */
  #searchFrom = 1;

  constructor(array: DoubleArray) {
    this.#array = array;
  }

  /** Returns an offset from which the slots of all these codes are free, and grows the array to include them. */
  findOffset(codes: readonly number[]): number {
    const { check } = this.#array;
    const isFree = (slot: number) => (check[slot] ?? FREE) === FREE;
    while (!isFree(this.#firstFree)) this.#firstFree++;
    const minCode = Math.min(...codes);
    const fits = (slot: number) => slot >= minCode && codes.every((code) => isFree(slot - minCode + code));
    let slot = codes.length === 1 ? this.#firstFree : Math.max(this.#firstFree, this.#searchFrom);
    for (let tries = 0; !fits(slot); slot++) {
      if (isFree(slot) && ++tries === MAX_TRIES) this.#searchFrom = slot;
    }
    const offset = slot - minCode;
    this.#growTo(offset + Math.max(...codes));
    return offset;
  }

  #growTo(slot: number): void {
    const { base, check, failure, keywords } = this.#array;
    while (check.length <= slot) {
      check.push(FREE);
      base.push(0);
      failure.push(0);
      keywords.push(null);
    }
  }
}
