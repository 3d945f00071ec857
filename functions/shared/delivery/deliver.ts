import type { Alert } from '../model.ts';
import { pauseOf } from '../retry-pause.ts';
import {
  isClaimed,
  RECIPIENT_LEASE_MS,
  type RecipientClaim,
  type RecipientProgress,
} from '../store/recipient-claims.ts';
import { count } from '../text/count.ts';
import { type BatchAlert, type DeliveryDeps, hasTime, type Lane } from './deps.ts';
import type { SendOutcome } from './outcome.ts';
import { DELIVERY_PAUSES, ERROR_PAUSE_MS, GIVE_UP_MS } from './retries.ts';

/** The data that all steps of sending alerts to a recipient share. */
interface Sending {
  readonly deps: DeliveryDeps;
  readonly lane: Lane;
  /** The time of the next try of each alert that needs one, ms. */
  readonly nextTries: Map<BatchAlert, number>;
}

/** An alert that this invocation has claimed for the recipient. */
interface Claimed {
  readonly one: BatchAlert;
  readonly claim: RecipientClaim;
}
/** The alerts that go out as one message. */
type Outgoing = readonly [Claimed, ...Claimed[]];

/**
 * Sends to a recipient, as one message, those of some alerts that are due there. Returns the time of the next try of each alert
 * that needs one, ms. Never rejects.
 */
export async function deliver(
  deps: DeliveryDeps,
  alerts: readonly BatchAlert[],
  lane: Lane,
): Promise<ReadonlyMap<BatchAlert, number>> {
  const sending: Sending = { deps, lane, nextTries: new Map() };
  const due = alerts.filter((one) => isDue(sending, one));
  if (due.length > 0 && !hasTime(deps)) {
    for (const one of due) sending.nextTries.set(one, deps.clock());
    return sending.nextTries;
  }
  const claimed: Claimed[] = [];
  for (const one of due) {
    await guard(sending, one, async () => {
      const claim = await claimToSend(sending, one);
      if (claim) claimed.push({ one, claim });
    });
  }
  const [first, ...others] = claimed;
  if (first) await attempt(sending, [first, ...others]);
  return sending.nextTries;
}

/** Does some work for an alert, which is tried again after a pause if the work fails. */
async function guard(
  { deps: { clock, log, name }, lane: { recipient }, nextTries }: Sending,
  one: BatchAlert,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { id: alertId, topicId } = one.alert;
    log.error(`${name}-error`, { alertId, topicId, recipient: recipient.key, error: String(error) });
    nextTries.set(one, clock() + ERROR_PAUSE_MS);
  }
}

/** Does some work for each alert. If it fails for one, goes on with the others. */
async function forEach(
  sending: Sending,
  outgoing: Outgoing,
  work: (claimed: Claimed) => Promise<void>,
): Promise<void> {
  for (const claimed of outgoing) await guard(sending, claimed.one, () => work(claimed));
}

/** Returns whether an alert may be sent to the recipient now. Records the next try of one that may later. */
function isDue({ deps: { clock }, lane, nextTries }: Sending, one: BatchAlert): boolean {
  const { sentAt } = one.message;
  const state = one.states.get(lane.recipient.key);
  const now = clock();
  if (state?.state === 'sent' || (state?.state === 'failed' && (state.failedIn ?? 0) >= sentAt)) return false;
  if (state !== undefined && isClaimed(state, now)) {
    nextTries.set(one, state.leaseUntil ?? now);
    return false;
  }
  const dueAt = Math.min(Math.max(state?.nextAt ?? 0, lane.problem?.nextAt ?? 0), sentAt + GIVE_UP_MS);
  if (now < dueAt) nextTries.set(one, dueAt);
  return now >= dueAt;
}

/** Claims an alert. Returns undefined if it is not to be sent: another invocation has it, or it is given up. */
async function claimToSend(sending: Sending, one: BatchAlert): Promise<RecipientClaim | undefined> {
  const { deps, lane, nextTries } = sending;
  const { recipient } = lane;
  const now = deps.clock();
  const claim = await deps.claims.claim(one.alert.id, recipient.key, one.states.get(recipient.key), now);
  if (claim === undefined) {
    // SNS or SQS has delivered it twice.
    nextTries.set(one, now + RECIPIENT_LEASE_MS);
    return undefined;
  }
  if (claim.isResumed && recipient.onAmbiguous === 'skip') {
    await succeed(sending, [{ one, claim }], claim.before);
    return undefined;
  }
  if (now < one.message.sentAt + GIVE_UP_MS) return claim;
  const { detail = 'no reason is known' } = claim.before;
  const tried = count(claim.tries - 1, 'time');
  await fail(
    sending,
    [{ one, claim }],
    `not accepted within a day (tried ${tried}): ${detail}`,
    claim.before,
  );
  return undefined;
}

