import type { ItemField, LabelField, Query, Term } from '../../shared/model.ts';
import { askedNames } from '../../shared/source.ts';
import { folded, isMarked, marked } from '../../shared/text/folded.ts';
import { type Wanted, waysOf } from '../../shared/text/ways.ts';
import { lowered } from '../../shared/text/words.ts';
import { labelOf } from '../evaluate.ts';
import { LABEL_FIELDS } from '../item-text.ts';
import { primaryLanguage } from '../language.ts';
import { readingsOf } from '../readings.ts';
import { Atoms } from './atoms.ts';
import { KIND, PREFIX } from './codes.ts';
import { type FlatTopics, pack } from './flat.ts';
import { labelName } from './labels.ts';
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
  const labels = new LabelQueries();
  const clauses = queries.map((query) => query && clauseOf(query, atoms, regexes, labels));
  atoms.settle();
  const programs = new Programs(atoms);
  for (const clause of clauses) programs.add(clause);
  const { starts, ...postings } = programs.flatten();
  return {
    ...atoms.flatten(queries.length, starts),
    ...postings,
    regexes: regexes.flatten(),
    labels: labels.flatten(),
  };
}

function clauseOf(query: Query, atoms: Atoms, regexes: Regexes, labels: LabelQueries): Clause {
  const again = (part: Query) => clauseOf(part, atoms, regexes, labels);
  if ('all' in query) return anyOf(readingsOf(query.all).map((parts) => ({ all: parts.map(again) })));
  if ('any' in query) return { any: query.any.map(again) };
  if ('not' in query) return { not: again(query.not) };
  const label = labelOf(query);
  if (label !== undefined) return named('label', labels.nameOf(label, query), atoms);
  if ('term' in query)
    return anyOf(atomsOf(query.term, onlyTitle(query.in), atoms).map((atom) => ({ atom })));
  if ('regex' in query) return { regex: regexes.indexOf(query.regex, onlyTitle(query.in)) };
  if ('source' in query) return anyOf(askedNames(query.source).map((name) => named('source', name, atoms)));
  if ('language' in query) return named('language', primaryLanguage(query.language), atoms);
  const [left, right] = query.of;
  return { near: query.near, of: [operand(left, atoms), operand(right, atoms)] };
}

function onlyTitle(field: ItemField | undefined): 'title' | undefined {
  return field === 'title' ? field : undefined;
}

function anyOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first ? first : { any: clauses };
}

function named(kind: 'source' | 'language' | 'label', name: string, atoms: Atoms): Clause {
  return { atom: atoms.ofRow([atoms.sense(KIND[kind], name)], undefined) };
}

function operand(query: Query, atoms: Atoms): readonly number[] {
  if ('any' in query) return query.any.flatMap((part) => operand(part, atoms));
  if (!('term' in query)) throw new TypeError('expected terms on both sides of NEAR');
  const found = atomsOf(query.term, onlyTitle(query.in), atoms);
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

/** What topics ask of label fields, each once. Of each field, they are compiled as topics of their own. */
class LabelQueries {
  readonly #lists = new Map<LabelField, Map<string, { readonly name: string; readonly query: Query }>>();

  /** The name of what is asked of a field, as topics know it. */
  nameOf(field: LabelField, query: Query): string {
    const list = this.#lists.get(field) ?? new Map();
    this.#lists.set(field, list);
    const key = JSON.stringify(query);
    const known = list.get(key) ?? { name: labelName(field, list.size), query: anywhere(query) };
    list.set(key, known);
    return known.name;
  }

  /** Empty where nothing is asked. */
  flatten(): Uint8Array {
    if (this.#lists.size === 0) return new Uint8Array(0);
    const parts = LABEL_FIELDS.flatMap((field) => {
      const queries = [...(this.#lists.get(field)?.values() ?? [])].map(({ query }) => query);
      const topics = queries.length === 0 ? new Uint8Array(0) : pack(compileTopics(queries));
      return [new Uint8Array(Int32Array.of(topics.byteLength).buffer), topics];
    });
    return new Uint8Array(Buffer.concat(parts));
  }
}

/** The same, of a text that is by itself. */
function anywhere(query: Query): Query {
  if ('any' in query) return { any: query.any.map(anywhere) };
  if ('near' in query) return { ...query, of: [anywhere(query.of[0]), anywhere(query.of[1])] };
  if (!('in' in query)) return query;
  const { in: _, ...rest } = query;
  return rest;
}
