import { inParallel } from '../shared/in-parallel.ts';
import { nextDailyTime } from '../shared/local-time.ts';
import { isProtocol } from '../shared/protocols.ts';
import type { Subscriber } from '../shared/store/subscribers.ts';
import { choiceOf } from '../shared/subscriber-filter.ts';
import type { SignupDeps } from './deps.ts';
import { mailboxOf, takePlaces } from './limits.ts';
import { changeSubscriber, putChoiceInForce, readSettings, type Settings, topicListOf } from './settings.ts';
import { MAX_TOPICS_PER_FORM, subscribe } from './sign-up.ts';

export const PAUSE_MS = 7 * 86_400_000;
/** Stories end long before; their follow-ups and round-ups do, too. */
const MUTED_MS = 14 * 86_400_000;
/** The filter policies of SNS have at most 150 combinations of values. */
const MAX_MUTED = 45;
/** SNS needs up to this long for a filter. */
const FILTER_DELAY_MS = 15 * 60_000;
const MAX_CONCURRENT = 5;
/** Subscribers whose pauses end, in one run. */
const MAX_DUE = 200;

export type TopicsResult = 'done' | 'later' | 'full' | 'too-many';

/** Makes a person receive these topics, and no others that people can choose. */
export async function chooseTopics(
  deps: SignupDeps,
  settings: Settings,
  topicIds: readonly string[],
): Promise<TopicsResult> {
  const { contact, subscriptions } = settings;
  if (!contact) return 'done';
  const wanted = new Set(topicIds);
  const added = topicIds.filter((topicId) => !subscriptions.has(topicId));
  if (added.length > MAX_TOPICS_PER_FORM) return 'too-many';
  if (contact.protocol === 'email' && added.length > 0) {
    const hasPlaces = await takePlaces(deps, 'mailsToAddress', mailboxOf(contact), added.length);
    if (!hasPlaces || !(await takePlaces(deps, 'mails', '', added.length))) return 'later';
  }
  // New subscriptions first: SNS tells the address only as long as there is one.
  const result = added.length > 0 ? await subscribe(deps, contact, added) : 'done';
  await unsubscribe(
    deps,
    settings,
    deps.config.topics.map(({ id }) => id).filter((id) => subscriptions.has(id) && !wanted.has(id)),
  );
  return result;
}

/** Ends everything that a person receives, and forgets what they had chosen. */
export async function stopEverything(deps: SignupDeps, id: string): Promise<void> {
  const { log, subscribers } = deps;
  const settings = await readSettings(deps, id, true);
  const { subscriptions, subscriber } = settings;
  // Earlier attempts may have ended some of them.
  const recorded = Object.keys(subscriber?.subscriptions ?? {});
  await unsubscribe(deps, settings, [...new Set([...subscriptions.keys(), ...recorded])]);
  const left = await subscribers.get(id);
  // Somebody who signs up at the same moment keeps the new record.
  if (left && Object.keys(left.subscriptions).length === 0) await subscribers.delete(id, left);
  log.info('signup-ended', { topics: subscriptions.size });
}

async function unsubscribe(
  deps: SignupDeps,
  { id, contact, subscriptions, subscriber }: Settings,
  topicIds: readonly string[],
): Promise<void> {
  const { subscribers, subscribing } = deps;
  const protocol = contact?.protocol ?? subscriber?.protocol;
  await inParallel(topicIds, MAX_CONCURRENT, async (topicId) => {
    const subscription = subscriptions.get(topicId);
    if (subscription) await subscribing.unsubscribe(subscription.arn);
    if (protocol) await topicListOf(deps, protocol).remove(topicId, id);
  });
  const before = await subscribers.get(id);
  if (!before) return;
  await changeSubscriber(deps, id, before.protocol, ({ subscriptions: all, ...rest }) => ({
    ...rest,
    subscriptions: Object.fromEntries(Object.entries(all).filter(([topicId]) => !topicIds.includes(topicId))),
  }));
}

/** Sends a person nothing until a time, ms; undefined ends the pause. */
export function pause(deps: SignupDeps, settings: Settings, until: number | undefined): Promise<void> {
  return choose(deps, settings, ({ pausedUntil: _, ...rest }) => ({
    ...rest,
    ...(until === undefined ? {} : { pausedUntil: new Date(until).toISOString() }),
  }));
}

