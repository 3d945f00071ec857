import { isPlaceholder } from '../../config/recipients.ts';
import type { MailExit } from '../../functions/shared/mail/mail-exit.ts';
import type { Protocol } from '../../functions/shared/model.ts';
import { isProtocol } from '../../functions/shared/protocols.ts';
import { type Pauses, pauseOf } from '../../functions/shared/retry-pause.ts';
import { count } from '../../functions/shared/text/count.ts';
import { findEarlierDelivery } from '../delivery/find-earlier-delivery.ts';
import { hourAndMinute, iso, type Outage } from '../delivery/outage.ts';
import { Sleeper } from '../delivery/sleeper.ts';
import { formatDuration } from '../format-time.ts';
import type { Outbox, WaitingDelivery } from '../outbox/outbox.ts';
import { type OutboxDelivery, type OutboxEntry, settledDelivery } from '../outbox/outbox-entry.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';
import { composeMail, type ZoneOf } from './compose-mail.ts';
import type { MailFault } from './mail-fault.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { MAX_PAUSE_MS, nextMail } from './next-mail.ts';

/** Sends emails to the mail server. Keeps their state in the outbox, so a restart continues where it stopped. */
export interface EmailDelivery {
  /** Returns the first delivery state for each recipient by email and SMS, to be recorded with the message. */
  plan(publish: PublishedMessage): OutboxDelivery[];
  /** Tells the queue that the outbox has new mails. */
  wake(): void;
  /** Connects and logs in once, prints the result, and starts the queue. */
  start(): Promise<void>;
  /** Returns why no mail can be sent, and when the next try is; undefined if mail can be sent. */
  outage(): Outage | undefined;
  /** Returns the number of mails that failed for good since the start. */
  failed(): number;
  /** Sends as much as possible within some seconds. The rest stays in the outbox. */
  close(): Promise<void>;
}

export interface EmailDeliveryOptions {
  readonly outbox: Outbox;
  /** Without a mailer, emails are only shown. */
  readonly mailer: Mailer | undefined;
  readonly zoneOf: ZoneOf;
  /** Returns the links by which a recipient changes or ends what they receive; undefined if there is no page for it. */
  readonly exitOf?: (messages: readonly OutboxEntry[], endpoint: string) => Promise<MailExit | undefined>;
  /** Prints a problem, or that a problem is over. */
  readonly say: (text: string, isProblem: boolean) => void;
  /** Called for every mail that was sent. */
  readonly onSent?: (endpoint: string, answer: string) => void;
  readonly timing?: Partial<DeliveryTiming>;
}

/**
 * Times in ms. A pause before the next try is as long as the problem has lasted, within a shortest and a longest pause, and
 * varies by a fifth.
 */
