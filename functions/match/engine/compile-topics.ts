import type { ItemField, LabelField, NameOperator, Query, Term } from '../../shared/model.ts';
import { folded, hasDiacritics, marked } from '../../shared/text/folded.ts';
import { type VariantWord, variantsOf } from '../../shared/text/variants.ts';
import { lowered } from '../../shared/text/words.ts';
import { labelFieldOf } from '../evaluate.ts';
import { interpretationsOf } from '../interpretations.ts';
import { nameOperatorOf } from '../name-operators.ts';
import { LABEL_FIELD_NAMES } from '../text/label-fields.ts';
import { type EncodedTopics, pack } from './encoded-topics.ts';
import { formatSortedKey, KIND, PREFIX } from './encoding.ts';
import { labelQueryName } from './label-matcher.ts';
import { type Clause, PostingsBuilder } from './postings-builder.ts';
import { TermTableBuilder } from './term-table-builder.ts';

/** Compiles the queries of all topics, in order. A topic without a query matches nothing. */
export function compileTopics(queries: readonly (Query | undefined)[]): EncodedTopics {
  const terms = new TermTableBuilder();
  const regexes = new Regexes();
  const labels = new LabelQueries();
  const clauses = queries.map((query) => query && clauseOf(query, terms, regexes, labels));
  terms.assignIds();
  const postingsBuilder = new PostingsBuilder(terms);
  for (const clause of clauses) postingsBuilder.add(clause);
  const { starts, ...postings } = postingsBuilder.encode();
  return {
    ...terms.encode(queries.length, starts),
    ...postings,
    regexes: regexes.encode(),
    labels: labels.encode(),
  };
}

function clauseOf(query: Query, terms: TermTableBuilder, regexes: Regexes, labels: LabelQueries): Clause {
  const compilePart = (part: Query) => clauseOf(part, terms, regexes, labels);
  if ('all' in query)
    return anyClauseOf(interpretationsOf(query.all).map((parts) => ({ all: parts.map(compilePart) })));
  if ('any' in query) return { any: query.any.map(compilePart) };
  if ('not' in query) return { not: compilePart(query.not) };
  const label = labelFieldOf(query);
  if (label !== undefined) return namedClause('label', labels.nameOf(label, query), terms);
  if ('term' in query)
    return anyClauseOf(termsOf(query.term, titleOnly(query.in), terms).map((term) => ({ term })));
  if ('regex' in query) return { regex: regexes.indexOf(query.regex, titleOnly(query.in)) };
  if ('near' in query) {
    const [left, right] = query.of;
    return { near: query.near, of: [operandTerms(left, terms), operandTerms(right, terms)] };
  }
  const { operator, wanted, namesIn } = nameOperatorOf(query);
  return anyClauseOf(namesIn(wanted).map((name) => namedClause(operator, name, terms)));
}

function titleOnly(field: ItemField | undefined): 'title' | undefined {
  return field === 'title' ? field : undefined;
}

function anyClauseOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first ? first : { any: clauses };
}

function namedClause(kind: NameOperator | 'label', name: string, terms: TermTableBuilder): Clause {
  return { term: terms.termOf([terms.keyOf(KIND[kind], name)], undefined) };
}

function operandTerms(query: Query, terms: TermTableBuilder): readonly number[] {
  if ('any' in query) return query.any.flatMap((part) => operandTerms(part, terms));
  if (!('term' in query)) throw new TypeError('expected terms on both sides of NEAR');
  const found = termsOf(query.term, titleOnly(query.in), terms);
  for (const term of found) terms.markNear(term);
  return found;
}

function termsOf(term: Term, field: 'title' | undefined, terms: TermTableBuilder): readonly number[] {
  return variantsOf(term).map((variant) =>
    terms.termOf(
      variant.map((wanted) => keyOf(wanted, terms)),
      field,
    ),
  );
}

function keyOf({ text, form, prefix, isName, capitals }: VariantWord, terms: TermTableBuilder): number {
  const offset = prefix ? PREFIX : 0;
  if (form === 'cased') return terms.keyOf(KIND.cased + offset, lowered(text));
  if (capitals !== undefined)
    return terms.keyOf((capitals === 1 ? KIND.capital : KIND.capitals) + offset, text);
  if (form === 'marked' && prefix) return terms.keyOf(KIND.marked + offset, marked(text));
  if (form === 'marked' || (form === 'inflected' && hasDiacritics(text))) {
    return terms.keyOf(
      KIND[form],
      formatSortedKey(folded(text), text, form === 'inflected', isName ?? false),
    );
  }
  return terms.keyOf(KIND[form] + offset, text);
}

/** Deduplicates patterns, which are expensive to compile and to run. */
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

/** Deduplicates queries on label fields. The queries on each field are compiled like a separate set of topics. */
class LabelQueries {
  readonly #lists = new Map<LabelField, Map<string, { readonly name: string; readonly query: Query }>>();

  /** Returns the name of a query on a label field, as used in the topics' keys. */
  nameOf(field: LabelField, query: Query): string {
    const list = this.#lists.get(field) ?? new Map();
    this.#lists.set(field, list);
    const key = JSON.stringify(query);
    const known = list.get(key) ?? { name: labelQueryName(field, list.size), query: withoutField(query) };
    list.set(key, known);
    return known.name;
  }

  /** Returns the queries on all label fields in compiled form, or no bytes if there are none. */
  encode(): Uint8Array {
    if (this.#lists.size === 0) return new Uint8Array(0);
    const parts = LABEL_FIELD_NAMES.flatMap((field) => {
      const queries = [...(this.#lists.get(field)?.values() ?? [])].map(({ query }) => query);
      const topics = queries.length === 0 ? new Uint8Array(0) : pack(compileTopics(queries));
      return [new Uint8Array(Int32Array.of(topics.byteLength).buffer), topics];
    });
    return new Uint8Array(Buffer.concat(parts));
  }
}

/** Returns the query without its field, to match against a single label. */
function withoutField(query: Query): Query {
  if ('any' in query) return { any: query.any.map(withoutField) };
  if ('near' in query) return { ...query, of: [withoutField(query.of[0]), withoutField(query.of[1])] };
  if (!('in' in query)) return query;
  const { in: _, ...rest } = query;
  return rest;
}
