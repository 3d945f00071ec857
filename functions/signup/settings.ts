import { NewsAlertsError } from '../shared/errors.ts';
import { inParallel } from '../shared/in-parallel.ts';
import type { Contact, Protocol } from '../shared/model.ts';
import type { ListedSubscription } from '../shared/ports.ts';
import { isProtocol } from '../shared/protocols.ts';
import type { Subscriber } from '../shared/store/subscribers.ts';
import type { TopicList } from '../shared/store/topic-lists.ts';
import { choiceOf, subscriberFilter } from '../shared/subscriber-filter.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import type { SignupDeps } from './deps.ts';

/** A person's subscription to one topic. */
export interface TopicSubscription {
  readonly arn: string;
  /** The person has not followed the link in SNS's mail yet. */
  readonly isPending: boolean;
}

/** The settings of a person: address, topics and choices. */
export interface Settings {
  readonly id: string;
  /** Undefined if SNS has no subscription of this person any more. */
  readonly contact: Contact | undefined;
  /** By topic id; also of topics that are not in the file, as while an id is misspelt. */
  readonly subscriptions: ReadonlyMap<string, TopicSubscription>;
  /** Some are missing here: their ARN was never recorded, and SNS does not tell it before the person has confirmed them. */
  readonly isPartial: boolean;
  readonly subscriber: Subscriber | undefined;
}

const MAX_CONCURRENT = 10;
const MAX_TRIES = 5;
/** Pages of 100 subscriptions. SNS keeps 200 with a filter. */
const MAX_PAGES = 5;

/**
 * Reads what a person receives, by the sign-up page and by the user's file, as SNS has it.
 * @param isThorough whether to look for subscriptions that were made by hand, too. HTML mail goes there with our links. They are
 *   looked for anyway if nothing else is known.
 */
export async function readSettings(deps: SignupDeps, id: string, isThorough = false): Promise<Settings> {
  const { channels, config, subscribers, subscribing } = deps;
  const subscriber = await subscribers.get(id);
  const known = new Map<string, string>();
  for (const [topicId, { subscriptions }] of await channels.all()) {
    const arn = subscriptions[id];
    if (arn !== undefined) known.set(topicId, arn);
  }
  for (const [topicId, arn] of Object.entries(subscriber?.subscriptions ?? {})) known.set(topicId, arn);
  const existing = new Set(config.topics.map((topic) => topic.id));
  if (config.htmlEmail && (isThorough || known.size === 0))
    for (const topicId of existing) if (!known.has(topicId)) known.set(topicId, '');
  const subscriptions = new Map<string, TopicSubscription>();
  let contact: Contact | undefined;
  let isPartial = false;
  await inParallel([...known.keys()], MAX_CONCURRENT, async (topicId) => {
    const recorded = known.get(topicId);
    const isThere = recorded ? await subscribing.find(recorded) : undefined;
    // The address may have been subscribed again since. A topic that is not in the file has no channel, or only for a while.
    const listed = isThere || !existing.has(topicId) ? undefined : await findListed(deps, topicId, id);
    const arn = isThere ? recorded : listed?.arn;
    if (listed && !arn) isPartial = true;
    const found = isThere ?? (arn ? await subscribing.find(arn) : undefined);
    if (!arn || !found || !isProtocol(found.protocol)) return;
    contact = { protocol: found.protocol, endpoint: found.endpoint };
    subscriptions.set(topicId, { arn, isPending: found.isPending });
  });
  return { id, contact, subscriptions, isPartial, subscriber };
}

/** Returns a subscription whose ARN is not recorded. */
async function findListed(
  { subscribing }: SignupDeps,
  topicId: string,
  id: string,
): Promise<ListedSubscription | undefined> {
  const listed = await subscribing.list(topicId, MAX_PAGES);
  return listed.find(
    ({ protocol, endpoint }) => isProtocol(protocol) && subscriberId({ protocol, endpoint }) === id,
  );
}

/** Returns the list of each topic from which a person who gets nothing more of it has to be removed. */
export const topicListOf = ({ smsSubscribers, dailyReaders }: SignupDeps, protocol: Protocol): TopicList =>
  protocol === 'sms' ? smsSubscribers : dailyReaders;

/**
 * Changes a person's record, as often as others change it meanwhile.
 * @throws NewsAlertsError if others keep changing it
 */
export async function changeSubscriber(
  { clock, subscribers }: SignupDeps,
  id: string,
  protocol: Protocol,
  edit: (before: Omit<Subscriber, 'version'>) => Omit<Subscriber, 'version'>,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await subscribers.get(id);
    const after = edit(before ?? { protocol, subscriptions: {} });
    if (await subscribers.put(id, before, after, clock())) return;
  }
  throw new NewsAlertsError(
    'expected to change the settings of a subscriber, got others changing them; try again',
  );
}

/** Makes SNS filter as a person has chosen, and records that it does. Begins again if the choice changes meanwhile. */
export async function putChoiceInForce(deps: SignupDeps, id: string, tries = MAX_TRIES): Promise<void> {
  const { clock, dailyReaders, subscribers, subscribing } = deps;
  const { contact, subscriptions, isPartial, subscriber } = await readSettings(deps, id);
  if (!subscriber) return;
  if (contact) {
    const policy = subscriberFilter(contact, choiceOf(subscriber, clock()));
    await inParallel([...subscriptions], MAX_CONCURRENT, async ([topicId, { arn }]) => {
      // Whoever accepts the daily mail also receives each alert that does not wait for it, so that nothing is lost between
      // these steps. In this order, little comes twice.
      if (contact.protocol === 'email' && !subscriber.daily) await dailyReaders.remove(topicId, id);
      await subscribing.setFilter(arn, policy);
      if (contact.protocol === 'email' && subscriber.daily) await dailyReaders.add(topicId, id);
    });
  }
  // Somebody who replied STOP, or used SNS's own link, has left without a word to us.
  const left = Object.keys(subscriber.subscriptions).filter((topicId) => !subscriptions.has(topicId));
  for (const topicId of left) await topicListOf(deps, subscriber.protocol).remove(topicId, id);
  if (isPartial) return;
  const { unsettled: _unsettled, version: _version, ...settled } = subscriber;
  const isSettled = await subscribers.put(id, subscriber, settled, clock());
  // Another choice may have set its filter before this one did.
  if (!isSettled && tries > 1) await putChoiceInForce(deps, id, tries - 1);
}
