import type { BatchAlert } from '../shared/delivery/deps.ts';
import { onlyStoryOf } from '../shared/exit.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { Alert } from '../shared/model.ts';
import { PROTOCOLS_ATTRIBUTE } from '../shared/pipeline.ts';
import { choiceOf, type SubscriberChoice } from '../shared/subscriber-filter.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import type { MailDeps } from './deps.ts';

/** A person with confirmed subscriptions by email. */
export interface MailReader {
  readonly id: string;
  readonly endpoint: string;
  readonly topicIds: ReadonlySet<string>;
  readonly choice: SubscriberChoice;
}

const MAX_CONCURRENT = 10;
/** Far more pages of 100 subscriptions than a channel has. */
const MAX_PAGES = 10_000;

/**
 * Returns who has confirmed a subscription by email to the topic of an alert, as SNS lists them, without those who have got all
 * of the alerts. Leaves out subscriptions without a filter, which somebody has made by hand: SNS sends them every alert itself.
 */
export async function mailReaders(deps: MailDeps, alerts: readonly BatchAlert[]): Promise<MailReader[]> {
  const { channels, clock, subscribers, subscribing } = deps;
  const listed = new Map<string, { endpoint: string; arns: Map<string, string> }>();
  const topicIds = new Set(alerts.map(({ alert }) => alert.topicId));
  await inParallel([...topicIds], MAX_CONCURRENT, async (topicId) => {
    for (const { protocol, endpoint, arn } of await subscribing.list(topicId, MAX_PAGES)) {
      if (protocol !== 'email' || arn === undefined) continue;
      const id = subscriberId({ protocol, endpoint });
      const reader = listed.get(id) ?? { endpoint, arns: new Map() };
      reader.arns.set(topicId, arn);
      listed.set(id, reader);
    }
  });
  const ofFile = await channels.all();
  const readers: MailReader[] = [];
  const isUnsent = (id: string, arns: ReadonlyMap<string, string>) =>
    alerts.some(({ alert, states }) => arns.has(alert.topicId) && states.get(id)?.state !== 'sent');
  const waiting = [...listed].filter(([id, { arns }]) => isUnsent(id, arns));
  await inParallel(waiting, MAX_CONCURRENT, async ([id, { endpoint, arns }]) => {
    const subscriber = await subscribers.get(id);
    const served = new Set(arns.keys());
    for (const [topicId, arn] of arns) {
      const isOurs =
        subscriber?.subscriptions[topicId] !== undefined ||
        ofFile.get(topicId)?.subscriptions[id] !== undefined;
      if (!isOurs && (await isUnfiltered(deps, arn))) served.delete(topicId);
    }
    if (served.size > 0)
      readers.push({ id, endpoint, topicIds: served, choice: choiceOf(subscriber, clock()) });
  });
  return readers;
}

/** Returns whether SNS sends every publish to a subscription, since nobody has set a filter. */
async function isUnfiltered({ subscribing, filtered }: MailDeps, arn: string): Promise<boolean> {
  if (filtered.has(arn)) return false;
  const found = await subscribing.find(arn);
  // A subscription that is gone by now gets nothing.
  const isUnfiltered = found?.filterPolicy?.[PROTOCOLS_ATTRIBUTE] === undefined;
  // One that SNS serves is looked up again: the owner may set its filter at any time.
  if (!isUnfiltered) filtered.add(arn);
  return isUnfiltered;
}

/**
 * Returns whether a person wants an alert. `isBegun`: an earlier attempt has tried to send it. Then a person still
 * gets it after changing between one mail a day and each alert.
 */
export function wantsMail({ topicIds, choice }: MailReader, alert: Alert, isBegun: boolean): boolean {
  const storyId = onlyStoryOf(alert);
  const { isPaused = false, mutedStories = [], emails = 'at once' } = choice;
  const isForReader = isBegun || alert.readers === undefined || emails === 'all' || alert.readers === emails;
  return (
    topicIds.has(alert.topicId) &&
    isForReader &&
    !isPaused &&
    !(storyId !== undefined && mutedStories.includes(storyId))
  );
}
