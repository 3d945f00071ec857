import { storiesOf } from '../functions/shared/alert-parts.ts';
import { type Markup, markup } from '../functions/shared/markup.ts';
import type { Alert } from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import { ALERT_KIND_NAMES } from '../local/alert-kind-names.ts';
import type { PageMessage } from '../local/page-data.ts';
import { deliveriesBlock } from './deliveries-block.ts';
import { firstFew } from './first-few.ts';
import { pathOf, viewAddress } from './link.ts';
import { storyBlock } from './story-block.ts';
import { timeOfDay } from './time-markup.ts';

/** Limit on the stories of one alert that are shown without a click. */
const MAX_SHOWN = 5;

/** Returns one alert: its stories with their reasons, and the deliveries to each recipient. */
export function alertCard(
  entry: PageMessage,
  hueOf: (topicId: string) => string,
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): Markup {
  const { messageId, at, alert, subject } = entry;
  if (!alert) {
    const content = markup`<h3 dir="auto">${subject || '(no subject)'}</h3>`;
    return card(
      messageId,
      markup`<span class="kind">message</span> ${timeOfDay(at)}`,
      content,
      entry,
      isOpen,
    );
  }
  const { topicId, topicName, kind } = alert;
  const stories = storiesOf(alert);
  const about = markup`<a class="topic ${hueOf(topicId)}" href="${viewAddress({ topic: topicId, all: false })}">${topicName}</a>
<span class="kind ${kind}">${kindLabel(kind, stories.length)}</span> ${timeOfDay(at)}`;
  const blocks = stories.map((entries) => storyBlock(entries, at));
  return card(messageId, about, firstFew(blocks, isOpen ? blocks.length : MAX_SHOWN), entry, isOpen);
}

/** Returns a label such as "follow-up", "round-up, 3 stories" or "2 notices". */
function kindLabel(kind: Alert['kind'], stories: number): string {
  if (stories <= 1) return ALERT_KIND_NAMES[kind];
  return kind === 'notice'
    ? count(stories, 'notice')
    : `${ALERT_KIND_NAMES[kind]}, ${count(stories, 'story', 'stories')}`;
}

function card(
  messageId: string,
  about: Markup,
  content: Markup,
  entry: PageMessage,
  isOpen: boolean,
): Markup {
  return markup`<article id="alert-${messageId}">
<header>${about} <a class="permalink" href="${pathOf('messages', messageId)}">Message</a></header>
${content}
${deliveriesBlock(entry, isOpen)}
</article>`;
}
