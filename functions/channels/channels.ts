import type { ChannelAdmin } from '../shared/channel-admin.ts';
import { hash64 } from '../shared/hash.ts';
import type { Log } from '../shared/log.ts';
import type { Subscription } from '../shared/model.ts';
import type { ChannelRecord, ChannelRecords } from '../shared/store/channel-records.ts';

export interface ChannelsDeps {
  readonly admin: ChannelAdmin;
  readonly records: ChannelRecords;
  readonly log: Log;
}

/** What the user's file asks for. */
export interface WantedChannels {
  readonly topicIds: readonly string[];
  /** Each must be to one of the topics. */
  readonly subscriptions: readonly Subscription[];
}

/** SNS creates 30 channels a second in most regions; the SDK slows down when it is throttled. */
const AT_ONCE = 20;

/**
 * Makes the channels and the subscriptions of the user's file what the file says. May be called again after it has
 * failed, or for a file of before. What the records do not know was not made here and is never removed; who has
 * unsubscribed is not subscribed again, since the subscription was not asked for anew.
 */
export async function channels(deps: ChannelsDeps, wanted: WantedChannels): Promise<void> {
  const { admin, records, log } = deps;
  const recorded = await records.all();
  const topicIds = new Set(wanted.topicIds);
  const gone = [...recorded.keys()].filter((topicId) => !topicIds.has(topicId));
  const existing = topicIds.size === 0 ? new Set<string>() : new Set(await admin.list());
  const subscriptions = Map.groupBy(wanted.subscriptions, ({ topicId }) => topicId);

  await each(gone, async (topicId) => {
    await admin.remove(topicId);
    await records.delete(topicId);
  });
  await each([...topicIds], async (topicId) => {
    const record = recorded.get(topicId);
    // Before the channel: whatever was made here must be known to be ours.
    if (!record) await records.put(topicId, {});
    if (!existing.has(topicId)) await admin.create(topicId);
    const before = existing.has(topicId) ? (record ?? {}) : {};
    await subscribe(deps, topicId, before, subscriptions.get(topicId) ?? []);
  });
  const created = [...topicIds].filter((topicId) => !existing.has(topicId)).length;
  log.info('channels', { channels: topicIds.size, created, removed: gone.length });
}

async function subscribe(
  { admin, records }: ChannelsDeps,
  topicId: string,
  before: ChannelRecord,
  wanted: readonly Subscription[],
): Promise<void> {
  const named = new Map(wanted.map((one) => [hash64(one.protocol, one.endpoint), one]));
  const left = Object.keys(before).filter((name) => !named.has(name));
  const added = [...named].filter(([name]) => !(name in before));
  if (left.length === 0 && added.length === 0) return;
  const after: Record<string, string> = { ...before };
  for (const name of left) {
    await admin.unsubscribe(before[name] ?? '');
    delete after[name];
  }
  for (const [name, subscription] of added) after[name] = await admin.subscribe(subscription);
  await records.put(topicId, after);
}

async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}
