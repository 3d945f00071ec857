import { joinMarkup, type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { FeedStatus } from '../../local/feed-status.ts';
import type { PageMessage, PageStatus } from '../../local/page-data.ts';
import { acrossTopics } from '../across-topics.ts';
import { alertCard } from '../alert-card.ts';
import { noAlerts } from '../alert-list.ts';
import { feedRow, worstFirst } from '../feed-list.ts';
import { flow } from '../flow.ts';
import { type PageView, viewAddress } from '../link.ts';
import { outageNotices, queueNotices, statusLine } from '../page-status.ts';
import { storiesIn } from '../stories.ts';
import { storyCard } from '../story-card.ts';
import { dayOf, timeZone } from '../time-markup.ts';
import { topicList } from '../topic-list.ts';

export interface NowState {
  readonly messages: readonly PageMessage[];
  readonly feeds: readonly FeedStatus[];
  readonly status: PageStatus;
  readonly view: PageView;
  /** Time of the last story of each silent topic, ms. */
  readonly silent: ReadonlyMap<string, number>;
  readonly hueOf: (topicId: string) => string;
  /** Name of the deployment; absent on this machine. */
  readonly stack?: string | undefined;
}

/** Limit on the stories that are shown without a click. */
const MAX_STORIES = 30;
/** Limit on the feeds beside the stories. The feeds have a view of their own. */
const MAX_FEEDS = 8;
/** The last notices that are shown. */
const MAX_NOTICES = 3;

/** Returns the view of what goes on: the stories of the latest messages, the pipeline, topics and feeds. */
export function nowView({ messages, feeds, status, view, silent, hueOf, stack }: NowState): Markup {
  return markup`<main>
<h1 class="unseen">Now</h1>
${statusLine(status, feeds)}
${outageNotices(status, messages)}
${queueNotices(status, stack)}
${flow(status, feeds, messages)}
<div class="columns">
<div>
${notices(messages, hueOf)}
${stories(messages, view, hueOf, status.messageDays)}
</div>
<div class="side">
${topicList(messages, status, view, hueOf, silent)}
${feedSummary(feeds)}
<p class="quiet">Times are in ${timeZone()}.</p>
</div>
</div>
</main>`;
}

function notices(messages: readonly PageMessage[], hueOf: NowState['hueOf']): Markup {
  const latest = messages.filter(({ alert }) => alert?.kind === 'notice').slice(0, MAX_NOTICES);
  return joinMarkup(latest.map((message) => alertCard(message, hueOf)));
}

function stories(
  messages: readonly PageMessage[],
  { topic, all }: PageView,
  hueOf: NowState['hueOf'],
  messageDays: number | undefined,
): Markup {
  const ofView = storiesIn(messages).filter(({ topicId }) => topic === null || topicId === topic);
  const wanted = acrossTopics(ofView);
  if (wanted.length === 0) return noAlerts(topic, messageDays);
  const shown = all ? wanted : wanted.slice(0, MAX_STORIES);
  const days = Map.groupBy(shown, ({ at }) => dayOf(at));
  const sections = [...days].map(
    ([day, list]) =>
      markup`<section id="day-${day}"><h2>${day}</h2>${list.map((story) => storyCard(story, hueOf))}</section>`,
  );
  const rest = markup`<p id="all"><a href="${viewAddress({ topic, all: true })}">Show all ${count(wanted.length, 'story', 'stories')}</a></p>`;
  return markup`${sections}${shown.length < wanted.length ? rest : ''}`;
}

/** Returns the feeds that fail, and the first of the others. */
function feedSummary(feeds: readonly FeedStatus[]): Markup {
  return markup`<section id="feeds" class="feeds">
<h2>Feeds <span>${String(feeds.length)}</span></h2>
<ul>${worstFirst(feeds).slice(0, MAX_FEEDS).map(feedRow)}</ul>
<p class="quiet"><a href="/feeds">All feeds</a></p>
</section>`;
}
