import { isPlaceholder } from '../../config/recipients.ts';
import { redactNumber } from '../../functions/shared/redact-address.ts';
import { type Pauses, pauseOf } from '../../functions/shared/retry-pause.ts';
import { count, plural } from '../../functions/shared/text/count.ts';
import { findEarlierDelivery } from '../delivery/find-earlier-delivery.ts';
import { hourAndMinute, iso, type Outage } from '../delivery/outage.ts';
import { Sleeper } from '../delivery/sleeper.ts';
import { formatDuration } from '../format-time.ts';
import type { Outbox, WaitingDelivery } from '../outbox/outbox.ts';
import { type OutboxDelivery, settledDelivery } from '../outbox/outbox-entry.ts';
import { priceOf } from './sms-price.ts';
import type { SmsSender } from './sms-sender.ts';
import type { LocalSmsSettings } from './sms-settings.ts';
import { monthOf, type SmsSpend } from './sms-spend.ts';

/** Sends SMS through the user's AWS account, each at most once. Keeps their state in the outbox, over restarts and kills. */
export interface SmsDelivery {
  /** Returns the first state of a delivery by SMS that is otherwise only shown, to be recorded with the message. */
  plan(shown: OutboxDelivery): OutboxDelivery;
  /** Tells the queue that the outbox has new SMS. */
  wake(): void;
  /** Prints whether there are credentials and what was spent, and starts the queue. */
  start(): Promise<void>;
  /** Returns why no SMS can be sent, and when the next try is; undefined if SMS can be sent. */
  outage(): Outage | undefined;
  /** Returns the number of SMS since the start that were not sent, or may not have been, and are not tried again. */
  failed(): number;
  /** Sends as much as possible within some seconds. The rest stays in the outbox. */
  close(): Promise<void>;
}

export interface SmsDeliveryOptions {
  readonly outbox: Outbox;
  /** The user's account, with the limit on its cost. Without it, SMS are only shown. */
  readonly account:
    | { readonly sender: SmsSender; readonly settings: LocalSmsSettings; readonly spend: SmsSpend }
    | undefined;
  /** Prints a problem, or that a problem is over. */
  readonly say: (text: string, isProblem: boolean) => void;
  readonly timing?: Partial<SmsTiming>;
}

/** Times in ms. */
export interface SmsTiming {
  /** Between two tries while nothing is accepted. */
  readonly pauses: Pauses;
  /** After this long, an SMS is not tried again: the news is old, and other ways have brought it. */
  readonly giveUp: number;
  /** How long a close waits for the SMS that are due. */
  readonly closing: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const TIMING: SmsTiming = {
  pauses: [5 * SECOND_MS, 2 * MINUTE_MS],
  giveUp: 60 * MINUTE_MS,
  closing: 10 * SECOND_MS,
};
/** The state of an SMS while SNS is called. It stays if this process ends before the answer. */
const NO_ANSWER = 'SNS has not answered yet, or news-alerts ended before it did; not repeated';

/** Returns a queue that sends one SMS at a time, oldest first, and none during an outage. */
export function createSmsDelivery(options: SmsDeliveryOptions): SmsDelivery {
  return options.account ? new SmsQueue(options, options.account) : shownOnly(options);
}

function shownOnly({ outbox, say, timing }: SmsDeliveryOptions): SmsDelivery {
  return {
    plan: (shown) => shown,
    wake: () => undefined,
    async start() {
      for (const { entry, delivery } of tooOld(outbox, { ...TIMING, ...timing })) {
        outbox.recordDelivery(
          [entry.messageId],
          settledDelivery(delivery, 'failed', 'NEWS_ALERTS_SMS is no longer set'),
        );
      }
      const waiting = outbox.waiting('sms').length;
      if (waiting > 0)
        say(
          `${count(waiting, 'SMS', 'SMS')} from an earlier run ${plural(waiting, 'is', 'are')} not sent: set NEWS_ALERTS_SMS=aws again, and restart within an hour of the alert`,
          true,
        );
    },
    outage: () => undefined,
    failed: () => 0,
    close: async () => undefined,
  };
}

/** Returns the SMS that have waited for so long that the news is old. */
function tooOld(outbox: Outbox, { giveUp }: Pick<SmsTiming, 'giveUp'>): WaitingDelivery[] {
  return outbox
    .waiting('sms')
    .filter(({ entry, delivery: { at = entry.at } }) => Date.now() - Date.parse(at) > giveUp);
}

class SmsQueue implements SmsDelivery {
  readonly #outbox: Outbox;
  readonly #account: NonNullable<SmsDeliveryOptions['account']>;
  readonly #say: SmsDeliveryOptions['say'];
  readonly #timing: SmsTiming;
  readonly #sleeper = new Sleeper();
  #outage: { readonly since: number; readonly detail: string; readonly nextAt: number } | undefined;
  /** The month in which the operator was told that its limit is reached. */
  #limitToldIn = '';
  #failed = 0;
  /** Time at which a close stops sending, ms since the epoch. */
  #closesAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  constructor(
    { outbox, say, timing }: SmsDeliveryOptions,
    account: NonNullable<SmsDeliveryOptions['account']>,
  ) {
    this.#outbox = outbox;
    this.#account = account;
    this.#say = say;
    this.#timing = { ...TIMING, ...timing };
  }

