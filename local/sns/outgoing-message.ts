export type SubscriptionProtocol = 'email' | 'sms' | 'http' | 'https';

/** One delivery to one subscriber. */
export interface OutgoingMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  readonly body: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One accepted publish, as it is before it is delivered to anybody. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** By protocol; always has `default`. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string | string[]>>;
  readonly at: string;
  /** Whose confirmed subscriptions it matches. */
  readonly receivers: readonly Pick<OutgoingMessage, 'protocol' | 'endpoint'>[];
}
