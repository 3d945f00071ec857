import { z } from 'zod';
import { parseSender } from '../../functions/shared/mail/sender.ts';
import type { Protocol } from '../../functions/shared/model.ts';
import { byProtocol } from '../../functions/shared/protocols.ts';
import { feedAddressFault } from '../checks/feed-address.ts';
import { chats } from './chat-schema.ts';
import {
  atMost,
  dailyOrOff,
  deliver,
  emailPolicy,
  followUps,
  quiet,
  roundUp,
  smsParts,
  smsPolicy,
  smsSettings,
  timezone,
  updates,
} from './delivery-schema.ts';
import { duration, durationRange } from './duration-schema.ts';

/**
 * The schema of news-alerts.yaml. Every message completes the sentence "expected …"; the loader adds the value and its place.
 * The JSON schema that editors use is generated from this one.
 */

const id = z
  .string({ error: 'an id' })
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    error: 'an id of at most 64 lower-case letters, digits and hyphens, such as bbc-world',
  })
  .meta({
    description:
      'Lower-case letters, digits and hyphens. Keep the id when you rename: the history belongs to it.',
  });

const feedUrl = z
  .string({ error: 'the address of a feed' })
  .max(2_000, { error: 'an address of at most 2,000 characters' })
  .refine((text) => feedAddressFault(text) === undefined, {
    error: ({ input }) => feedAddressFault(String(input)),
  })
  .meta({
    description: `Address of an RSS, Atom, RDF or JSON feed. \${NAME} after the host stands for a secret from the environment or .env, or on AWS from the Parameter Store.`,
  });

const every = durationRange({ min: '1m', max: '7d', example: '5m to 20m' }).meta({
  description:
    'How often the feed is polled: a fixed interval, or a range in which the interval depends on how often the feed has news.',
  examples: ['5m', '5m to 20m', '1h'],
});

const userAgent = z
  .string({ error: 'a User-Agent' })
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,298}[\x21-\x7e])?$/, {
    error: 'a User-Agent of at most 300 ASCII characters, such as "my-reader/1.0 (+https://example.org)"',
  })
  .meta({
    description: 'User-Agent header for the servers of feeds. Some servers refuse unknown ones.',
  });

const feed = z.union(
  [
    feedUrl,
    z.strictObject({
      url: feedUrl,
      id: id.optional(),
      title: z.string({ error: 'the name of the source that alerts show' }).min(1).optional(),
      every: every.optional(),
      tags: z.array(z.string({ error: 'a tag' }), { error: 'a list of tags' }).optional(),
      enabled: z.boolean({ error: 'true or false' }).optional(),
      userAgent: userAgent.optional(),
    }),
  ],
  { error: 'a feed: its address, or url with id, title, every, tags, enabled, userAgent' },
);

const feedOptions = z.object({ id: id.optional(), every: every.optional() });

/** Returns the faults in the id and the interval of a feed that is not in a file yet. */
export function feedOptionFaults(options: z.input<typeof feedOptions>): string[] {
  const issues = feedOptions.safeParse(options, { reportInput: true }).error?.issues ?? [];
  return issues.map(({ path, message, input }) => `${path.join('.')}: expected ${message}, got ${input}`);
}

const query = z.string({ error: 'a query (a number needs quotes)' }).meta({
  description:
    'Words, "phrases", AND OR NOT, -word, ( ), word*, =word, title: source: lang:, NEAR/5, /pattern/, @set: docs/query-language.md.',
});

const nonEmpty = { error: 'at least one entry' };
const anyOf = z.array(query, { error: 'a list of queries of which any may match' }).min(1, nonEmpty);
const clause = z.union([query, anyOf], { error: 'a query, or a list of queries of which any may match' });
const clauses = z.array(clause, { error: 'a list of queries' }).min(1, nonEmpty);

export const matchSchema = z
  .union(
    [
      query,
      anyOf,
      z.strictObject({ any: clauses.optional(), all: clauses.optional(), none: clauses.optional() }),
    ],
    { error: 'a query, a list of queries of which any may match, or any:, all: and none: lists' },
  )
  .meta({
    description:
      'What to watch for: a query, a list of queries of which any may match, or any / all / none lists, which must all ' +
      'hold. A list inside a list means any of its entries.',
  });

export const urgentSchema = matchSchema.meta({
  description:
    'Query, as for match. Items of the topic that also match it are alerted in quiet hours, and are sent as follow-ups at once.',
});

export const termsSchema = z
  .record(
    z.string().regex(/^@?[\p{L}\p{M}\p{N}_-]+$/u, {
      error: 'the name of a set, with only letters, digits, _ and -',
    }),
    clause,
    { error: 'a map of names and their terms' },
  )
  .meta({
    description: 'Named sets of terms. Any topic can use putin: Putin OR "Vladimir Putin" as @putin.',
    examples: [{ putin: 'Putin OR "Vladimir Putin"' }],
  });

const description = z
  .string({ error: 'a description' })
  .min(1, { error: 'a description' })
  .max(300, { error: 'a description of at most 300 characters' })
  .meta({ description: 'What the topic is about, for people who sign up.' });

const topic = z.strictObject(
  {
    id,
    name: z.string({ error: 'a name that alerts show' }).min(1, { error: 'a name' }).optional(),
    description: description.optional(),
    match: matchSchema,
    urgent: urgentSchema.optional(),
    deliver: deliver.optional(),
    followUps: followUps.optional(),
    roundUp: roundUp.optional(),
    updates: updates.optional(),
    timezone: timezone.optional(),
    quiet: quiet.optional(),
    atMost: atMost.optional(),
    email: emailPolicy.optional(),
    sms: smsPolicy.optional(),
  },
  { error: 'a topic: id, name, match and delivery settings (docs/configuration.md)' },
);

