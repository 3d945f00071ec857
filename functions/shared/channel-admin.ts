import type { Subscription } from './model.ts';

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
