import { isPlaceholder } from '../../config/recipients.ts';
import type { Protocol } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatDuration } from '../format-time.ts';
import type { Outbox, WaitingDelivery } from '../outbox/outbox.ts';
import type { OutboxDelivery } from '../outbox/outbox-entry.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';
import { composeMail, mailIdentity, type ZoneOf } from './compose-mail.ts';
import type { MailFault } from './mail-fault.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { MAX_PAUSE_MS, nextMail } from './next-mail.ts';

/** Brings emails to the mail server. Their state is in the outbox, so that a restart goes on where it was. */
export interface EmailDelivery {
  /** Returns what becomes of a message at each recipient by email and SMS, to be recorded with it. */
  plan(publish: PublishedMessage): OutboxDelivery[];
  /** To be called when the outbox has got new mails. */
  wake(): void;
  /** Connects and logs in once. Says what is wrong, or how mails go out; then the queue starts. */
  start(): Promise<void>;
  /** What keeps all mails from going out, and since when; undefined when nothing does. */
  outage(): { readonly detail: string; readonly nextAt: string } | undefined;
  /** Mails that failed for good since the start. */
  failed(): number;
  /** Sends what it can within some seconds. The rest stays in the outbox. */
  close(): Promise<void>;
}

export interface EmailDeliveryOptions {
  readonly outbox: Outbox;
  /** Without one, emails are only shown. */
  readonly mailer: Mailer | undefined;
  readonly zoneOf: ZoneOf;
  /** Tells a person of something to see to, or that it is over. */
  readonly say: (text: string, isTrouble: boolean) => void;
  /** Tells of a mail that was sent. */
  readonly onSent?: (endpoint: string, answer: string) => void;
  readonly timing?: Partial<DeliveryTiming>;
}

/** Ms. A pause is as long as the trouble has lasted, between a shortest and a longest one, and a fifth more or less. */
export interface DeliveryTiming {
  /** How long an alert waits for those of other topics about the same item. */
  readonly gather: number;
  readonly server: Pauses;
  readonly recipient: Pauses;
  /** Where a person has to act first, most likely. */
  readonly refused: Pauses;
  /** How long a mail is tried that is refused for itself. One whose recipient is in trouble waits until that is over. */
  readonly giveUp: number;
  readonly closing: number;
}

