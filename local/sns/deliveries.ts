import { randomUUID } from 'node:crypto';
import type { Clock } from '../../functions/shared/model.ts';
import { isProtocol } from '../../functions/shared/protocols.ts';
import { shorten } from '../../functions/shared/text/safe-text.ts';
import { ACCOUNT } from './action.ts';
import { matchesPolicy, parseFilterPolicy } from './filter-policy.ts';
import { confirmationBody, confirmationText, deliveryHeaders, notificationBody } from './http-messages.ts';
import { HttpSender } from './http-sender.ts';
import type { MessageAttribute } from './message-attributes.ts';
import type { OutgoingMessage, PublishedMessage } from './outgoing-message.ts';
import type { Publication } from './publication.ts';
import type { ChannelSubscription } from './state-file.ts';

type Receiver = Pick<ChannelSubscription, 'protocol' | 'endpoint' | 'rawDelivery' | 'arn' | 'channelArn'>;

export interface DeliveryOptions {
  readonly clock: Clock;
  /** Called once for every accepted publish, before its deliveries. If it throws, the publish fails. */
  readonly onPublish: (publish: PublishedMessage) => void;
  /** Called for every email and SMS. The endpoint itself posts to http(s) subscribers. */
  readonly onDelivery: (delivery: OutgoingMessage) => void;
  /** Returns the address of the page on which people confirm subscriptions by email; undefined if there is none. */
  readonly confirmationUrl?: () => string | undefined;
  /** Returns the name of a channel's topic. */
  readonly topicName?: (channelArn: string) => string;
  /** Called if all tries of a post have failed, or if `onDelivery` threw. */
  readonly onDeliveryFailed?: (delivery: OutgoingMessage, error: Error) => void;
}

const MAX_NAME = 60;

/** Stands for the channel of a message to a phone number. */
const NO_CHANNEL_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:sms`;

export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #sender = new HttpSender();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Delivers a publication to all confirmed subscribers whose filter policy matches it. Returns the message id. */
  publish(topicArn: string, publication: Publication, subscriptions: readonly ChannelSubscription[]): string {
    const values = new Map(publication.attributes.map((attribute) => [attribute.name, attribute.values]));
    const receivers = subscriptions.filter(
      ({ confirmed, filterPolicy }) =>
        confirmed && (filterPolicy === '' || matchesPolicy(parseFilterPolicy(filterPolicy), values)),
    );
    return this.#send(topicArn, publication, receivers);
  }

  /** Sends a publication to a phone number, which needs no subscription. Returns the message id. */
  publishToNumber(number: string, publication: Publication): string {
    return this.#send(NO_CHANNEL_ARN, publication, [
      { protocol: 'sms', endpoint: number, rawDelivery: false, arn: '', channelArn: NO_CHANNEL_ARN },
    ]);
  }

  /** Asks a subscriber to confirm its subscription. */
  askToConfirm(subscription: ChannelSubscription, baseUrl: string): void {
    const { channelArn: topicArn, protocol, endpoint, token } = subscription;
    if (isProtocol(protocol)) {
      const query = new URLSearchParams({ topic: topicArn, token });
      const name = this.#options.topicName?.(topicArn) ?? topicArn;
      const text = confirmationText(name, `${this.#options.confirmationUrl?.() ?? ''}confirm?${query}`);
      const subject = `Confirm alerts about “${shorten(name, MAX_NAME)}”`;
      this.#send(topicArn, { subject, bodies: { default: text }, attributes: [] }, [subscription]);
      return;
    }
    const messageId = randomUUID();
    const at = this.#now();
    const body = confirmationBody(subscription, { messageId, at, baseUrl });
    this.#post(
      { messageId, topicArn, subject: undefined, protocol, endpoint, body, at },
      deliveryHeaders('SubscriptionConfirmation', messageId, subscription),
    );
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  #send(
    topicArn: string,
    { subject, bodies, attributes }: Omit<Publication, 'bytes'>,
    receivers: readonly Receiver[],
  ): string {
    const messageId = randomUUID();
    const at = this.#now();
    this.#options.onPublish({
      messageId,
      topicArn,
      subject,
      bodies,
      attributes: Object.fromEntries(attributes.map((attribute) => [attribute.name, plainValue(attribute)])),
      at,
      receivers: receivers.map(({ protocol, endpoint }) => ({ protocol, endpoint })),
    });
    for (const receiver of receivers) {
      const { protocol, endpoint } = receiver;
      const body = bodies[protocol] ?? bodies.default ?? '';
      this.#deliver({ messageId, topicArn, subject, protocol, endpoint, body, at }, receiver, attributes);
    }
    return messageId;
  }

  #deliver(delivery: OutgoingMessage, to: Receiver, attributes: readonly MessageAttribute[]): void {
    if (delivery.protocol === 'http' || delivery.protocol === 'https') {
      const body = to.rawDelivery ? delivery.body : notificationBody(delivery, attributes);
      this.#post({ ...delivery, body }, deliveryHeaders('Notification', delivery.messageId, to));
      return;
    }
    try {
      this.#options.onDelivery(delivery);
    } catch (error) {
      this.#reportFailure(delivery, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #post(delivery: OutgoingMessage, headers: Readonly<Record<string, string>>): void {
    this.#sender.post({ url: delivery.endpoint, headers, body: delivery.body }, (error) =>
      this.#reportFailure(delivery, error),
    );
  }

  #reportFailure(delivery: OutgoingMessage, error: Error): void {
    try {
      this.#options.onDeliveryFailed?.(delivery, error);
    } catch {
      // A faulty callback must not affect the other subscribers.
    }
  }

  #now(): string {
    return new Date(this.#options.clock()).toISOString();
  }
}

const plainValue = ({ dataType, text, values }: MessageAttribute): string | string[] =>
  dataType === 'String.Array' ? values.map(String) : text;
