import { randomBytes, randomUUID } from 'node:crypto';
import { invalidParameter, SnsError } from './sns-error.ts';
import { type Channel, type ChannelSubscription, StateFile } from './state-file.ts';

export type SubscriptionSettings = Pick<ChannelSubscription, 'filterPolicy' | 'rawDelivery'>;

/** The channels (SNS topics) and their subscriptions. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #subscriptions = new Map<string, ChannelSubscription>();
  readonly #file: StateFile;

  /** @throws NewsAlertsError if the state file cannot be used */
  constructor(stateFile: string | undefined) {
    this.#file = new StateFile(stateFile, () => ({
      version: 1,
      channels: this.all(),
      subscriptions: this.subscriptions(),
    }));
    const { channels, subscriptions } = this.#file.load();
    for (const channel of channels) this.#channels.set(channel.arn, channel);
    for (const subscription of subscriptions) this.#subscriptions.set(subscription.arn, subscription);
  }

  /** Resolves when all changes are on disk. Actions await it before they answer. */
  saved(): Promise<void> {
    return this.#file.saved();
  }

  all(): Channel[] {
    return [...this.#channels.values()];
  }

  find(arn: string): Channel | undefined {
    return this.#channels.get(arn);
  }

  get(arn: string): Channel {
    checkArn('TopicArn', arn);
    const channel = this.#channels.get(arn);
    if (channel === undefined) throw new SnsError('NotFound', 'Topic does not exist');
    return channel;
  }

  add(channel: Channel): void {
    this.#channels.set(channel.arn, channel);
    this.#file.changed();
  }

  remove(arn: string): void {
    checkArn('TopicArn', arn);
    this.#channels.delete(arn);
    for (const subscription of this.subscriptions(arn)) this.#subscriptions.delete(subscription.arn);
    this.#file.changed();
  }

  subscriptions(channelArn?: string): ChannelSubscription[] {
    const all = [...this.#subscriptions.values()];
    return channelArn === undefined ? all : all.filter((one) => one.channelArn === channelArn);
  }

  subscription(arn: string): ChannelSubscription {
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) throw new SnsError('NotFound', 'Subscription does not exist');
    return subscription;
  }

  subscribe(
    to: Pick<ChannelSubscription, 'channelArn' | 'protocol' | 'endpoint'> & SubscriptionSettings,
    confirmed: boolean,
  ): ChannelSubscription {
    return this.#put({
      ...to,
      arn: `${to.channelArn}:${randomUUID()}`,
      confirmed,
      authenticated: confirmed,
      token: randomBytes(48).toString('hex'),
    });
  }

  change(subscription: ChannelSubscription, settings: Partial<SubscriptionSettings>): void {
    this.#put({ ...subscription, ...settings });
  }

  confirm(channelArn: string, token: string, authenticated: boolean): ChannelSubscription {
    const subscription = this.subscriptions(channelArn).find((one) => one.token === token);
    if (subscription === undefined) throw invalidParameter('Token');
    return subscription.confirmed
      ? subscription
      : this.#put({ ...subscription, confirmed: true, authenticated });
  }

  /** Removes a subscription. As in SNS, an unknown one is no error. */
  unsubscribe(arn: string): void {
    checkArn('SubscriptionArn', arn);
    if (this.#subscriptions.delete(arn)) this.#file.changed();
  }

  #put(subscription: ChannelSubscription): ChannelSubscription {
    this.#subscriptions.set(subscription.arn, subscription);
    this.#file.changed();
    return subscription;
  }
}

function checkArn(parameter: string, arn: string): void {
  const elements = arn.split(':').length;
  if (elements < 6) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${elements}`);
  }
}