export interface DeliveryTiming {
  /** How long an alert waits for other topics' alerts about the same items, to share a mail with them. */
  readonly gather: number;
  readonly server: Pauses;
  readonly recipient: Pauses;
  /** Pauses after refusals that most likely need a person to act. */
  readonly refused: Pauses;
  /** How long a refused mail is retried. A mail to a refused recipient waits without a limit. */
  readonly giveUp: number;
  /** How long a close waits for the current try. */
  readonly closing: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TIMING: DeliveryTiming = {
  gather: 5 * SECOND_MS,
  server: [10 * SECOND_MS, 10 * MINUTE_MS],
  // Servers with greylisting accept a mail after one to five minutes.
  recipient: [MINUTE_MS, HOUR_MS],
  refused: [2 * MINUTE_MS, HOUR_MS],
  // The usual limit of mail servers.
  giveUp: 5 * DAY_MS,
  closing: 10 * SECOND_MS,
};
/** After a restart, mails whose last try is older than this are tried at once. */
const MIN_RESTART_PAUSE_MS = MINUTE_MS;
/** Matches the failures that different settings can fix. Release 0.1.0 gave up at once on these. */
const FIXED_BY_SETTINGS = /refused the user or password|as the sender|^no safe connection/;

interface ServerOutage {
  readonly since: number;
  readonly detail: string;
  readonly nextAt: number;
  /** The causes that were printed. */
  readonly printed: ReadonlySet<MailFault['cause']>;
}

type QueuedMail = readonly [WaitingDelivery, ...WaitingDelivery[]];

/** Returns a queue with one connection. It tries mails one at a time, oldest first, and only one during an outage. */
export function createEmailDelivery(options: EmailDeliveryOptions): EmailDelivery {
  const { mailer } = options;
  return mailer
    ? new EmailQueue(options, mailer)
    : {
        plan: (publish) =>
          publish.receivers.flatMap((receiver) => (isPerson(receiver) ? [shownDelivery(receiver)] : [])),
        wake: () => undefined,
        async start() {
          const waiting = options.outbox.waiting().length;
          if (waiting > 0)
            options.say(
              `${count(waiting, 'email')} from an earlier run ${waiting === 1 ? 'is' : 'are'} waiting for a mail server: set NEWS_ALERTS_SMTP_URL and NEWS_ALERTS_MAIL_FROM again, and restart`,
              true,
            );
        },
        outage: () => undefined,
        failed: () => 0,
        close: async () => undefined,
      };
}

type Receiver = PublishedMessage['receivers'][number];

/** Returns whether a receiver is a person, not a program. */
function isPerson(
  receiver: Receiver,
): receiver is { readonly protocol: Protocol; readonly endpoint: string } {
  return isProtocol(receiver.protocol);
}

const shownDelivery = ({ protocol, endpoint }: Receiver): OutboxDelivery => ({
  protocol,
  endpoint,
  how: 'shown',
});

class EmailQueue implements EmailDelivery {
  readonly #outbox: Outbox;
  readonly #mailer: Mailer;
  readonly #options: EmailDeliveryOptions;
  readonly #timing: DeliveryTiming;
  #outage: ServerOutage | undefined;
  /**
   * When the server last accepted a mail, or refused one because of the mail itself or its recipient, ms since the
   * epoch.
   */
  #workedAt = 0;
  /** Recipients for whom a waiting or a failed mail was printed. */
  readonly #printed = { waits: new Set<string>(), failed: new Set<string>() };
  /** The reason why later mails to a recipient wait for an earlier one, by recipient. */
  readonly #blocked = new Map<string, string>();
  #hasSent = false;
  #failed = 0;
  #isClosing = false;
  readonly #sleeper = new Sleeper();
  #running: Promise<void> = Promise.resolve();

  constructor(options: EmailDeliveryOptions, mailer: Mailer) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#mailer = mailer;
    this.#timing = { ...TIMING, ...options.timing };
  }

  plan({ receivers }: PublishedMessage): OutboxDelivery[] {
    const at = iso(Date.now());
    return receivers.filter(isPerson).map((receiver) => {
      const isMailed = receiver.protocol === 'email' && !isPlaceholder(receiver);
      if (!isMailed) return shownDelivery(receiver);
      const detail = this.#outage?.detail ?? this.#blocked.get(receiver.endpoint);
      return { ...receiver, how: 'waiting', at, ...(detail === undefined ? {} : { detail }) };
    });
  }

  wake(): void {
    this.#sleeper.wake();
  }

  async start(): Promise<void> {
    this.#resume();
    const fault = await this.#mailer.verify();
    if (this.#isClosing) return;
    const { name, address } = this.#mailer.sender;
    if (fault) this.#recordOutage(fault);
    else
      this.#options.say(
        `connected to ${this.#mailer.server}; emails are sent from ${name} <${address}>`,
        false,
      );
    this.#running = this.#run();
  }

  outage() {
    return this.#outage && { detail: this.#outage.detail, nextAt: iso(this.#outage.nextAt) };
  }

  failed(): number {
    return this.#failed;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#sleeper.wake();
    const timer = setTimeout(() => this.#mailer.close(), this.#timing.closing);
    await this.#running;
    clearTimeout(timer);
    this.#mailer.close();
  }

  /** Makes the mails of an earlier run due again, since the settings may have changed. */
  #resume(): void {
    const now = Date.now();
    for (const { messageId, at: publishedAt, deliveries } of this.#outbox.recent().toReversed()) {
      for (const delivery of deliveries.filter(({ protocol }) => protocol === 'email')) {
        const { how, tries, detail = '', at = publishedAt, nextAt } = delivery;
        const isFixable = how === 'failed' && tries === undefined && FIXED_BY_SETTINGS.test(detail);
        const restartAt = Date.parse(at) + MIN_RESTART_PAUSE_MS;
        if (isFixable && now - Date.parse(at) < this.#timing.giveUp) {
          this.#outbox.recordDelivery([messageId], { ...delivery, how: 'waiting' });
        } else if (how === 'waiting' && nextAt !== undefined && restartAt < Date.parse(nextAt)) {
          this.#outbox.recordDelivery([messageId], { ...delivery, nextAt: iso(restartAt) });
        }
      }
    }
  }

