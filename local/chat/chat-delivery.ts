import { isChatPlaceholder } from '../../config/recipients.ts';
import { sendChatMessage } from '../../functions/chat/send.ts';
import { CHAT_SERVICES } from '../../functions/chat/services.ts';
import { threadNameOf, threadStoryOf } from '../../functions/chat/threads.ts';
import type { SendOutcome } from '../../functions/shared/delivery/outcome.ts';
import { DELIVERY_PAUSES, GIVE_UP_MS } from '../../functions/shared/delivery/retries.ts';
import type { Alert, ChatRecipient } from '../../functions/shared/model.ts';
import { PROTOCOLS_ATTRIBUTE } from '../../functions/shared/pipeline.ts';
import { type Pauses, pauseOf } from '../../functions/shared/retry-pause.ts';
import { count } from '../../functions/shared/text/count.ts';
import { findEarlierDelivery } from '../delivery/find-earlier-delivery.ts';
import { hourAndMinute, iso } from '../delivery/outage.ts';
import { Sleeper } from '../delivery/sleeper.ts';
import { formatDuration } from '../format-time.ts';
import type { Outbox, WaitingDelivery } from '../outbox/outbox.ts';
import { newsIdentity, type OutboxDelivery, parseAlert, settledDelivery } from '../outbox/outbox-entry.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';

/**
 * Sends alerts to chat services, each at least once: a second message in a chat does less harm than a lost one. Keeps their
 * state in the outbox, over restarts and kills.
 */
export interface ChatDelivery {
  /** Returns the first delivery state for each recipient of a message, to be recorded with it. */
  plan(publish: PublishedMessage): OutboxDelivery[];
  /** Tells the queue that the outbox has new messages. */
  wake(): void;
  /** Starts the queue. */
  start(): void;
  /** Returns the number of messages that failed for good since the start. */
  failed(): number;
  /** Sends as much as possible within some seconds. The rest stays in the outbox. */
  close(): Promise<void>;
}

export interface ChatDeliveryOptions {
  readonly outbox: Outbox;
  /** Returns the recipients of the file in force. */
  readonly recipients: () => readonly ChatRecipient[];
  /** Returns the zone in which a topic's alerts show times. */
  readonly zoneOf: (topicId: string) => string;
  /** Whether messages are only shown, as in the demo. */
  readonly showsOnly: boolean;
  /** Prints a problem, or that a problem is over. */
  readonly say: (text: string, isProblem: boolean) => void;
  readonly send?: typeof sendChatMessage;
  readonly timing?: Partial<ChatTiming>;
}

/** Times in ms. */
export interface ChatTiming {
  /** Between two tries for a recipient. */
  readonly pauses: Pauses;
  /** After this long, a message is not tried again. */
  readonly giveUp: number;
  /** How long a close waits for the current tries. */
  readonly closing: number;
}

const TIMING: ChatTiming = { pauses: DELIVERY_PAUSES, giveUp: GIVE_UP_MS, closing: 10_000 };
/** After so many tries, a message no longer holds back later ones: the service may dislike this message alone. */
const MAX_BLOCKING_TRIES = 3;

/** The state of one recipient. */
interface Lane {
  /** When the recipient's server began to refuse or not to answer, ms since the epoch. */
  since?: number;
  /** Nothing is sent before this time, ms since the epoch. */
  nextAt: number;
  isBusy: boolean;
  /** Whether the current problem was printed. */
  isPrinted: boolean;
}

