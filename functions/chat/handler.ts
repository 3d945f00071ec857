import { type DeliveryHandler, deliveryHandler } from '../shared/aws/delivery-handler.ts';
import {
  type Basics,
  basics,
  type Chatting,
  chatting,
  type Retrying,
  retrying,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { chat } from './chat.ts';
import { chatStores } from './deps.ts';
import { addressReferences } from './references.ts';
import { sendChatMessage } from './send.ts';

/** Returns the handler of the chat queue. `send` replaces the requests to chat services. */
export function createHandler(
  platform: Basics & Tables & Chatting & Retrying,
  send: typeof sendChatMessage = sendChatMessage,
): DeliveryHandler {
  const { clock, log } = platform;
  const { topics, timeZone = 'UTC' } = platform.config();
  const recipients = platform.chats();
  const deps = {
    clock,
    log,
    recipients,
    secrets: platform.secrets([...new Set(recipients.flatMap(addressReferences))].sort()),
    zoneOf: (topicId: string) => topics.find(({ id }) => id === topicId)?.timeZone ?? timeZone,
    ...chatStores(platform.table(), platform.instance),
    queue: platform.retryQueue('chat'),
    send,
  };
  return deliveryHandler('chat', (messages, time) => chat({ ...deps, ...time }, messages));
}

let created: DeliveryHandler | undefined;

export const handler: DeliveryHandler = (event, context) => {
  created ??= createHandler({
    ...basics(process.env),
    ...tables(process.env),
    ...chatting(process.env),
    ...retrying(process.env),
  });
  return created(event, context);
};
