import type { SmsParts } from '../../functions/shared/model.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { length } from '../moments.ts';
import { type ExpectedTopic, MONTH_DAYS } from './expected-month.ts';

/** Topics that are told one by one, those with the most messages first. */
const SHOWN = 20;

/** "1,234 emails" */
const rounded = (n: number, noun: string) => count(Math.round(n), noun);

/** As `check` tells it: all of it in a line, then topic by topic. */
export function tellMonth(
  topics: readonly ExpectedTopic[],
  smsParts: Pick<SmsParts, 'month'> | undefined,
): string[] {
  const start = `in an expected month of ${MONTH_DAYS} days`;
  const reckoned = topics.flatMap(({ known, month }) =>
    known !== undefined && month ? [{ known, month }] : [],
  );
  const without = topics.length - reckoned.length;
  const lines = shownFirst(topics).slice(0, SHOWN).map(topicLine);
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
      `(from ${longest < MONTH_DAYS * 86_400_000 ? 'a history of' : 'the last'} ${length(longest)}${unknown})`,
    ...lines,
    ...more,
  ];
}

function shownFirst(topics: readonly ExpectedTopic[]): ExpectedTopic[] {
  const weight = ({ month }: ExpectedTopic) => (month ? month.emails + month.smsParts : -1);
  return topics.toSorted((a, b) => weight(b) - weight(a));
}

function topicLine({ id, known, month }: ExpectedTopic): string {
  if (known === undefined) return `  ${id}: no history yet`;
  if (!month) return `  ${id}: known for ${length(known)}, too short to say`;
  const { alerts, emails, smsParts } = month;
  return (
    `  ${id}: about ${rounded(emails, 'email')}, ${rounded(smsParts, 'SMS part')} ` +
    `(${rounded(alerts, 'alert')} in ${length(known)})`
  );
}
