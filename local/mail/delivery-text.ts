import type { OutboxDelivery } from '../outbox-entry.ts';

/**
 * Returns what became of a message at one recipient, such as "sent to ann@news.internal (250 OK)". `time`: shows an ISO
 * time to the reader.
 */
export function deliveryText(delivery: OutboxDelivery, time: (iso: string) => string): string {
  const { protocol, endpoint } = delivery;
  switch (delivery.how) {
    case 'shown':
      return `shown on this machine only, for ${endpoint}`;
    case 'mailed':
      return `sent to ${endpoint}${delivery.detail ? ` (${delivery.detail})` : ''}`;
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
