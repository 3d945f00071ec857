import { NewsAlertsError } from '../shared/errors.ts';
import { hash64 } from '../shared/hash.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { Subscription } from '../shared/model.ts';
import type { ChannelAdmin, Log } from '../shared/ports.ts';
import type { ChannelRecord, ChannelRecords } from '../shared/store/channel-records.ts';
import { count, plural } from '../shared/text/count.ts';

export interface ChannelsDeps {
  readonly admin: ChannelAdmin;
  readonly records: ChannelRecords;
  readonly log: Log;
  /** Names this run, unlike all others: when another begins, this one stops. */
  readonly run: string;
  /** True when the time for a run is nearly over. */
  readonly isLate?: () => boolean;
}

/** What the user's file asks for. */
export interface WantedChannels {
  readonly topicIds: readonly string[];
  /** Each must be to one of the topics. */
  readonly subscriptions: readonly Subscription[];
}

export const NO_CHANNELS: WantedChannels = { topicIds: [], subscriptions: [] };

const SUPERSEDED = 'another run has begun';
/** SNS creates 30 channels a second in most regions; the SDK slows down when it is throttled. */
const MAX_CONCURRENT_CHANNELS = 20;

/**
 * Makes the channels and subscriptions that the user's file asks for and that are not there, and encrypts channels that an
 * earlier version made. Removes nothing. May be called again after it has failed. Who has unsubscribed is not subscribed
 * again: it was not asked for anew.
 */
export async function makeChannels(deps: ChannelsDeps, wanted: WantedChannels): Promise<void> {
  const { admin, records, log, run } = deps;
  await records.begin(run);
  const recorded = await records.all();
  const existing = wanted.topicIds.length === 0 ? new Set<string>() : new Set(await admin.list());
  const subscriptions = Map.groupBy(wanted.subscriptions, ({ topicId }) => topicId);
  // Hundreds of channels with nothing to do would take hundreds of requests at every start.
  const isWhole = (topicId: string) => {
    const record = recorded.get(topicId);
    return (
      existing.has(topicId) &&
      record !== undefined &&
      (record.encrypted || !admin.encrypt) &&
      (subscriptions.get(topicId) ?? []).every((one) => nameOf(one) in record.subscriptions)
    );
  };
  const unfinished = wanted.topicIds.filter((topicId) => !isWhole(topicId));
  await each(deps, unfinished, async (topicId) => {
    const exists = existing.has(topicId);
    let record = recorded.get(topicId);
    if (!record) {
      // Before the channel: whatever was made here must be known to be ours.
      record = { made: !exists, subscriptions: {} };
      await records.put(topicId, record);
    }
    if (!exists) {
      await admin.create(topicId);
      // A run that began before this may have looked at the record, and not found the channel.
      if (!(await records.isCurrent(run))) {
        await admin.remove(topicId);
        throw new NewsAlertsError(SUPERSEDED);
      }
    }
    if (exists && !record.encrypted) await admin.encrypt?.(topicId);
    // A channel that was deleted by hand has lost its subscriptions.
    const before = exists ? record : { ...record, subscriptions: {} };
    const after = {
      ...before,
      ...(admin.encrypt ? { encrypted: true as const } : {}),
      subscriptions: await subscribe(admin, before.subscriptions, subscriptions.get(topicId) ?? []),
    };
    if (JSON.stringify(after) !== JSON.stringify(record)) await records.put(topicId, after);
  });
  const created = wanted.topicIds.filter((topicId) => !existing.has(topicId)).length;
  log.info('channels', { channels: wanted.topicIds.length, created });
}

/** Removes the channels and subscriptions that were made here and that the user's file no longer asks for. */
export async function removeChannels(deps: ChannelsDeps, wanted: WantedChannels): Promise<void> {
  const { admin, records, log, run } = deps;
  await records.begin(run);
  const named = new Map(
    [...Map.groupBy(wanted.subscriptions, ({ topicId }) => topicId)].map(([topicId, list]) => [
      topicId,
      new Set(list.map(nameOf)),
    ]),
  );
  const topicIds = new Set(wanted.topicIds);
  const recorded = await records.all();
  const leftOf = (topicId: string) =>
    Object.keys(recorded.get(topicId)?.subscriptions ?? {}).filter(
      (name) => !topicIds.has(topicId) || !named.get(topicId)?.has(name),
    );
  const unfinished = [...recorded.keys()].filter(
    (topicId) => !topicIds.has(topicId) || leftOf(topicId).length > 0,
  );
  await each(deps, unfinished, async (topicId) => {
    const record = recorded.get(topicId) ?? { made: false, subscriptions: {} };
    const { made, subscriptions } = record;
    const isGone = !topicIds.has(topicId);
    if (isGone && made) await admin.remove(topicId);
    const left = leftOf(topicId);
    if (!isGone || !made) for (const name of left) await admin.unsubscribe(subscriptions[name] ?? '');
    if (isGone) await records.delete(topicId);
    else {
      const kept = Object.entries(subscriptions).filter(([name]) => !left.includes(name));
      await records.put(topicId, { ...record, subscriptions: Object.fromEntries(kept) });
    }
  });
  log.info('channels-removed', { channels: [...recorded.keys()].filter((id) => !topicIds.has(id)).length });
}

/** By which a subscription is recorded: addresses are kept by SNS alone. */
function nameOf({ protocol, endpoint }: Subscription): string {
  return hash64(protocol, endpoint);
}

/** Subscribes who is not among `subscriptions`, and returns these with the new ones. */
async function subscribe(
  admin: ChannelAdmin,
  subscriptions: ChannelRecord['subscriptions'],
  wanted: readonly Subscription[],
): Promise<ChannelRecord['subscriptions']> {
  const after: Record<string, string> = { ...subscriptions };
  for (const one of wanted) after[nameOf(one)] ??= await admin.subscribe(one);
  return after;
}

async function each(
  { records, run, isLate = () => false }: ChannelsDeps,
  topicIds: readonly string[],
  work: (topicId: string) => Promise<void>,
): Promise<void> {
  await inParallel(topicIds, MAX_CONCURRENT_CHANNELS, async (topicId, left) => {
    if (isLate())
      throw new NewsAlertsError(
        `${count(left + 1, 'channel')} ${plural(left + 1, 'was', 'were')} not reached in time; deploy again`,
      );
    if (!(await records.isCurrent(run))) throw new NewsAlertsError(SUPERSEDED);
    await work(topicId);
  });
}
