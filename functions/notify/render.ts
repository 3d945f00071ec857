import type { Alert, AlertEntry, Reason, RenderedAlert } from '../shared/model.ts';
import { safeText, shorten } from './safe-text.ts';
import { onePart } from './sms.ts';

/** SNS takes subjects of fewer than 100 characters. */
const SUBJECT = 99;
const SUMMARY = 300;
const REASONS = 3;

/** Renders an alert for every protocol. All text from feeds is made safe; times are in UTC. */
export function renderAlert(alert: Alert): RenderedAlert {
  const entries = alert.entries.map(safeEntry);
  const safe: Alert = { ...alert, topicName: safeText(alert.topicName), entries };
  const [first] = entries;
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  return {
    subject: shorten(`${subjectStart(safe)}${first.title}`, SUBJECT),
    email: email(safe),
    sms: onePart(smsStart(safe), first.title, first.url),
    json: JSON.stringify({ version: 1, ...safe }),
  };
}

function safeEntry(entry: AlertEntry): AlertEntry {
  return {
    ...entry,
    title: safeText(entry.title) || '(no headline)',
    ...(entry.previousTitle === undefined ? {} : { previousTitle: safeText(entry.previousTitle) }),
    summary: shorten(safeText(entry.summary), SUMMARY),
    feed: safeText(entry.feed),
    why: entry.why.map((reason) => ({ ...reason, snippet: safeText(reason.snippet) })),
  };
}

function subjectStart({ topicName, kind, entries }: Alert): string {
  if (kind === 'update') return `${topicName} (update): `;
  if (entries.length > 1) return `${topicName}, ${entries.length} stories: `;
  return `${topicName}: `;
}

function smsStart(alert: Alert): string {
  return shorten(subjectStart(alert), 50, '...: ');
}

function email(alert: Alert): string {
  const { topicName, kind, entries } = alert;
  const opening: Record<Alert['kind'], string[]> = {
    new: [],
    update: [],
    welcome: [`What the feeds held about “${topicName}” when they were read for the first time.`, ''],
    digest: [`${entries.length === 1 ? 'One story' : `${entries.length} stories`} about “${topicName}”.`, ''],
  };
  return [
    ...opening[kind],
    ...entries.flatMap((entry, n) => [...(n === 0 ? [] : ['', '----', '']), ...entryLines(entry)]),
    '',
    '-- ',
    `news-alerts: you receive this because you subscribed to “${topicName}”.`,
  ].join('\n');
}

function entryLines(entry: AlertEntry): string[] {
  const { kind, title, previousTitle, summary, url, feed, published, why } = entry;
  return [
    ...(kind === 'update' ? [`Updated: ${title}`] : [title]),
    ...(previousTitle !== undefined && previousTitle !== title ? [`Before:  ${previousTitle}`] : []),
    `${feed}${published ? `, ${minute(published)}` : ''}`,
    ...(summary === '' || summary === title ? [] : ['', summary]),
    ...(url ? ['', url] : []),
    '',
    `Why: ${whyText(why)}`,
  ];
}

/** "2021-12-07T15:00:00.000Z" as "2021-12-07 15:00 UTC". */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The words that matched, and the place where the first of them stands. */
export function whyText(why: readonly Reason[]): string {
  const terms = [...new Set(why.map(({ term }) => term))];
  const named = terms
    .slice(0, REASONS)
    .map((term) => `“${term}”`)
    .join(', ');
  const more = terms.length > REASONS ? ` and ${terms.length - REASONS} more` : '';
  const [first] = why;
  return first
    ? `${named}${more} (${first.field}: ${first.snippet})`
    : 'the topic matches without any of its words';
}