/** Sends a person nothing more about some stories, or everything again. */
export function muteStories(
  deps: SignupDeps,
  settings: Settings,
  storyIds: readonly string[],
  isMuted: boolean,
): Promise<void> {
  const until = new Date(deps.clock() + MUTED_MS).toISOString();
  return choose(deps, settings, ({ muted = [], ...rest }) => {
    const others = muted.filter(({ storyId }) => !storyIds.includes(storyId));
    const added = isMuted ? storyIds.map((storyId) => ({ storyId, until })) : [];
    const after = [...others, ...added].slice(-MAX_MUTED);
    return { ...rest, ...(after.length > 0 ? { muted: after } : {}) };
  });
}

/**
 * Makes a person get one mail a day in place of each alert, or each alert again. What waits for the next daily mail then
 * still comes with it.
 */
export function chooseDaily(deps: SignupDeps, settings: Settings, isDaily: boolean): Promise<void> {
  const { digest } = deps.config.signup ?? {};
  return choose(deps, settings, ({ daily, dailyUntil, ...rest }) => {
    if (isDaily) return { ...rest, daily: true };
    if (!daily || !digest) return { ...rest, ...(dailyUntil === undefined ? {} : { dailyUntil }) };
    const due = nextDailyTime(digest, deps.clock() + FILTER_DELAY_MS);
    return { ...rest, dailyUntil: new Date(due).toISOString() };
  });
}

async function choose(
  deps: SignupDeps,
  { id, contact }: Settings,
  edit: (before: Omit<Subscriber, 'version'>) => Omit<Subscriber, 'version'>,
): Promise<void> {
  if (!contact || !isProtocol(contact.protocol)) return;
  // Unsettled first: if this ends before SNS has the choice, `settleDue` goes on.
  await changeSubscriber(deps, id, contact.protocol, (before) => ({ ...edit(before), unsettled: true }));
  await putChoiceInForce(deps, id);
}

/**
 * Ends the pauses that are over, and finishes changes that were interrupted. Run from time to time.
 * @returns the number of subscribers
 */
export async function settleDue(deps: SignupDeps): Promise<number> {
  const { clock, subscribers } = deps;
  const due = await subscribers.due(clock(), MAX_DUE);
  await inParallel(due, MAX_CONCURRENT, async (id) => {
    const subscriber = await subscribers.get(id);
    if (!subscriber) return;
    const lastMail = await lastDailyMail(deps, id, subscriber);
    await changeSubscriber(deps, id, subscriber.protocol, (before) =>
      withoutEnded(before, clock(), lastMail),
    );
    await putChoiceInForce(deps, id);
  });
  return due.length;
}

/** Returns when the last daily mail of a person who gets each alert again was due, ISO, if it was sent. */
async function lastDailyMail(
  deps: SignupDeps,
  id: string,
  { dailyUntil }: Subscriber,
): Promise<string | undefined> {
  if (dailyUntil === undefined || deps.clock() < Date.parse(dailyUntil) + FILTER_DELAY_MS) return undefined;
  const { subscriptions } = await readSettings(deps, id);
  const waiting = await Promise.all(
    [...subscriptions.keys()].map((topicId) => deps.digests.entries(topicId, dailyUntil)),
  );
  return waiting.flat().some(({ kind }) => kind === 'daily') ? undefined : dailyUntil;
}

/** Returns a person's record without the pause, the muted stories and the last daily mail that are over. */
function withoutEnded(
  subscriber: Omit<Subscriber, 'version'>,
  now: number,
  lastMail: string | undefined,
): Omit<Subscriber, 'version'> {
  const { pausedUntil, dailyUntil, muted = [], ...rest } = subscriber;
  const { isPaused, mutedStories } = choiceOf(subscriber, now);
  const left = muted.filter(({ storyId }) => mutedStories.includes(storyId));
  return {
    ...rest,
    ...(isPaused && pausedUntil !== undefined ? { pausedUntil } : {}),
    ...(dailyUntil !== undefined && dailyUntil !== lastMail ? { dailyUntil } : {}),
    ...(left.length > 0 ? { muted: left } : {}),
    unsettled: true,
  };
}
