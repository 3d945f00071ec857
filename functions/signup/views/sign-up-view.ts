import { formatTime } from '../../shared/format-time.ts';
import { type Markup, markup } from '../../shared/markup.ts';
import type { Topic } from '../../shared/model.ts';
import { safeText, shorten } from '../../shared/text/safe-text.ts';
import { faultNotice } from './layout.ts';

/** A story that the topic's subscribers were alerted to. */
export interface SampleStory {
  readonly title: string;
  /** ISO. */
  readonly openedAt: string;
}

export interface SignUpForm {
  readonly topics: readonly OfferedTopic[];
  readonly offersSms: boolean;
  readonly timeZone: string;
  /** What the person had entered, if it could not be used, and why. */
  readonly entered?: { readonly address: string; readonly topicIds: readonly string[] };
  readonly fault?: string;
}

export interface OfferedTopic {
  readonly topic: Pick<Topic, 'id' | 'name' | 'description'>;
  /** Latest first. */
  readonly sample: readonly SampleStory[];
}

const MAX_HEADLINE = 140;
const ALREADY_SUBSCRIBED = markup`<h2>Already subscribed?</h2>
<p><a href="./manage">Change, pause or end what you receive</a></p>`;
const NOTHING_OFFERED = markup`<p>There are no topics to subscribe to here.</p>
${ALREADY_SUBSCRIBED}`;

/** Returns the form with which people sign up. */
export function signUpView({ topics, offersSms, timeZone, entered, fault }: SignUpForm): Markup {
  const isOnly = topics.length === 1;
  if (topics.length === 0) return NOTHING_OFFERED;
  return markup`${faultNotice(fault)}
<p>Get a short message when something new happens, with the reason why you got it. Reports that only repeat a story are left out.</p>
<form method="post" action="./">
<fieldset>
<legend>${isOnly ? 'The topic' : 'Which topics?'}</legend>
${topics.map((offered) => topicCard(offered, isOnly || entered?.topicIds.includes(offered.topic.id) === true, timeZone))}
</fieldset>
<div class="field">
<label for="address">${offersSms ? 'Your email address or phone number' : 'Your email address'}</label>
<input id="address" name="address" type="${offersSms ? 'text' : 'email'}" autocomplete="${offersSms ? 'on' : 'email'}" maxlength="254" required value="${entered?.address ?? ''}" aria-describedby="address-note">
<p class="quiet" id="address-note">${addressNote(offersSms)}</p>
</div>
<button>Subscribe</button>
</form>
${ALREADY_SUBSCRIBED}`;
}

function addressNote(offersSms: boolean): string {
  const email = 'You get an email to confirm each topic. Nothing is sent before you do.';
  return offersSms
    ? `${email} A phone number, with its country code, such as +1 202 555 0123, gets a code instead.`
    : email;
}

function topicCard({ topic, sample }: OfferedTopic, isChosen: boolean, timeZone: string): Markup {
  return markup`<div class="topic">
<label><input type="checkbox" name="topic" value="${topic.id}"${isChosen ? markup` checked` : ''}> <span>${topic.name}</span></label>
${topic.description === undefined ? '' : markup`<p>${topic.description}</p>`}
${
  sample.length === 0
    ? ''
    : markup`<p class="quiet">Recent stories:</p>
<ul>
${sample.map(({ title, openedAt }) => markup`<li dir="auto">${shorten(safeText(title), MAX_HEADLINE)} (<time datetime="${openedAt}">${formatTime(openedAt, timeZone)}</time>)</li>`)}
</ul>`
}
</div>`;
}
