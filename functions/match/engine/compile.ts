import type { Query, Term } from '../../shared/model.ts';
import { askedNames } from '../../shared/source.ts';
import { folded, isMarked, marked } from '../../shared/text/folded.ts';
import { type Wanted, waysOf } from '../../shared/text/ways.ts';
import { lowered } from '../../shared/text/words.ts';
import { primaryLanguage } from '../language.ts';
import { readingsOf } from '../readings.ts';
import { Atoms } from './atoms.ts';
import { KIND, PREFIX } from './codes.ts';
import type { FlatTopics } from './flat.ts';
import { listed } from './listed.ts';
import { Programs } from './programs.ts';

/** What a topic asks for, of atoms. */
export type Clause =
  | { readonly atom: number }
  | { readonly regex: number }
  | { readonly near: number; readonly of: readonly [readonly number[], readonly number[]] }
  | { readonly all: readonly Clause[] }
  | { readonly any: readonly Clause[] }
  | { readonly not: Clause };

/** Compiles the queries of all topics, in their order; what is undefined matches nothing. */
export function compileTopics(queries: readonly (Query | undefined)[]): FlatTopics {
  const atoms = new Atoms();
  const regexes = new Regexes();
  const clauses = queries.map((query) => query && clauseOf(query, atoms, regexes));
  atoms.settle();
  const programs = new Programs(atoms);
  for (const clause of clauses) programs.add(clause);
  const { starts, ...postings } = programs.flatten();
  return { ...atoms.flatten(queries.length, starts), ...postings, regexes: regexes.flatten() };
}

function clauseOf(query: Query, atoms: Atoms, regexes: Regexes): Clause {
  if ('term' in query) return anyOf(atomsOf(query.term, query.in, atoms).map((atom) => ({ atom })));
  if ('regex' in query) return { regex: regexes.indexOf(query.regex, query.in) };
  if ('source' in query) return anyOf(askedNames(query.source).map((name) => named('source', name, atoms)));
  if ('language' in query) return named('language', primaryLanguage(query.language), atoms);
  if ('not' in query) return { not: clauseOf(query.not, atoms, regexes) };
  if ('any' in query) return { any: query.any.map((part) => clauseOf(part, atoms, regexes)) };
  if ('all' in query) {
    return anyOf(
      readingsOf(query.all).map((parts) => ({ all: parts.map((part) => clauseOf(part, atoms, regexes)) })),
    );
  }
  const [left, right] = query.of;
  return { near: query.near, of: [operand(left, atoms), operand(right, atoms)] };
}

function anyOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first ? first : { any: clauses };
}

function named(kind: 'source' | 'language', name: string, atoms: Atoms): Clause {
  return { atom: atoms.ofRow([atoms.sense(KIND[kind], name)], undefined) };
}

function operand(query: Query, atoms: Atoms): readonly number[] {
  if ('any' in query) return query.any.flatMap((part) => operand(part, atoms));
  if (!('term' in query)) throw new TypeError('expected terms on both sides of NEAR');
  const found = atomsOf(query.term, query.in, atoms);
  for (const atom of found) atoms.asNear(atom);
  return found;
}

function atomsOf(term: Term, field: 'title' | undefined, atoms: Atoms): readonly number[] {
  return waysOf(term).map((way) =>
    atoms.ofRow(
      way.map((wanted) => senseOf(wanted, atoms)),
      field,
    ),
  );
}

function senseOf({ text, form, prefix, isName, capitals }: Wanted, atoms: Atoms): number {
  const offset = prefix ? PREFIX : 0;
  if (form === 'cased') return atoms.sense(KIND.cased + offset, lowered(text));
  if (capitals !== undefined)
    return atoms.sense((capitals === 1 ? KIND.capital : KIND.capitals) + offset, text);
  if (form === 'marked' && prefix) return atoms.sense(KIND.marked + offset, marked(text));
  if (form === 'marked' || (form === 'inflected' && isMarked(text))) {
    return atoms.sense(KIND[form], listed(folded(text), text, form === 'inflected', isName ?? false));
  }
  return atoms.sense(KIND[form] + offset, text);
}

/** Patterns, each once: they are dear to compile and to run. */
class Regexes {
  readonly #list: { regex: string; in?: 'title' }[] = [];
  readonly #indexOf = new Map<string, number>();

  indexOf(regex: string, field: 'title' | undefined): number {
    const key = `${field ?? ''} ${regex}`;
    const known = this.#indexOf.get(key);
    if (known !== undefined) return known;
    this.#indexOf.set(key, this.#list.length);
    return this.#list.push(field === undefined ? { regex } : { regex, in: field }) - 1;
  }

  flatten(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.#list));
  }
}
