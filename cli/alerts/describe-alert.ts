import { isForAll } from '../../functions/shared/protocols.ts';
import { fieldName } from '../../functions/shared/text/field-name.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';
import { formatTime } from '../../local/format-time.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';
import { type AlertLog, type AlertRecord, coveredAlertIds, type GatheredMessage } from './alert-log.ts';
import { alertTime } from './list-alerts.ts';

/**
 * Returns the state of a message's delivery to one recipient, such as "sent to ann@news.internal (250 OK)". `time`:
 * formats an ISO time.
 */
export function deliveryText(delivery: OutboxDelivery, time: (iso: string) => string): string {
  const { protocol, endpoint } = delivery;
  switch (delivery.how) {
    case 'shown':
      return `only shown on this machine, for ${endpoint}`;
    case 'mailed':
    case 'sent':
      return `sent to ${endpoint}${delivery.detail ? ` (${delivery.detail})` : ''}`;
    case 'unknown':
      return `may have been sent to ${endpoint}: ${delivery.detail ?? 'no reason given'}`;
    case 'failed':
      return `failed for ${endpoint}: ${delivery.detail ?? 'no reason given'}`;
    case 'waiting': {
      const { detail, tries, nextAt } = delivery;
      if (detail === undefined) return `on its way to ${endpoint} by ${protocol}`;
      const tried = tries === undefined ? '' : `, tried ${tries === 1 ? 'once' : `${tries} times`}`;
      return `waiting for ${endpoint}: ${detail}${tried}${nextAt ? `, next try ${time(nextAt)}` : ''}`;
    }
  }
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  new: 'first report',
  update: 'development',
  also: 'retelling',
  roundup: 'round-up',
  daily: 'mail to those who get one a day',
};
const MESSAGE_NAMES: Readonly<Record<GatheredMessage['kind'] | 'welcome', string>> = {
  digest: 'digest',
  welcome: 'digest',
  roundup: 'round-up',
  'follow-up': 'follow-up',
};

const kindOf = ({ kind = 'alert' }: AlertRecord): string => KIND_NAMES[kind] ?? kind;

/** Returns the state of an alert in a few words, with times in the zone. */
function statusText(alert: AlertRecord, timeZone: string): string {
  const {
    state,
    dueAt,
    waitsFor = 'digest',
    message,
    protocols,
    deliveries,
    mutedStories,
    stories = [],
  } = alert;
  const isMuted = (muted: readonly string[] = []) =>
    stories.length > 0 && stories.every((id) => muted.includes(id));
  if (isMuted(message?.mutedStories ?? mutedStories)) return 'left out: its story is muted';
  if (message) return gatheredStatusText(message, protocols, timeZone);
  if (state === 'queued')
    return `waits for the ${MESSAGE_NAMES[waitsFor]}${dueAt ? ` due ${formatTime(Date.parse(dueAt), timeZone)}` : ''}`;
  if (state === 'skipped') return `left out: ${skipReason(protocols)}`;
  if (state === 'claimed') return 'being sent';
  if (deliveries) return deliveriesText(deliveries, timeZone);
  return `sent${isForAll(protocols) ? '' : ` by ${protocols.join(' and ')}`}`;
}

/**
 * Returns the states of a message's deliveries. They are known only when everything runs on one machine; AWS does not
 * report them.
 */
function deliveriesText(deliveries: NonNullable<AlertRecord['deliveries']>, timeZone: string): string {
  if (deliveries === 'forgotten') return 'published; its deliveries are no longer recorded';
  if (deliveries.length === 0) return 'published; no recipient by email or SMS is subscribed';
  return deliveries
    .map((delivery) => deliveryText(delivery, (iso) => formatTime(Date.parse(iso), timeZone)))
    .join('; ');
}