/** The addresses of a recipient or a contact. */
const addresses = {
  email: z.email({ error: 'an email address' }).optional(),
  sms: z
    .string({ error: 'a phone number in quotes' })
    .regex(/^\+[1-9]\d{6,14}$/, {
      error: 'a phone number with its country code, such as "+12025550123"',
    })
    .optional(),
} satisfies Record<Protocol, z.ZodType<string | undefined>>;

const recipient = z.strictObject(
  {
    ...addresses,
    ...chats,
    topics: z
      .union([z.literal('all'), z.array(z.string({ error: 'the id of a topic' })).min(1, nonEmpty)], {
        error: 'all, or a list of topic ids',
      })
      .optional()
      .meta({ description: 'Which topics: all (the default), or a list of ids.' }),
  },
  { error: 'a recipient: email, sms or a chat service (docs/chat.md), and topics' },
);

const contact = z.strictObject(addresses, { error: 'a contact: email or sms' });

const signup = z
  .union(
    [
      z.enum(['enabled', 'off'], { error: 'enabled or off' }),
      z
        .strictObject({
          topics: z.array(id, { error: 'a list of topic ids' }).optional().meta({
            description:
              'The topics that people can choose; all by default. May be empty if there are feeds.',
          }),
          sms: z
            .array(
              z.string({ error: 'the beginning of phone numbers in quotes' }).regex(/^\+[1-9]\d{0,6}$/, {
                error: 'the beginning of phone numbers, such as "+1" or "+4179"',
              }),
              { error: 'a list of the beginnings of phone numbers' },
            )
            .min(1, nonEmpty)
            .optional()
            .meta({
              description:
                'Phone numbers with one of these prefixes may sign up for SMS, which you pay for. By default, none may.',
            }),
          feeds: z.boolean({ error: 'true or false' }).optional().meta({
            description:
              'Whether every topic can be read as a feed (Atom, JSON Feed) at an address that nobody can guess; false by default.',
          }),
          digest: dailyOrOff.optional().meta({
            description:
              'Time of the daily mail, for people who choose one mail a day, daily at 08:00 by default; off removes the choice.',
            examples: ['daily at 18:30', 'off'],
          }),
        })
        .check(({ value: { topics, feeds }, issues }) => {
          if (topics?.length !== 0 || feeds) return;
          issues.push({
            code: 'custom',
            message: 'at least one topic, or feeds: true',
            path: ['topics'],
            input: topics,
          });
        }),
    ],
    { error: 'enabled, off, or a map with topics, sms, feeds and digest' },
  )
  .meta({
    description:
      'A public page on which people subscribe to topics by themselves; off by default. See docs/sign-up.md.',
  });

const htmlEmail = z
  .strictObject(
    {
      from: z
        .string({ error: 'the sender, such as News <alerts@example.com>' })
        .refine((text) => parseSender(text) !== undefined, {
          error: 'one address, such as alerts@example.com or News <alerts@example.com>',
        })
        .meta({ description: 'The sender. Its address or domain must be verified in SES.' }),
    },
    { error: 'a map with from' },
  )
  .meta({
    description:
      'On AWS, sends emails as HTML by SES to everybody who has confirmed, in place of the plain text of SNS; off by default. Needs signup. See docs/sign-up.md.',
  });

const ambiguous = z.enum(['resend', 'skip'], { error: 'resend or skip' });

const defaults = z.strictObject(
  {
    every: every.optional(),
    firstPoll: duration({ min: '0m', max: '30d', example: '5m, 2h or 1d' }).optional().meta({
      description: 'How far back the first poll of a feed looks for its welcome digest.',
    }),
    userAgent: userAgent.optional(),
    deliver: deliver.optional(),
    followUps: followUps.optional(),
    roundUp: roundUp.optional(),
    updates: updates.optional(),
    timezone: timezone.optional(),
    quiet: quiet.optional(),
    atMost: atMost.optional(),
    smsParts: smsParts.optional(),
    sms: smsSettings.optional(),
    onAmbiguous: z
      .strictObject(byProtocol(() => ambiguous.optional()))
      .optional()
      .meta({
        description:
          'What to do when it is unknown whether a message was accepted: send it again, or skip it. See docs/architecture.md.',
      }),
  },
  { error: 'a map of defaults' },
);

export const fileSchema = z
  .strictObject(
    {
      defaults: defaults.optional(),
      terms: termsSchema.optional(),
      feeds: z.array(feed, { error: 'a list of feeds' }).optional(),
      topics: z.array(topic, { error: 'a list of topics' }).min(1, { error: 'at least one topic' }),
      recipients: z.array(recipient, { error: 'a list of recipients' }).optional(),
      push: z.enum(['on', 'off'], { error: 'on or off' }).optional().meta({
        description: 'Whether feeds that name a WebSub hub may push their news: on (the default), or off.',
      }),
      signup: signup.optional(),
      htmlEmail: htmlEmail.optional(),
      operations: z.array(contact, { error: 'a list of contacts' }).optional().meta({
        description: 'Who is notified of problems of the system itself when it runs on AWS.',
      }),
    },
    { error: 'a map with feeds, terms, topics, recipients, signup, htmlEmail, operations and defaults' },
  )
  .meta({ title: 'news-alerts.yaml' });

export type ConfigFile = z.infer<typeof fileSchema>;
export type MatchFile = z.infer<typeof matchSchema>;
export type TermsFile = z.infer<typeof clause>;

/** Returns the JSON schema of news-alerts.yaml, for editors. */
export function jsonSchema(): object {
  return z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' });
}