async function attempt(sending: Sending, outgoing: Outgoing): Promise<void> {
  const { deps, lane } = sending;
  const { recipient } = lane;
  const [first, ...others] = outgoing;
  const alerts: readonly [Alert, ...Alert[]] = [first.one.alert, ...others.map(({ one }) => one.alert)];
  const result = await recipient.attempt(alerts, first.claim).catch((error: unknown) => ({ error }));
  if ('error' in result) return forEach(sending, outgoing, () => Promise.reject(result.error));
  const { outcome, progress } = result;
  switch (outcome.kind) {
    case 'sent':
      return succeed(sending, outgoing, progress);
    case 'refused':
      if (others.length === 0) return fail(sending, outgoing, outcome.detail, progress);
      // The others are not to fail because of one.
      for (const claimed of outgoing) {
        if (hasTime(deps) && (lane.problem?.nextAt ?? 0) <= deps.clock()) await attempt(sending, [claimed]);
        else await leaveUnfinished(sending, [claimed], progress);
      }
      return;
    case 'retry':
      if (outcome.mayBeSent && recipient.onAmbiguous === 'skip') return succeed(sending, outgoing, progress);
      return retryLater(sending, outgoing, progress, outcome);
    case 'unfinished':
      return leaveUnfinished(sending, outgoing, progress);
  }
}

async function succeed(sending: Sending, outgoing: Outgoing, progress: RecipientProgress): Promise<void> {
  const { deps, lane } = sending;
  const { clock, claims, problems, log, name } = deps;
  const { recipient, problem } = lane;
  await forEach(sending, outgoing, async (claimed) => {
    await claims.settle(claimed.claim, { state: 'sent', ...progress }, clock());
    log.info(`${name}-sent`, fieldsOf(claimed, lane));
    await recipient.sent?.(claimed.one.alert, claimed.claim, progress);
  });
  lane.problem = undefined;
  if (problem) await guard(sending, outgoing[0].one, () => problems.clear(recipient.key, problem));
}

/** Puts the alerts into the dead-letter queue, from which a redrive sends them to this recipient again. */
async function fail(
  sending: Sending,
  outgoing: Outgoing,
  detail: string,
  progress: RecipientProgress,
): Promise<void> {
  const { deps, lane } = sending;
  const { clock, claims, log, name } = deps;
  await forEach(sending, outgoing, async (claimed) => {
    const { one, claim } = claimed;
    const failedIn = one.message.sentAt;
    // If the function dies from here on, the next attempt knows that the alert was not sent.
    if (lane.recipient.onAmbiguous === 'skip')
      await claims.settle(claim, { state: 'waiting', ...progress, ...sinceOf(claim), nextAt: 0 }, clock());
    // An alert that counts as failed is not tried again.
    await one.bury();
    await claims.settle(claim, { state: 'failed', ...progress, failedIn, detail }, clock());
    log.warn(`${name}-failed`, { ...fieldsOf(claimed, lane), detail });
  });
  const now = clock();
  const { since = now, nextAt = 0 } = lane.problem ?? {};
  const least = now + DELIVERY_PAUSES[0];
  await putProblem(sending, outgoing, { since, detail, failedAt: now, nextAt: Math.max(nextAt, least) });
}

async function retryLater(
  sending: Sending,
  outgoing: Outgoing,
  progress: RecipientProgress,
  { detail, pauseMs = 0 }: Extract<SendOutcome, { kind: 'retry' }>,
): Promise<void> {
  const { deps, lane, nextTries } = sending;
  const { clock, claims, log, name } = deps;
  const now = clock();
  const { failedAt, since: laneSince = now } = lane.problem ?? {};
  const laneNextAt = now + Math.max(pauseMs, pauseOf(now - laneSince, DELIVERY_PAUSES));
  // Messages that are accepted in between end the pauses of the recipient, but not those of this message.
  const oldest = Math.min(...outgoing.map(({ claim }) => claim.before.since ?? now));
  const nextAt = Math.max(laneNextAt, now + pauseOf(now - oldest, DELIVERY_PAUSES));
  await forEach(sending, outgoing, async (claimed) => {
    const { one, claim } = claimed;
    const { since = now } = claim.before;
    await claims.settle(claim, { state: 'waiting', ...progress, nextAt, since, detail }, now);
    nextTries.set(one, Math.min(nextAt, one.message.sentAt + GIVE_UP_MS));
    const fields = fieldsOf(claimed, lane);
    log.info(`${name}-waits`, { ...fields, detail, nextAt: new Date(nextAt).toISOString() });
  });
  await putProblem(sending, outgoing, { since: laneSince, detail, nextAt: laneNextAt, failedAt });
}

/** Leaves the rest to a later invocation. */
async function leaveUnfinished(
  sending: Sending,
  outgoing: Outgoing,
  progress: RecipientProgress,
): Promise<void> {
  const { deps, nextTries } = sending;
  await forEach(sending, outgoing, async ({ one, claim }) => {
    const now = deps.clock();
    const nextAt = Math.max(now, sending.lane.problem?.nextAt ?? 0);
    await deps.claims.settle(claim, { state: 'waiting', ...progress, ...sinceOf(claim), nextAt }, now);
    nextTries.set(one, Math.min(nextAt, one.message.sentAt + GIVE_UP_MS));
  });
}

async function putProblem(
  sending: Sending,
  [{ one }]: Outgoing,
  problem: NonNullable<Lane['problem']>,
): Promise<void> {
  const { deps, lane } = sending;
  lane.problem = problem;
  await guard(sending, one, () => deps.problems.put(lane.recipient.key, problem));
}

const sinceOf = ({ before: { since, detail } }: RecipientClaim) => ({ since, detail });

const fieldsOf = ({ one, claim }: Claimed, { recipient }: Lane) => ({
  alertId: one.alert.id,
  topicId: one.alert.topicId,
  recipient: recipient.key,
  tries: claim.tries,
});