/** Returns a queue that sends to all recipients at the same time, and to each of them one message at a time, oldest first. */
export function createChatDelivery(options: ChatDeliveryOptions): ChatDelivery {
  const { outbox, recipients, zoneOf, showsOnly, say, send = sendChatMessage } = options;
  const timing = { ...TIMING, ...options.timing };
  const sleeper = new Sleeper();
  const lanes = new Map<string, Lane>();
  const active = new Set<Promise<void>>();
  const aborting = new AbortController();
  let failed = 0;
  let isClosing = false;
  /** When a close stops waiting, ms since the epoch. */
  let closesAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  const laneOf = ({ delivery }: WaitingDelivery): Lane => {
    const key = `${delivery.protocol} ${delivery.endpoint}`;
    const lane = lanes.get(key) ?? { nextAt: 0, isBusy: false, isPrinted: false };
    lanes.set(key, lane);
    return lane;
  };
  const record = ({ entry }: WaitingDelivery, delivery: OutboxDelivery) =>
    outbox.recordDelivery([entry.messageId], delivery);
  const labelOf = ({ delivery: { protocol, endpoint } }: WaitingDelivery) => `${protocol} ${endpoint}`;

  const fail = (one: WaitingDelivery, detail: string) => {
    record(one, settledDelivery(one.delivery, 'failed', detail));
    failed++;
    say(`${labelOf(one)}: not sent: ${detail}`, true);
  };

  /** Gives up the messages that have waited for too long, in this run or since an earlier one. */
  const giveUpOld = () => {
    const now = Date.now();
    for (const one of outbox.waiting('chat')) {
      const { at = one.entry.at, tries, detail = 'news-alerts was not running' } = one.delivery;
      if (laneOf(one).isBusy || now - Date.parse(at) <= timing.giveUp) continue;
      const tried = tries === undefined ? '' : ` (tried ${count(tries, 'time')})`;
      fail(one, `not accepted within ${formatDuration(timing.giveUp)}${tried}: ${detail}`);
    }
  };

  /** Returns the next message of each recipient that is not busy, and the time when the earliest is due. */
  const nextMessages = (): { due: WaitingDelivery[]; at: number } => {
    const now = Date.now();
    const byLane = Map.groupBy(outbox.waiting('chat'), laneOf);
    const due: WaitingDelivery[] = [];
    let at = Number.POSITIVE_INFINITY;
    for (const [lane, waiting] of byLane) {
      // A close does not wait for a service with a problem.
      if (lane.isBusy || (isClosing && lane.since !== undefined)) continue;
      const blocking = ({ delivery: { tries = 0 } }: WaitingDelivery) => tries < MAX_BLOCKING_TRIES;
      const next = waiting.find(blocking) ?? leastTried(waiting);
      if (!next) continue;
      const dueAt = Math.max(lane.nextAt, Date.parse(next.delivery.nextAt ?? '') || 0);
      // A pause of more than a day comes from a clock that was wrong.
      if (dueAt <= now || dueAt > now + 2 * timing.giveUp) due.push(next);
      else at = Math.min(at, dueAt);
    }
    return { due, at };
  };

  const run = async () => {
    for (;;) {
      giveUpOld();
      const { due, at } = nextMessages();
      if (isClosing && due.length === 0 && active.size === 0 && at > closesAt) return;
      if (isClosing && aborting.signal.aborted) {
        await Promise.all(active);
        return;
      }
      for (const one of due) {
        const lane = laneOf(one);
        lane.isBusy = true;
        const work = deliver(one, lane).finally(() => {
          lane.isBusy = false;
          active.delete(work);
          sleeper.wake();
        });
        active.add(work);
      }
      await sleeper.sleep(Math.min(at, closesAt) - Date.now());
    }
  };

  /** Sends one alert, which may fill several messages. Never rejects. */
  const deliver = async (one: WaitingDelivery, lane: Lane): Promise<void> => {
    const { entry, delivery } = one;
    const earlier = findEarlierDelivery(outbox, one, ['sent']);
    if (earlier) return record(one, earlier);
    const recipient = recipients().find(
      ({ service, name }) => service === delivery.protocol && name === delivery.endpoint,
    );
    if (!recipient || !entry.alert)
      return fail(one, 'the file no longer has this address under recipients; add it again for later alerts');
    let bodies: readonly string[];
    try {
      bodies = messagesOf(entry.alert, recipient);
    } catch (error) {
      return fail(one, `the message could not be written, please report this: ${String(error)}`);
    }
    const { spacingMs } = CHAT_SERVICES[recipient.service];
    const { nextAt: _, parts, ...rest } = delivery;
    const tries = (delivery.tries ?? 0) + 1;
    let accepted = parts?.of === bodies.length ? parts.accepted : 0;
    let thread = delivery.thread ?? threadOf(entry.alert, delivery);
    const attempt = (): OutboxDelivery => ({
      ...rest,
      tries,
      ...(bodies.length > 1 ? { parts: { of: bodies.length, accepted } } : {}),
      ...(thread === undefined ? {} : { thread }),
    });
    record(one, attempt());
    let answer = '';
    while (accepted < bodies.length) {
      const outcome = await send(
        bodies[accepted] ?? '',
        {
          address: recipient,
          id: newsIdentity(entry, delivery.endpoint),
          now: Date.now(),
          threadName: threadNameOf(entry.alert),
          ...(thread === undefined ? {} : { thread }),
        },
        { signal: aborting.signal },
      );
      if (outcome.kind !== 'sent') return onRefused(one, lane, attempt(), outcome);
      ({ answer, thread } = outcome);
      accepted++;
      if (accepted < bodies.length) {
        record(one, attempt());
        await pause(spacingMs, aborting.signal);
        if (aborting.signal.aborted) return;
      }
    }
    if (lane.isPrinted) say(`${labelOf(one)}: messages are accepted again`, false);
    lane.isPrinted = false;
    delete lane.since;
    lane.nextAt = Date.now() + spacingMs;
    record(one, settledDelivery(attempt(), 'sent', answer));
  };

  /** Returns the thread of an alert's story in the chat of a delivery, if an earlier message has begun it. */
  const threadOf = (alert: Alert, { protocol, endpoint }: OutboxDelivery): string | undefined => {
    const story = threadStoryOf(alert);
    if (story === undefined) return undefined;
    return outbox
      .recent()
      .filter((other) => other.alert?.topicId === alert.topicId && threadStoryOf(other.alert) === story)
      .flatMap(({ deliveries }) => deliveries)
      .find((one) => one.protocol === protocol && one.endpoint === endpoint && one.thread !== undefined)
      ?.thread;
  };

  const messagesOf = (alert: Alert, recipient: ChatRecipient) =>
    CHAT_SERVICES[recipient.service].messages(alert, zoneOf(alert.topicId), recipient);

  const onRefused = (
    one: WaitingDelivery,
    lane: Lane,
    attempt: OutboxDelivery,
    outcome: Exclude<SendOutcome, { kind: 'sent' }>,
  ) => {
    const now = Date.now();
    // The end of the program cut the try off.
    if (aborting.signal.aborted) return record(one, attempt);
    if (outcome.kind === 'refused') {
      lane.nextAt = now + timing.pauses[0];
      return fail({ ...one, delivery: attempt }, outcome.detail);
    }
    const { detail, pauseMs = 0 } = outcome;
    lane.since ??= now;
    lane.nextAt = now + Math.max(pauseMs, pauseOf(now - lane.since, timing.pauses));
    // Messages that are accepted in between end the pauses of the recipient, but not those of this message.
    const { since = iso(now) } = attempt;
    const nextAt = Math.max(lane.nextAt, now + pauseOf(now - Date.parse(since), timing.pauses));
    record(one, { ...attempt, detail, since, nextAt: iso(nextAt) });
    if (lane.isPrinted) return;
    lane.isPrinted = true;
    say(`${labelOf(one)}: ${detail}. Next try at ${hourAndMinute(nextAt)}`, true);
  };

  return {
    plan(publish) {
      const alert = parseAlert(publish.bodies.http ?? publish.bodies.default);
      if (!alert || !isForEmail(publish)) return [];
      const at = iso(Date.now());
      return recipients()
        .filter(({ topicIds }) => topicIds.includes(alert.topicId))
        .map((recipient) => {
          const to = { protocol: recipient.service, endpoint: recipient.name };
          return showsOnly || isChatPlaceholder(recipient)
            ? { ...to, how: 'shown' as const }
            : { ...to, how: 'waiting' as const, at };
        });
    },
    wake: () => sleeper.wake(),
    start() {
      // The settings may have changed, so the messages of an earlier run are due at once.
      for (const one of outbox.waiting('chat')) {
        const { nextAt, ...delivery } = one.delivery;
        if (nextAt !== undefined) record(one, delivery);
      }
      running = run();
    },
    failed: () => failed,
    async close() {
      isClosing = true;
      closesAt = Date.now() + timing.closing;
      sleeper.wake();
      const timer = setTimeout(() => {
        aborting.abort();
        sleeper.wake();
      }, timing.closing);
      await running;
      clearTimeout(timer);
    },
  };
}

/** Resolves after `ms`, or when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => resolve();
  signal.addEventListener('abort', end);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  });
}

/** Returns whether a message is for recipients by email. Those at chat services get the same alerts. */
function isForEmail({ attributes }: PublishedMessage): boolean {
  const protocols = attributes[PROTOCOLS_ATTRIBUTE];
  return protocols === undefined || protocols.includes('email');
}

/** Returns the message with the fewest tries; of several, the oldest. */
function leastTried(waiting: readonly WaitingDelivery[]): WaitingDelivery | undefined {
  return waiting.toSorted((a, b) => (a.delivery.tries ?? 0) - (b.delivery.tries ?? 0))[0];
}
