import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { PageMessage } from '../../local/page-data.ts';
import { alertCard } from '../alert-card.ts';
import { storiesIn } from '../stories.ts';
import { storyAddress } from '../story-card.ts';

/** Returns one message: its stories and their reasons, the text of each protocol, and the deliveries. */
export function messageView(entry: PageMessage, hueOf: (topicId: string) => string): Markup {
  const stories = storiesIn([entry]);
  return markup`<main>
<h1 dir="auto">${entry.subject || 'Message'}</h1>
<h2 class="unseen">Stories</h2>
${alertCard(entry, hueOf, { isOpen: true })}
${stories.length > 0 ? markup`<h2>All about ${stories.length === 1 ? 'this story' : 'these stories'}</h2><ul>${stories.map((story) => markup`<li><a href="${storyAddress(story)}" dir="auto">${story.title}</a></li>`)}</ul>` : ''}
</main>`;
}
