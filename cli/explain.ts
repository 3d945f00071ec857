import { printQuery } from '../config/query/print-query.ts';
import {
  type FindPattern,
  fieldsOfNear,
  findOccurrences,
  firstSpan,
  labelFieldOf,
  operandOccurrences,
  reasonOf,
} from '../functions/match/evaluate.ts';
import { interpretationsOf } from '../functions/match/interpretations.ts';
import { isNameQuery, nameOperatorOf } from '../functions/match/name-operators.ts';
import { ItemText, type MatchableItem } from '../functions/match/text/item-text.ts';
import { LABEL_FIELDS } from '../functions/match/text/label-fields.ts';
import type { LabelField, Query, Reason, Term } from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import { fieldName } from '../functions/shared/text/field-name.ts';
import { folded } from '../functions/shared/text/folded.ts';
import { words } from '../functions/shared/text/words.ts';

/** A part of a query, and whether an item matches it. */
export interface Explanation {
  readonly query: string;
  readonly matches: boolean;
  /** Where the item matches, or what comes nearest to a match. */
  readonly note?: string;
  readonly parts: readonly Explanation[];
}

/** Explains, clause by clause, why an item matches a query or does not. */
export function explain(query: Query, item: MatchableItem, findPattern: FindPattern): Explanation {
  const text = new ItemText(item);
  return explainPart(query);

  function explainPart(part: Query): Explanation {
    const occurrences = findOccurrences(part, text, findPattern);
    const interpretations = 'all' in part ? interpretationsOf(part.all) : [];
    const matches = (one: Query) => findOccurrences(one, text, findPattern) !== undefined;
    const shown = interpretations.find((one) => one.every(matches)) ?? interpretations[0] ?? [];
    const parts = 'any' in part ? part.any : 'not' in part ? [part.not] : shown;
    const note = parts.length > 0 ? undefined : noteOf(part, text, occurrences?.map(reasonOf));
    return {
      query: printQuery(part),
      matches: occurrences !== undefined,
      ...(note === undefined ? {} : { note }),
      parts: parts.map(explainPart),
    };
  }
}

/** Returns an explanation as lines of text: a tick or a cross for each part, with its own parts indented below it. */
export function renderExplanation(explanation: Explanation, depth = 0): string[] {
  const { query, matches, note, parts } = explanation;
  const line = `${'  '.repeat(depth)}${matches ? '✓' : '✗'} ${query}${note === undefined ? '' : `: ${note}`}`;
  return [line, ...parts.flatMap((part) => renderExplanation(part, depth + 1))];
}

function noteOf(query: Query, text: ItemText, found: readonly Reason[] | undefined): string {
  if (isNameQuery(query)) return nameOperatorOf(query).describe(text);
  if (found) return found.map(({ field, snippet }) => `in the ${fieldName(field)}: ${snippet}`).join('; ');
  const label = labelFieldOf(query);
  if (label !== undefined) return labelsOf(label, text);
  if ('term' in query) return query.in ? otherFieldNote(query.term, text) : nearMissNote(query.term, text);
  return 'near' in query ? proximityNote(query, text) : 'not found';
}

function labelsOf(field: LabelField, text: ItemText): string {
  const labels = text.fieldsIn(field).map((one) => one.text);
  const shown = [...labels.slice(0, MAX_LABELS), ...(labels.length > MAX_LABELS ? ['…'] : [])];
  return labels.length === 0
    ? `the item has no ${LABEL_FIELDS[field].plural}`
    : `the item's ${LABEL_FIELDS[field].plural}: ${shown.join(', ')}`;
}

const MAX_LABELS = 10;

function otherFieldNote(term: Term, text: ItemText): string {
  const span = firstSpan(text, { term });
  return span ? `found in the ${fieldName(span.field.name)}, not in the title` : nearMissNote(term, text);
}

/** Returns a note about the text in the item that comes nearest to the term. */
function nearMissNote(term: Term, text: ItemText): string {
  for (const [looser, difference] of looserThan(term)) {
    const span = firstSpan(text, { term: looser });
    if (span) {
      const { field, from, to } = span;
      return `not found, but ${difference}: “${field.text.slice(from, to)}” in the ${fieldName(field.name)}`;
    }
  }
  const wanted = words(term.text).map(folded);
  const missing = wanted.filter((word) => !text.fields.some((field) => hasWord(field.words, word)));
  if (wanted.length > 1 && missing.length === 0) return 'all words found, but not next to each other';
  if (missing.length < wanted.length) return `not found: ${missing.map((word) => `“${word}”`).join(', ')}`;
  const inside = text.fields
    .flatMap((field) => field.words)
    .find((word) => wanted.length === 1 && folded(word.text).includes(wanted[0] ?? ''));
  return inside ? `only found inside another word: “${inside.raw}”` : 'not found';
}

function hasWord(all: readonly { readonly text: string }[], wanted: string): boolean {
  return all.some((word) => folded(word.text) === wanted);
}

/** Returns increasingly loose forms of a term, each with a description of how it differs from the term. */
function looserThan({ text, prefix }: Term): (readonly [Term, string])[] {
  const beginning = prefix ? ({ prefix } as const) : {};
  const quoted = { text, quoted: true, ...beginning } as const;
  const plain = words(text).map(folded).join(' ');
  return [
    [quoted, 'written differently'],
    [{ ...quoted, text: plain }, 'with other diacritics'],
    [{ text, ...beginning }, 'in another form'],
    [{ ...quoted, text: plain, prefix: true }, 'as the beginning of a longer word'],
  ];
}

function proximityNote(query: Extract<Query, { near: number }>, text: ItemText): string {
  const fields = fieldsOfNear(text, query);
  const missing = query.of.filter(
    (side) => !fields.some((field) => operandOccurrences(text, [side], field).length > 0),
  );
  if (missing.length > 0) return `not found: ${missing.map(printQuery).join(', ')}`;
  let nearest: { readonly between: number; readonly field: Reason['field'] } | undefined;
  for (const field of fields) {
    const occurrences = operandOccurrences(text, query.of, field);
    for (const left of occurrences) {
      const right = occurrences.find(({ side, span }) => side !== left.side && span.at >= left.span.after);
      const between = right ? right.span.at - left.span.after : Infinity;
      if (between < (nearest?.between ?? Infinity)) nearest = { between, field: field.name };
    }
  }
  return nearest
    ? `${count(nearest.between, 'word')} apart at the closest, in the ${fieldName(nearest.field)}`
    : 'both found, but not in the same field';
}
