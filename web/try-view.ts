import { describeSmsCost, type SmsCost } from '../cli/cost/sms-cost.ts';
import { SMS_PRICES_PAGE } from '../cli/cost/sms-prices.ts';
import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import type { RenderedAlert } from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import { abbreviateList, formatDuration } from '../local/format-time.ts';
import { type Estimate, MONTH_DAYS } from '../local/past/estimate.ts';
import type { Comparison, Difference, TriedStory, TryResult } from '../local/past/try-query.ts';
import { dayPlot } from './day-plot.ts';
import { smsText } from './deliveries-block.ts';
import { firstFew } from './first-few.ts';
import { link } from './link.ts';
import { marked } from './marked.ts';
import { foundIn, reasonsBlock } from './reasons-block.ts';
import { timeWithDay, timeZone } from './time-markup.ts';

/** A reader's query and choices, from the parameters of the page's address. */
export interface TryRequest {
  readonly query: string;
  /** Id of the saved topic to compare with. */
  readonly topic: string | undefined;
  readonly days: number;
}

/** A fault of a query. */
export interface ShownFault {
  readonly message: string;
  /** The text with a mark below the fault. */
  readonly frame: string;
  readonly suggestion?: string;
}

/** The answer to a reader's query. */
export type TryAnswer =
  | {
      readonly kind: 'result';
      readonly result: TryResult;
      /** Of the SMS in a month; absent if the history is too short. */
      readonly smsCost?: SmsCost;
      /** The alert that the latest story would have been. */
      readonly sample?: RenderedAlert;
    }
  | {
      readonly kind: 'faults';
      readonly faults: readonly ShownFault[];
    }
  /** There is nothing to search. */
  | { readonly kind: 'nothing'; readonly detail: string };

export interface TryTopic {
  readonly id: string;
  readonly name: string;
}

/** Whether the query can be saved, whether it just was, and what the past lacks. */
export interface TryState {
  readonly canSave?: boolean;
  /** Says what the reader has just done. */
  readonly done?: string | undefined;
  readonly pastNote?: string | undefined;
}

const DAY_CHOICES = [1, 7, 30, 90];
const MAX_SOURCES = 5;
const MAX_VARIANTS = 8;
const MAX_ITEMS = 3;

/** Returns the page on which a query is tried against the stored past. `answer` is absent before the first query. */
export function tryView(
  request: TryRequest,
  topics: readonly TryTopic[],
  answer: TryAnswer | undefined,
  { canSave = false, done, pastNote }: TryState = {},
): Markup {
  const nameOf = (id: string) => topics.find((one) => one.id === id)?.name ?? id;
  return markup`<main class="try">
<h1>Try a query</h1>
${done === undefined ? '' : markup`<p class="done" role="status">${done}</p>`}
<form action="/try" role="search">
<p class="field wide"><label for="query">Query</label>
<input id="query" name="q" value="${request.query}" required maxlength="4000" autocomplete="off" spellcheck="false" dir="auto" aria-describedby="hint"></p>
<p class="field"><label for="days">In the last</label>
<select id="days" name="days">${DAY_CHOICES.map((days) => choice(String(days), days === 1 ? 'day' : `${days} days`, days === request.days))}</select></p>
<p class="field"><label for="topic">Compared with</label>
<select id="topic" name="topic">${choice('', 'nothing', request.topic === undefined)}${topics.map(({ id, name }) => choice(id, name, id === request.topic))}</select></p>
<p class="field"><button>Try</button></p>
</form>
<p id="hint" class="quiet">Words also find their inflections. "phrases", OR, -without, title:word, NEAR/5. Nothing is saved or sent.</p>
${pastNote === undefined ? '' : markup`<p class="quiet">${pastNote}</p>`}
${answer ? answerBlock(answer, nameOf, canSave && done === undefined) : ''}
${canSave && done === undefined && answer && answer.kind !== 'faults' ? saveForm(request, topics) : ''}
<p class="quiet">Times are in ${timeZone()}.</p>
</main>`;
}

function saveForm({ query, topic }: TryRequest, topics: readonly TryTopic[]): Markup {
  return markup`<section class="save"><h2 id="save">Save it</h2>
<form action="/topics/save">
<input type="hidden" name="q" value="${query}">
<p class="field"><label for="as">As</label>
<select id="as" name="topic">${choice('', 'a new topic', topic === undefined)}${topics.map(({ id, name }) => choice(id, `the query of ${name}`, id === topic))}</select></p>
<p class="field"><label for="name">Name, if new</label>
<input id="name" name="name" maxlength="100" autocomplete="off"></p>
<p class="field"><button>Show the change</button></p>
</form></section>`;
}

function choice(value: string, label: string, isChosen: boolean): Markup {
  return isChosen
    ? markup`<option value="${value}" selected>${label}</option>`
    : markup`<option value="${value}">${label}</option>`;
}

/** Returns the name of a saved topic. */
type NameOf = (id: string) => string;

function answerBlock(answer: TryAnswer, nameOf: NameOf, canSave: boolean): Markup {
  if (answer.kind === 'nothing') return markup`<p class="trouble" role="status">${answer.detail}</p>`;
  if (answer.kind === 'faults') return faultBlock(answer.faults);
  return resultBlock(answer, nameOf, canSave);
}

