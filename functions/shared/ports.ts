import type { Protocol, RenderedAlert, Subscription } from './model.ts';
import type { MetricName } from './pipeline.ts';

/** Makes and removes channels and who is subscribed to them. Every call may be repeated. */
export interface ChannelAdmin {
  /** Topics that have a channel. */
  list(): Promise<string[]>;
  create(topicId: string): Promise<void>;
  /**
   * Encrypts a channel at rest that is not encrypted yet; its subscriptions stay. Absent where channels have no key; else
   * `create` encrypts from the start.
   */
  encrypt?(topicId: string): Promise<void>;
  /** With all its subscriptions; does nothing where there is none. */
  remove(topicId: string): Promise<void>;
  /** Gives what names the subscription, also while it waits for its confirmation. */
  subscribe(subscription: Subscription): Promise<string>;
  /** Does nothing where there is none. One that waits for its confirmation cannot be removed; it ends by itself. */
  unsubscribe(subscriptionArn: string): Promise<void>;
}

/** Counts of the whole system: never per feed or topic, which would be a metric to pay for each. */
export interface Metrics {
  add(name: MetricName, count: number): void;
}

/**
 * What happened, as an event name and plain fields; never a sentence that hides figures. On AWS it becomes a JSON
 * line, on one machine a line for a person.
 */
export interface Log {
  /** What happens too often to be paid for: on AWS it is left out, unless POWERTOOLS_LOG_LEVEL asks for it. */
  debug(event: string, fields: Readonly<Record<string, unknown>>): void;
  info(event: string, fields: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields: Readonly<Record<string, unknown>>): void;
  error(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A message on its way to a queue. */
export interface QueueMessage<Body> {
  readonly body: Body;
  /** FIFO queues: order is kept within a group. Standard queues: fairness between groups, which costs extra. */
  readonly group?: string;
  /** FIFO queues: a second message with this id within five minutes is dropped. */
  readonly deduplication?: string;
}

/** The sending side of a queue. Resolves once every message is accepted; rejects when one was not. */
export interface Queue<Body> {
  send(messages: readonly QueueMessage<Body>[]): Promise<void>;
}

/**
 * What came of a publish.
 * - `published`: accepted.
 * - `refused`: certainly not accepted, and would be refused again.
 * - `throttled`: certainly not accepted, and may be tried again.
 * - `unknown`: no answer came; it may or may not have been accepted.
 */
export type PublishOutcome =
  | { readonly kind: 'published'; readonly messageId: string }
  | { readonly kind: 'refused' | 'throttled' | 'unknown'; readonly detail: string };

/** One SNS channel per watched topic, and one where the system tells of itself. */
export interface Channels {
  /** Publishes to the subscribers of these protocols. Tries once; never throws for what SNS may answer. */
  publish(topicId: string, message: RenderedAlert, protocols: readonly Protocol[]): Promise<PublishOutcome>;
}
