import { joinMarkup, type Markup, markup } from '../../functions/shared/markup.ts';
import type { Reason } from '../../functions/shared/model.ts';
import { containsPhrase, marked, matchedText } from './marked.ts';

const MAX_QUOTES = 3;
const FIELD_NAMES: Readonly<Record<Reason['field'], string>> = {
  title: 'in the headline',
  summary: 'in the summary',
  content: 'in the text',
  category: 'in a category',
  author: 'in the author',
  url: 'in the address',
};
const FIELDS = Object.keys(FIELD_NAMES) as readonly Reason['field'][];

/** The words that matched and where. The headline shows its own; what stood elsewhere is quoted. */
export function reasonsBlock(reasons: readonly Reason[]): Markup {
  if (reasons.length === 0) return markup`<p class="why">Why: the topic matches without any of its words</p>`;
  const places = FIELDS.map((field) => ({ field, terms: termsIn(reasons, field) }))
    .filter(({ terms }) => terms.length > 0)
    .map(({ field, terms }) => {
      const named = terms.map((term) => markup`<b>${term}</b>`);
      return markup`${joinMarkup(named, ', ')} ${FIELD_NAMES[field]}`;
    });
  return markup`<p class="why">Why: ${joinMarkup(places, '; ')}</p>${quotes(reasons)}`;
}

/** The terms found in a field, each once. */
export function termsIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return [...new Set(reasons.filter((reason) => reason.field === field).map(({ term }) => term))];
}

/** What to mark in a field: the words that were found there for its terms. */
export function foundIn(reasons: readonly Reason[], field: Reason['field']): string[] {
  return reasons.filter((reason) => reason.field === field).map(matchedText);
}

function quotes(reasons: readonly Reason[]): Markup {
  const chosen: Reason[] = [];
  for (const reason of reasons) {
    // One quotation that shows several of the words does for them all.
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
