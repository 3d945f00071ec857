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
import { ItemText, type MatchableItem } from '../functions/match/text/item-text.ts';
import { hostOf } from '../functions/shared/item-source.ts';
import type { LabelField, Query, Reason, Term } from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import { folded } from '../functions/shared/text/folded.ts';
import { words } from '../functions/shared/text/words.ts';

/** A part of a query, whether an item is as it asks, and what shows that, or comes nearest to it. */
export interface Explanation {
  readonly query: string;
  readonly holds: boolean;
  readonly note?: string;
  readonly parts: readonly Explanation[];
}

/** Why an item matches, or does not, clause by clause. */
export function explain(query: Query, item: MatchableItem, findPattern: FindPattern): Explanation {
  const text = new ItemText(item);
  return clauseOf(query);

  function clauseOf(part: Query): Explanation {
    const found = findOccurrences(part, text, findPattern);
    const all = 'all' in part ? interpretationsOf(part.all) : [];
    const isTrue = (one: Query) => findOccurrences(one, text, findPattern) !== undefined;
    const reading = all.find((one) => one.every(isTrue)) ?? all[0] ?? [];
    const parts = 'any' in part ? part.any : 'not' in part ? [part.not] : reading;
    const note = parts.length > 0 ? undefined : noteOf(part, text, found?.map(reasonOf));
    return {
      query: printQuery(part),
      holds: found !== undefined,
      ...(note === undefined ? {} : { note }),
      parts: parts.map(clauseOf),
    };
  }
}

/** As lines of text: what holds is ticked, and parts stand below their whole. */
export function renderExplanation(clause: Explanation, depth = 0): string[] {
  const { query, holds: isTrue, note, parts } = clause;
  const line = `${'  '.repeat(depth)}${isTrue ? '✓' : '✗'} ${query}${note === undefined ? '' : `: ${note}`}`;
  return [line, ...parts.flatMap((part) => renderExplanation(part, depth + 1))];
}

function noteOf(query: Query, text: ItemText, found: readonly Reason[] | undefined): string {
  const { item, language } = text;
  if ('language' in query)
    return language === undefined ? 'its language is not known' : `it is in ${language}`;
  if ('source' in query) {
    const { id, title, url } = item.source ?? {};
    const hosts = [...new Set([hostOf(url), hostOf(item.url)])];
    const names = [id, title, ...hosts].filter((name) => name !== undefined);
    return names.length > 0 ? `it is from ${names.join(', ')}` : 'its source is not known';
  }
  if (found) return found.map(({ field, snippet }) => `in the ${field}: ${snippet}`).join('; ');
  const label = labelFieldOf(query);
  if (label !== undefined) return labelsOf(label, text);
  if ('term' in query) return query.in ? otherFieldNote(query.term, text) : nearMissNote(query.term, text);
  return 'near' in query ? proximityNote(query, text) : 'found nowhere';
}

const LABEL_NAMES: Readonly<Record<LabelField, string>> = {
  category: 'categories',
  author: 'authors',
  url: 'address',
};

function labelsOf(field: LabelField, text: ItemText): string {
  const found = text.fieldsIn(field).map((one) => one.text);
  const shown = [...found.slice(0, MAX_LABELS), ...(found.length > MAX_LABELS ? ['…'] : [])];
  return found.length === 0
    ? `it has no ${LABEL_NAMES[field]}`
    : `its ${LABEL_NAMES[field]}: ${shown.join(', ')}`;
}

const MAX_LABELS = 10;

function otherFieldNote(term: Term, text: ItemText): string {
  const place = firstSpan(text, { term });
  return place ? `found in the ${place.field.name}, not in the title` : nearMissNote(term, text);
}

/** What the item has that is nearly the term. */
function nearMissNote(term: Term, text: ItemText): string {
  for (const [looser, difference] of looserThan(term)) {
    const place = firstSpan(text, { term: looser });
    if (place) {
      const { field, from, to } = place;
      return `not so, but ${difference}: “${field.text.slice(from, to)}” in the ${field.name}`;
    }
  }
  const wanted = words(term.text).map(folded);
  const missing = wanted.filter((word) => !text.fields.some((field) => hasWord(field.words, word)));
  if (wanted.length > 1 && missing.length === 0) return 'its words are there, but not in a row';
  if (missing.length < wanted.length) return `not found: ${missing.map((word) => `“${word}”`).join(', ')}`;
  const inside = text.fields
    .flatMap((field) => field.words)
    .find((word) => wanted.length === 1 && folded(word.text).includes(wanted[0] ?? ''));
  return inside ? `only inside of a word: “${inside.raw}”` : 'not found';
}

function hasWord(all: readonly { readonly text: string }[], wanted: string): boolean {
  return all.some((word) => folded(word.text) === wanted);
}

/** The same term, asking for less and less. */
function looserThan({ text, prefix }: Term): (readonly [Term, string])[] {
  const beginning = prefix ? ({ prefix } as const) : {};
  const quoted = { text, quoted: true, ...beginning } as const;
  const plain = words(text).map(folded).join(' ');
  return [
    [quoted, 'in other letters'],
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
    const places = operandOccurrences(text, query.of, field);
    for (const left of places) {
      const right = places.find(({ side, span }) => side !== left.side && span.at >= left.span.after);
      const between = right ? right.span.at - left.span.after : Infinity;
      if (between < (nearest?.between ?? Infinity)) nearest = { between, field: field.name };
    }
  }
  return nearest
    ? `at their nearest, ${count(nearest.between, 'word')} apart in the ${nearest.field}`
    : 'both are there, but in no field together';
}