  async #run(): Promise<void> {
    while (!(this.#isClosing && this.#outage)) {
      const now = Date.now();
      const next = nextMail(this.#outbox.waiting(), now, this.#isClosing ? 0 : this.#timing.gather);
      const serverAt = this.#outage?.nextAt ?? 0;
      const isServerDue = serverAt <= now || serverAt > now + MAX_PAUSE_MS;
      if ('messages' in next && isServerDue) {
        if (!(await this.#send(next.messages))) return;
      } else if (this.#isClosing) return;
      else await this.#sleeper.sleep(Math.max(serverAt, 'at' in next ? next.at : 0) - now);
    }
  }

  /** Tries to send a mail. Returns false if the queue was closed before the server answered. */
  async #send(mail: QueuedMail): Promise<boolean> {
    const [first] = mail;
    const { entry, delivery } = first;
    const sentBefore = findEarlierDelivery(this.#outbox, first, ['mailed']);
    if (sentBefore) {
      this.#record([first], sentBefore);
      return true;
    }
    const now = Date.now();
    // A refusal may have another cause now if the last try is more than a day ago, as when the machine was off.
    const isStale = now - Date.parse(delivery.at ?? entry.at) > DAY_MS;
    const { since, ...rest } = delivery;
    const attempt: OutboxDelivery = {
      ...rest,
      ...(since === undefined || isStale ? {} : { since }),
      tries: (delivery.tries ?? 0) + 1,
      at: iso(now),
      mail: delivery.mail ?? entry.messageId,
    };
    // Recorded first: if this process ends during the try, the next try sends the same mail.
    this.#record(mail, attempt);
    const outcome = await this.#deliver(mail);
    if (outcome.isSent) {
      this.#onSent(mail, attempt, outcome.answer);
      return true;
    }
    const { fault } = outcome;
    if (this.#isClosing && fault.isAborted) return false;
    const scope = this.#scopeOf(fault, delivery);
    if (scope === 'server') this.#onServerFault(mail, attempt, fault);
    else this.#onRefused(mail, attempt, { ...fault, scope });
    return true;
  }

  /**
   * Returns the scope of a fault. If other mails were sent, a fault that looks like the server's concerns only this
   * mail or its recipient.
   */
  #scopeOf({ scope, cause, isOfMail }: MailFault, { holds, at = '' }: OutboxDelivery): MailFault['scope'] {
    if (scope !== 'server' || !isOfMail) return scope;
    if (cause !== 'connection') return this.#hasSent ? 'recipient' : 'server';
    const isRepeated = holds === 'mail' || (holds === 'server' && this.#workedAt > Date.parse(at));
    return isRepeated ? 'mail' : 'server';
  }

  async #deliver([first, ...others]: QueuedMail): Promise<MailOutcome> {
    const messages = [first.entry, ...others.map(({ entry }) => entry)] as const;
    const { endpoint } = first.delivery;
    const exit = await this.#options.exitOf?.(messages, endpoint);
    return this.#mailer.send(() =>
      composeMail(messages, endpoint, this.#mailer.sender, this.#options.zoneOf, exit),
    );
  }

  #onSent(mail: QueuedMail, attempt: OutboxDelivery, answer: string): void {
    const { endpoint } = attempt;
    this.#record(mail, settledDelivery(attempt, 'mailed', answer));
    this.#hasSent = true;
    this.#blocked.delete(endpoint);
    this.#endOutage(mail.length);
    const hadWaited = this.#printed.waits.delete(endpoint);
    if (this.#printed.failed.delete(endpoint) || hadWaited) {
      this.#options.say(`email ${endpoint}: mail is accepted again`, false);
    }
    this.#options.onSent?.(endpoint, answer);
  }

  /** Pauses the queue. If this mail may be the cause of the fault, holds it back, so the next try sends another mail. */
  #onServerFault(mail: QueuedMail, attempt: OutboxDelivery, fault: MailFault): void {
    const pause = this.#recordOutage(fault);
    const { detail } = fault;
    const heldBack = { holds: 'server', nextAt: iso(Date.now() + 2 * pause) } as const;
    this.#record(mail, { ...attempt, detail, ...(fault.isOfMail ? heldBack : {}) });
  }

  /** Handles a refusal of the recipient or of this mail: schedules the next try, or gives up. */
  #onRefused(mail: QueuedMail, attempt: OutboxDelivery, fault: MailFault): void {
    const { scope, detail, isPermanent, needsAction } = fault;
    const { endpoint, tries = 1 } = attempt;
    const now = Date.now();
    // The server answered, so an outage is over. The duration of the outage does not count as refusal.
    const outageMs = scope === 'recipient' || fault.cause === 'mail' ? this.#endOutage(0) : 0;
    const refusedAt = attempt.since === undefined ? now : Math.min(Date.parse(attempt.since) + outageMs, now);
    const since = iso(refusedAt);
    const lasted = now - refusedAt;
    if (mail.length > 1 && (isPermanent || scope === 'mail')) {
      // One message may be the cause. From now on, each is a mail of its own.
      for (const one of mail)
        this.#record([one], { ...attempt, detail, mail: one.entry.messageId, nextAt: iso(now) });
      return;
    }
    if (isPermanent || (scope === 'mail' && lasted > this.#timing.giveUp)) {
      const text = isPermanent ? detail : `${detail} (tried ${tries} times in ${formatDuration(lasted)})`;
      this.#record(mail, settledDelivery(attempt, 'failed', text));
      this.#blocked.delete(endpoint);
      this.#failed += mail.length;
      this.#printOnce(
        'failed',
        endpoint,
        `failed for good: ${text}. Later alerts to this address are still tried; see \`alerts list\` or the page`,
      );
      return;
    }
    const nextAt = iso(now + pauseOf(lasted, needsAction ? this.#timing.refused : this.#timing.recipient));
    // If the server refuses the mail itself, or refuses it repeatedly, the mail must not hold back all other mails to
    // the recipient.
    const isTemporary = fault.cause === 'mail' && !needsAction && tries < MAX_BLOCKING_TRIES;
    const holds = scope === 'recipient' || isTemporary ? 'recipient' : 'mail';
    this.#record(mail, { ...attempt, detail, since, nextAt, holds });
    if (holds === 'recipient') {
      const reason = `an earlier email is still waiting (${detail})`;
      this.#blocked.set(endpoint, reason);
      this.#recordReason(reason, endpoint);
    } else this.#blocked.delete(endpoint);
    this.#printOnce('waits', endpoint, `${detail}. Next try at ${hourAndMinute(nextAt)}`);
  }

  /** Records that the server accepts no mail. Returns the pause until the next try, ms. */
  #recordOutage({ cause, detail, needsAction }: MailFault): number {
    const now = Date.now();
    const { since = now, printed = new Set<MailFault['cause']>() } = this.#outage ?? {};
    const pause = pauseOf(now - since, needsAction ? this.#timing.refused : this.#timing.server);
    const nextAt = now + pause;
    if (!this.#outage) this.#recordReason(detail);
    this.#outage = { since, detail, nextAt, printed: new Set([...printed, cause]) };
    if (!printed.has(cause)) {
      const waiting = this.#outbox.waiting().length;
      const emails =
        waiting === 0 ? 'Emails will wait' : `${count(waiting, 'email is', 'emails are')} waiting`;
      this.#options.say(
        `email cannot be sent: ${detail}. ${emails}; next try at ${hourAndMinute(nextAt)}`,
        true,
      );
    }
    return pause;
  }

  /**
   * Records that the server works. Returns the duration of the outage that this ends, ms; 0 if there was none.
   * @param sent number of messages that were just sent
   */
  #endOutage(sent: number): number {
    const now = Date.now();
    this.#workedAt = now;
    if (!this.#outage) return 0;
    const outageMs = now - this.#outage.since;
    this.#outage = undefined;
    const waiting = this.#outbox.waiting();
    for (const one of waiting) {
      const { since } = one.delivery;
      if (since === undefined) continue;
      const later = iso(Math.min(Date.parse(since) + outageMs, now));
      this.#record([one], { ...one.delivery, since: later });
    }
    const total = waiting.length + sent;
    this.#options.say(`email can be sent again; ${count(total, 'email was', 'emails were')} waiting`, false);
    return outageMs;
  }

  /** Records the reason for mails that wait without having been tried: all mails, or those to one recipient. */
  #recordReason(detail: string, to?: string): void {
    for (const one of this.#outbox.waiting()) {
      const { endpoint, detail: ownDetail } = one.delivery;
      if (ownDetail === undefined && (to === undefined || endpoint === to)) {
        this.#record([one], { ...one.delivery, detail });
      }
    }
  }

  #printOnce(what: 'waits' | 'failed', endpoint: string, text: string): void {
    if (this.#printed[what].has(endpoint)) return;
    this.#printed[what].add(endpoint);
    this.#options.say(`email ${endpoint}: ${text}`, true);
  }

  #record(mail: readonly WaitingDelivery[], delivery: OutboxDelivery): void {
    this.#outbox.recordDelivery(
      mail.map(({ entry }) => entry.messageId),
      delivery,
    );
  }
}

/** After this many temporary refusals of one mail, later mails to the recipient no longer wait for it. */
const MAX_BLOCKING_TRIES = 3;
