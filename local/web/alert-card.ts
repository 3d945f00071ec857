import { sourcesText } from '../../functions/notify/alert-email.ts';
import { domainOf } from '../../functions/notify/safe-text.ts';
import type { AlertEntry } from '../../functions/shared/model.ts';
import { type Markup, markup } from '../markup.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { link, viewAddress } from './link.ts';
import { marked } from './marked.ts';
import { timeBeside, timeOfDay } from './moment.ts';
import { sent } from './sent.ts';
import { foundIn, why } from './why.ts';

const KINDS = {
  new: 'new',
  update: 'update',
  digest: 'digest',
  welcome: 'first look',
  notice: 'notice',
} as const;
/** Of a digest; the others are behind a click. */
const STORIES = 5;

/** One alert: what it says, why it was sent, and what each recipient got. */
export function alertCard(entry: OutboxEntry, hueOf: (topicId: string) => string): Markup {
  const { messageId, at, alert, subject } = entry;
  if (!alert) {
    const content = markup`<h3 dir="auto">${subject || '(no subject)'}</h3>`;
    return card(messageId, markup`<span class="kind">message</span> ${timeOfDay(at)}`, content, entry);
  }
  const { topicId, topicName, kind, entries } = alert;
  const count = entries.length > 1 ? `, ${entries.length} stories` : '';
  const about = markup`<a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a>
<span class="kind ${kind}">${KINDS[kind]}${count}</span> ${timeOfDay(at)}`;
  const stories = entries.map((one) => story(one, at));
  const rest = stories.slice(STORIES);
  const more = markup`<details class="more"><summary>${String(rest.length)} more</summary>${rest}</details>`;
  return card(messageId, about, markup`${stories.slice(0, STORIES)}${rest.length > 0 ? more : ''}`, entry);
}

function card(messageId: string, about: Markup, content: Markup, entry: OutboxEntry): Markup {
  return markup`<article id="alert-${messageId}">
<header>${about}</header>
${content}
${sent(entry)}
</article>`;
}

function story(
  { kind, title, previousTitle, added, url, feed, sources = [], published, why: reasons }: AlertEntry,
  at: string,
): Markup {
  const domain = url === undefined ? undefined : domainOf(url);
  const isRenamed = kind === 'update' && previousTitle !== undefined && previousTitle !== title;
  const before = markup`<p class="before" dir="auto">Before: <s>${previousTitle ?? ''}</s></p>`;
  const news = added && markup`<p class="added" dir="auto">New: ${marked(added.text, added.words)}</p>`;
  const others = markup`<p class="source">Also told by <bdi>${sourcesText(sources)}</bdi></p>`;
  return markup`<div class="story">
<h3 dir="auto">${link(url, marked(title, foundIn(reasons, 'title')))}</h3>
${isRenamed ? before : ''}${news ?? ''}
<p class="source"><bdi>${feed}</bdi>${domain === undefined || domain === feed ? '' : markup` (${domain})`}${published === undefined ? '' : markup`, ${timeBeside(published, at)}`}</p>
${sources.length > 0 ? others : ''}
${why(reasons)}
</div>`;
}
