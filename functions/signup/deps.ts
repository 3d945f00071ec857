import type { Log } from '../shared/events.ts';
import type { Clock, PipelineConfig } from '../shared/model.ts';
import type { Subscribing } from '../shared/ports.ts';
import { type ChannelRecords, channelRecords } from '../shared/store/channel-records.ts';
import { type Digests, digests } from '../shared/store/digests.ts';
import { type StoredItem, storedItems } from '../shared/store/items.ts';
import { mutes } from '../shared/store/mutes.ts';
import { type Quotas, quotas } from '../shared/store/quotas.ts';
import { signingKey } from '../shared/store/signing-key.ts';
import { type SmsCodes, smsCodes } from '../shared/store/sms-codes.ts';
import { type FeedVersion, latestStories, type Story, stories } from '../shared/store/stories.ts';
import { type Subscribers, subscribers } from '../shared/store/subscribers.ts';
import type { Table } from '../shared/store/table.ts';
import { type TopicList, topicList } from '../shared/store/topic-lists.ts';
import { kept } from './kept.ts';

/** The records that sign-up reads and writes. */
export interface SignupStores {
  readonly subscribers: Subscribers;
  readonly smsSubscribers: TopicList;
  readonly dailyReaders: TopicList;
  readonly digests: Pick<Digests, 'entries'>;
  readonly codes: SmsCodes;
  /** The subscriptions that the user's file lists. */
  readonly channels: Pick<ChannelRecords, 'all'>;
  readonly quotas: Quotas;
  /** Returns the stories of a topic that were opened last, latest first. */
  latestStories(topicId: string, limit: number): Promise<readonly Story[]>;
  /** Returns the ids of a topic's muted stories. */
  mutedStories(topicId: string): Promise<ReadonlySet<string>>;
  /** Returns the delivered versions of an item in all feeds. */
  deliveredInFeeds(topicId: string, itemId: string): Promise<readonly FeedVersion[]>;
  /** Returns an item as each feed shows it. */
  storedItems(itemId: string): Promise<readonly (StoredItem & { readonly feedId: string })[]>;
  /** Returns the key that signs links. */
  key(): Promise<Uint8Array>;
}

export function signupStores(table: Table, clock: Clock): SignupStores {
  const keys = kept(clock, () => signingKey(table));
  return {
    subscribers: subscribers(table),
    smsSubscribers: topicList(table, 'sms'),
    dailyReaders: topicList(table, 'daily'),
    digests: digests(table),
    codes: smsCodes(table),
    channels: channelRecords(table),
    quotas: quotas(table),
    latestStories: (topicId, limit) => latestStories(table, topicId, limit),
    mutedStories: (topicId) => mutes(table).of(topicId),
    deliveredInFeeds: (topicId, itemId) => stories(table).deliveredInFeeds(topicId, itemId),
    storedItems: (itemId) => storedItems(table, itemId),
    key: () => keys.get(''),
  };
}

export interface SignupDeps extends SignupStores {
  readonly clock: Clock;
  readonly log: Log;
  readonly config: PipelineConfig;
  readonly subscribing: Subscribing;
}
