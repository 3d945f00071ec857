import { namesInQuery } from '../../shared/item-source.ts';
import type { ItemField, LabelField, Query, Term } from '../../shared/model.ts';
import { folded, hasDiacritics, marked } from '../../shared/text/folded.ts';
import { type VariantWord, variantsOf } from '../../shared/text/variants.ts';
import { lowered } from '../../shared/text/words.ts';
import { labelFieldOf } from '../evaluate.ts';
import { interpretationsOf } from '../interpretations.ts';
import { LABEL_FIELDS } from '../text/item-text.ts';
import { primaryLanguage } from '../text/language.ts';
import { type EncodedTopics, pack } from './encoded-topics.ts';
import { formatSortedKey, KIND, PREFIX } from './encoding.ts';
import { labelQueryName } from './label-matcher.ts';
import type { Clause } from './postings-builder.ts';
import { PostingsBuilder } from './postings-builder.ts';
import { TermTableBuilder } from './term-table-builder.ts';

/** Compiles the queries of all topics, in their order; what is undefined matches nothing. */
export function compileTopics(queries: readonly (Query | undefined)[]): EncodedTopics {
  const atoms = new TermTableBuilder();
  const regexes = new Regexes();
  const labels = new LabelQueries();
  const clauses = queries.map((query) => query && clauseOf(query, atoms, regexes, labels));
  atoms.assignIds();
  const programs = new PostingsBuilder(atoms);
  for (const clause of clauses) programs.add(clause);
  const { starts, ...postings } = programs.encode();
  return {
    ...atoms.encode(queries.length, starts),
    ...postings,
    regexes: regexes.encode(),
    labels: labels.encode(),
  };
}

function clauseOf(query: Query, atoms: TermTableBuilder, regexes: Regexes, labels: LabelQueries): Clause {
  const again = (part: Query) => clauseOf(part, atoms, regexes, labels);
  if ('all' in query) return anyOf(interpretationsOf(query.all).map((parts) => ({ all: parts.map(again) })));
  if ('any' in query) return { any: query.any.map(again) };
  if ('not' in query) return { not: again(query.not) };
  const label = labelFieldOf(query);
  if (label !== undefined) return namedClause('label', labels.nameOf(label, query), atoms);
  if ('term' in query)
    return anyOf(termsOf(query.term, titleOnly(query.in), atoms).map((term) => ({ term })));
  if ('regex' in query) return { regex: regexes.indexOf(query.regex, titleOnly(query.in)) };
  if ('source' in query)
    return anyOf(namesInQuery(query.source).map((name) => namedClause('source', name, atoms)));
  if ('language' in query) return namedClause('language', primaryLanguage(query.language), atoms);
  const [left, right] = query.of;
  return { near: query.near, of: [operandTerms(left, atoms), operandTerms(right, atoms)] };
}

function titleOnly(field: ItemField | undefined): 'title' | undefined {
  return field === 'title' ? field : undefined;
}

function anyOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first ? first : { any: clauses };
}

function namedClause(kind: 'source' | 'language' | 'label', name: string, atoms: TermTableBuilder): Clause {
  return { term: atoms.termOf([atoms.keyOf(KIND[kind], name)], undefined) };
}

function operandTerms(query: Query, atoms: TermTableBuilder): readonly number[] {
  if ('any' in query) return query.any.flatMap((part) => operandTerms(part, atoms));
  if (!('term' in query)) throw new TypeError('expected terms on both sides of NEAR');
  const found = termsOf(query.term, titleOnly(query.in), atoms);
  for (const atom of found) atoms.markNear(atom);
  return found;
}

function termsOf(term: Term, field: 'title' | undefined, atoms: TermTableBuilder): readonly number[] {
  return variantsOf(term).map((way) =>
    atoms.termOf(
      way.map((wanted) => keyOf(wanted, atoms)),
      field,
    ),
  );
}

function keyOf({ text, form, prefix, isName, capitals }: VariantWord, atoms: TermTableBuilder): number {
  const offset = prefix ? PREFIX : 0;
  if (form === 'cased') return atoms.keyOf(KIND.cased + offset, lowered(text));
  if (capitals !== undefined)
    return atoms.keyOf((capitals === 1 ? KIND.capital : KIND.capitals) + offset, text);
  if (form === 'marked' && prefix) return atoms.keyOf(KIND.marked + offset, marked(text));
  if (form === 'marked' || (form === 'inflected' && hasDiacritics(text))) {
    return atoms.keyOf(
      KIND[form],
      formatSortedKey(folded(text), text, form === 'inflected', isName ?? false),
    );
  }
  return atoms.keyOf(KIND[form] + offset, text);
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

  encode(): Uint8Array {
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
    const known = list.get(key) ?? { name: labelQueryName(field, list.size), query: withoutField(query) };
    list.set(key, known);
    return known.name;
  }

  /** Empty where nothing is asked. */
  encode(): Uint8Array {
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
function withoutField(query: Query): Query {
  if ('any' in query) return { any: query.any.map(withoutField) };
  if ('near' in query) return { ...query, of: [withoutField(query.of[0]), withoutField(query.of[1])] };
  if (!('in' in query)) return query;
  const { in: _, ...rest } = query;
  return rest;
}
