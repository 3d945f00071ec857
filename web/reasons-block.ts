import { LABEL_FIELD_NAMES, LABEL_FIELDS } from '../functions/match/text/label-fields.ts';
import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import type { LabelField, Reason } from '../functions/shared/model.ts';
import { containsPhrase, marked, matchedText } from './marked.ts';

const MAX_QUOTES = 3;
const TEXT_PLACES: Readonly<Record<Exclude<Reason['field'], LabelField>, string>> = {
  title: 'in the headline',
  summary: 'in the summary',
  content: 'in the text',
  context: 'in the title of the live page',
};
/** Where a reader finds the texts of each field. */
const PLACES = [
  ...Object.entries(TEXT_PLACES),
  ...LABEL_FIELD_NAMES.map((field) => [field, LABEL_FIELDS[field].place] as const),
] as readonly (readonly [field: Reason['field'], place: string])[];

/**
 * Returns the terms that matched and where. Matches in the summary and the text are quoted; matches in the headline are
 * marked there.
 */
export function reasonsBlock(reasons: readonly Reason[]): Markup {
  if (reasons.length === 0) return markup`<p class="why">Why: the topic matches without any of its words</p>`;
  const places = PLACES.map(([field, place]) => ({ place, terms: termsIn(reasons, field) }))
    .filter(({ terms }) => terms.length > 0)
    .map(({ place, terms }) => {
      const boldTerms = terms.map((term) => markup`<b>${term}</b>`);
      return markup`${joinMarkup(boldTerms, ', ')} ${place}`;
    });
  return markup`<p class="why">Why: ${joinMarkup(places, '; ')}</p>${quotes(reasons)}`;
}

/** Returns the terms that matched in a field, each once. */
function termsIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return [...new Set(reasons.filter((reason) => reason.field === field).map(({ term }) => term))];
}

/** Returns the words to mark in a field. */
export function foundIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return reasons.filter((reason) => reason.field === field).map(matchedText);
}

function quotes(reasons: readonly Reason[]): Markup {
  const chosen: Reason[] = [];
  for (const reason of reasons) {
    // One quotation may show several of the words.
    const isShown = chosen.some(
      ({ field, snippet }) => field === reason.field && containsPhrase(snippet, matchedText(reason)),
    );
    const isQuoted = reason.field === 'summary' || reason.field === 'content';
    if (isQuoted && !isShown && chosen.length < MAX_QUOTES) chosen.push(reason);
  }
  return joinMarkup(
    chosen.map(({ field, snippet }) => {
      return markup`<blockquote dir="auto">${marked(snippet, foundIn(reasons, field))}</blockquote>`;
    }),
  );
}
