import type { DeliveryDeps } from '../shared/delivery/deps.ts';
import type { SendOutcome } from '../shared/delivery/outcome.ts';
import type { RawMail } from '../shared/mail/raw-mail.ts';
import type { OnAmbiguous, PipelineConfig, Sender } from '../shared/model.ts';
import type { Subscribing } from '../shared/ports.ts';
import { onAmbiguousOf } from '../shared/protocols.ts';
import { type ChannelRecords, channelRecords } from '../shared/store/channel-records.ts';
import { recipientClaims } from '../shared/store/recipient-claims.ts';
import { recipientProblems } from '../shared/store/recipient-problems.ts';
import { signingKey } from '../shared/store/signing-key.ts';
import { type Subscribers, subscribers } from '../shared/store/subscribers.ts';
import type { Table } from '../shared/store/table.ts';

export interface MailDeps extends Omit<DeliveryDeps, 'name' | 'concurrency' | 'recipientsOf'> {
  readonly sender: Sender;
  readonly onAmbiguous: OnAmbiguous;
  /** Returns the zone in which a topic's alerts show times. */
  readonly zoneOf: (topicId: string) => string;
  /** Reads the key that signs links. */
  readonly key: () => Promise<Uint8Array>;
  /** Address of the sign-up page, with a slash at its end. */
  readonly pageUrl: string;
  readonly subscribing: Pick<Subscribing, 'list' | 'find'>;
  /** The subscriptions that the user's file lists. */
  readonly channels: Pick<ChannelRecords, 'all'>;
  readonly subscribers: Pick<Subscribers, 'get'>;
  /** Sends a mail, with one try. Never rejects. */
  readonly send: (mail: RawMail) => Promise<SendOutcome>;
  /** ARNs of subscriptions that are known to have a filter. */
  readonly filtered: Set<string>;
}

export function mailSettings(config: PipelineConfig): Pick<MailDeps, 'onAmbiguous' | 'zoneOf'> {
  const { topics, timeZone = 'UTC' } = config;
  return {
    onAmbiguous: onAmbiguousOf(config, 'email'),
    zoneOf: (topicId) => topics.find(({ id }) => id === topicId)?.timeZone ?? timeZone,
  };
}

/** Returns what an instance of the function keeps. `instance`: its unique id. */
export function mailStores(
  table: Table,
  instance: string,
): Pick<MailDeps, 'key' | 'claims' | 'problems' | 'channels' | 'subscribers' | 'filtered'> {
  return {
    key: () => signingKey(table),
    claims: recipientClaims(table, 'mail', instance),
    problems: recipientProblems(table, 'mail'),
    channels: channelRecords(table),
    subscribers: subscribers(table),
    filtered: new Set(),
  };
}
