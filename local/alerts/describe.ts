import { moment } from '../moments.ts';
import type { AlertRecord } from './ledger.ts';
import { timeOf } from './list-alerts.ts';

/** What became of an alert, in a few words. */
export function fate({ state, dueAt, digest, protocols }: AlertRecord): string {
  const by = protocols ? ` by ${protocols.join(' and ')}` : '';
  if (digest?.settledAt) return `sent in a digest of ${moment(Date.parse(digest.settledAt))}`;
  if (state === 'queued') return `waits for the digest of ${dueAt ? moment(Date.parse(dueAt)) : 'its topic'}`;
  if (state === 'skipped') return 'left out: an earlier attempt may have sent it';
  return state === 'sent' ? `sent${by}` : 'being sent';
}

export function alertLine(alert: AlertRecord): string {
  const { id, topicId = '?', kind = 'alert', title = '' } = alert;
  return `${moment(timeOf(alert))}  ${topicId}  ${kind}, ${fate(alert)}: ${title}  [${id}]`;
}

/** All that the ledger has of an alert. */
export function alertLines(alert: AlertRecord): string[] {
  const { id, topicId = '?', kind = 'alert', title = '', config, messageId, stories, entry } = alert;
  const time = (label: string, iso: string | undefined) =>
    iso === undefined ? [] : [`  ${label.padEnd(11)}${moment(Date.parse(iso))}`];
  return [
    `${title}`,
    `  alert      ${id}: ${kind} of the topic ${topicId}, ${fate(alert)}`,
    ...(entry ? [`  source     ${entry.feed}${entry.url ? `, ${entry.url}` : ''}`] : []),
    ...time('published', entry?.published),
    ...time('found', entry?.foundAt),
    ...time(alert.state === 'sent' ? 'sent' : 'settled', alert.digest?.settledAt ?? alert.settledAt),
    ...(entry?.why ?? []).map(
      ({ term, field, snippet }) => `  why        “${term}” in the ${field}: ${snippet}`,
    ),
    ...(stories && stories.length > 0 ? [`  story      ${stories.join(', ')}`] : []),
    ...(messageId ? [`  channel    news-alerts' channel of ${topicId}, SNS message ${messageId}`] : []),
    ...(config ? [`  config     ${config}`] : []),
  ];
}
