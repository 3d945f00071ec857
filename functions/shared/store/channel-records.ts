import type { Table } from './table.ts';

/** ARNs of the subscriptions of the user's file, by a hash of protocol and endpoint: addresses are kept by SNS alone. */
export type ChannelRecord = Readonly<Record<string, string>>;

/** The channels that were made of the user's file, and who was subscribed to them. */
export interface ChannelRecords {
  /** By topic. */
  all(): Promise<ReadonlyMap<string, ChannelRecord>>;
  put(topicId: string, record: ChannelRecord): Promise<void>;
  delete(topicId: string): Promise<void>;
}

const PARTITION = 'CHANNELS';

export function channelRecords(table: Table): ChannelRecords {
  return {
    async all() {
      const records = await table.query({ pk: PARTITION, from: '', to: '~' });
      return new Map(records.map(({ sk, subscriptions }) => [String(sk), subscriptions as ChannelRecord]));
    },
    async put(topicId, subscriptions) {
      await table.put({ pk: PARTITION, sk: topicId, subscriptions });
    },
    async delete(topicId) {
      await table.delete({ pk: PARTITION, sk: topicId });
    },
  };
}
