import { z } from 'zod';
import type { Alert, Reason } from '../functions/shared/model.ts';
import type { Outgoing, Publish } from './sns/outgoing.ts';

/** What became of a message: shown on the page only, waiting for the mail server, taken by it, or not sent for good. */
export type Fate = OutboxDelivery['how'];
export type OutboxDelivery = z.infer<typeof delivery>;
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
    detail: z.string().exactOptional(),
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

export const outboxRecord = z.union([
  z.object({ v: z.literal(1), published: entry }),
  z.object({ v: z.literal(1), delivered: z.object({ messageId: z.string(), delivery }) }),
]);

export function entryOf({ messageId, topicArn, at, subject = '', bodies, deliveries }: Publish): OutboxEntry {
  const { default: text = '', email = text, sms = text, http = text } = bodies;
  const published = alertIn(http);
  return {
    messageId,
    topicArn,
    at,
    subject,
    ...(published ? { alert: published } : {}),
    bodies: { email, sms },
    recipients: deliveries,
    deliveries: [],
  };
}

export function deliveryOf({ protocol, endpoint }: Outgoing, how: Fate, detail?: string): OutboxDelivery {
  return { protocol, endpoint, how, ...(detail === undefined ? {} : { detail }) };
}

export function withDelivery(
  published: OutboxEntry,
  { protocol, endpoint, ...fate }: OutboxDelivery,
): OutboxEntry {
  const others = published.deliveries.filter((one) => one.protocol !== protocol || one.endpoint !== endpoint);
  return { ...published, deliveries: [...others, { protocol, endpoint, ...fate }] };
}

/** Returns the id of the story if the alert is about exactly one; undefined for round-ups, digests and notices. */
export function storyIn({ alert: published }: Pick<OutboxEntry, 'alert'>): string | undefined {
  if (published?.kind !== 'new' && published?.kind !== 'follow-up') return undefined;
  const [first, ...others] = new Set(published.entries.map(({ storyId }) => storyId));
  return others.length === 0 ? first : undefined;
}

function alertIn(json = ''): Alert | undefined {
  try {
    return alert.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
