import type { Table } from './table.ts';

/** A topic's channel and the subscriptions that the user's file lists for it. */
export interface ChannelRecord {
  /** False when the channel already existed. */
  readonly made: boolean;
  /** Subscription ARNs by a hash of protocol and endpoint, so that only SNS stores addresses. */
  readonly subscriptions: Readonly<Record<string, string>>;
  /** Set once the channel is known to be encrypted at rest. Records of earlier versions lack it. */
  readonly encrypted?: true;
}

/** Stores which channels and subscriptions exist because of the user's file. */
export interface ChannelRecords {
  /** Returns all records by topic id. */
  all(): Promise<ReadonlyMap<string, ChannelRecord>>;
  put(topicId: string, record: ChannelRecord): Promise<void>;
  delete(topicId: string): Promise<void>;
  /** Makes this run the current one, in place of any earlier run. */
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
