import { z } from 'zod';
import { isChatService } from '../../functions/chat/services.ts';
import { TEXT_FIELDS } from '../../functions/match/text/item-text.ts';
import { LABEL_FIELD_NAMES } from '../../functions/match/text/label-fields.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import {
  ALL_CHAT_SERVICES,
  type Alert,
  type ChatService,
  type Protocol,
  type Reason,
} from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS, byProtocol, isProtocol } from '../../functions/shared/protocols.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';

/** The state of a message for one recipient. */
export type OutboxDelivery = z.infer<typeof delivery>;
/** One published message with its deliveries. Immutable: a change of a delivery makes a new entry. */
export type OutboxEntry = z.infer<typeof entry>;
/** One line of the outbox file. */
type OutboxRecord = z.infer<typeof outboxRecord>;

const alertKind = z.union([
  z.enum(['new', 'follow-up', 'roundup', 'digest', 'welcome', 'notice']),
  // In files of 0.1.0: the edit of one item.
  z.literal('update').transform((): 'follow-up' => 'follow-up'),
]);

const reasonFields: readonly Reason['field'][] = [...TEXT_FIELDS, ...LABEL_FIELD_NAMES];

const alert: z.ZodType<Alert> = z.object({
  id: z.string(),
  topicId: z.string(),
  topicName: z.string(),
  kind: alertKind,
  entries: z.array(
    z.object({
      kind: z.enum(['new', 'update']),
      role: z.enum(['first', 'development', 'also']).exactOptional(),
      storyId: z.string(),
      story: z.object({ title: z.string(), foundAt: z.string() }).exactOptional(),
      shownWith: z.string().exactOptional(),
      itemId: z.string(),
      title: z.string(),
      previousTitle: z.string().exactOptional(),
      added: z.object({ text: z.string(), words: z.array(z.string()) }).exactOptional(),
      summary: z.string(),
      url: z.string().exactOptional(),
      feed: z.string(),
      sources: z.array(z.string()).exactOptional(),
      published: z.string().exactOptional(),
      foundAt: z.string().exactOptional(),
      why: z.array(
        z.object({
          term: z.string(),
          field: z.enum(reasonFields),
          snippet: z.string(),
          found: z.string().exactOptional(),
        }),
      ),
    }),
  ),
  leftOut: z
    .array(z.object({ feed: z.string(), items: z.number(), orMore: z.literal(true).exactOptional() }))
    .exactOptional(),
});

const delivery = z
  .object({
    protocol: z.enum([...ALL_PROTOCOLS, ...ALL_CHAT_SERVICES, 'http', 'https']),
    /** The address. For a chat service, the recipient's name, since the address contains secrets. */
    endpoint: z.string(),
    /**
     * The state. `shown`: on the page only; `waiting`: not accepted yet; `mailed`: accepted by the mail server; `sent`:
     * accepted by SNS or a chat service; `unknown`: SNS may have accepted it. Only `waiting` messages are tried again; `failed` ones were not
     * accepted.
     */
    how: z.enum(['shown', 'waiting', 'mailed', 'sent', 'unknown', 'failed']),
    /** The server's answer to the last try, or the reason why the message waits. */
    detail: z.string().exactOptional(),
    // Files of 0.1.0 lack the following fields. Times are ISO, by the wall clock.
    /** Tries so far, including a current one. */
    tries: z.number().exactOptional(),
    /** When the message was queued, when the last try began, or when the final state was reached. */
    at: z.string().exactOptional(),
    /** Earliest time of the next try. */
    nextAt: z.string().exactOptional(),
    /** Start of the unbroken series of refusals of this recipient or this mail. */
    since: z.string().exactOptional(),
    /**
     * The mails that the last refusal holds back. `recipient`: all mails to the recipient; `mail`: this mail and later ones
     * about its stories; `server`: the same mails as `recipient`, after the server seemed to accept no mail at all.
     */
    holds: z.enum(['recipient', 'mail', 'server']).exactOptional(),
    /** Id of the first message in the mail that contains this message. Fixed by the first try. */
    mail: z.string().exactOptional(),
    /** Of an alert that fills several messages at a chat service: how many there are, and how many of them were accepted. */
    parts: z.object({ of: z.number(), accepted: z.number() }).exactOptional(),
    /** The thread of the alert's story at a chat service that has threads. */
    thread: z.string().exactOptional(),
  })
  .readonly();

