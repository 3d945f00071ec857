import type { Contact, Protocol, Subscription } from '../functions/shared/model.ts';
import { ALL_PROTOCOLS, PROTOCOLS } from '../functions/shared/protocols.ts';
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
export function contacts(entry: { readonly [Name in Protocol]?: string | undefined }): Contact[] {
  return ALL_PROTOCOLS.flatMap((protocol) => {
    const endpoint = entry[protocol];
    return endpoint === undefined ? [] : [{ protocol, endpoint }];
  });
}

/** Returns whether an address can never belong to anyone. */
export function isPlaceholder({ protocol, endpoint }: Contact): boolean {
  return PROTOCOLS[protocol].isPlaceholder(endpoint);
}