function gatheredStatusText(
  { kind, state, settledAt, deliveries }: GatheredMessage,
  protocols: AlertRecord['protocols'],
  timeZone: string,
): string {
  const name = MESSAGE_NAMES[kind];
  if (state === 'sent' && settledAt) {
    const where = `in a ${name} at ${formatTime(Date.parse(settledAt), timeZone)}`;
    return deliveries ? `${where}: ${deliveriesText(deliveries, timeZone)}` : `sent ${where}`;
  }
  return state === 'skipped'
    ? `left out with its ${name}: ${skipReason(protocols)}`
    : `being sent in a ${name}`;
}

function skipReason(protocols: AlertRecord['protocols']): string {
  const isUnaffordable = protocols.length === 0;
  return isUnaffordable
    ? "the month's SMS parts were used up"
    : 'an earlier attempt may have sent it already';
}

/** UTF-16 code units. Alerts shorten headlines to the same length. */
const MAX_TITLE_LENGTH = 300;

/** Returns a feed's headline as one line without control characters. */
export const displayTitle = (title: string): string => shorten(safeText(title), MAX_TITLE_LENGTH);

/** Returns an alert as one line of a list, with times in the zone. */
export function alertLine(alert: AlertRecord, timeZone: string): string {
  const { id, topicId = '?', title = '' } = alert;
  return `${formatTime(alertTime(alert), timeZone)}  ${topicId}  ${kindOf(alert)}: ${displayTitle(title)}  [${id}]  ${statusText(alert, timeZone)}`;
}

/** Returns everything in the log about an alert, with times in the zone, and the entries of a message. */
export async function describeAlert(log: AlertLog, alert: AlertRecord, timeZone: string): Promise<string[]> {
  const { id, topicId = '?', title = '', because, config, message, messageId, entry } = alert;
  const line = (label: string, text: string | undefined) =>
    text === undefined ? [] : [`  ${label.padEnd(10)} ${text}`];
  const time = (label: string, iso: string | undefined) =>
    line(label, iso && formatTime(Date.parse(iso), timeZone));
  const stories = await storiesOf(log, alert);
  const covered = await Promise.all(coveredAlertIds(alert).map((one) => log.alert(one)));
  return [
    displayTitle(title),
    ...line('alert', `${id}: ${kindOf(alert)} of topic ${topicId}, ${statusText(alert, timeZone)}`),
    ...line('because', because),
    ...line('message', message && `${message.id}: ${MESSAGE_NAMES[message.kind]}`),
    ...line('source', entry && `${entry.feed}${entry.url ? `, ${entry.url}` : ''}`),
    ...time('published', entry?.published),
    ...time('found', entry?.foundAt),
    ...time(settledLabel(message ?? alert), (message ?? alert).settledAt),
    ...(entry?.why ?? []).flatMap(({ term, field, snippet }) =>
      line('why', `“${term}” in the ${fieldName(field)}: ${shorten(safeText(snippet), MAX_TITLE_LENGTH)}`),
    ),
    ...stories.flatMap((story) => line('story', story)),
    ...covered.flatMap((one) =>
      line('entry', one && `${kindOf(one)}: ${displayTitle(one.title ?? '')}  [${one.id}]`),
    ),
    ...line('channel', messageId && `topic ${topicId}, SNS message ${messageId}`),
    ...line('config', config),
  ];
}

/**
 * Returns the label of the time when an alert was settled. On one machine, a published message has only been queued by
 * that time, not sent.
 */
function settledLabel({ state, deliveries }: Pick<AlertRecord, 'state' | 'deliveries'>): string {
  if (state !== 'sent') return 'settled';
  return deliveries ? 'queued' : 'sent';
}

/** Returns the first headline and the id of each story of an alert. */
async function storiesOf(log: AlertLog, { topicId, stories = [] }: AlertRecord): Promise<string[]> {
  const known = topicId === undefined ? undefined : await log.stories(topicId);
  return stories.map((id) => storyName(id, known?.get(id)?.title));
}

/** Returns a story as "“First headline” (id)", or only its id when the story is no longer stored. */
export function storyName(id: string, title: string | undefined): string {
  return title === undefined ? id : `“${displayTitle(title)}” (${id})`;
}