type Pauses = readonly [shortest: number, longest: number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TIMING: DeliveryTiming = {
  gather: 5 * SECOND_MS,
  server: [10 * SECOND_MS, 10 * MINUTE_MS],
  // Servers that greylist take a mail after one to five minutes.
  recipient: [MINUTE_MS, HOUR_MS],
  refused: [2 * MINUTE_MS, HOUR_MS],
  // As long as mail servers try.
  giveUp: 5 * DAY_MS,
  closing: 10 * SECOND_MS,
};
const JITTER = 0.2;
/** A start tries again at once what was tried longer ago than this. */
const MIN_RESTART_PAUSE_MS = MINUTE_MS;
/** The system's clock may be set, and a machine may sleep: look again now and then. */
const MAX_SLEEP_MS = 30 * SECOND_MS;
/** Releases that gave up at once said this of what a setting cures. */
const FIXED_BY_SETTINGS = /refused the user or password|as the sender|^no safe connection/;

interface ServerOutage {
  readonly since: number;
  readonly detail: string;
  readonly nextAt: number;
  /** Causes that a person was told of. */
  readonly told: ReadonlySet<MailFault['cause']>;
}

type QueuedMail = readonly [WaitingDelivery, ...WaitingDelivery[]];

/** A queue of one connection: mails are tried one at a time, oldest first, and one alone while the server takes none. */
export function createEmailDelivery(options: EmailDeliveryOptions): EmailDelivery {
  const { mailer } = options;
  return mailer
    ? new EmailQueue(options, mailer)
    : {
        plan: (publish) =>
          publish.receivers.flatMap((receiver) => (hasText(receiver) ? [shownDelivery(receiver)] : [])),
        wake: () => undefined,
        async start() {
          const waiting = options.outbox.waiting().length;
          if (waiting > 0)
            options.say(
              `${count(waiting, 'email')} of an earlier run ${waiting === 1 ? 'waits' : 'wait'} for a mail server: set NEWS_ALERTS_SMTP_URL and NEWS_ALERTS_MAIL_FROM again, and start anew`,
              true,
            );
        },
        outage: () => undefined,
        failed: () => 0,
        close: async () => undefined,
      };
}

type Receiver = PublishedMessage['receivers'][number];

function hasText(receiver: Receiver): receiver is { readonly protocol: Protocol; readonly endpoint: string } {
  return receiver.protocol === 'email' || receiver.protocol === 'sms';
}

const shownDelivery = ({ protocol, endpoint }: Receiver): OutboxDelivery => ({
  protocol,
  endpoint,
  how: 'shown',
});

const iso = (ms: number): string => new Date(ms).toISOString();

class EmailQueue implements EmailDelivery {
  readonly #outbox: Outbox;
  readonly #mailer: Mailer;
  readonly #options: EmailDeliveryOptions;
  readonly #timing: DeliveryTiming;
  #trouble: ServerOutage | undefined;
  /** When the server last answered a mail, or to a recipient, ms. */
  #workedAt = 0;
  /** Recipients whose mails wait, and those whose mails failed for good, as a person was told. */
  readonly #told = { waits: new Set<string>(), failed: new Set<string>() };
  /** Why later mails to a recipient wait for an earlier one. */
  readonly #behind = new Map<string, string>();
  #hasSent = false;
  #failed = 0;
  #closing = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: EmailDeliveryOptions, mailer: Mailer) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#mailer = mailer;
    this.#timing = { ...TIMING, ...options.timing };
  }

  plan({ receivers }: PublishedMessage): OutboxDelivery[] {
    const at = iso(Date.now());
    return receivers.filter(hasText).map((receiver) => {
      const isMailed = receiver.protocol === 'email' && !isPlaceholder(receiver);
      if (!isMailed) return shownDelivery(receiver);
      const detail = this.#trouble?.detail ?? this.#behind.get(receiver.endpoint);
      return { ...receiver, how: 'waiting', at, ...(detail === undefined ? {} : { detail }) };
    });
  }

  wake(): void {
    this.#wake();
  }

  async start(): Promise<void> {
    this.#takeUp();
    const fault = await this.#mailer.verify();
    if (this.#closing) return;
    const { name, address } = this.#mailer.sender;
    if (fault) this.#serverFails(fault);
    else
      this.#options.say(
        `connected to ${this.#mailer.server}; emails are sent from ${name} <${address}>`,
        false,
      );
    this.#running = this.#run();
  }

  outage() {
    return this.#trouble && { detail: this.#trouble.detail, nextAt: iso(this.#trouble.nextAt) };
  }

  failed(): number {
    return this.#failed;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    const timer = setTimeout(() => this.#mailer.close(), this.#timing.closing);
    await this.#running;
    clearTimeout(timer);
    this.#mailer.close();
  }

  /** Makes due what an earlier process left, since the settings may be others now. */
  #takeUp(): void {
    const now = Date.now();
    for (const { messageId, at: publishedAt, deliveries } of this.#outbox.recent().toReversed()) {
      for (const delivery of deliveries.filter(({ protocol }) => protocol === 'email')) {
        const { how, tries, detail = '', at = publishedAt, nextAt } = delivery;
        const isCurable = how === 'failed' && tries === undefined && FIXED_BY_SETTINGS.test(detail);
        const soon = Date.parse(at) + MIN_RESTART_PAUSE_MS;
        if (isCurable && now - Date.parse(at) < this.#timing.giveUp) {
          this.#outbox.recordDelivery([messageId], { ...delivery, how: 'waiting' });
        } else if (how === 'waiting' && nextAt !== undefined && soon < Date.parse(nextAt)) {
          this.#outbox.recordDelivery([messageId], { ...delivery, nextAt: iso(soon) });
        }
      }
    }
  }

  async #run(): Promise<void> {
    while (!(this.#closing && this.#trouble)) {
      const now = Date.now();
      const next = nextMail(this.#outbox.waiting(), now, this.#closing ? 0 : this.#timing.gather);
      const serverAt = this.#trouble?.nextAt ?? 0;
      const isServerDue = serverAt <= now || serverAt > now + MAX_PAUSE_MS;
      if ('messages' in next && isServerDue) {
        if (!(await this.#send(next.messages))) return;
      } else if (this.#closing) return;
      else await this.#sleep(Math.max(serverAt, 'at' in next ? next.at : 0) - now);
    }
  }

  #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, MAX_SLEEP_MS));
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  /** Returns false when the queue was closed before the server had answered. */
  async #send(mail: QueuedMail): Promise<boolean> {
    const [first] = mail;
    const { entry, delivery } = first;
    const before = this.#sentBefore(first);
    if (before) {
      this.#record([first], before);
      return true;
    }
    const now = Date.now();
    // Trouble that nobody has looked at for a day, since the machine or the server was off, may be another.
    const isStale = now - Date.parse(delivery.at ?? entry.at) > DAY_MS;
    const { since, ...rest } = delivery;
    const trying: OutboxDelivery = {
      ...rest,
      ...(since === undefined || isStale ? {} : { since }),
      tries: (delivery.tries ?? 0) + 1,
      at: iso(now),
      mail: delivery.mail ?? entry.messageId,
    };
    // Written first: whatever ends this process, the next try is of the same mail.
    this.#record(mail, trying);
    const outcome = await this.#attempt(mail);
    if (outcome.isSent) {
      this.#sent(mail, trying, outcome.answer);
      return true;
    }
    const { fault } = outcome;
    if (this.#closing && fault.isAborted) return false;
    const scope = this.#scopeOf(fault, delivery);
    if (scope === 'server') this.#deferred(mail, trying, fault);
    else this.#refused(mail, trying, { ...fault, scope });
    return true;
  }

  /** Others went out where the server seems to fail now: then it is this mail's trouble, or its recipient's. */
  #scopeOf({ scope, cause, isOfMail }: MailFault, { holds, at = '' }: OutboxDelivery): MailFault['scope'] {
    if (scope !== 'server' || !isOfMail) return scope;
    if (cause !== 'connection') return this.#hasSent ? 'recipient' : 'server';
    const isKnown = holds === 'mail' || (holds === 'server' && this.#workedAt > Date.parse(at));
    return isKnown ? 'mail' : 'server';
  }

  async #attempt([first, ...others]: QueuedMail): Promise<MailOutcome> {
    const messages = [first.entry, ...others.map(({ entry }) => entry)] as const;
    const { endpoint } = first.delivery;
    return this.#mailer.send(() =>
      composeMail(messages, endpoint, this.#mailer.sender, this.#options.zoneOf),
    );
  }

  /** Finds the mail with the same news: a kill had left its publish in doubt, and it was published again. */
  #sentBefore({ entry, delivery: { endpoint } }: WaitingDelivery): OutboxDelivery | undefined {
    if (!entry.alert) return undefined;
    const identity = mailIdentity(entry, endpoint);
    return this.#outbox
      .recent()
      .filter((other) => other.alert?.id === entry.alert?.id && mailIdentity(other, endpoint) === identity)
      .flatMap(({ deliveries }) => deliveries)
      .find((one) => one.protocol === 'email' && one.endpoint === endpoint && one.how === 'mailed');
  }

  #sent(mail: QueuedMail, trying: OutboxDelivery, answer: string): void {
    const { endpoint } = trying;
    this.#record(mail, settledDelivery(trying, 'mailed', answer));
    this.#hasSent = true;
    this.#behind.delete(endpoint);
    this.#serverWorks(mail.length);
    const wasTold = this.#told.waits.delete(endpoint);
    if (this.#told.failed.delete(endpoint) || wasTold) {
      this.#options.say(`email ${endpoint}: mail goes out again`, false);
    }
    this.#options.onSent?.(endpoint, answer);
  }

  /** After a fault of the server: the queue pauses, and the next try is of another mail where this one may be the cause. */
  #deferred(mail: QueuedMail, trying: OutboxDelivery, fault: MailFault): void {
    const pause = this.#serverFails(fault);
    const { detail } = fault;
    const held = { holds: 'server', nextAt: iso(Date.now() + 2 * pause) } as const;
    this.#record(mail, { ...trying, detail, ...(fault.isOfMail ? held : {}) });
  }

  /** After a refusal of the recipient, or of this mail. */
  #refused(mail: QueuedMail, trying: OutboxDelivery, fault: MailFault): void {
    const { scope, detail, isPermanent, needsAction } = fault;
    const { endpoint, tries = 1 } = trying;
    const now = Date.now();
    // It answered, so whatever kept all mails waiting is over. That time does not count.
    const away = scope === 'recipient' || fault.cause === 'mail' ? this.#serverWorks(0) : 0;
    const began = trying.since === undefined ? now : Math.min(Date.parse(trying.since) + away, now);
    const since = iso(began);
    const lasted = now - began;
    if (isPermanent || (scope === 'mail' && lasted > this.#timing.giveUp)) {
      const text = isPermanent ? detail : `${detail} (tried ${tries} times in ${formatDuration(lasted)})`;
      this.#record(mail, settledDelivery(trying, 'failed', text));
      this.#behind.delete(endpoint);
      this.#failed += mail.length;
      this.#tell(
        'failed',
        endpoint,
        `failed for good: ${text}. Later alerts to it are tried all the same; \`alerts list\` and the page show what becomes of them`,
      );
      return;
    }
    const nextAt = iso(now + pauseOf(lasted, needsAction ? this.#timing.refused : this.#timing.recipient));
    // One mail that is refused for itself, or again and again, must not keep the recipient from all others.
    const isAskedToWait = fault.cause === 'mail' && !needsAction && tries < MAX_BLOCKING_TRIES;
    const holds = scope === 'recipient' || isAskedToWait ? 'recipient' : 'mail';
    this.#record(mail, { ...trying, detail, since, nextAt, holds });
    if (holds === 'recipient') {
      this.#behind.set(endpoint, `an earlier email waits (${detail})`);
      this.#explain(`an earlier email waits (${detail})`, endpoint);
    } else this.#behind.delete(endpoint);
    this.#tell('waits', endpoint, `${detail}. It waits; next try at ${clockTime(nextAt)}`);
  }

  /** Returns how long the queue pauses, ms. */
  #serverFails({ cause, detail, needsAction }: MailFault): number {
    const now = Date.now();
    const { since = now, told = new Set<MailFault['cause']>() } = this.#trouble ?? {};
    const pause = pauseOf(now - since, needsAction ? this.#timing.refused : this.#timing.server);
    const nextAt = now + pause;
    if (!this.#trouble) this.#explain(detail);
    this.#trouble = { since, detail, nextAt, told: new Set([...told, cause]) };
    if (!told.has(cause)) {
      const waiting = this.#outbox.waiting().length;
      const who = waiting === 0 ? 'Emails wait' : waiting === 1 ? '1 email waits' : `${waiting} emails wait`;
      this.#options.say(
        `no email goes out: ${detail}. ${who} until that is over; next try at ${clockTime(iso(nextAt))}`,
        true,
      );
    }
    return pause;
  }

  /** Returns for how long the server took no mail, ms, if that is over now. `sent`: messages that have just been sent. */
  #serverWorks(sent: number): number {
    const now = Date.now();
    this.#workedAt = now;
    if (!this.#trouble) return 0;
    const away = now - this.#trouble.since;
    this.#trouble = undefined;
    const open = this.#outbox.waiting();
    for (const one of open) {
      const { since } = one.delivery;
      if (since === undefined) continue;
      const later = iso(Math.min(Date.parse(since) + away, now));
      this.#record([one], { ...one.delivery, since: later });
    }
    const waited = open.length + sent;
    this.#options.say(`mail goes out again; ${count(waited, 'email was', 'emails were')} waiting`, false);
    return away;
  }

  /** Records why mails wait that were not tried themselves: all, or those to one recipient. */
  #explain(detail: string, to?: string): void {
    for (const one of this.#outbox.waiting()) {
      const { endpoint, detail: known } = one.delivery;
      if (known === undefined && (to === undefined || endpoint === to)) {
        this.#record([one], { ...one.delivery, detail });
      }
    }
  }

  #tell(what: 'waits' | 'failed', endpoint: string, text: string): void {
    if (this.#told[what].has(endpoint)) return;
    this.#told[what].add(endpoint);
    this.#options.say(`email ${endpoint}: ${text}`, true);
  }

  #record(mail: readonly WaitingDelivery[], delivery: OutboxDelivery): void {
    this.#outbox.recordDelivery(
      mail.map(({ entry }) => entry.messageId),
      delivery,
    );
  }
}

/** Temporary refusals of one mail until those to the same recipient no longer wait for it. */
const MAX_BLOCKING_TRIES = 3;

function settledDelivery(
  { protocol, endpoint, tries, mail }: OutboxDelivery,
  how: 'mailed' | 'failed',
  detail: string,
): OutboxDelivery {
  return {
    protocol,
    endpoint,
    how,
    detail,
    at: iso(Date.now()),
    ...(tries === undefined ? {} : { tries }),
    ...(mail === undefined ? {} : { mail }),
  };
}

/** As long as the trouble has lasted, so that pauses about double. */
function pauseOf(lasted: number, [shortest, longest]: Pauses): number {
  const pause = Math.min(Math.max(lasted, shortest), longest);
  return Math.round(pause * (1 + JITTER * (2 * Math.random() - 1)));
}

/** By the clock of this machine, as the terminal's other times are. */
const clockTime = (time: string): string => new Date(time).toTimeString().slice(0, 5);
