import { isFromSource } from '../shared/item-source.ts';
import type { ItemField, LabelField, Query, Reason, Term } from '../shared/model.ts';
import { withoutInvisible } from '../shared/text/words.ts';
import { interpretationsOf } from './interpretations.ts';
import { type FieldText, ItemText, type MatchableItem, type TextSpan } from './text/item-text.ts';
import { primaryLanguage } from './text/language.ts';

export type { MatchableItem } from './text/item-text.ts';

/**
 * The query language, read word for word and slowly: what the engine must agree with, and what says why an item matches.
 */

/** Where a pattern of RE2 first matches a text, without regard to case. */
export type FindPattern = (
  pattern: string,
  text: string,
) => { readonly from: number; readonly to: number } | undefined;

/** Why an item matches, each term once: the first few say why as a whole. Undefined where it does not. */
export function evaluate(
  query: Query,
  item: MatchableItem | ItemText,
  findPattern: FindPattern,
): readonly Reason[] | undefined {
  const found = findOccurrences(query, item instanceof ItemText ? item : new ItemText(item), findPattern);
  return found && [...new Map(found.map((one) => [one.name, one])).values()].map(reasonOf);
}

/** Something that was found, by the name that reasons give it. */
export interface Occurrence {
  readonly name: string;
  readonly span: TextSpan;
}

export function reasonOf({ name, span }: Occurrence): Reason {
  return span.field.reason(name, span);
}

/** What makes the query true, or undefined where it is not. Any-of gives every alternative that is there. */
export function findOccurrences(
  query: Query,
  text: ItemText,
  findPattern: FindPattern,
): Occurrence[] | undefined {
  if ('term' in query) return occurrenceAt(query.term.text, firstSpan(text, query));
  if ('regex' in query) return occurrenceAt(`/${query.regex}/`, firstMatch(text, query, findPattern));
  if ('near' in query) return findNearPair(text, query);
  if ('source' in query) return isFromSource(query.source, text.item) ? [] : undefined;
  if ('language' in query) return isSameLanguage(query.language, text.language) ? [] : undefined;
  if ('not' in query) return findOccurrences(query.not, text, findPattern) ? undefined : [];
  if ('any' in query) {
    const found = query.any
      .map((part) => findOccurrences(part, text, findPattern))
      .filter((part) => part !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  const found = interpretationsOf(query.all)
    .map((reading) => occurrencesOfAll(reading, text, findPattern))
    .find((findings) => findings !== undefined);
  if (!found) return undefined;
  // One of every part comes first: an alert shows only a few, and seven names of one country do not say why.
  return [
    ...found.flatMap((findings) => findings.slice(0, 1)),
    ...found.flatMap((findings) => findings.slice(1)),
  ];
}

/** What makes each of several queries true, or undefined where one is not. */
function occurrencesOfAll(
  parts: readonly Query[],
  text: ItemText,
  findPattern: FindPattern,
): Occurrence[][] | undefined {
  const found: Occurrence[][] = [];
  for (const part of parts) {
    const findings = findOccurrences(part, text, findPattern);
    if (!findings) return undefined;
    found.push(findings);
  }
  return found;
}

function occurrenceAt(name: string, place: TextSpan | undefined): Occurrence[] | undefined {
  return place && [{ name, span: place }];
}

function isSameLanguage(wanted: string, language: string | undefined): boolean {
  return language !== undefined && primaryLanguage(wanted) === primaryLanguage(language);
}

/** The first place of a term: of several ways in one field, the one that begins first. */
export function firstSpan(
  text: ItemText,
  { term, in: only }: { readonly term: Term; readonly in?: ItemField },
): TextSpan | undefined {
  for (const field of text.fieldsIn(only)) {
    const { value } = text.spansOf(term, field).next();
    if (value) return value;
  }
  return undefined;
}

function firstMatch(
  text: ItemText,
  { regex, in: only }: { readonly regex: string; readonly in?: ItemField },
  findPattern: FindPattern,
): TextSpan | undefined {
  for (const field of text.fieldsIn(only)) {
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

/** The texts in which both sides can be: those of one label field, or any of the item's texts. */
export function fieldsOfNear(text: ItemText, query: NearQuery): readonly FieldText[] {
  return text.fieldsIn(labelFieldOf(query));
}

/** The label field that all of a leaf, or of NEAR, is in. */
export function labelFieldOf(query: Query): LabelField | undefined {
  if ('near' in query) return query.of.map(labelFieldOf).find((field) => field !== undefined);
  if ('any' in query) return query.any.map(labelFieldOf).find((field) => field !== undefined);
  return 'in' in query && query.in !== 'title' ? query.in : undefined;
}

/** The pair that begins first, of two that stand in one field with no more words between them. */
function findNearPair(text: ItemText, query: NearQuery): Occurrence[] | undefined {
  const { near, of } = query;
  for (const field of fieldsOfNear(text, query)) {
    const found = operandOccurrences(text, of, field);
    // Finds the next place of the other side by index, so that thousands of places are not scanned again for each place of this side.
    const other = new Int32Array(found.length + 1).fill(found.length);
    for (let n = found.length - 2; n >= 0; n--)
      other[n] = found[n]?.side === found[n + 1]?.side ? (other[n + 1] as number) : n + 1;
    for (const [n, left] of found.entries()) {
      for (let next = other[n] as number; next < found.length; ) {
        const right = found[next] as (typeof found)[number];
        const between = right.span.at - left.span.after;
        if (between > near) break;
        if (between >= 0) return left.side === 0 ? [left, right] : [right, left];
        // They overlap.
        next = right.side === found[next + 1]?.side ? next + 1 : (other[next + 1] ?? found.length);
      }
    }
  }
  return undefined;
}

/** Everything that is meant by either side, in the order in which it stands in a field. */
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
