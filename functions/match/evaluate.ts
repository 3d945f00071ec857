import type { ItemField, LabelField, Query, Reason, Term } from '../shared/model.ts';
import { isFrom } from '../shared/source.ts';
import { visible } from '../shared/text/words.ts';
import { type FieldText, ItemText, type MatchableItem, type Place } from './item-text.ts';
import { primaryLanguage } from './language.ts';
import { readingsOf } from './readings.ts';

export type { MatchableItem } from './item-text.ts';

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
  const found = holds(query, item instanceof ItemText ? item : new ItemText(item), findPattern);
  return found && [...new Map(found.map((one) => [one.name, one])).values()].map(reasonOf);
}

/** Something that was found, by the name that reasons give it. */
export interface Finding {
  readonly name: string;
  readonly place: Place;
}

export function reasonOf({ name, place }: Finding): Reason {
  return place.field.reason(name, place);
}

/** What makes the query true, or undefined where it is not. Any-of gives every alternative that is there. */
export function holds(query: Query, text: ItemText, findPattern: FindPattern): Finding[] | undefined {
  if ('term' in query) return one(query.term.text, firstPlace(text, query));
  if ('regex' in query) return one(`/${query.regex}/`, firstMatch(text, query, findPattern));
  if ('near' in query) return nearby(text, query);
  if ('source' in query) return isFrom(query.source, text.item) ? [] : undefined;
  if ('language' in query) return isIn(query.language, text.language) ? [] : undefined;
  if ('not' in query) return holds(query.not, text, findPattern) ? undefined : [];
  if ('any' in query) {
    const found = query.any
      .map((part) => holds(part, text, findPattern))
      .filter((part) => part !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  const found = readingsOf(query.all)
    .map((reading) => findingsOf(reading, text, findPattern))
    .find((findings) => findings !== undefined);
  if (!found) return undefined;
  // One of every part comes first: an alert shows only a few, and seven names of one country do not say why.
  return [
    ...found.flatMap((findings) => findings.slice(0, 1)),
    ...found.flatMap((findings) => findings.slice(1)),
  ];
}

/** What makes each of several queries true, or undefined where one is not. */
function findingsOf(
  parts: readonly Query[],
  text: ItemText,
  findPattern: FindPattern,
): Finding[][] | undefined {
  const found: Finding[][] = [];
  for (const part of parts) {
    const findings = holds(part, text, findPattern);
    if (!findings) return undefined;
    found.push(findings);
  }
  return found;
}

function one(name: string, place: Place | undefined): Finding[] | undefined {
  return place && [{ name, place }];
}

function isIn(wanted: string, language: string | undefined): boolean {
  return language !== undefined && primaryLanguage(wanted) === primaryLanguage(language);
}

/** The first place of a term: of several ways in one field, the one that begins first. */
export function firstPlace(
  text: ItemText,
  { term, in: only }: { readonly term: Term; readonly in?: ItemField },
): Place | undefined {
  for (const field of text.fieldsIn(only)) {
    const { value } = text.places(term, field).next();
    if (value) return value;
  }
  return undefined;
}

function firstMatch(
  text: ItemText,
  { regex, in: only }: { readonly regex: string; readonly in?: ItemField },
  findPattern: FindPattern,
): Place | undefined {
  for (const field of text.fieldsIn(only)) {
    const text = visible(field.text);
    const match = findPattern(regex, text);
    if (match)
      return field.wordsAround(field.fromVisible(text, match.from), field.fromVisible(text, match.to));
  }
  return undefined;
}

type NearQuery = Extract<Query, { near: number }>;

/** The texts in which both sides can be: those of one label field, or any of the item's texts. */
export function fieldsOfNear(text: ItemText, query: NearQuery): readonly FieldText[] {
  return text.fieldsIn(labelOf(query));
}

/** The label field that all of a leaf, or of NEAR, is in. */
export function labelOf(query: Query): LabelField | undefined {
  if ('near' in query) return query.of.map(labelOf).find((field) => field !== undefined);
  if ('any' in query) return query.any.map(labelOf).find((field) => field !== undefined);
  return 'in' in query && query.in !== 'title' ? query.in : undefined;
}

/** The pair that begins first, of two that stand in one field with no more words between them. */
function nearby(text: ItemText, query: NearQuery): Finding[] | undefined {
  const { near, of } = query;
  for (const field of fieldsOfNear(text, query)) {
    const found = operandsIn(text, of, field);
    // Finds the next place of the other side by index, so that thousands of places are not scanned again for each place of this side.
    const other = new Int32Array(found.length + 1).fill(found.length);
    for (let n = found.length - 2; n >= 0; n--)
      other[n] = found[n]?.side === found[n + 1]?.side ? (other[n + 1] as number) : n + 1;
    for (const [n, left] of found.entries()) {
      for (let next = other[n] as number; next < found.length; ) {
        const right = found[next] as (typeof found)[number];
        const between = right.place.at - left.place.after;
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
export function operandsIn(
  text: ItemText,
  of: readonly Query[],
  field: FieldText,
): (Finding & { readonly side: number })[] {
  return of
    .flatMap((operand, side) =>
      termsOf(operand)
        .filter((query) => query.in === undefined || query.in === field.name)
        .flatMap(({ term }) =>
          Array.from(text.places(term, field), (place) => ({ name: term.text, place, side })),
        ),
    )
    .sort((a, b) => a.place.at - b.place.at);
}

function termsOf(query: Query): { readonly term: Term; readonly in?: ItemField }[] {
  if ('term' in query) return [query];
  return 'any' in query ? query.any.flatMap(termsOf) : [];
}
