import { renderAlert } from '../../functions/notify/render/render-alert.ts';
import type { Alert, AlertEntry, Reason } from '../../functions/shared/model.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';
import type { PublishedMessage } from '../../local/sns/outgoing-message.ts';

export function alertEntry(more: Partial<AlertEntry> = {}): AlertEntry {
  return {
    kind: 'new',
    storyId: 'story-1',
    itemId: 'item-1',
    title: 'Ostrand and Veloza meet in Port Lumen',
    summary: 'They shook hands behind a rope.',
    url: 'https://herald.example/talks',
    feed: 'The Herald',
    published: '2031-10-14T08:41:00.000Z',
    why: [reason('Ostrand'), reason('Veloza')],
    ...more,
  };
}

export function reason(
  term: string,
  field: Reason['field'] = 'title',
  snippet = 'Ostrand and Veloza meet in Port Lumen',
): Reason {
  return { term, field, snippet };
}

export function alertOf(more: Partial<Alert> = {}): Alert {
  return {
    id: 'alert-1',
    topicId: 'summit',
    topicName: 'Presidents’ summit',
    kind: 'new',
    entries: [alertEntry()],
    ...more,
  };
}

/** Returns an alert as notify publishes it. */
export function publishedMessage(
  messageId: string,
  alert: Alert = alertOf(),
  more: Partial<PublishedMessage> = {},
): PublishedMessage {
  const { subject, email, sms, json } = renderAlert(alert);
  return {
    messageId,
    topicArn: `arn:aws:sns:us-east-1:000000000000:news-alerts-topic-${alert.topicId}`,
    subject,
    bodies: { default: email, email, sms, http: json, https: json, sqs: json, lambda: json },
    attributes: {},
    at: '2031-10-14T08:42:00.000Z',
    receivers: [
      { protocol: 'email', endpoint: 'ann@example.com' },
      { protocol: 'sms', endpoint: '+15550100' },
    ],
    ...more,
  };
}

/** Returns the delivery of a message to Ann's address. */
export function delivery(how: OutboxDelivery['how'], more: Partial<OutboxDelivery> = {}): OutboxDelivery {
  return { protocol: 'email', endpoint: 'ann@example.com', how, ...more };
}
