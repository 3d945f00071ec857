import type { Log } from '../events.ts';
import type { Alert, Clock, OnAmbiguous } from '../model.ts';
import type { DeliveryName } from '../pipeline.ts';
import type {
  RecipientClaim,
  RecipientClaims,
  RecipientProgress,
  RecipientState,
} from '../store/recipient-claims.ts';
import type { RecipientProblem, RecipientProblems } from '../store/recipient-problems.ts';
import type { SendOutcome } from './outcome.ts';

/** A message of a queue that is subscribed to channels. */
export interface QueuedAlert {
  readonly id: string;
  readonly receipt: string;
  /** An alert as JSON, as SNS sends it to programs. */
  readonly body: string;
  /** When SQS received the message, ms. A redriven message has the time of the redrive. */
  readonly sentAt: number;
}

export interface RetryQueue {
  /** Hides a message for this long from now, ms. */
  postpone(receipt: string, ms: number): Promise<void>;
  /** Puts a body into the dead-letter queue. */
  bury(body: string): Promise<void>;
}

export interface DeliveryDeps {
  /** The function that delivers, for its log. */
  readonly name: DeliveryName;
  readonly clock: Clock;
  readonly log: Log;
  readonly claims: RecipientClaims;
  readonly problems: RecipientProblems;
  readonly queue: RetryQueue;
  /** How many recipients are served at the same time. */
  readonly concurrency: number;
  /** Returns the recipients of some alerts. May leave out those who have got them all. */
  readonly recipientsOf: (alerts: readonly BatchAlert[]) => Promise<readonly Recipient[]>;
  /** Returns the time left for the invocation, ms. */
  readonly remainingMs: () => number;
}

/** Somebody who gets alerts from us, one message at a time. */
export interface Recipient {
  /** Identifies the recipient in records and in the log. Contains no address and no secret. */
  readonly key: string;
  /** Whether a message that may have been sent is sent again. */
  readonly onAmbiguous: OnAmbiguous;
  /** Returns whether an alert is for this recipient. `isBegun`: an earlier attempt has tried to send it there. */
  wants(alert: Alert, isBegun: boolean): boolean;
  /** Returns those of some alerts, oldest first, that are sent in one message with the first. If absent, each is sent by itself. */
  sharing?(alerts: readonly BatchAlert[]): readonly BatchAlert[];
  /** Sends the messages that were not accepted yet. Never rejects because of the service. `claim` is that of the first alert. */
  attempt(alerts: readonly [Alert, ...Alert[]], claim: RecipientClaim): Promise<Attempt>;
  /** Runs once the alert counts as sent. */
  sent?(alert: Alert, claim: RecipientClaim, progress: RecipientProgress): Promise<void>;
}

/** The result of one attempt to send an alert to a recipient. */
export interface Attempt {
  /** `unfinished`: the invocation ends before all messages of the alert are sent. */
  readonly outcome: SendOutcome | { readonly kind: 'unfinished' };
  readonly progress: RecipientProgress;
}

/** An alert of the batch. */
export interface BatchAlert {
  readonly message: QueuedAlert;
  readonly alert: Alert;
  /** How far the alert was when the invocation began, by recipient. */
  readonly states: ReadonlyMap<string, RecipientState>;
  /** Puts the alert into the dead-letter queue, once in an invocation. */
  bury(): Promise<void>;
}

/** A recipient in one invocation. */
export interface Lane {
  readonly recipient: Recipient;
  problem: RecipientProblem | undefined;
}

/** A message may take two requests. */
const MAX_REQUESTS = 2;
/** For storing the result of a request, ms. */
const STORING_MS = 5_000;
/** Limit on a request to a service, ms. */
export const REQUEST_DEADLINE_MS = 15_000;

/** Returns whether the invocation lasts long enough for another message. */
export function hasTime({ remainingMs }: Pick<DeliveryDeps, 'remainingMs'>): boolean {
  return remainingMs() >= MAX_REQUESTS * REQUEST_DEADLINE_MS + STORING_MS;
}
