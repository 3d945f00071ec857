import { count } from '../../functions/shared/text/count.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import type { BacktestResult, TestedTopic, TopicResult } from '../../local/past/backtest.ts';
import { describeSmsCost, type SmsCost } from '../cost/sms-cost.ts';
import { differenceLines } from '../topics/describe-try.ts';

const DAY_MS = 86_400_000;

/** Returns the number of SMS parts that a topic sends in a month to all its numbers; undefined if that is not known. */
export function smsPartsOf({ after }: TestedTopic, numbers: number): number | undefined {
  const month = after?.estimate.month;
  return month && month.sms * numbers;
}

/** Returns what `backtest` prints, with times in the zone. `cost`: of the SMS in a month. */
export function describeBacktest(
  { period, searched, topics }: BacktestResult,
  cost: SmsCost | undefined,
  timeZone: string,
): string[] {
  const time = (ms: number) => formatTime(ms, timeZone);
  return [
    `searched ${count(searched, 'item')} of ${formatDuration(period.to - period.from)}, until ${time(period.to)}`,
    ...topics.flatMap((topic) => topicLines(topic, time)),
    ...(cost ? [describeSmsCost(cost)] : []),
  ];
}

function topicLines(
  { id, change, after, before, added, removed }: TestedTopic,
  time: (ms: number) => string,
) {
  const name = change === undefined ? id : `${id} (${change} topic)`;
  const result = after ?? before;
  const isChanged = (added?.items ?? 0) + (removed?.items ?? 0) > 0;
  return [
    ...(result ? [`${name}: ${resultText(result)}`] : []),
    ...(result?.groupedSince === undefined
      ? []
      : [`  note: the query is very broad; only the items since ${time(result.groupedSince)} count`]),
    ...(after && before && (isChanged || resultText(after) !== resultText(before))
      ? [`  before: ${resultText(before)}`]
      : []),
    ...(added && removed && isChanged
      ? [...differenceLines('added', '+', added, time), ...differenceLines('removed', '-', removed, time)]
      : []),
  ];
}

function resultText({ matched, storyCount, estimate }: TopicResult): string {
  const { messages, busiest, historyMs, month } = estimate;
  const perDay = (messages.email / Math.max(1, historyMs / DAY_MS)).toFixed(1);
  const most = busiest.messages === 0 ? '' : `, at most ${busiest.messages} (${busiest.day})`;
  const monthly = month
    ? `; in a month about ${count(month.email, 'email')} or ${count(month.sms, 'SMS part')} to each recipient`
    : '';
  return `${count(matched, 'item')} in ${count(storyCount, 'story', 'stories')}; ${perDay} emails a day${most}${monthly}`;
}
