import type { Query } from '../../functions/shared/model.ts';
import { type CompiledQuery, compileQuery, type QueryTree, textsOf, unknownSet } from './compile-query.ts';
import { type Budget, MAX_DEPTH } from './limits.ts';
import type { Sets } from './parser.ts';
import { QueryError, type QuerySpan, type QueryWarning } from './query-error.ts';

/**
 * The term sets of a file: `@putin` stands for `Putin OR "Vladimir Putin"`. Compiles each set once. Names are given
 * without the @.
 */
export class TermSets implements Sets {
  readonly #trees: ReadonlyMap<string, QueryTree>;
  readonly #compiled = new Map<string, CompiledQuery>();
  /** The sets being compiled, to detect cycles. */
  readonly #compiling: string[] = [];
  readonly #used = new Set<string>();
  #ready = false;

  constructor(trees: ReadonlyMap<string, QueryTree> = new Map()) {
    this.#trees = trees;
  }

  use(name: string, span: QuerySpan): { readonly query: Query; readonly spent: Readonly<Budget> } {
    this.#compileAll();
    if (!this.#trees.has(name)) unknownSet(name, this.#trees.keys(), span);
    if (this.#compiling.includes(name) || this.#compiling.length > MAX_DEPTH) {
      const cycle = [...this.#compiling.slice(Math.max(0, this.#compiling.indexOf(name))), name];
      throw new QueryError(
        `expected sets that do not use each other in a circle, got ${cycle.map((one) => `@${one}`).join(', ')}`,
        span,
        `remove @${name} from one of these sets`,
      );
    }
    this.#used.add(name);
    const { query, spent } = this.#compile(name);
    if (query) return { query, spent };
    throw new QueryError(
      `expected a valid set, got @${name}, which has a fault of its own`,
      span,
      `correct ${name} under terms:`,
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

  /** The sets that neither a topic nor another set has used so far. */
  get unused(): readonly string[] {
    this.#compileAll();
    return [...this.#trees.keys()].filter((name) => !this.#used.has(name));
  }

  /** Compiles a set after the sets that it uses, so that long chains of sets do not nest calls deeply. */
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
          stack.push(...this.#setsUsedBy(name).filter((other) => !seen.has(other)));
        } else {
          this.#compile(name);
          stack.pop();
        }
      }
    }
  }

  #setsUsedBy(name: string): string[] {
    const tree = this.#trees.get(name);
    const texts = tree ? textsOf(tree) : [];
    const names = texts.flatMap(({ text }) => [...text.matchAll(/[@＠]([\p{L}\p{M}\p{N}_-]+)/gu)]);
    return names.map(([, other = '']) => other).filter((other) => this.#trees.has(other));
  }

  #compile(name: string): CompiledQuery {
    const tree = this.#trees.get(name);
    const known = this.#compiled.get(name);
    if (known || !tree) return known ?? compileQuery({ text: '' }, this);
    this.#compiling.push(name);
    const compiled = compileQuery(tree, this, { inSet: true });
    this.#compiling.pop();
    this.#compiled.set(name, compiled);
    return compiled;
  }
}
