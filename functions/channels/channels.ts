import { NewsAlertsError } from '../shared/errors.ts';
import type { Log } from '../shared/events.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { ChannelSubscription } from '../shared/model.ts';
import type { ChannelAdmin } from '../shared/ports.ts';
import type { ChannelRecord, ChannelRecords } from '../shared/store/channel-records.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import { count, plural } from '../shared/text/count.ts';

export interface ChannelsDeps {
  readonly admin: ChannelAdmin;
  readonly records: ChannelRecords;
  readonly log: Log;
  /** Unique id of this run. A run stops when another one starts. */
  readonly run: string;
  /** Returns true when the run has almost used up its time. */
  readonly isLate?: () => boolean;
}

/** The channels and subscriptions that the user's file lists. */
export interface WantedChannels {
  readonly topicIds: readonly string[];
  /** Each is for one of the topics. */
  readonly subscriptions: readonly ChannelSubscription[];
}

export const NO_CHANNELS: WantedChannels = { topicIds: [], subscriptions: [] };

const SUPERSEDED = 'another run has started';
/** SNS creates 30 channels a second in most regions. The SDK slows down when SNS throttles. */
const MAX_CONCURRENT_CHANNELS = 20;

/**
 * Creates the channels and subscriptions that the user's file lists and that do not exist yet. Encrypts channels that earlier
 * versions created. Removes nothing, and can be repeated after a failure. Does not resubscribe a recipient who
 * has unsubscribed, because the record still lists that subscription.
 */
export async function makeChannels(deps: ChannelsDeps, wanted: WantedChannels): Promise<void> {
  const { admin, records, log, run } = deps;
  await records.begin(run);
  const recorded = await records.all();
  const existing = wanted.topicIds.length === 0 ? new Set<string>() : new Set(await admin.list());
  const subscriptions = Map.groupBy(wanted.subscriptions, ({ topicId }) => topicId);
  // Without this check, hundreds of unchanged channels would take hundreds of requests at every start.
  const isComplete = (topicId: string) => {
    const record = recorded.get(topicId);
    return (
      existing.has(topicId) &&
      record !== undefined &&
      (record.encrypted || !admin.encrypt) &&
      (subscriptions.get(topicId) ?? []).every(
        (subscription) => subscriberId(subscription) in record.subscriptions,
      )
    );
  };
  const unfinished = wanted.topicIds.filter((topicId) => !isComplete(topicId));
  await forEachChannel(deps, unfinished, async (topicId) => {
    const exists = existing.has(topicId);
    let record = recorded.get(topicId);
    if (!record) {
      // Recorded before the channel is created, so that every channel created here is known to be ours.
      record = { made: !exists, subscriptions: {} };
      await records.put(topicId, record);
    }
    if (!exists) {
      await admin.create(topicId);
      // A newer run may have read the record before the channel existed.
      if (!(await records.isCurrent(run))) {
        await admin.remove(topicId);
        throw new NewsAlertsError(SUPERSEDED);
      }
    }
    if (exists && !record.encrypted) await admin.encrypt?.(topicId);
    // A channel that was deleted by hand lost its subscriptions.
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

/** Removes the channels and subscriptions that were created here and that are no longer in the user's file. */
export async function removeChannels(deps: ChannelsDeps, wanted: WantedChannels): Promise<void> {
  const { admin, records, log, run } = deps;
  await records.begin(run);
  const wantedNames = new Map(
    [...Map.groupBy(wanted.subscriptions, ({ topicId }) => topicId)].map(([topicId, list]) => [
      topicId,
      new Set(list.map(subscriberId)),
    ]),
  );
  const topicIds = new Set(wanted.topicIds);
  const recorded = await records.all();
  const obsoleteOf = (topicId: string) =>
    Object.keys(recorded.get(topicId)?.subscriptions ?? {}).filter(
      (name) => !topicIds.has(topicId) || !wantedNames.get(topicId)?.has(name),
    );
  const unfinished = [...recorded.keys()].filter(
    (topicId) => !topicIds.has(topicId) || obsoleteOf(topicId).length > 0,
  );
  await forEachChannel(deps, unfinished, async (topicId) => {
    const record = recorded.get(topicId) ?? { made: false, subscriptions: {} };
    const { made, subscriptions } = record;
    const isRemoved = !topicIds.has(topicId);
    if (isRemoved && made) await admin.remove(topicId);
    const obsolete = obsoleteOf(topicId);
    if (!isRemoved || !made) for (const name of obsolete) await admin.unsubscribe(subscriptions[name] ?? '');
    if (isRemoved) await records.delete(topicId);
    else {
      const kept = Object.entries(subscriptions).filter(([name]) => !obsolete.includes(name));
      await records.put(topicId, { ...record, subscriptions: Object.fromEntries(kept) });
    }
  });
  log.info('channels-removed', { channels: [...recorded.keys()].filter((id) => !topicIds.has(id)).length });
}

/** Subscribes the recipients that are not in `subscriptions`, and returns all subscriptions. */
async function subscribe(
  admin: ChannelAdmin,
  subscriptions: ChannelRecord['subscriptions'],
  wanted: readonly ChannelSubscription[],
): Promise<ChannelRecord['subscriptions']> {
  const after: Record<string, string> = { ...subscriptions };
  for (const subscription of wanted)
    after[subscriberId(subscription)] ??= await admin.subscribe(subscription);
  return after;
}

/** Runs `work` for each topic. Throws NewsAlertsError if time runs out or another run has started. */
async function forEachChannel(
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
