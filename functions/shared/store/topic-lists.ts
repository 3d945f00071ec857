import { NewsAlertsError } from '../errors.ts';
import { listOf, number, readRecord, text } from './record-shape.ts';
import type { Table } from './table.ts';

/** People who signed up, by topic. Notify counts them. */
export interface TopicList {
  add(topicId: string, subscriberId: string): Promise<void>;
  remove(topicId: string, subscriberId: string): Promise<void>;
  count(topicId: string): Promise<number>;
}

/**
 * `sms`: who receives a topic's SMS, each of which takes parts of the month's limit. `daily`: who gets one mail a day, for
 * which alerts have to wait.
 */
const PARTITIONS = { sms: 'SIGNUP-SMS', daily: 'SIGNUP-DAILY' } as const;

const MAX_ATTEMPTS = 8;

export function topicList(table: Table, of: keyof typeof PARTITIONS): TopicList {
  const keyOf = (topicId: string) => ({ pk: PARTITIONS[of], sk: topicId });
  const read = async (topicId: string) => {
    const record = await table.get(keyOf(topicId));
    return record ? readRecord(record, { ids: listOf(text), version: number }) : { ids: [], version: 0 };
  };
  const change = async (topicId: string, edit: (ids: readonly string[]) => readonly string[]) => {
    for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
      const { ids, version } = await read(topicId);
      const after = edit(ids);
      if (after.length === ids.length) return;
      const written = await table.put(
        { ...keyOf(topicId), ids: after, version: version + 1 },
        version === 0 ? { absent: true } : { attribute: 'version', equals: version },
      );
      if (written) return;
    }
    throw new NewsAlertsError(
      `expected to change who gets ${of === 'sms' ? 'SMS' : 'one mail a day'} of ${topicId}, got others changing it; try again`,
    );
  };
  return {
    add: (topicId, id) => change(topicId, (ids) => (ids.includes(id) ? ids : [...ids, id])),
    remove: (topicId, id) => change(topicId, (ids) => ids.filter((other) => other !== id)),
    count: async (topicId) => (await read(topicId)).ids.length,
  };
}
