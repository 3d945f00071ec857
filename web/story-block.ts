import { sourcesText } from '../functions/shared/alert-parts.ts';
import { type Markup, markup } from '../functions/shared/markup.ts';
import type { AlertEntry } from '../functions/shared/model.ts';
import { domainOf } from '../functions/shared/text/safe-text.ts';
import { firstFew } from './first-few.ts';
import { link } from './link.ts';
import { marked } from './marked.ts';
import { foundIn, reasonsBlock } from './reasons-block.ts';
import { timeWithDay } from './time-markup.ts';

/** Limit on the developments, and on the retellings, that are shown without a click. */
const MAX_SHOWN = 5;

type Heading = 'h3' | 'h4';

/**
 * Returns one story of an alert: the first report, or a reminder of the story if that was sent before; then developments,
 * then retellings.
 * @param entries in the order of `storiesOf`
 * @param at when the alert was published, ISO
 */
export function storyBlock(entries: readonly AlertEntry[], at: string): Markup {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const before = news.some((entry) => !isDevelopment(entry))
    ? undefined
    : entries.find(({ story }) => story)?.story;
  // Without news and a reminder of the story, the first retelling serves as the headline.
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

/** Returns true for a development. Entries of 0.1.0 have no role; their edits are developments. */
function isDevelopment({ kind, role = kind === 'new' ? 'first' : 'development' }: AlertEntry): boolean {
  return role === 'development';
}

/** Returns the titles of feeds that also reported the story and have no entry in the alert. */
function otherSources(entries: readonly AlertEntry[]): string[] {
  const all = new Set(entries.flatMap(({ sources = [] }) => sources));
  for (const { feed } of entries) all.delete(feed);
  return [...all];
}

/** Returns the reminder of a story that was sent before. */
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
  const also = markup`<p class="source">Also reported by <bdi>${sourcesText(others)}</bdi></p>`;
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

/** Returns the headline that an edit replaced, and the text that it added. */
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
