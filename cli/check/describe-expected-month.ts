import type { SmsParts } from '../../functions/shared/model.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../../local/format-time.ts';
import { type ExpectedTopic, MONTH_DAYS } from './expected-month.ts';

/** Topics that are told one by one, those with the most messages first. */
const MAX_TOPICS = 20;

/** "1,234 emails" */
const rounded = (n: number, noun: string) => count(Math.round(n), noun);

/** As `check` tells it: all of it in a line, then topic by topic. */
export function describeExpectedMonth(
  topics: readonly ExpectedTopic[],
  smsParts: Pick<SmsParts, 'month'> | undefined,
): string[] {
  const start = `in an expected month of ${MONTH_DAYS} days`;
  const reckoned = topics.flatMap(({ historyMs, month }) =>
    historyMs !== undefined && month ? [{ known: historyMs, month }] : [],
  );
  const without = topics.length - reckoned.length;
  const lines = byWeight(topics).slice(0, MAX_TOPICS).map(topicLine);
  const rest = topics.length - lines.length;
  const more = rest > 0 ? [`  and ${rounded(rest, 'more topic')}`] : [];
  if (topics.length === 0) return [`${start}: nothing, since no topic has recipients`];
  if (reckoned.length === 0) return [`${start}: no topic has enough history yet`, ...lines, ...more];

  const sum = (what: 'emails' | 'smsParts') => reckoned.reduce((all, { month }) => all + month[what], 0);
  const parts = sum('smsParts');
  const limited =
    smsParts && parts > smsParts.month
      ? `, of which smsParts lets ${smsParts.month.toLocaleString('en')} go`
      : '';
  const longest = Math.max(...reckoned.map(({ known }) => known));
  const unknown =
    without === 0
      ? ''
      : `; without ${without} of ${rounded(topics.length, 'topic')}, which ${plural(without, 'has', 'have')} too little`;
  return [
    `${start}: about ${rounded(sum('emails'), 'email')}; about ${rounded(parts, 'SMS part')}${limited} ` +
      `(from ${longest < MONTH_DAYS * 86_400_000 ? 'a history of' : 'the last'} ${formatDuration(longest)}${unknown})`,
    ...lines,
    ...more,
  ];
}

function byWeight(topics: readonly ExpectedTopic[]): ExpectedTopic[] {
  const weight = ({ month }: ExpectedTopic) => (month ? month.emails + month.smsParts : -1);
  return topics.toSorted((a, b) => weight(b) - weight(a));
}

function topicLine({ id, historyMs, month }: ExpectedTopic): string {
  if (historyMs === undefined) return `  ${id}: no history yet`;
  if (!month) return `  ${id}: known for ${formatDuration(historyMs)}, too short to say`;
  const { alerts, emails, smsParts } = month;
  return (
    `  ${id}: about ${rounded(emails, 'email')}, ${rounded(smsParts, 'SMS part')} ` +
    `(${rounded(alerts, 'alert')} in ${formatDuration(historyMs)})`
  );
}
