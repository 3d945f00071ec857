import type { ItemField, LabelField, Query, Reason, Term } from '../shared/model.ts';
import { withoutInvisible } from '../shared/text/words.ts';
import { interpretationsOf } from './interpretations.ts';
import { nameOperatorOf } from './name-operators.ts';
import { type FieldText, ItemText, type MatchableItem, type TextSpan } from './text/item-text.ts';

/**
 * The reference implementation of the query language: slow and literal. It gives the reasons for a match, and tests
 * assert that the engine agrees with it.
 */

/** Returns where an RE2 pattern first matches a text, ignoring case, or undefined if it does not match. */
export type FindPattern = (
  pattern: string,
  text: string,
) => { readonly from: number; readonly to: number } | undefined;

/**
 * Returns the reasons why an item matches, one per term, or undefined if it does not match. The first few reasons
 * explain the match as a whole.
 */
export function evaluate(
  query: Query,
  item: MatchableItem | ItemText,
  findPattern: FindPattern,
): readonly Reason[] | undefined {
  const found = findOccurrences(query, item instanceof ItemText ? item : new ItemText(item), findPattern);
  return found && [...new Map(found.map((one) => [one.name, one])).values()].map(reasonOf);
}

/** An occurrence of part of a query. `name` is the term as reasons show it. */
export interface Occurrence {
  readonly name: string;
  readonly span: TextSpan;
}

export function reasonOf({ name, span }: Occurrence): Reason {
  return span.field.reason(name, span);
}

/**
 * Returns the occurrences that make a query true, or undefined if it is false. An `any` query returns the occurrences
 * of every alternative that is true.
 */
export function findOccurrences(
  query: Query,
  text: ItemText,
  findPattern: FindPattern,
): Occurrence[] | undefined {
  if ('term' in query) return occurrenceAt(query.term.text, firstSpan(text, query));
  if ('regex' in query) return occurrenceAt(`/${query.regex}/`, firstMatch(text, query, findPattern));
  if ('near' in query) return findNearPair(text, query);
  if ('not' in query) return findOccurrences(query.not, text, findPattern) ? undefined : [];
  if ('any' in query) {
    const found = query.any
      .map((part) => findOccurrences(part, text, findPattern))
      .filter((part) => part !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  if ('all' in query) return occurrencesInAll(query.all, text, findPattern);
  const { matches, wanted } = nameOperatorOf(query);
  return matches(wanted, text) ? [] : undefined;
}

function occurrencesInAll(
  parts: readonly Query[],
  text: ItemText,
  findPattern: FindPattern,
): Occurrence[] | undefined {
  const found = interpretationsOf(parts)
    .map((interpretation) => occurrencesOfAll(interpretation, text, findPattern))
    .find((occurrences) => occurrences !== undefined);
  if (!found) return undefined;
  // One occurrence of every part comes first: an alert shows only a few reasons, and seven names of one country do
  // not explain a match.
  return [
    ...found.flatMap((occurrences) => occurrences.slice(0, 1)),
    ...found.flatMap((occurrences) => occurrences.slice(1)),
  ];
}

/** Returns the occurrences of each query, or undefined if one of the queries is false. */
function occurrencesOfAll(
  parts: readonly Query[],
  text: ItemText,
  findPattern: FindPattern,
): Occurrence[][] | undefined {
  const found: Occurrence[][] = [];
  for (const part of parts) {
    const occurrences = findOccurrences(part, text, findPattern);
    if (!occurrences) return undefined;
    found.push(occurrences);
  }
  return found;
}

function occurrenceAt(name: string, span: TextSpan | undefined): Occurrence[] | undefined {
  return span && [{ name, span }];
}

/** Returns the first occurrence of a term. If several variants of the term occur in a field, returns the earliest. */
export function firstSpan(
  text: ItemText,
  { term, in: wantedField }: { readonly term: Term; readonly in?: ItemField },
): TextSpan | undefined {
  for (const field of text.fieldsIn(wantedField)) {
    const { value } = text.spansOf(term, field).next();
    if (value) return value;
  }
  return undefined;
}

function firstMatch(
  text: ItemText,
  { regex, in: wantedField }: { readonly regex: string; readonly in?: ItemField },
  findPattern: FindPattern,
): TextSpan | undefined {
  for (const field of text.fieldsIn(wantedField)) {
    const text = withoutInvisible(field.text);
    const match = findPattern(regex, text);
    if (match)
      return field.wordsAround(
        field.offsetFromVisible(text, match.from),
        field.offsetFromVisible(text, match.to),
      );
  }
  return undefined;
}

type NearQuery = Extract<Query, { near: number }>;

/** Returns the texts in which both sides of NEAR are looked for: those of one label field, or the item's own texts. */
export function fieldsOfNear(text: ItemText, query: NearQuery): readonly FieldText[] {
  return text.fieldsIn(labelFieldOf(query));
}

/** Returns the label field of a leaf or of NEAR, if it has one. */
export function labelFieldOf(query: Query): LabelField | undefined {
  if ('near' in query) return query.of.map(labelFieldOf).find((field) => field !== undefined);
  if ('any' in query) return query.any.map(labelFieldOf).find((field) => field !== undefined);
  return 'in' in query && query.in !== 'title' ? query.in : undefined;
}

/** Returns the first pair of operands, one of each side, that are in one field with at most `near` words between them. */
function findNearPair(text: ItemText, query: NearQuery): Occurrence[] | undefined {
  const { near, of } = query;
  for (const field of fieldsOfNear(text, query)) {
    const found = operandOccurrences(text, of, field);
    // nextOther[n] is the index of the next occurrence of the other side. Without it, thousands of occurrences would
    // be scanned again for each occurrence of one side.
    const nextOther = new Int32Array(found.length + 1).fill(found.length);
    for (let n = found.length - 2; n >= 0; n--)
      nextOther[n] = found[n]?.side === found[n + 1]?.side ? (nextOther[n + 1] as number) : n + 1;
    for (const [n, left] of found.entries()) {
      for (let next = nextOther[n] as number; next < found.length; ) {
        const right = found[next] as (typeof found)[number];
        const between = right.span.at - left.span.after;
        if (between > near) break;
        if (between >= 0) return left.side === 0 ? [left, right] : [right, left];
        // The two occurrences overlap.
        next = right.side === found[next + 1]?.side ? next + 1 : (nextOther[next + 1] ?? found.length);
      }
    }
  }
  return undefined;
}

/** Returns all occurrences of both sides in a field, in text order. */
export function operandOccurrences(
  text: ItemText,
  of: readonly Query[],
  field: FieldText,
): (Occurrence & { readonly side: number })[] {
  return of
    .flatMap((operand, side) =>
      termsOf(operand)
        .filter((query) => query.in === undefined || query.in === field.name)
        .flatMap(({ term }) =>
          Array.from(text.spansOf(term, field), (span) => ({ name: term.text, span, side })),
        ),
    )
    .sort((a, b) => a.span.at - b.span.at);
}

function termsOf(query: Query): { readonly term: Term; readonly in?: ItemField }[] {
  if ('term' in query) return [query];
  return 'any' in query ? query.any.flatMap(termsOf) : [];
}
