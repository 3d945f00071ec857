import { type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import { shorten } from '../../functions/shared/text/safe-text.ts';
import type { PastItem } from '../../local/past/past.ts';
import { pathOf } from '../link.ts';
import type { FoundItems } from '../search-items.ts';
import { timeWithDay, timeZone } from '../time-markup.ts';
import { faultBlock } from '../try-view.ts';

const MAX_SHOWN = 100;
const MAX_SUMMARY = 200;

/** Returns the search over the stored items. `found` is absent before the first search. `pastNote`: what a search costs. */
export function searchView(query: string, found: FoundItems | undefined, pastNote?: string): Markup {
  return markup`<main class="try">
<h1>Search</h1>
<form action="/search" role="search">
<p class="field wide"><label for="query">Stored items</label>
<input id="query" name="q" value="${query}" required maxlength="4000" autocomplete="off" spellcheck="false" dir="auto" aria-describedby="hint"></p>
<p class="field"><button>Search</button></p>
</form>
<p id="hint" class="quiet">In the language of topics: words also find their inflections. "phrases", OR, -without, title:word, source:name.</p>
${pastNote === undefined ? '' : markup`<p class="quiet">${pastNote}</p>`}
${found ? result(found) : ''}
</main>`;
}

function result({ faults, searched, items }: FoundItems): Markup {
  if (faults.length > 0) return faultBlock(faults);
  const rest = items.length - MAX_SHOWN;
  return markup`<p class="sum" role="status"><b>${count(items.length, 'item')}</b> of ${searched.toLocaleString('en')} stored, newest first</p>
<ul class="items">${items.slice(0, MAX_SHOWN).map(itemRow)}</ul>
${rest > 0 ? markup`<p class="quiet">and ${count(rest, 'older item')}; add words to find fewer</p>` : ''}
<p class="quiet">Times are in ${timeZone()}.</p>`;
}

function itemRow({ id, title, summary, source, at }: PastItem): Markup {
  const now = new Date().toISOString();
  return markup`<li><a href=\"${pathOf('items', id)}\" dir="auto">${title || '(no title)'}</a>
<p class="source"><bdi>${source.title}</bdi>, ${timeWithDay(new Date(at).toISOString(), now)}</p>
${summary ? markup`<p class="summary" dir="auto">${shorten(summary, MAX_SUMMARY)}</p>` : ''}</li>`;
}
