import type { Query } from '../../functions/shared/model.ts';
import { type CompiledQuery, compileQuery, type QueryTree, textsOf, unknownSet } from './compile-query.ts';
import type { Budget } from './limits.ts';
import { MAX_DEPTH } from './limits.ts';
import type { Sets } from './parser.ts';
import { QueryError, type QuerySpan, type QueryWarning } from './query-error.ts';

/** The named sets of a file: `@putin` is `Putin OR "Vladimir Putin"`. Each is compiled once; names come without the @. */
export class TermSets implements Sets {
  readonly #trees: ReadonlyMap<string, QueryTree>;
  readonly #compiled = new Map<string, CompiledQuery>();
  /** Being compiled: what uses one of them would have no end. */
  readonly #open: string[] = [];
  readonly #used = new Set<string>();
  #ready = false;

  constructor(trees: ReadonlyMap<string, QueryTree> = new Map()) {
    this.#trees = trees;
  }

  use(name: string, place: QuerySpan): { readonly query: Query; readonly spent: Readonly<Budget> } {
    this.#compileAll();
    if (!this.#trees.has(name)) unknownSet(name, this.#trees.keys(), place);
    if (this.#open.includes(name) || this.#open.length > MAX_DEPTH) {
      const circle = [...this.#open.slice(Math.max(0, this.#open.indexOf(name))), name];
      throw new QueryError(
        `expected sets that have an end, got a circle: ${circle.map((one) => `@${one}`).join(', ')}`,
        place,
        `leave @${name} out of it`,
      );
    }
    this.#used.add(name);
    const { query, spent } = this.#compile(name);
    if (query) return { query, spent };
    throw new QueryError(
      `expected a set that can be read, got @${name}, which has a fault of its own`,
      place,
      `mend ${name} under terms:`,
    );
  }

  get faults(): readonly QueryError[] {
    this.#compileAll();
    return [...this.#compiled.values()].flatMap(({ faults }) => faults);
  }

  get warnings(): readonly QueryWarning[] {
    this.#compileAll();
    return [...this.#compiled.values()].flatMap(({ warnings }) => warnings);
  }

  /** Those that neither a topic nor another set has asked for yet. */
  get unused(): readonly string[] {
    this.#compileAll();
    return [...this.#trees.keys()].filter((name) => !this.#used.has(name));
  }

  /** What a set uses comes before it, so that no chain of sets is as deep as it is long. */
  #compileAll(): void {
    if (this.#ready) return;
    this.#ready = true;
    const seen = new Set<string>();
    for (const start of this.#trees.keys()) {
      const stack = [start];
      while (stack.length > 0) {
        const name = stack.at(-1) ?? start;
        if (!seen.has(name)) {
          seen.add(name);
          stack.push(...this.#mentioned(name).filter((other) => !seen.has(other)));
        } else {
          this.#compile(name);
          stack.pop();
        }
      }
    }
  }

  #mentioned(name: string): string[] {
    const tree = this.#trees.get(name);
    const texts = tree ? textsOf(tree) : [];
    const names = texts.flatMap(({ text }) => [...text.matchAll(/[@＠]([\p{L}\p{M}\p{N}_-]+)/gu)]);
    return names.map(([, other = '']) => other).filter((other) => this.#trees.has(other));
  }

  #compile(name: string): CompiledQuery {
    const tree = this.#trees.get(name);
    const before = this.#compiled.get(name);
    if (before || !tree) return before ?? compileQuery({ text: '' }, this);
    this.#open.push(name);
    const compiled = compileQuery(tree, this, { inSet: true });
    this.#open.pop();
    this.#compiled.set(name, compiled);
    return compiled;
  }
}
