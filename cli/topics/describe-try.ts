import type { Reason } from '../../functions/shared/model.ts';
import { whyText, withMarks } from '../../functions/shared/render/alert-email.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { abbreviateList, formatDuration, formatTime } from '../../local/format-time.ts';
import { type Estimate, MONTH_DAYS } from '../../local/past/estimate.ts';
import type { Comparison, Difference, TriedStory, TryResult, Variants } from '../../local/past/try-query.ts';
import { displayTitle } from '../alerts/describe-alert.ts';
import { describeSmsCost, type SmsCost } from '../cost/sms-cost.ts';
import { dayPlot } from './day-plot.ts';

const MAX_VARIANTS = 8;
const MAX_SOURCES = 5;

/** Returns what `topics try` prints of a result, with times in the zone. `cost`: of the SMS in a month. */
export function describeTry(result: TryResult, timeZone: string, cost: SmsCost | undefined): string[] {
  const {
    period,
    searched,
    matched,
    groupedSince,
    storyCount,
    stories,
    days,
    variants,
    estimate,
    comparison,
  } = result;
  const time = (ms: number) => formatTime(ms, timeZone);
  const rest = storyCount - stories.length;
  return [
    `searched ${count(searched, 'item')}, ${time(period.from)} to ${time(period.to)}`,
    `found ${count(matched, 'item')} in ${count(storyCount, 'story', 'stories')}`,
    ...(groupedSince === undefined
      ? []
      : [
          `note: the query is very broad; only the items since ${time(groupedSince)} were grouped and counted below`,
        ]),
    ...stories.flatMap((story) => ['', ...storyLines(story, time)]),
    ...(rest > 0 ? ['', `and ${count(rest, 'earlier story', 'earlier stories')}; --limit shows more`] : []),
    ...(variants.length > 0 ? ['', ...variants.map(variantLine)] : []),
    ...(storyCount > 0 ? ['', 'stories per day', ...dayPlot(days)] : []),
    '',
    estimateLine(estimate),
    ...(cost ? [describeSmsCost(cost)] : []),
    ...(comparison ? ['', ...comparisonLines(comparison, result, time)] : []),
  ];
}

/** Returns a story as lines: time and headline with the found words marked, then sources, address and reasons. */
function storyLines(story: TriedStory, time: (ms: number) => string): string[] {
  const { at, title, url, sources, why, items } = story;
  const many = items.length > 1 ? `  (${count(items.length, 'item')})` : '';
  return [
    `${time(at)}  ${withMarks(displayTitle(title), foundInTitle(why))}${many}`,
    `  ${abbreviateList(sources, MAX_SOURCES)}${url === undefined ? '' : `  ${url}`}`,
    ...(why.length > 0 ? [`  why: ${whyText(why)}`] : []),
  ];
}

const foundInTitle = (why: readonly Reason[]) =>
  why.filter(({ field }) => field === 'title').map(({ term, found }) => found ?? term);

function variantLine({ term, found }: Variants): string {
  return `${term} also matched ${abbreviateList(
    found.map(({ text, items }) => `${text} (${items})`),
    MAX_VARIANTS,
  )}`;
}

/** Returns what one recipient would get in a month. */
export function estimateLine(estimate: Estimate): string {
  const start = `in a month of ${MONTH_DAYS} days, each recipient would get`;
  const { month, historyMs } = estimate;
  if (!month)
    return `${start}: unknown, since a history of ${formatDuration(historyMs)} is too short for an estimate`;
  return `${start} about ${messagesText(month)} (based on ${formatDuration(historyMs)}; an SMS has one part)`;
}

const messagesText = ({ email, sms }: NonNullable<Estimate['month']>) =>
  `${count(email, 'email')}, or ${sms.toLocaleString('en')} SMS`;

function comparisonLines(
  comparison: Comparison,
  { matched, storyCount, estimate }: TryResult,
  time: (ms: number) => string,
): string[] {
  const { topic, added, removed } = comparison;
  const before = comparison.estimate.month;
  return [
    `compared with the topic ${topic}: ${count(matched, 'item')} instead of ${comparison.matched.toLocaleString('en')}, ` +
      `${count(storyCount, 'story', 'stories')} instead of ${comparison.storyCount.toLocaleString('en')}`,
    ...(before && estimate.month
      ? [`  in a month: ${messagesText(estimate.month)} instead of ${messagesText(before)}`]
      : []),
    ...differenceLines('added', '+', added, time),
    ...differenceLines('removed', '-', removed, time),
  ];
}

/** Returns the stories that a change adds or removes, as lines. */
export function differenceLines(
  what: string,
  sign: string,
  { items, stories, examples }: Difference,
  time: (ms: number) => string,
): string[] {
  const more = stories - examples.length;
  return [
    `  ${what}: ${count(items, 'item')}, ${count(stories, 'whole story', 'whole stories')}`,
    ...examples.map(
      ({ at, title, feed, why }) =>
        `    ${sign} ${time(at)}  ${withMarks(displayTitle(title), foundInTitle(why))}  (${feed})`,
    ),
    ...(more > 0 ? [`      and ${more} more ${plural(more, 'story', 'stories')}`] : []),
  ];
}
