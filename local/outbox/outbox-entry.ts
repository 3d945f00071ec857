import { z } from 'zod';
import type { Alert, Reason } from '../../functions/shared/model.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';

/** What became of a message at one recipient. */
export type OutboxDelivery = z.infer<typeof delivery>;
/** `shown`: on the page only; `waiting`: queued for the mail server; `mailed`: taken by it; `failed`: for good. */
export type DeliveryState = OutboxDelivery['how'];
/** One publish. Never changed: what becomes of it makes a new one. */
export type OutboxEntry = z.infer<typeof entry>;
/** What the file keeps of each event. */
export type OutboxRecord = z.infer<typeof outboxRecord>;

const alertKind = z.union([
  z.enum(['new', 'follow-up', 'roundup', 'digest', 'welcome', 'notice']),
  // Files of 0.1.0 have it: an edit of an item, sent by itself.
  z.literal('update').transform((): 'follow-up' => 'follow-up'),
]);

const reasonFields: { readonly [Field in Reason['field']]: Field } = {
  title: 'title',
  summary: 'summary',
  content: 'content',
  category: 'category',
  author: 'author',
  url: 'url',
};

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
});

const delivery = z
  .object({
    protocol: z.enum(['email', 'sms', 'http', 'https']),
    endpoint: z.string(),
    how: z.enum(['shown', 'waiting', 'mailed', 'failed']),
    /** The mail server's answer to the last try, or why there was none. */
    detail: z.string().exactOptional(),
    // Files of 0.1.0 have none of the following. Times are ISO, of the wall clock.
    /** Tries so far, those under way included. */
    tries: z.number().exactOptional(),
    /** When the last try began, or ended with the state. */
    at: z.string().exactOptional(),
    /** Not tried before this time. */
    nextAt: z.string().exactOptional(),
    /** First refusal that concerned this recipient or this mail, of those that still last. */
    since: z.string().exactOptional(),
    /**
     * What the last refusal holds back: all mails to the recipient, or this one and its stories alone. `server`: as
     * `recipient`, but the server took no mail at all, as it seemed.
     */
    holds: z.enum(['recipient', 'mail', 'server']).exactOptional(),
    /** Message id of the first alert of the mail that it goes out in. Fixed by the first try. */
    mail: z.string().exactOptional(),
  })
  .readonly();

const entry = z
  .object({
    messageId: z.string(),
    topicArn: z.string(),
    at: z.string(),
    subject: z.string(),
    /** Absent when somebody else than news-alerts published. */
    alert: alert.exactOptional(),
    bodies: z.object({ email: z.string(), sms: z.string() }).readonly(),
    /** How many subscribers it was for. */
    recipients: z.number(),
    deliveries: z.array(delivery).readonly(),
  })
  .readonly();

const outboxRecord = z.union([
  z.object({ v: z.literal(1), published: entry }),
  z.object({
    v: z.literal(1),
    // `also`: further messages with the same state at the recipient, since they are one mail.
    delivered: z.object({ messageId: z.string(), delivery, also: z.array(z.string()).exactOptional() }),
  }),
]);

/**
 * Returns what the lines of a file come to, oldest first, and the lines that hold no record of this version, as a fault of
 * the disk or a later release leaves them.
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
  const { default: text = '', email = text, sms = text, http = text } = bodies;
  const published = parseAlert(http);
  return {
    messageId,
    topicArn,
    at,
    subject,
    ...(published ? { alert: published } : {}),
    bodies: { email, sms },
    recipients: receivers.length,
    deliveries,
  };
}

export function withDelivery(published: OutboxEntry, delivery: OutboxDelivery): OutboxEntry {
  const { protocol, endpoint } = delivery;
  const others = published.deliveries.filter((one) => one.protocol !== protocol || one.endpoint !== endpoint);
  return { ...published, deliveries: [...others, delivery] };
}

/** True while a message still waits to be mailed to somebody. */
export function hasWaitingMail({ deliveries }: OutboxEntry): boolean {
  return deliveries.some(isWaiting);
}

export function isWaiting({ how, protocol }: OutboxDelivery): boolean {
  return how === 'waiting' && protocol === 'email';
}

function parseRecord(line: string): OutboxRecord | undefined {
  try {
    return outboxRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function parseAlert(json = ''): Alert | undefined {
  try {
    return alert.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