const entry = z
  .object({
    messageId: z.string(),
    topicArn: z.string(),
    at: z.string(),
    subject: z.string(),
    /** Absent if another program published the message. */
    alert: alert.exactOptional(),
    bodies: z.object(byProtocol(() => z.string())).readonly(),
    /** Number of subscribers, and of recipients at chat services, that the message was for. */
    recipients: z.number(),
    deliveries: z.array(delivery).readonly(),
  })
  .readonly();

const outboxRecord = z.union([
  z.object({ v: z.literal(1), published: entry }),
  z.object({
    v: z.literal(1),
    // `also`: ids of further messages in the same mail, which have the same state.
    delivered: z.object({ messageId: z.string(), delivery, also: z.array(z.string()).exactOptional() }),
  }),
]);

/**
 * Returns the entries that the lines of a file add up to, oldest first, and the lines that are not records of this
 * version. A disk fault or a later release leaves such lines.
 */
export function parseEntries(lines: readonly string[]): {
  readonly entries: Map<string, OutboxEntry>;
  readonly unreadable: readonly string[];
} {
  const entries = new Map<string, OutboxEntry>();
  const unreadable: string[] = [];
  for (const line of lines) {
    const record = parseRecord(line);
    if (!record) unreadable.push(line);
    else if ('published' in record) entries.set(record.published.messageId, record.published);
    else {
      const { messageId, also = [], delivery } = record.delivered;
      for (const id of [messageId, ...also]) {
        const published = entries.get(id);
        if (published) entries.set(id, withDelivery(published, delivery));
      }
    }
  }
  return { entries, unreadable };
}

export function toOutboxEntry(
  { messageId, topicArn, at, subject = '', bodies, receivers }: PublishedMessage,
  deliveries: readonly OutboxDelivery[] = [],
): OutboxEntry {
  const { default: text = '', http = text } = bodies;
  const parsedAlert = parseAlert(http);
  return {
    messageId,
    topicArn,
    at,
    subject,
    ...(parsedAlert ? { alert: parsedAlert } : {}),
    bodies: byProtocol((protocol) => bodies[protocol] ?? text),
    // Chat services are no subscribers of the channel.
    recipients: receivers.length + deliveries.filter(({ protocol }) => isChatService(protocol)).length,
    deliveries,
  };
}

/** Returns the entry with the recipient's delivery replaced. */
export function withDelivery(published: OutboxEntry, delivery: OutboxDelivery): OutboxEntry {
  const { protocol, endpoint } = delivery;
  const others = published.deliveries.filter((one) => one.protocol !== protocol || one.endpoint !== endpoint);
  return { ...published, deliveries: [...others, delivery] };
}

/** Returns the delivery in its final state, which it reaches now. */
export function settledDelivery(
  { protocol, endpoint, tries, mail, thread }: OutboxDelivery,
  how: 'mailed' | 'sent' | 'unknown' | 'failed',
  detail: string,
): OutboxDelivery {
  return {
    protocol,
    endpoint,
    how,
    detail,
    at: new Date().toISOString(),
    ...(tries === undefined ? {} : { tries }),
    ...(mail === undefined ? {} : { mail }),
    ...(thread === undefined ? {} : { thread }),
  };
}

/** Returns true if the message still has to be sent to somebody, by the protocol or any. */
export function hasWaiting({ deliveries }: OutboxEntry, by?: Protocol | ChatService): boolean {
  return deliveries.some((delivery) => isWaiting(delivery, by));
}

/** Returns true for a message that is not sent yet. */
export function isWaiting({ how, protocol }: OutboxDelivery, by?: Protocol | ChatService): boolean {
  return (
    how === 'waiting' &&
    (by === undefined ? isProtocol(protocol) || isChatService(protocol) : protocol === by)
  );
}

/** Returns a text that is the same for every publish of the same news to the same recipient. */
export function newsIdentity({ alert, messageId }: OutboxEntry, endpoint: string): string {
  return alert === undefined
    ? `${hash64(messageId, endpoint)}.${messageId}`
    : hash64(alert.id, endpoint, ...alert.entries.map(({ itemId }) => itemId));
}

function parseRecord(line: string): OutboxRecord | undefined {
  try {
    return outboxRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Returns the alert in a message's JSON, or undefined if another program published the message. */
export function parseAlert(json = ''): Alert | undefined {
  try {
    return alert.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
