import type { Contact, Subscription } from '../functions/shared/model.ts';
import type { ConfigFile } from './schema/schema.ts';

/** Returns the distinct subscriptions of a file, placeholders included. */
export function toSubscriptions({ topics, recipients = [] }: ConfigFile): Subscription[] {
  const allTopics = topics.map(({ id }) => id);
  return distinct(
    recipients.flatMap((recipient) =>
      subscribedTopics(recipient, allTopics).flatMap((topicId) =>
        contacts(recipient).map((contact): Subscription => ({ topicId, ...contact })),
      ),
    ),
  );
}

/** Returns the ids of the topics that a recipient receives. */
export function subscribedTopics(
  { topics }: Pick<NonNullable<ConfigFile['recipients']>[number], 'topics'>,
  allTopics: readonly string[],
): readonly string[] {
  return topics === undefined || topics === 'all' ? allTopics : topics;
}

/** Returns the number of SMS recipients of each topic that has some, without placeholders. */
export function smsRecipients(subscriptions: readonly Subscription[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const subscription of subscriptions) {
    if (subscription.protocol !== 'sms' || isPlaceholder(subscription)) continue;
    counts[subscription.topicId] = (counts[subscription.topicId] ?? 0) + 1;
  }
  return counts;
}

/** Removes duplicates. */
export function distinct<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((element) => [JSON.stringify(element), element])).values()];
}

/** Returns the addresses of an entry of `recipients` or `operations`. */
export function contacts({
  email,
  sms,
}: {
  readonly email?: string | undefined;
  readonly sms?: string | undefined;
}): Contact[] {
  return [
    ...(email === undefined ? [] : [{ protocol: 'email' as const, endpoint: email }]),
    ...(sms === undefined ? [] : [{ protocol: 'sms' as const, endpoint: sms }]),
  ];
}

/** Whether an address can never belong to anyone: domains of RFC 2606, and phone numbers reserved for fiction. */
export function isPlaceholder({ protocol, endpoint }: Contact): boolean {
  return protocol === 'email'
    ? /[@.](example\.(com|net|org)|example|test|invalid|localhost)$/i.test(endpoint)
    : /^\+1(\d{3})?55501\d\d$/.test(endpoint);
}
