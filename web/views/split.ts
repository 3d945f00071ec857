import type { RecordedItem } from '../../cli/alerts/alert-log.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import type { ChangeForm } from '../forms.ts';
import { pathOf, viewAddress } from '../link.ts';
import { timeWithDay } from '../time-markup.ts';

export interface SplitPage {
  readonly topicId: string;
  readonly topicName: string;
  readonly story: Story;
  readonly report: RecordedItem;
  readonly feedTitle: (feedId: string) => string;
  readonly hueOf: (topicId: string) => string;
  readonly form: ChangeForm;
}

/** Asks whether a report should become a story of its own, and says what that does. */
export function splitView({ topicId, topicName, story, report, feedTitle, hueOf, form }: SplitPage): Markup {
  const { itemId, feedId, title, polledAt } = report;
  const about = pathOf('stories', topicId, story.id);
  return markup`<main>
<p class="about"><a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a></p>
<h1>Not the same story?</h1>
<h2>This report becomes a story of its own</h2>
<p dir="auto">${title}</p>
<p class="source"><bdi>${feedTitle(feedId)}</bdi>, ${timeWithDay(polledAt, story.openedAt)}</p>
<h2>It leaves the story</h2>
<p dir="auto">${story.title}</p>
<h2>What happens next</h2>
<ul class="points">
<li>Later reports of the same event join the new story. The first of them is sent like the first report of any story.</li>
<li>Nothing is sent now, and messages that were sent stay as they are. If this report still waits for a message, that message lists it under the old story.</li>
<li>Copies of this report go along.</li>
<li>You cannot undo this.</li>
</ul>
${form(
  pathOf('stories', topicId, story.id, 'split', itemId),
  markup`<p class="buttons"><button>Make it a story of its own</button> <a href="${about}">Back</a></p>`,
)}
</main>`;
}
