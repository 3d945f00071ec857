import type { Outbox, WaitingDelivery } from '../outbox/outbox.ts';
import { newsIdentity, type OutboxDelivery } from '../outbox/outbox-entry.ts';

/**
 * Finds an earlier delivery of the same news to the same recipient in one of the states. After a kill it can be unknown
 * whether an alert was published, and then the alert is published twice.
 */
export function findEarlierDelivery(
  outbox: Pick<Outbox, 'recent'>,
  { entry, delivery: { protocol, endpoint } }: WaitingDelivery,
  states: readonly OutboxDelivery['how'][],
): OutboxDelivery | undefined {
  if (!entry.alert) return undefined;
  const identity = newsIdentity(entry, endpoint);
  return outbox
    .recent()
    .filter((other) => other.alert?.id === entry.alert?.id && newsIdentity(other, endpoint) === identity)
    .flatMap(({ deliveries }) => deliveries)
    .find((one) => one.protocol === protocol && one.endpoint === endpoint && states.includes(one.how));
}
