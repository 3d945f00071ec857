import type { Table } from './table.ts';

/** What was made of the user's file for a topic. */
export interface ChannelRecord {
  /** False when the channel was there before. */
  readonly made: boolean;
  /** ARNs of subscriptions, by a hash of protocol and endpoint: addresses are kept by SNS alone. */
  readonly subscriptions: Readonly<Record<string, string>>;
  /** The channel is known to be encrypted at rest; no record of an earlier version says so. */
  readonly encrypted?: true;
}

/** The channels of the user's file, and who was subscribed to them. */
export interface ChannelRecords {
  /** By topic. */
  all(): Promise<ReadonlyMap<string, ChannelRecord>>;
  put(topicId: string, record: ChannelRecord): Promise<void>;
  delete(topicId: string): Promise<void>;
  /** From now on this run is the current one, and none before it. */
  begin(run: string): Promise<void>;
  isCurrent(run: string): Promise<boolean>;
}

const PARTITION = 'CHANNELS';
const RUN = { pk: 'CHANNELS-RUN', sk: 'RUN' };

export function channelRecords(table: Table): ChannelRecords {
  return {
    async all() {
      const records = await table.query({ pk: PARTITION, from: '', to: '~' });
      return new Map(
        records.map(({ sk, made, subscriptions, encrypted }) => [
          String(sk),
          {
            made: made === true,
            subscriptions: subscriptions as ChannelRecord['subscriptions'],
            ...(encrypted === true ? { encrypted } : {}),
          },
        ]),
      );
    },
    async put(topicId, record) {
      await table.put({ pk: PARTITION, sk: topicId, ...record });
    },
    async delete(topicId) {
      await table.delete({ pk: PARTITION, sk: topicId });
    },
    async begin(run) {
      await table.put({ ...RUN, run });
    },
    isCurrent: async (run) => (await table.get(RUN))?.run === run,
  };
}
