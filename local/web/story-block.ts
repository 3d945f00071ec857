import { sourcesText } from '../../functions/notify/render/alert-parts.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { AlertEntry } from '../../functions/shared/model.ts';
import { domainOf } from '../../functions/shared/text/safe-text.ts';
import { firstFew } from './first-few.ts';
import { link } from './link.ts';
import { marked } from './marked.ts';
import { foundIn, reasonsBlock } from './reasons-block.ts';
import { timeWithDay } from './time-markup.ts';

/** Developments, and retellings, of one story; the others are behind a click. */
const MAX_SHOWN = 5;

type Heading = 'h3' | 'h4';

/**
 * Renders one story of an alert. `entries`: in the order of `storiesOf`; `at`: when the alert was published. First comes
 * the first report, or what the story was about if that was sent before; then developments, then retellings.
 */
export function storyBlock(entries: readonly AlertEntry[], at: string): Markup {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const before = news.some((entry) => !isDevelopment(entry))
    ? undefined
    : entries.find(({ story }) => story)?.story;
  // Without news, and without what the story was about, the first retelling has to be the headline.
  const shown = news.length === 0 && !before ? retellings.splice(0, 1) : news;
  const others = otherSources(entries);
  const blocks = shown.map((entry, n) =>
    entryBlock(entry, at, n === 0 ? { heading: 'h3', others } : { heading: 'h4', others: [] }),
  );
  return markup`<div class="story">
${before ? context(before, at, shown.length === 0) : ''}
${firstFew(blocks, MAX_SHOWN)}
${retellings.length > 0 ? alsoReported(retellings) : ''}
</div>`;
}

/** Entries of 0.1.0 have no role: their edits are developments. */
function isDevelopment({ kind, role = kind === 'new' ? 'first' : 'development' }: AlertEntry): boolean {
  return role === 'development';
}

/** Titles of the feeds that told the story, too, and have no entry of their own here. */
function otherSources(entries: readonly AlertEntry[]): string[] {
  const all = new Set(entries.flatMap(({ sources = [] }) => sources));
  for (const { feed } of entries) all.delete(feed);
  return [...all];
}

function context(
  { title, foundAt }: NonNullable<AlertEntry['story']>,
  at: string,
  isHeading: boolean,
): Markup {
  const time = timeWithDay(foundAt, at);
  if (isHeading)
    return markup`<h3 dir="auto">${title}</h3>
<p class="source">First seen ${time}</p>`;
  return markup`<p class="context">The story so far: <bdi>${title}</bdi>, first seen ${time}</p>`;
}

interface EntryOptions {
  readonly heading: Heading;
  readonly others: readonly string[];
}

function entryBlock(entry: AlertEntry, at: string, { heading, others }: EntryOptions): Markup {
  const { title, url, why: reasons } = entry;
  const headline = markup`${labelOf(entry)}${link(url, marked(title, foundIn(reasons, 'title')))}`;
  const also = markup`<p class="source">Also told by <bdi>${sourcesText(others)}</bdi></p>`;
  return markup`<div class="entry">
${heading === 'h3' ? markup`<h3 dir="auto">${headline}</h3>` : markup`<h4 dir="auto">${headline}</h4>`}
${edit(entry)}
${source(entry, at)}
${others.length > 0 ? also : ''}
${reasonsBlock(reasons)}
</div>`;
}

function labelOf(entry: AlertEntry): Markup | string {
  if (!isDevelopment(entry)) return '';
  return markup`<span class="label">${entry.kind === 'update' ? 'Updated:' : 'Since then:'}</span> `;
}

/** What an edit replaced, and what it added. */
function edit({ kind, title, previousTitle, added }: AlertEntry): Markup {
  const isRenamed = kind === 'update' && previousTitle !== undefined && previousTitle !== title;
  const before = markup`<p class="before" dir="auto">Before: <s>${previousTitle ?? ''}</s></p>`;
  const news = added && markup`<p class="added" dir="auto">New: ${marked(added.text, added.words)}</p>`;
  return markup`${isRenamed ? before : ''}${news ?? ''}`;
}

function source({ feed, url, published }: AlertEntry, at: string): Markup {
  const domain = url === undefined ? undefined : domainOf(url);
  return markup`<p class="source"><bdi>${feed}</bdi>${domain === undefined || domain === feed ? '' : markup` (${domain})`}${published === undefined ? '' : markup`, ${timeWithDay(published, at)}`}</p>`;
}

function alsoReported(retellings: readonly AlertEntry[]): Markup {
  const items = retellings.map(({ title, url, feed, why: reasons }) => {
    const headline = link(url, marked(title, foundIn(reasons, 'title')));
    return markup`<li><bdi>${headline}</bdi> <span>(<bdi>${feed}</bdi>)</span></li>`;
  });
  const list = (some: readonly Markup[]) => markup`<ul>${some}</ul>`;
  return markup`<div class="also"><p>Also reported:</p>
${firstFew(items, MAX_SHOWN, list)}</div>`;
}