  readonly plan = (shown: OutboxDelivery): OutboxDelivery => {
    const { protocol, endpoint } = shown;
    if (protocol !== 'sms' || isPlaceholder({ protocol, endpoint })) return shown;
    const detail = this.#outage?.detail;
    return {
      protocol,
      endpoint,
      how: 'waiting',
      at: iso(Date.now()),
      ...(detail === undefined ? {} : { detail }),
    };
  };

  wake(): void {
    this.#sleeper.wake();
  }

  async start(): Promise<void> {
    const { sender, settings, spend } = this.#account;
    const fault = await sender.verify();
    if (fault) this.#recordOutage(fault.detail);
    else
      this.#say(
        `SMS are sent through AWS in ${sender.region}; ${usdText(spend.spent())} of ${usdText(settings.monthlyUsd)} counted for ${monthOf(Date.now())}`,
        false,
      );
    this.#running = this.#run();
  }

  outage(): Outage | undefined {
    return this.#outage && { detail: this.#outage.detail, nextAt: iso(this.#outage.nextAt) };
  }

  failed(): number {
    return this.#failed;
  }

  async close(): Promise<void> {
    const { closing } = this.#timing;
    this.#closesAt = Date.now() + closing;
    this.#sleeper.wake();
    const timer = setTimeout(() => this.#account.sender.close(), closing);
    await this.#running;
    clearTimeout(timer);
    this.#account.sender.close();
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#giveUpOld();
      const [next] = this.#outbox.waiting('sms');
      const isClosing = this.#closesAt !== Number.POSITIVE_INFINITY;
      if (isClosing && (!next || this.#outage || Date.now() >= this.#closesAt)) return;
      // A pause beyond the longest one comes from a clock that was wrong.
      const pause = (this.#outage?.nextAt ?? 0) - Date.now();
      if (next && (pause <= 0 || pause > 2 * this.#timing.pauses[1])) await this.#send(next);
      else await this.#sleeper.sleep(next ? pause : Number.POSITIVE_INFINITY);
    }
  }

  /** Gives up SMS that have waited for too long, in this run or since an earlier one. */
  #giveUpOld(): void {
    const { giveUp } = this.#timing;
    for (const one of tooOld(this.#outbox, this.#timing)) {
      const { detail = 'news-alerts was not running' } = one.delivery;
      this.#fail(one, `not sent within ${formatDuration(giveUp)}: ${detail}`);
    }
  }

  async #send(one: WaitingDelivery): Promise<void> {
    const { entry, delivery } = one;
    const { endpoint: number, nextAt: _, ...rest } = delivery;
    const earlier = findEarlierDelivery(this.#outbox, one, ['sent', 'unknown']);
    if (earlier) return this.#record(one, earlier);
    const { sender, settings, spend } = this.#account;
    const text = entry.bodies.sms;
    const maxUsd = priceOf(number, text, settings);
    const attempt = { ...rest, endpoint: number, tries: (delivery.tries ?? 0) + 1 };
    let release: ReturnType<SmsSpend['reserve']>;
    try {
      release = spend.reserve(maxUsd);
      if (!release) return this.#onLimit(one);
      // Recorded first: if this process ends during the call, the SMS is not sent again.
      this.#outbox.recordAttempt(entry.messageId, settledDelivery(attempt, 'unknown', NO_ANSWER));
    } catch (error) {
      release?.();
      this.#recordOutage(error instanceof Error ? error.message : String(error));
      return;
    }
    const outcome = await sender.send({ number, text, maxUsd });
    if (outcome.kind === 'sent') {
      this.#endOutage();
      this.#record(one, settledDelivery(attempt, 'sent', `SNS message ${outcome.messageId}`));
      this.#say(`sent to ${redactNumber(number)}: SNS message ${outcome.messageId}`, false);
      return;
    }
    const { kind, detail } = outcome;
    if (kind === 'unknown') {
      this.#record(one, settledDelivery(attempt, 'unknown', `${detail}; not repeated`));
      this.#failed++;
      this.#say(`${redactNumber(number)}: the SMS may have been sent, and is not repeated: ${detail}`, true);
      // The next SMS would most likely have no answer either.
      this.#recordOutage(detail);
      return;
    }
    release();
    if (kind === 'refused') {
      this.#endOutage();
      this.#fail(one, detail);
    } else {
      this.#record(one, { ...attempt, how: 'waiting', detail });
      this.#recordOutage(detail);
    }
  }

  #onLimit(one: WaitingDelivery): void {
    const { settings, spend } = this.#account;
    const limit = usdText(settings.monthlyUsd);
    const month = monthOf(Date.now());
    this.#settleFailed(one, `the monthly limit of ${limit} is reached (NEWS_ALERTS_SMS_MONTHLY_USD)`);
    if (this.#limitToldIn === month) return;
    this.#limitToldIn = month;
    this.#say(
      `the monthly limit of ${limit} is reached: ${usdText(spend.spent())} are counted for ${month} (UTC), and an SMS that needs more is not sent. To send more, raise NEWS_ALERTS_SMS_MONTHLY_USD and restart`,
      true,
    );
  }

  #fail(one: WaitingDelivery, detail: string): void {
    this.#settleFailed(one, detail);
    this.#say(`${redactNumber(one.delivery.endpoint)}: not sent: ${detail}`, true);
  }

  #settleFailed(one: WaitingDelivery, detail: string): void {
    this.#record(one, settledDelivery(one.delivery, 'failed', detail));
    this.#failed++;
  }

  /** Records that no SMS can be sent, and pauses the queue. */
  #recordOutage(detail: string): void {
    const now = Date.now();
    const isNew = this.#outage === undefined;
    const since = this.#outage?.since ?? now;
    const nextAt = now + pauseOf(now - since, this.#timing.pauses);
    this.#outage = { since, detail, nextAt };
    const waiting = this.#outbox.waiting('sms');
    for (const one of waiting) this.#record(one, { ...one.delivery, detail, nextAt: iso(nextAt) });
    if (!isNew) return;
    this.#say(
      `SMS cannot be sent: ${detail}. ${count(waiting.length, 'SMS is', 'SMS are')} waiting; next try at ${hourAndMinute(nextAt)}`,
      true,
    );
  }

  #endOutage(): void {
    if (!this.#outage) return;
    this.#outage = undefined;
    this.#say('SMS can be sent again', false);
  }

  #record({ entry }: WaitingDelivery, delivery: OutboxDelivery): void {
    this.#outbox.recordDelivery([entry.messageId], delivery);
  }
}

/** Returns an amount such as "$1.00"; fractions of a cent are rounded up. */
export const usdText = (usd: number): string => `$${(Math.ceil(usd * 100 - 1e-6) / 100).toFixed(2)}`;
