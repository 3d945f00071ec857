import { z } from 'zod';
import { feedAddressFault } from '../checks/feed-address.ts';
import {
  atMost,
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
 * The shape of news-alerts.yaml. Every message completes the sentence "expected …"; what was got and where is added
 * by the loader. The JSON schema that editors use for completion is generated from this.
 */

const id = z
  .string({ error: 'an id' })
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    error: 'an id of at most 64 lower-case letters, digits and hyphens, such as bbc-world',
  })
  .meta({
    description: 'Lower-case letters, digits and hyphens. Keep it when you rename: history hangs on it.',
  });

const feedUrl = z
  .string({ error: 'the address of a feed' })
  .max(2_000, { error: 'an address of at most 2,000 characters' })
  .refine((text) => feedAddressFault(text) === undefined, {
    error: ({ input }) => feedAddressFault(String(input)),
  })
  .meta({
    description: `Address of an RSS, Atom, RDF or JSON feed. \${NAME} behind the host stands for a secret: from the environment or .env, on AWS from the Parameter Store.`,
  });

const every = durationRange({ min: '1m', max: '7d', example: '5m to 20m' }).meta({
  description:
    'How often the feed is polled: always so, or a range within which it follows how often the feed brings news.',
  examples: ['5m', '5m to 20m', '1h'],
});

const userAgent = z
  .string({ error: 'a name for servers' })
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,298}[\x21-\x7e])?$/, {
    error:
      'a name for servers, of at most 300 characters of ASCII, such as "my-reader/1.0 (+https://example.org)"',
  })
  .meta({
    description: 'User-Agent that is sent to the servers of feeds; some refuse those that they do not know.',
  });

const feed = z.union(
  [
    feedUrl,
    z.strictObject({
      url: feedUrl,
      id: id.optional(),
      title: z.string({ error: 'the name of the source, as alerts show it' }).min(1).optional(),
      every: every.optional(),
      tags: z.array(z.string({ error: 'a tag' }), { error: 'a list of tags' }).optional(),
      enabled: z.boolean({ error: 'true or false' }).optional(),
      userAgent: userAgent.optional(),
    }),
  ],
  { error: 'a feed: its address, or url with id, title, every, tags, enabled, userAgent' },
);

const feedOptions = z.object({ id: id.optional(), every: every.optional() });

/** What is wrong with the id and interval of a feed that is not in a file yet. */
export function feedOptionFaults(options: z.input<typeof feedOptions>): string[] {
  const issues = feedOptions.safeParse(options, { reportInput: true }).error?.issues ?? [];
  return issues.map(({ path, message, input }) => `${path.join('.')}: expected ${message}, got ${input}`);
}

const query = z.string({ error: 'a query (a number needs quotes)' }).meta({
  description:
    'Words, "phrases", AND OR NOT, -word, ( ), word*, =word, title: source: lang:, NEAR/5, /pattern/, @set: docs/query-language.md.',
});

const nonEmpty = { error: 'at least one entry' };
const anyOf = z.array(query, { error: 'a list of queries, any of which will do' }).min(1, nonEmpty);
const clause = z.union([query, anyOf], { error: 'a query, or a list of which any will do' });
const clauses = z.array(clause, { error: 'a list of queries' }).min(1, nonEmpty);

export const matchSchema = z
  .union(
    [
      query,
      anyOf,
      z.strictObject({ any: clauses.optional(), all: clauses.optional(), none: clauses.optional() }),
    ],
    { error: 'a query, a list of which any will do, or any:, all: and none: lists' },
  )
  .meta({
    description:
      'What to watch for: a query; or a list of queries, any of which will do; or any / all / none lists, which must all ' +
      'hold, where a list inside a list means any of it.',
  });

export const urgentSchema = matchSchema.meta({
  description:
    'Items of the topic that match this, too, break quiet hours, and are follow-ups at once: a query, as for match.',
});

export const termsSchema = z
  .record(
    z.string().regex(/^@?[\p{L}\p{M}\p{N}_-]+$/u, {
      error: 'the name of a set, of letters, digits, _ and -',
    }),
    clause,
    { error: 'a map of names and what they stand for' },
  )
  .meta({
    description: 'Named sets of terms: putin: Putin OR "Vladimir Putin" is used as @putin in any topic.',
    examples: [{ putin: 'Putin OR "Vladimir Putin"' }],
  });

const topic = z.strictObject(
  {
    id,
    name: z.string({ error: 'a name, as alerts show it' }).min(1, { error: 'a name' }).optional(),
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
  { error: 'a topic: id, name, match, and how it is told: docs/configuration.md' },
);

const email = z.email({ error: 'an e-mail address' });
const sms = z.string({ error: 'a phone number in quotes' }).regex(/^\+[1-9]\d{6,14}$/, {
  error: 'a phone number with its country code, such as "+12025550123"',
});

const recipient = z.strictObject(
  {
    email: email.optional(),
    sms: sms.optional(),
    topics: z
      .union([z.literal('all'), z.array(z.string({ error: 'the id of a topic' })).min(1, nonEmpty)], {
        error: 'all, or a list of topic ids',
      })
      .optional()
      .meta({ description: 'Which topics: all (the default), or a list of ids.' }),
  },
  { error: 'a recipient: email or sms, and topics' },
);

const contact = z.strictObject(
  { email: email.optional(), sms: sms.optional() },
  { error: 'a contact: email or sms' },
);

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
    onAmbiguous: z.strictObject({ email: ambiguous.optional(), sms: ambiguous.optional() }).optional().meta({
      description:
        'When it is unknown whether a message was accepted: send it again, or leave it. See docs/architecture.md.',
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
      operations: z.array(contact, { error: 'a list of contacts' }).optional().meta({
        description: 'Who is told when the system itself is unwell, as deployed on AWS.',
      }),
    },
    { error: 'a map with feeds, terms, topics, recipients, operations and defaults' },
  )
  .meta({ title: 'news-alerts.yaml' });

export type ConfigFile = z.infer<typeof fileSchema>;
export type MatchFile = z.infer<typeof matchSchema>;
export type TermsFile = z.infer<typeof clause>;

/** JSON schema of news-alerts.yaml, for editors. */
export function jsonSchema(): object {
  return z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' });
}
