import type { Protocol } from '../../functions/shared/model.ts';

export type SubscriptionProtocol = Protocol | 'http' | 'https';

/** One message to one subscriber. */
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

/** One accepted publish, before its deliveries. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** By protocol; always has `default`. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string | string[]>>;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The subscribers who are confirmed and whose filter policy matches. */
  readonly receivers: readonly Pick<OutgoingMessage, 'protocol' | 'endpoint'>[];
}
