import { hash64 } from '../../functions/shared/hash.ts';
import type { Reason } from '../../functions/shared/model.ts';
import {
  STORY_PREFIX,
  type Story,
  type Telling,
  topicPartition,
} from '../../functions/shared/store/stories.ts';
import type { Table } from '../../functions/shared/store/table.ts';

/** What became of an alert, as its claim notes it. Records of 0.1.0 lack most of it. */
export interface AlertRecord {
  readonly id: string;
  readonly topicId?: string;
  readonly kind?: string;
  /** `claimed`: it is being sent, or whoever was at it has died. */
  readonly state: 'claimed' | 'sent' | 'queued' | 'skipped';
  readonly title?: string;
  readonly settledAt?: string;
  /** Of the digest that it waits for, or went with. */
  readonly dueAt?: string;
  /** The digest that told it. */
  readonly digest?: { readonly id: string; readonly settledAt?: string };
  readonly messageId?: string;
  /** Version of the configuration. */
  readonly config?: string;
  readonly protocols?: readonly string[];
  readonly stories?: readonly string[];
  /** A feed held it already when it was first read. */
  readonly welcome?: true;
  readonly urgent?: true;
  readonly entry?: {
    readonly itemId: string;
    readonly url?: string;
    readonly feed: string;
    readonly published?: string;
    readonly foundAt?: string;
    readonly why: readonly Reason[];
  };
}

/** What a topic knows of an item as a feed shows it. */
export interface ToldItem extends Telling {
  readonly itemId: string;
  readonly feedId: string;
}

/** Rounds of a digest, each of a hundred entries: more than any has. */
const MOST_ROUNDS = 20;

export async function readAlert(table: Table, id: string): Promise<AlertRecord | undefined> {
  const record = await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' });
  if (!record) return undefined;
  const alert = { ...record, id } as unknown as AlertRecord;
  const { topicId, dueAt } = alert;
  if (alert.state !== 'queued' || topicId === undefined || dueAt === undefined) return alert;
  // Those that are for one protocol alone have digests of their own.
  const name = [topicId, dueAt, ...(alert.protocols ? [alert.protocols.join()] : [])];
  const digest = await digestOf(table, name, id);
  return digest ? { ...alert, digest } : alert;
}

async function digestOf(
  table: Table,
  name: readonly string[],
  alertId: string,
): Promise<AlertRecord['digest']> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const id = hash64('digest', ...name, String(round));
    const record = await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' });
    if (!record) return undefined;
    const covers = (record.covers ?? []) as readonly string[];
    if (record.state === 'sent' && covers.some((key) => key.endsWith(`#${alertId}`))) {
      return { id, settledAt: String(record.settledAt) };
    }
  }
  return undefined;
}

/** What a topic has taken notice of, in no order. */
export async function toldItems(table: Table, topicId: string): Promise<ToldItem[]> {
  const records = await table.query({ pk: topicPartition(topicId), from: 'TOLD#', to: 'TOLD#~' });
  return records.map((record) => {
    const [, itemId = '', feedId = ''] = String(record.sk).split('#');
    return { ...(record as unknown as Telling), itemId, feedId };
  });
}

/** A topic's stories, oldest first. */
export async function toldStories(table: Table, topicId: string): Promise<Story[]> {
  const records = await table.query({
    pk: topicPartition(topicId),
    from: STORY_PREFIX,
    to: `${STORY_PREFIX}~`,
  });
  return records.map((record) => record as unknown as Story);
}