/** Returns the faults of a query, each with a mark under its place. */
export function faultBlock(faults: readonly ShownFault[]): Markup {
  return markup`<div role="alert">${faults.map(
    ({ message, frame, suggestion }) =>
      markup`<p class="trouble">${message}</p><pre class="frame" dir="ltr" tabindex="0">${frame}</pre><p>${suggestion ?? ''}</p>`,
  )}</div>`;
}

function resultBlock(
  { result, smsCost, sample }: Extract<TryAnswer, { kind: 'result' }>,
  nameOf: NameOf,
  canSave: boolean,
): Markup {
  const { searched, matched, storyCount, stories, days, variants, estimate, comparison, period } = result;
  const now = new Date(period.to).toISOString();
  const rest = storyCount - stories.length;
  return markup`<section aria-label="Result">
<p class="sum" role="status"><b>${count(storyCount, 'story', 'stories')}</b> from ${count(matched, 'item')}, of ${count(searched, 'item')} in ${formatDuration(period.to - period.from)}</p>
<p>${estimateText(estimate)}${canSave ? markup` <a href="#save">Save it</a>` : ''}</p>
${smsCost ? markup`<p>${describeSmsCost(smsCost, `see ${SMS_PRICES_PAGE}`)}.</p>` : ''}
${sample ? sampleBlock(sample) : ''}
${storyCount > 0 ? (days.length > 1 ? dayPlot(days) : '') : markup`<p class="quiet">Nothing in this time matches. Fewer words find more: every word must be in an item.</p>`}
${variants.length > 0 ? markup`<ul class="variants">${variants.map(({ term, found }) => markup`<li><b>${term}</b> also matched ${variantsText(found)}</li>`)}</ul>` : ''}
${comparison ? comparisonBlock(nameOf(comparison.topic), comparison, result, now) : ''}
${stories.length > 0 ? markup`<h2 class="caught">Stories it would have caught</h2>` : ''}
${stories.map((story) => storyBlock(story, now))}
${rest > 0 ? markup`<p class="quiet">and ${count(rest, 'earlier story', 'earlier stories')}</p>` : ''}
</section>`;
}

/** Returns the email and the SMS of a story, as its recipients would have seen them. */
function sampleBlock({ subject, email, sms }: RenderedAlert): Markup {
  return markup`<details class="sample"><summary>The latest story as an alert</summary>
<h2>Email</h2><div class="message"><p class="subject" dir="auto">${subject}</p><pre dir="auto">${email}</pre></div>
<h2>SMS</h2><div class="message">${smsText(sms)}</div></details>`;
}

function estimateText({ month, historyMs }: Estimate): string {
  if (!month)
    return `How much each recipient would get in a month is unknown: a history of ${formatDuration(historyMs)} is too short.`;
  return `Each recipient would get about ${count(month.email, 'email')}, or ${month.sms.toLocaleString('en')} SMS, in a month of ${MONTH_DAYS} days.`;
}

function variantsText(found: TryResult['variants'][number]['found']): string {
  return abbreviateList(
    found.map(({ text, items }) => `${text} (${items})`),
    MAX_VARIANTS,
  );
}

function storyBlock({ at, title, url, sources, why, items }: TriedStory, now: string): Markup {
  const others = items
    .slice(1)
    .map(
      (item) =>
        markup`<li><bdi>${link(item.url, markup`${item.title}`)}</bdi> <span>(<bdi>${item.feed}</bdi>)</span></li>`,
    );
  const list = (some: readonly Markup[]) => markup`<ul>${some}</ul>`;
  return markup`<article class="alert"><div class="entry">
<h3 dir="auto">${link(url, marked(title, foundIn(why, 'title')))}</h3>
<p class="source"><bdi>${abbreviateList(sources, MAX_SOURCES)}</bdi>, ${timeWithDay(new Date(at).toISOString(), now)}</p>
${reasonsBlock(why)}
${others.length > 0 ? markup`<div class="also"><p>In the same story:</p>${firstFew(others, MAX_ITEMS, list)}</div>` : ''}
</div></article>`;
}

function comparisonBlock(
  name: string,
  { matched, storyCount, estimate, added, removed }: Comparison,
  result: TryResult,
  now: string,
): Markup {
  const before = estimate.month;
  const after = result.estimate.month;
  return markup`<div class="compared">
<h2>Compared with <bdi>${name}</bdi></h2>
<p>${count(result.storyCount, 'story', 'stories')} instead of ${storyCount.toLocaleString('en')}; ${count(result.matched, 'item')} instead of ${matched.toLocaleString('en')}${before && after ? `; in a month ${count(after.email, 'email')} instead of ${before.email.toLocaleString('en')}` : ''}</p>
${differenceBlock('Added', added, now)}
${differenceBlock('Removed', removed, now)}
</div>`;
}

function differenceBlock(name: string, { items, stories, examples }: Difference, now: string): Markup {
  if (items === 0) return markup`<p>${name}: nothing</p>`;
  const rest = stories - examples.length;
  return markup`<p>${name}: ${count(items, 'item')}, ${count(stories, 'whole story', 'whole stories')}</p>
<ul>${examples.map(
    ({ title, url, feed, why, at }) =>
      markup`<li><bdi>${link(url, marked(title, foundIn(why, 'title')))}</bdi> <span>(${joinMarkup([markup`<bdi>${feed}</bdi>`, timeWithDay(new Date(at).toISOString(), now)], ', ')})</span></li>`,
  )}${rest > 0 ? markup`<li>and ${String(rest)} more</li>` : ''}</ul>`;
}
