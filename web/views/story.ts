import type { RecordedItem } from '../../cli/alerts/alert-log.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { PageMessage } from '../../local/page-data.ts';
import { alertCard } from '../alert-card.ts';
import type { ChangeForm } from '../forms.ts';
import { pathOf, viewAddress } from '../link.ts';
import { timeWithDay } from '../time-markup.ts';

export interface StoryPage {
  readonly topicId: string;
  readonly topicName: string;
  readonly story: Story;
  /** What the topic recorded of the story's items, in no order. */
  readonly reports: readonly RecordedItem[];
  /** The messages that list the story, newest first. */
  readonly messages: readonly PageMessage[];
  readonly isMuted: boolean;
  /** Absent where nothing can be changed. */
  readonly form: ChangeForm | undefined;
  readonly feedTitle: (feedId: string) => string;
  readonly hueOf: (topicId: string) => string;
}

const ROLES: Readonly<Record<NonNullable<RecordedItem['role']> | 'lead', string>> = {
  lead: 'opened the story',
  first: 'first report',
  development: 'development',
  also: 'retelling',
  copy: 'copy of another report; only counted',
};

/** Returns one story: every report that joined it, with its role, and the messages about it. */
export function storyView(page: StoryPage): Markup {
  const { topicId, topicName, story, reports, messages, feedTitle, hueOf } = page;
  const oldestFirst = reports.toSorted((a, b) => Date.parse(a.polledAt) - Date.parse(b.polledAt));
  return markup`<main>
<p class="about"><a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a></p>
<h1 dir="auto">${story.title}</h1>
<p class="source">${count(story.sources.length, 'source')}: <bdi>${story.sources.join(', ')}</bdi>. Opened ${timeWithDay(story.openedAt, '')}.</p>
${muteBlock(page)}
<h2>Reports <span>${String(reports.length)}</span></h2>
<ol class="timeline long">${oldestFirst.map((report) => reportRow(report, story, feedTitle))}</ol>
<h2>Messages <span>${String(messages.length)}</span></h2>
${messages.length === 0 ? markup`<p class="quiet">None of the latest messages is about this story.</p>` : messages.map((entry) => alertCard(entry, hueOf))}
</main>`;
}

/** Returns whether the story is muted, and the button that changes this. */
function muteBlock({ topicId, story, isMuted, form }: StoryPage): Markup {
  const text = isMuted
    ? markup`<p class="trouble" role="status">Muted: nothing more about this story is sent.</p>`
    : '';
  const [action, label] = isMuted
    ? ['unmute', 'Send news about this story again']
    : ['mute', 'Mute this story'];
  return markup`${text}${form ? form(pathOf('stories', topicId, story.id, action), markup`<p class="buttons"><button>${label}</button></p>`) : ''}`;
}

function reportRow(report: RecordedItem, { openedAt }: Story, feedTitle: StoryPage['feedTitle']): Markup {
  const { itemId, feedId, title, role, lead, polledAt, silent } = report;
  const state = silent
    ? 'already there at the first poll; not sent'
    : ROLES[lead ? 'lead' : (role ?? 'first')];
  return markup`<li>${timeWithDay(polledAt, openedAt)} <a href=\"${pathOf('items', itemId)}\" dir="auto">${title}</a> <span class="by"><bdi>${feedTitle(feedId)}</bdi> · ${state}</span></li>`;
}
