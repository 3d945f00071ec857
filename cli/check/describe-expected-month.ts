import type { Protocol, SmsParts } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS, byProtocol, PROTOCOLS } from '../../functions/shared/protocols.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { MONTH_DAYS } from '../../local/past/estimate.ts';
import type { ExpectedTopic } from './expected-month.ts';

/** Topics with a line of their own. */
const MAX_TOPICS = 20;

/** Returns a rounded count with its noun, such as "1,234 emails". */
const rounded = (n: number, noun: string) => count(Math.round(n), noun);

const counts = (messages: Readonly<Record<Protocol, number>>) =>
  ALL_PROTOCOLS.map((protocol) => rounded(messages[protocol], PROTOCOLS[protocol].noun));

/** Returns what `check` prints of the expected month: a line with the totals, then a line for each topic, busiest first. */
export function describeExpectedMonth(
  topics: readonly ExpectedTopic[],
  smsParts: Pick<SmsParts, 'month'> | undefined,
): string[] {
  const start = `expected in a month of ${MONTH_DAYS} days`;
  const estimated = topics.flatMap(({ historyMs, month }) =>
    historyMs !== undefined && month ? [{ historyMs, month }] : [],
  );
  const missing = topics.length - estimated.length;
  const lines = byWeight(topics).slice(0, MAX_TOPICS).map(topicLine);
  const rest = topics.length - lines.length;
  const more = rest > 0 ? [`  and ${rounded(rest, 'more topic')}`] : [];
  if (topics.length === 0) return [`${start}: nothing, since no topic has recipients`];
  if (estimated.length === 0)
    return [`${start}: unknown, since no topic has enough history yet`, ...lines, ...more];

  const totals = byProtocol((protocol) =>
    estimated.reduce((sum, { month }) => sum + month.messages[protocol], 0),
  );
  const limited =
    smsParts && totals.sms > smsParts.month
      ? `, of which smsParts allows ${smsParts.month.toLocaleString('en')}`
      : '';
  const longest = Math.max(...estimated.map(({ historyMs }) => historyMs));
  const left =
    missing === 0
      ? ''
      : `; not counting ${missing} of ${rounded(topics.length, 'topic')}, which ${plural(missing, 'has', 'have')} too little history`;
  return [
    `${start}: about ${counts(totals).join('; about ')}${limited} ` +
      `(based on ${longest < MONTH_DAYS * 86_400_000 ? 'a history of' : 'the last'} ${formatDuration(longest)}${left})`,
    ...lines,
    ...more,
  ];
}

function byWeight(topics: readonly ExpectedTopic[]): ExpectedTopic[] {
  const weight = ({ month }: ExpectedTopic) =>
    month ? Object.values(month.messages).reduce((sum, n) => sum + n) : -1;
  return topics.toSorted((a, b) => weight(b) - weight(a));
}

function topicLine({ id, historyMs, month }: ExpectedTopic): string {
  if (historyMs === undefined) return `  ${id}: no history yet`;
  if (!month) return `  ${id}: a history of ${formatDuration(historyMs)} is too short for an estimate`;
  const { alerts, messages } = month;
  return (
    `  ${id}: about ${counts(messages).join(', ')} ` +
    `(${rounded(alerts, 'alert')} in ${formatDuration(historyMs)})`
  );
}
