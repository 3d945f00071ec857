import type { Reason } from '../../functions/shared/model.ts';
import { joined, type Markup, markup } from '../markup.ts';
import { foundFor, marked, stands } from './marked.ts';

const QUOTES = 3;
const PLACES: Readonly<Record<Reason['field'], string>> = {
  title: 'in the headline',
  summary: 'in the summary',
  content: 'in the text',
  category: 'in a category',
  author: 'in the author',
  url: 'in the address',
};
const FIELDS = Object.keys(PLACES) as readonly Reason['field'][];

/** The words that matched and where. The headline shows its own; what stood elsewhere is quoted. */
export function why(reasons: readonly Reason[]): Markup {
  if (reasons.length === 0) return markup`<p class="why">Why: the topic matches without any of its words</p>`;
  const places = FIELDS.map((field) => ({ field, terms: termsIn(reasons, field) }))
    .filter(({ terms }) => terms.length > 0)
    .map(({ field, terms }) => {
      const named = terms.map((term) => markup`<b>${term}</b>`);
      return markup`${joined(named, ', ')} ${PLACES[field]}`;
    });
  return markup`<p class="why">Why: ${joined(places, '; ')}</p>${quotes(reasons)}`;
}

/** The terms found in a field, each once. */
export function termsIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return [...new Set(reasons.filter((reason) => reason.field === field).map(({ term }) => term))];
}

/** What to mark in a field: the words that were found there for its terms. */
export function foundIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return reasons.filter((reason) => reason.field === field).map(foundFor);
}

function quotes(reasons: readonly Reason[]): Markup {
  const chosen: Reason[] = [];
  for (const reason of reasons) {
    // One quotation that shows several of the words does for them all.
    const isShown = chosen.some(
      ({ field, snippet }) => field === reason.field && stands(snippet, foundFor(reason)),
    );
    const isQuoted = reason.field === 'summary' || reason.field === 'content';
    if (isQuoted && !isShown && chosen.length < QUOTES) chosen.push(reason);
  }
  return joined(
    chosen.map(({ field, snippet }) => {
      return markup`<blockquote dir="auto">${marked(snippet, foundIn(reasons, field))}</blockquote>`;
    }),
  );
}
