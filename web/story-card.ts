import { type Markup, markup } from '../functions/shared/markup.ts';
import { count } from '../functions/shared/text/count.ts';
import { abbreviateList } from '../local/format-time.ts';
import type { OutboxDelivery } from '../local/outbox/outbox-entry.ts';
import type { StoryOfTopics } from './across-topics.ts';
import { undeliveredNotices } from './deliveries-block.ts';
import { firstFew } from './first-few.ts';
import { link, pathOf, viewAddress } from './link.ts';
import { marked } from './marked.ts';
import { foundIn, reasonsBlock } from './reasons-block.ts';
import { deliveryCounts, knownDeliveries, type ShownStory, type StoryReport } from './stories.ts';
import { timeOfDay, timeWithDay } from './time-markup.ts';

/** Limit on the developments that are shown without a click. */
const MAX_SHOWN = 4;
const MAX_SOURCES = 4;
/** Limit on the failed deliveries that are shown. */
const MAX_FAILURES = 2;

/** Returns the address of a story's own page. */
export const storyAddress = ({ topicId, storyId }: Pick<ShownStory, 'topicId' | 'storyId'>): string =>
  pathOf('stories', topicId, storyId);

/** Returns one story: its first report, its developments on a time line, its sources, and what was sent about it. */
export function storyCard(story: StoryOfTopics, hueOf: (topicId: string) => string): Markup {
  const { topicId, storyId, title, otherTopics, reports, retellings, sources, at } = story;
  const topics = [story, ...otherTopics].map(
    ({ topicId, topicName }) =>
      markup`<a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a>\n`,
  );
  const [first = retellings[0], ...developments] = reports;
  return markup`<article id="story-${topicId}-${storyId}" class="tale">
<header>${topics}<span class="kind">${sourcesLine(sources)}</span> ${timeOfDay(at)}</header>
<h3 dir="auto"><a href="${storyAddress(story)}">${first ? marked(title, foundIn(first.entry.why, 'title')) : title}</a></h3>
${first ? markup`<p class="source">${sourceLink(first)}</p>` : ''}
${first ? reasonsBlock(first.entry.why) : ''}
${developments.length > 0 ? timeline(developments, first?.at ?? at) : ''}
${retellings.length > 0 ? markup`<p class="source">Also reported by <bdi>${alsoBy(retellings)}</bdi></p>` : ''}
${undelivered(story)}<footer>${sentLine(story)}</footer>
</article>`;
}

function sourcesLine(sources: readonly string[]): string {
  return count(sources.length, 'source');
}

/** Returns the feed of a report and the time at which it was published, with a link to the article. */
function sourceLink({ entry: { feed, url, published, foundAt }, at }: StoryReport): Markup {
  return markup`<bdi>${link(url, markup`${feed}`)}</bdi>, ${timeWithDay(published ?? foundAt ?? at, at)}`;
}

/** Returns the developments of a story, latest first, each with its time and its source. */
export function timeline(developments: readonly StoryReport[], since: string): Markup {
  const lines = developments.toReversed().map((report) => {
    const { entry, at } = report;
    const { title, url, feed, why, kind, added } = entry;
    const label = kind === 'update' ? 'Updated: ' : '';
    return markup`<li>${timeWithDay(at, since)} <span dir="auto">${label}${link(url, marked(title, foundIn(why, 'title')))}</span> <span class="by"><bdi>${feed}</bdi></span>
${added ? markup`<p class="added" dir="auto">New: ${marked(added.text, added.words)}</p>` : ''}</li>`;
  });
  const list = (some: readonly Markup[]) => markup`<ol class="timeline">${some}</ol>`;
  return firstFew(lines, MAX_SHOWN, list);
}

function alsoBy(retellings: readonly StoryReport[]): string {
  return abbreviateList([...new Set(retellings.map(({ entry }) => entry.feed))], MAX_SOURCES);
}

/** Returns why the last messages about a story did not reach a recipient. */
function undelivered({ messages }: ShownStory): Markup {
  return undeliveredNotices(
    knownDeliveries(messages)
      .filter(({ how }) => how === 'failed')
      .slice(-MAX_FAILURES),
  );
}

const STATES: Readonly<Record<OutboxDelivery['how'], string>> = {
  mailed: 'sent',
  sent: 'sent',
  unknown: 'perhaps sent',
  shown: 'shown here only',
  waiting: 'waiting',
  failed: 'failed',
};

/** Returns how many messages were about a story, and the states of their deliveries. */
function sentLine({ messages }: Pick<ShownStory, 'messages'>): Markup {
  const states = [...deliveryCounts(messages)].map(
    ([how, number]) => markup`<span class="state ${how}">${String(number)} ${STATES[how]}</span>`,
  );
  const latest = messages.at(-1);
  if (!latest) return markup``;
  const none = latest.deliveries === 'unknown' ? 'published' : 'no recipients';
  return markup`<a href="${pathOf('messages', latest.messageId)}">${count(messages.length, 'message')}</a> ${states.length > 0 ? states : markup`<span class="state">${none}</span>`}`;
}
