import { inParallel } from '../in-parallel.ts';
import type { Alert } from '../model.ts';
import { deliver } from './deliver.ts';
import type { BatchAlert, DeliveryDeps, Lane, QueuedAlert, Recipient } from './deps.ts';
import { ERROR_PAUSE_MS, GIVE_UP_MS } from './retries.ts';

/**
 * Sends the alerts of a batch to the recipients of their topics: to several recipients at the same time, and to each of them one
 * message at a time, oldest first. Returns the ids of the messages that go back to the queue.
 */
export async function deliverBatch(deps: DeliveryDeps, messages: readonly QueuedAlert[]): Promise<string[]> {
  const { clock, problems } = deps;
  const known = await problems.all();
  const alerts: BatchAlert[] = [];
  for (const message of messages.toSorted((a, b) => a.sentAt - b.sentAt)) {
    const alert = await readAlert(deps, message);
    if (alert) alerts.push(alert);
  }
  /** The earliest time of the next try of each alert that some recipient does not have yet. */
  const nextTries = new Map<BatchAlert, number>();
  const recipients = await recipientsFor(deps, alerts);
  const isGivenUp = ({ message }: BatchAlert) => clock() - message.sentAt >= GIVE_UP_MS;
  if (!recipients) {
    const [old, others] = [alerts.filter(isGivenUp), alerts.filter((one) => !isGivenUp(one))];
    await Promise.all(old.map((one) => one.bury()));
    for (const one of others) nextTries.set(one, clock() + ERROR_PAUSE_MS);
  }
  await inParallel(recipients ?? [], deps.concurrency, async (recipient) => {
    const lane: Lane = { recipient, problem: known.get(recipient.key) };
    let left = alerts.filter(({ alert, states }) => recipient.wants(alert, states.has(recipient.key)));
    while (left.length > 0) {
      const together = recipient.sharing?.(left) ?? left.slice(0, 1);
      for (const [one, nextAt] of await deliver(deps, together, lane))
        nextTries.set(one, Math.min(nextAt, nextTries.get(one) ?? nextAt));
      left = left.filter((one) => !together.includes(one));
    }
  });
  await Promise.all([...nextTries].map(([{ message }, nextAt]) => postpone(deps, message, nextAt)));
  return [...nextTries].map(([{ message }]) => message.id);
}

/** Returns the recipients of some alerts; undefined if they cannot be read now. */
async function recipientsFor(
  { recipientsOf, log, name }: DeliveryDeps,
  alerts: readonly BatchAlert[],
): Promise<readonly Recipient[] | undefined> {
  if (alerts.length === 0) return [];
  try {
    return await recipientsOf(alerts);
  } catch (error) {
    log.error(`${name}-unlisted`, { error: String(error) });
    return undefined;
  }
}

/** Returns the alert in a message, with its states. A message without one becomes a dead letter at once. */
async function readAlert(deps: DeliveryDeps, message: QueuedAlert): Promise<BatchAlert | undefined> {
  const alert = parseAlert(message.body);
  if (alert === undefined) {
    deps.log.error(`${deps.name}-unreadable`, { messageId: message.id });
    await deps.queue.bury(message.body);
    return undefined;
  }
  let buried: Promise<void> | undefined;
  return {
    message,
    alert,
    states: await deps.claims.of(alert.id),
    bury: () => {
      buried ??= deps.queue.bury(message.body);
      return buried;
    },
  };
}

/** The version of the JSON that notify publishes. */
const ALERT_VERSION = 1;

function parseAlert(body: string): Alert | undefined {
  try {
    const { version, ...alert } = JSON.parse(body) as Alert & { version?: unknown };
    return version === ALERT_VERSION && Array.isArray(alert.entries) ? alert : undefined;
  } catch {
    return undefined;
  }
}

const MIN_PAUSE_MS = 5_000;
/** SQS hides a message for at most 12 hours from its receive on. */
const MAX_PAUSE_MS = 11 * 3_600_000;
/**
 * However many recipients an alert waits for, it comes back only after a twentieth of its age, or five minutes. So it is received
 * at most 450 times in a day, which the queue's `maxReceiveCount` allows.
 */
const MIN_SHARE = 1 / 20;
const MAX_MIN_PAUSE_MS = 5 * 60_000;

/** Hides a message until the next try. If this fails, it comes back when the queue's own timeout has passed. */
async function postpone(
  { clock, queue, log, name }: DeliveryDeps,
  { id, receipt, sentAt }: QueuedAlert,
  nextAt: number,
): Promise<void> {
  const now = clock();
  // An alert that only ran out of time comes back at once: each receive sends more of it.
  const share = nextAt <= now ? 0 : MIN_SHARE;
  const least = Math.max(MIN_PAUSE_MS, Math.min((now - sentAt) * share, MAX_MIN_PAUSE_MS));
  try {
    await queue.postpone(receipt, Math.min(Math.max(nextAt - now, least), MAX_PAUSE_MS));
  } catch (error) {
    log.warn(`${name}-not-postponed`, { messageId: id, error: String(error) });
  }
}
