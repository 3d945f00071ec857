import { inParallel } from '../shared/in-parallel.ts';
import type { Contact } from '../shared/model.ts';
import { PROTOCOLS } from '../shared/protocols.ts';
import { choiceOf, subscriberFilter } from '../shared/subscriber-filter.ts';
import { subscriberId } from '../shared/subscriber-id.ts';
import type { SignupDeps } from './deps.ts';
import { mailboxOf, takePlaces } from './limits.ts';
import { changeSubscriber, topicListOf } from './settings.ts';

/** The most topics that one form may choose: by email, each is a mail to confirm. */
export const MAX_TOPICS_PER_FORM = 5;

const MAX_CONCURRENT = 5;

export type SignUpResult =
  | 'done'
  /** Some limit is reached that says nothing about the person. */
  | 'later'
  /** SNS takes no more subscribers for one of the topics. */
  | 'full';

/**
 * Subscribes an email address to topics. SNS asks the person to confirm each. Does the same for an address that is subscribed
 * already, so that nobody learns who is.
 */
export async function signUpByEmail(
  deps: SignupDeps,
  contact: Contact,
  topicIds: readonly string[],
): Promise<SignUpResult> {
  // Says "done": otherwise, strangers would learn that somebody has entered this address today.
  if (!(await takePlaces(deps, 'mailsToAddress', mailboxOf(contact), topicIds.length))) return 'done';
  if (!(await takePlaces(deps, 'mails', '', topicIds.length))) return 'later';
  return subscribe(deps, contact, topicIds);
}

/** Subscribes a contact to topics. Email has to be confirmed; a number must have been confirmed before. */
export async function subscribe(
  deps: SignupDeps,
  contact: Contact,
  topicIds: readonly string[],
): Promise<SignUpResult> {
  const { clock, log, subscribers, subscribing } = deps;
  const { protocol } = contact;
  const id = subscriberId(contact);
  // Recorded before SNS knows of it, so that no subscription is unknown to us.
  await changeSubscriber(deps, id, protocol, (before) => ({
    ...before,
    subscriptions: {
      ...Object.fromEntries(topicIds.map((topicId) => [topicId, ''])),
      ...before.subscriptions,
    },
  }));
  const subscriber = await subscribers.get(id);
  const filterPolicy = subscriberFilter(contact, choiceOf(subscriber, clock()));
  const list = protocol === 'sms' || subscriber?.daily ? topicListOf(deps, protocol) : undefined;
  const arns: Record<string, string> = {};
  const full: string[] = [];
  await inParallel(topicIds, MAX_CONCURRENT, async (topicId) => {
    try {
      await list?.add(topicId, id);
      arns[topicId] = await subscribing.subscribe({ topicId, ...contact }, filterPolicy);
    } catch (error) {
      if (!isFull(error)) throw error;
      full.push(topicId);
      await list?.remove(topicId, id);
    }
  });
  await changeSubscriber(deps, id, protocol, (before) => ({
    ...before,
    subscriptions: withoutKeys({ ...before.subscriptions, ...arns }, full),
  }));
  log.info('signup', { protocol, topics: topicIds.length - full.length, full });
  return full.length > 0 ? 'full' : 'done';
}

/** Returns the contact of an address as people write it; undefined if it is none. */
export function contactIn(text: string): Contact | undefined {
  const trimmed = text.trim();
  const number = trimmed.replace(/^00/, '+').replace(/[\s()./-]/g, '');
  if (PROTOCOLS.sms.isAddress(number)) return { protocol: 'sms', endpoint: number };
  const [, local = '', domain = ''] = /^(.*)@([^@]*)$/.exec(trimmed) ?? [];
  const email = `${local}@${domain.toLowerCase()}`;
  return PROTOCOLS.email.isAddress(email) ? { protocol: 'email', endpoint: email } : undefined;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && /^(FilterPolicy|Subscription)LimitExceeded(Exception)?$/.test(error.name);
}

const withoutKeys = (map: Readonly<Record<string, string>>, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
