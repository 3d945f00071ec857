import type { DeliveryDeps } from '../shared/delivery/deps.ts';
import type { ChatRecipient } from '../shared/model.ts';
import type { Secrets } from '../shared/secrets.ts';
import { type ChatThreads, chatThreads } from '../shared/store/chat-threads.ts';
import { recipientClaims } from '../shared/store/recipient-claims.ts';
import { recipientProblems } from '../shared/store/recipient-problems.ts';
import type { Table } from '../shared/store/table.ts';
import type { sendChatMessage } from './send.ts';

export interface ChatDeps extends Omit<DeliveryDeps, 'name' | 'concurrency' | 'recipientsOf'> {
  /** The recipients of the deployed file, with names in place of secrets. */
  readonly recipients: readonly ChatRecipient[];
  readonly secrets: Secrets;
  /** Returns the zone in which a topic's alerts show times. */
  readonly zoneOf: (topicId: string) => string;
  readonly threads: ChatThreads;
  readonly send: typeof sendChatMessage;
}

/** Returns the records of the function. `instance`: the unique id of the instance that writes them. */
export function chatStores(
  table: Table,
  instance: string,
): Pick<ChatDeps, 'claims' | 'problems' | 'threads'> {
  return {
    claims: recipientClaims(table, 'chat', instance),
    problems: recipientProblems(table, 'chat'),
    threads: chatThreads(table),
  };
}
