import { recipientName } from '../functions/chat/recipient-name.ts';
import { addressReferences } from '../functions/chat/references.ts';
import { hash64 } from '../functions/shared/hash.ts';
import type {
  ChatAddress,
  ChatRecipient,
  Contact,
  Protocol,
  Subscription,
} from '../functions/shared/model.ts';
import { ALL_PROTOCOLS, PROTOCOLS } from '../functions/shared/protocols.ts';
import { chatAddresses } from './schema/chat-schema.ts';
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

/** Returns the distinct recipients at chat services, placeholders included. */
export function toChatRecipients({ topics, recipients = [] }: ConfigFile): ChatRecipient[] {
  const allTopics = topics.map(({ id }) => id);
  const byName = new Map<string, ChatRecipient>();
  for (const recipient of recipients) {
    for (const address of chatAddresses(recipient)) {
      const name = recipientName(address);
      const key = `${address.service} ${name}`;
      const topicIds = [...(byName.get(key)?.topicIds ?? []), ...subscribedTopics(recipient, allTopics)];
      byName.set(key, { ...address, name, topicIds: distinct(topicIds) });
    }
  }
  return [...byName.values()];
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

const RESERVED_HOST = /(^|\.)(example\.(com|net|org)|example|test|invalid)$/i;

/** Returns the recipients at chat services that a deployment sends to: those with an address that somebody may have. */
export function deployedChats(chats: readonly ChatRecipient[]): ChatRecipient[] {
  return chats.filter((one) => !isChatPlaceholder(one));
}

/** Returns the names of the secrets in addresses at chat services, sorted. */
export function chatSecrets(recipients: readonly ChatAddress[]): string[] {
  return [...new Set(recipients.flatMap(addressReferences))].sort();
}

/** Returns a text that changes with the recipients at chat services. */
export function chatVersion(recipients: readonly ChatRecipient[]): string {
  return hash64(JSON.stringify(recipients));
}

/** Returns whether an address at a chat service can never belong to anyone. */
export function isChatPlaceholder({ url }: Pick<ChatAddress, 'url'>): boolean {
  return RESERVED_HOST.test(URL.parse(url)?.hostname ?? '');
}

/** Returns whether an address can never belong to anyone. */
export function isPlaceholder({ protocol, endpoint }: Contact): boolean {
  return PROTOCOLS[protocol].isPlaceholder(endpoint);
}
