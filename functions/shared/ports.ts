import type { ChannelSubscription, Protocol, RenderedAlert, Subscription } from './model.ts';
import type { MetricName } from './pipeline.ts';

/** Creates and removes channels and subscriptions. Every call is idempotent. */
export interface ChannelAdmin {
  /** Returns the ids of the topics that have a channel. */
  list(): Promise<string[]>;
  create(topicId: string): Promise<void>;
  /**
   * Encrypts an existing channel at rest and keeps its subscriptions; new channels are encrypted by `create`. Absent when
   * there is no key.
   */
  encrypt?(topicId: string): Promise<void>;
  /** Removes the channel and all its subscriptions. Does nothing if there is none. */
  remove(topicId: string): Promise<void>;
  /** Subscribes, and returns the ARN of the subscription, even if it is not confirmed yet. */
  subscribe(subscription: ChannelSubscription): Promise<string>;
  /** Does nothing if there is no such subscription. An unconfirmed one cannot be removed; it expires. */
  unsubscribe(subscriptionArn: string): Promise<void>;
}

/** Counters for the whole system. AWS would bill a counter for each feed or topic as a metric of its own. */
export interface Metrics {
  add(name: MetricName, count: number): void;
}

/** A message to be sent to a queue. */
export interface QueueMessage<Body> {
  readonly body: Body;
  /** FIFO queues keep the order within a group. Standard queues are fair between groups, which costs extra. */
  readonly group?: string;
  /** FIFO queues drop a second message with this id within five minutes. */
  readonly deduplication?: string;
}

/** The sending side of a queue. */
export interface Queue<Body> {
  /** Resolves once every message is accepted; rejects if one was not. */
  send(messages: readonly QueueMessage<Body>[]): Promise<void>;
}

/**
 * Outcome of a publish.
 * - `published`: accepted.
 * - `refused`: not accepted; another attempt would be refused as well.
 * - `throttled`: not accepted; another attempt may succeed.
 * - `unknown`: no answer; it may or may not have been accepted.
 */
export type PublishOutcome =
  | { readonly kind: 'published'; readonly messageId: string }
  | { readonly kind: 'refused' | 'throttled' | 'unknown'; readonly detail: string };

/** One SNS channel per watched topic, and one for notices to the operators. */
export interface Channels {
  /**
   * Publishes to the subscribers of these protocols; by email, to all readers by default. Does not throw if SNS refuses, and
   * does not repeat a publish whose outcome is unknown.
   */
  publish(
    topicId: string,
    message: RenderedAlert,
    protocols: readonly Protocol[],
    readers?: EmailReaders,
  ): Promise<PublishOutcome>;
}

/** Readers of emails: those who get each message, those who chose one mail a day, or both. */
export type EmailReaders = 'at once' | 'daily' | 'all';

/** A subscription to a channel, as SNS describes it. */
export interface FoundSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** The person has not followed the link in SNS's mail yet. */
  readonly isPending: boolean;
  readonly filterPolicy: FilterPolicy | undefined;
}

/** The rules of a subscription, by message attribute. Only messages that satisfy one rule of each attribute are delivered. */
export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

/** What people who sign up do with channels. All calls can be repeated. */
export interface Subscribing {
  /** Subscribes and returns the ARN. By email, SNS asks the person to confirm it, once more for each repetition. */
  subscribe(subscription: Subscription, filterPolicy: FilterPolicy): Promise<string>;
  /** Returns undefined if there is no such subscription any more. */
  find(subscriptionArn: string): Promise<FoundSubscription | undefined>;
  /** Returns the subscriptions to a topic's channel, as many as SNS lists in `pages` pages. */
  list(topicId: string, pages: number): Promise<readonly ListedSubscription[]>;
  /** Returns false if there is no such subscription any more. */
  setFilter(subscriptionArn: string, filterPolicy: FilterPolicy): Promise<boolean>;
  /** An unconfirmed subscription cannot be removed; it expires after some days. */
  unsubscribe(subscriptionArn: string): Promise<void>;
  /** Sends an email to the subscribers of a channel whose filter accepts one of `to`. */
  sendEmail(
    topicId: string,
    to: readonly string[],
    email: { readonly subject: string; readonly text: string },
  ): Promise<void>;
  /** Sends one SMS to a number. */
  sendSms(number: string, text: string): Promise<void>;
}

export interface ListedSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** Undefined while the subscription is not confirmed. */
  readonly arn: string | undefined;
}
