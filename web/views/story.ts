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
  /** The story still takes in reports. */
  readonly isOpen: boolean;
  /** The story that a reader took this one out of. */
  readonly splitFrom: Story | undefined;
  /** The stories that a reader took out of this one. */
  readonly takenOut: readonly Story[];
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
  const { topicId, topicName, story, reports, messages, hueOf } = page;
  const time = (report: RecordedItem) => Date.parse(foundAt(report, story));
  const oldestFirst = reports.toSorted((a, b) => time(a) - time(b));
  return markup`<main>
<p class="about"><a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a></p>
<h1 dir="auto">${story.title}</h1>
<p class="source">${count(story.sources.length, 'source')}: <bdi>${story.sources.join(', ')}</bdi>. Opened ${timeWithDay(story.openedAt, '')}.</p>
${splitBlock(page)}
${muteBlock(page)}
<h2>Reports <span>${String(reports.length)}</span></h2>
<ol class="timeline long">${oldestFirst.map((report) => reportRow(report, page))}</ol>
<h2>Messages <span>${String(messages.length)}</span></h2>
${messages.length === 0 ? markup`<p class="quiet">None of the latest messages is about this story.</p>` : messages.map((entry) => alertCard(entry, hueOf))}
</main>`;
}

/** Returns whether the story is muted, and the button that changes this. */
function muteBlock({ topicId, story, isMuted, form }: StoryPage): Markup {
  const text = isMuted
    ? markup`<p class="trouble" role="status">Muted: nothing more about this story is sent.</p>`
    : '';
  const [action, label] = isMuted ? ['unmute', 'Unmute this story'] : ['mute', 'Mute this story'];
  return markup`${text}${form ? form(pathOf('stories', topicId, story.id, action), markup`<p class="buttons"><button>${label}</button></p>`) : ''}`;
}

/** Returns the stories that this one was taken out of, or that were taken out of this one. */
function splitBlock({ topicId, splitFrom, takenOut }: StoryPage): Markup {
  const name = ({ id, title }: Story) =>
    markup`<a href="${pathOf('stories', topicId, id)}"><bdi>${title}</bdi></a>`;
  return markup`${splitFrom ? markup`<p class="source">Taken out of the story ${name(splitFrom)}</p>` : ''}${takenOut.map(
    (story) => markup`<p class="source">Taken out: ${name(story)}</p>`,
  )}`;
}

/** An edit replaces the time of a report, but not that at which the story was opened. */
const foundAt = ({ lead, polledAt }: RecordedItem, { openedAt }: Story): string =>
  lead ? openedAt : polledAt;

function reportRow(report: RecordedItem, page: StoryPage): Markup {
  const { story, feedTitle } = page;
  const { itemId, feedId, title, role, lead, silent } = report;
  const state = silent
    ? 'already there at the first poll; not sent'
    : ROLES[lead ? 'lead' : (role ?? 'first')];
  return markup`<li>${timeWithDay(foundAt(report, story), story.openedAt)} <a href="${pathOf('items', itemId)}" dir="auto">${title}</a> <span class="by"><bdi>${feedTitle(feedId)}</bdi> · ${state}</span>${splitButton(report, page)}</li>`;
}

/** Returns the button that takes a report out of its story, beside each report that can be taken out. */
function splitButton({ itemId, title, role }: RecordedItem, { topicId, story, isOpen, form }: StoryPage) {
  if (!form || !isOpen || itemId === story.leadItemId || role === 'copy') return '';
  return markup` <form action="${pathOf('stories', topicId, story.id, 'split', itemId)}"><button aria-label="Not the same story: ${title}">Not the same story</button></form>`;
}
