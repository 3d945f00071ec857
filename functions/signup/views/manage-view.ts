import { formatTime } from '../../shared/format-time.ts';
import { joinMarkup, type Markup, markup } from '../../shared/markup.ts';
import type { Contact, DailyTime, Topic } from '../../shared/model.ts';
import { redactNumber } from '../../shared/redact-address.ts';
import { safeText, shorten } from '../../shared/text/safe-text.ts';

export interface ManageForm {
  /** Signed text that opens this page, for its forms. */
  readonly link: string;
  readonly contact: Contact;
  readonly topics: readonly ManagedTopic[];
  /** Undefined if there is no choice of one mail a day. */
  readonly daily: DailyChoice | undefined;
  /** ISO; undefined if nothing is paused. */
  readonly pausedUntil: string | undefined;
  readonly stories: readonly ManagedStory[];
  readonly timeZone: string;
  /** Says what the person has just done. */
  readonly done?: string;
}

export interface DailyChoice extends DailyTime {
  readonly isChosen: boolean;
  /** All topics share one mail. */
  readonly isOneMail: boolean;
  readonly received: readonly Pick<Topic, 'name' | 'deliver'>[];
}

export interface ManagedTopic {
  readonly topic: Pick<Topic, 'id' | 'name' | 'description'>;
  readonly state: 'on' | 'waiting' | 'off';
  /** Where the topic can be read as a feed; empty if it cannot. */
  readonly feeds: readonly FeedLink[];
}

export interface FeedLink {
  /** Name of the format. */
  readonly name: string;
  readonly href: string;
}

export interface ManagedStory {
  readonly storyId: string;
  readonly title: string;
  /** Set if the person receives several topics. */
  readonly topicName?: string;
  readonly isMuted: boolean;
}

export const MAX_HEADLINE = 120;

/** Returns what a person receives, with forms to change it. */
export function manageView({
  link,
  contact,
  topics,
  daily,
  pausedUntil,
  stories,
  timeZone,
  done,
}: ManageForm): Markup {
  const action = `./manage?link=${encodeURIComponent(link)}`;
  return markup`${done === undefined ? '' : markup`<p class="done" role="status">${done}</p>`}
<p>This is what <b>${shownAddress(contact)}</b> receives.</p>
<form method="post" action="${action}">
<input type="hidden" name="do" value="topics">
<fieldset>
<legend>Topics</legend>
${topics.map((managed) => topicCard(managed, contact))}
</fieldset>
<button>Save</button>
</form>
${daily === undefined ? '' : dailyForm(action, daily)}
<h2>Pause</h2>
${
  pausedUntil === undefined
    ? button(action, 'pause', 'Send nothing for a week', true)
    : markup`<p>Nothing is sent until ${formatTime(pausedUntil, timeZone)}. What happens until then is not sent later.</p>
${button(action, 'resume', 'Resume')}`
}
${
  stories.length === 0
    ? ''
    : markup`<h2>Stories</h2>
<p class="quiet">Mute a story to get no more alerts about it. Digests may still list it.</p>
${stories.map((story) => storyRow(action, story))}`
}
<h2>Unsubscribe</h2>
<p class="quiet">This ends all your alerts.</p>
${button(action, 'stop', 'Unsubscribe from everything', true)}`;
}

function topicCard({ topic, state, feeds }: ManagedTopic, { protocol }: Contact): Markup {
  return markup`<div class="topic">
<label><input type="checkbox" name="topic" value="${topic.id}"${state === 'off' ? '' : markup` checked`}> <span>${topic.name}</span></label>
${topic.description === undefined ? '' : markup`<p>${topic.description}</p>`}
${state === 'waiting' && protocol === 'email' ? markup`<p class="quiet">Waits until you follow the link in the email to confirm it.</p>` : ''}
${feedsNote(feeds, topic.name)}
</div>`;
}

function feedsNote(feeds: readonly FeedLink[], topicName: string): Markup {
  if (feeds.length === 0) return markup``;
  const links = feeds.map(
    ({ name, href }) => markup`<a href="${href}">${name}<span class="hidden"> of ${topicName}</span></a>`,
  );
  return markup`<p class="quiet">As a feed: ${joinMarkup(links, ', ')}. Anyone with the address can read it.</p>`;
}

/** Returns a form with the choice of one mail a day; nothing if all topics come in digests of their own. */
function dailyForm(
  action: string,
  { hour, minute, timeZone, isChosen, isOneMail, received }: DailyChoice,
): Markup {
  const others = received.filter(({ deliver }) => deliver.mode !== 'now').map(({ name }) => name);
  if (others.length === received.length) return markup``;
  const time = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
  return markup`<form method="post" action="${action}">
<input type="hidden" name="do" value="daily">
<fieldset>
<legend>How often?</legend>
${radio('no', 'At once: an email when something new happens', !isChosen)}
${radio('yes', `One email a day${isOneMail ? '' : ' for each topic'}, at ${time} (${timeZone})`, isChosen)}
${others.length === 0 ? '' : markup`<p class="quiet">Topics with digests of their own keep their times: ${others.join(', ')}.</p>`}
</fieldset>
<button>Save<span class="hidden"> how often</span></button>
</form>`;
}

function radio(value: string, text: string, isChosen: boolean): Markup {
  return markup`<div class="topic"><label><input type="radio" name="daily" value="${value}"${isChosen ? markup` checked` : ''}> <span>${text}</span></label></div>`;
}

function storyRow(action: string, { storyId, title, topicName, isMuted }: ManagedStory): Markup {
  return markup`<form method="post" action="${action}" class="topic">
<p dir="auto">${shorten(safeText(title), MAX_HEADLINE)}${topicName === undefined ? '' : markup` <span class="quiet">${topicName}</span>`}</p>
<input type="hidden" name="story" value="${storyId}">
<button class="plain" name="do" value="${isMuted ? 'unmute' : 'mute'}">${isMuted ? 'Unmute' : 'Mute'}<span class="hidden">: ${shorten(safeText(title), MAX_HEADLINE)}</span></button>
</form>`;
}

function button(action: string, value: string, text: string, isPlain = false): Markup {
  return markup`<form method="post" action="${action}"><button name="do" value="${value}"${isPlain ? markup` class="plain"` : ''}>${text}</button></form>`;
}

/** Returns enough of an address for its owner to recognise it: a link may have been passed on. */
export function shownAddress({ protocol, endpoint }: Contact): string {
  return protocol === 'sms' ? redactNumber(endpoint) : endpoint.replace(/^(.{1,2})[^@]*(?=@)/, '$1…');
}
