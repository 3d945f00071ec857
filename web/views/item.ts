import type { StoredItem } from '../../cli/alerts/explain-item.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import { link } from '../link.ts';

/** Returns what became of an item, topic by topic. `lines`: as `alerts show` prints them. */
export function itemView({ title, url, summary }: StoredItem, lines: readonly string[]): Markup {
  return markup`<main>
<h1 dir="auto">${link(url, markup`${title || '(no title)'}`)}</h1>
<p class="summary" dir="auto">${summary}</p>
<h2>What became of it</h2>
<pre class="explain">${lines.join('\n')}</pre>
</main>`;
}
