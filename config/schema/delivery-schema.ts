import { z } from 'zod';
import { quietHours, quietWeek, WEEKDAYS } from '../week.ts';
import { durationRange } from './duration-schema.ts';

/** The part of the file's shape that says when and how much is told. */

const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const DAY = `(${WEEKDAYS.join('|')})`;

const deliverError = 'now, hourly, daily at HH:MM, or weekly on monday at HH:MM (from 00:00 to 23:59)';
export const deliver = z
  .string({ error: deliverError })
  .regex(new RegExp(`^(now|hourly|(daily|weekly on ${DAY}) at ${TIME})$`), {
    error: deliverError,
  })
  .meta({
    description: 'now: at once; hourly, daily at HH:MM, or weekly on a day at HH:MM: one digest.',
    examples: ['now', 'hourly', 'daily at 07:30', 'weekly on monday at 07:30'],
  });

const modeError = 'calm, all, urgent or off';
const followUpMode = z.enum(['calm', 'all', 'urgent', 'off'], { error: modeError });
export const followUps = z
  .union(
    [
      followUpMode,
      z.strictObject(
        {
          mode: followUpMode.optional(),
          every: durationRange({ min: '10m', max: '24h', example: '2h to 8h' })
            .optional()
            .meta({
              description:
                'Time between the alert and the first follow-up; with a range, it doubles with every follow-up.',
              examples: ['2h', '2h to 8h'],
            }),
        },
        { error: 'a map of mode and every' },
      ),
    ],
    { error: `${modeError}, or a map of mode and every` },
  )
  .meta({
    description:
      'Which developments of a story are sent as follow-ups. calm: gathered, at growing intervals, urgent ones at once; ' +
      'all: each at once, and every edit; urgent: only urgent ones, at once; off: none.',
    examples: ['calm', { mode: 'calm', every: '2h to 8h' }, 'off'],
  });

const roundUpError = 'daily at HH:MM (from 00:00 to 23:59), or off';
export const roundUp = z
  .string({ error: roundUpError })
  .regex(new RegExp(`^(off|daily at ${TIME})$`), { error: roundUpError })
  .meta({
    description:
      'When an email lists what no other message listed: retellings, and developments that were not sent as follow-ups.',
    examples: ['daily at 18:00', 'off'],
  });

/** The old name of `followUps`, which files written for earlier releases have. */
export const updates = z.enum(['off', 'material', 'all'], { error: 'off, material or all' }).meta({
  description: 'Old name of followUps; material is calm.',
  deprecated: true,
});

export const timezone = z
  .string({ error: 'an IANA time zone' })
  .refine(isTimeZone, { error: 'an IANA time zone, such as Europe/Berlin' })
  .meta({
    description: 'IANA time zone of digests, round-ups, quiet hours and caps, and of the times in emails.',
    examples: ['UTC', 'Europe/Berlin'],
  });

/** Offsets such as +01:00, which Intl takes too, know no daylight saving. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

const DAYS = `${DAY}( to ${DAY})?`;
const HOURS = `${TIME} to ${TIME}( on ${DAYS}( and ${DAYS})*)?`;
const hoursError =
  'two times of the day, such as 22:00 to 07:00, or of some days, such as 00:00 to 09:00 on saturday and sunday';
const noEnd =
  'quiet hours that end at another time than they begin: all day long, nothing would ever be told (of some days it can be: 00:00 to 00:00 on sunday)';
const noTimeLeft =
  'quiet hours that leave some time of the week: nothing would ever be told; take some of them out';

/** True also of what is of another form: that is told already. */
const isForm = (text: string) => new RegExp(`^${HOURS}$`).test(text);
const hasEnd = (text: string) => !/^(.+) to \1$/.test(text);
const leavesTime = (all: readonly string[]) =>
  !all.every((text) => isForm(text) && hasEnd(text)) || quietWeek(all.map(quietHours)).includes(0);

const quietError = `off, ${hoursError}, or a list of these`;
const quietAtOnce = z
  .string({ error: quietError })
  .regex(new RegExp(`^(off|${HOURS})$`), { error: quietError })
  .refine(hasEnd, { error: noEnd })
  .refine((text) => leavesTime([text]), { error: noTimeLeft });
const someHours = z
  .string({ error: hoursError })
  .regex(new RegExp(`^${HOURS}$`), { error: hoursError })
  .refine(hasEnd, { error: noEnd });
export const quiet = z
  .union(
    [
      quietAtOnce,
      z
        .array(someHours, { error: quietError })
        .min(1, { error: 'at least one entry (off where there are no quiet hours)' })
        .max(20, { error: 'at most 20 entries' })
        .refine(leavesTime, { error: noTimeLeft }),
    ],
    { error: quietError },
  )
  .meta({
    description:
      'Hours in which nothing is told, every day or of the days on which they begin; what comes meanwhile is one digest at their end.',
    examples: ['22:00 to 07:00', ['22:00 to 07:00', '07:00 to 09:00 on saturday and sunday'], 'off'],
  });

const count = z
  .int({ error: 'a whole number of alerts' })
  .min(1, { error: 'at least 1 (what is over it is told in a digest; to tell nothing at once, use deliver)' })
  // The ids of all of them are in one record.
  .max(1_000, { error: 'at most 1000' });

const caps = 'hour and day, with numbers';
export const atMost = z
  .union(
    [
      z.literal('off'),
      z
        .strictObject({ hour: count.optional(), day: count.optional() }, { error: caps })
        .refine(({ hour, day }) => hour !== undefined || day !== undefined, {
          error: 'hour or day, or both',
        }),
    ],
    { error: `off, or ${caps}` },
  )
  .meta({
    description:
      'How many alerts are told at once, in an hour and in a day (30 and 200 by default, of which one feed has a third); ' +
      'the others become a digest when it is over.',
    examples: [{ hour: 5, day: 20 }, 'off'],
  });

const policy = {
  deliver: deliver.optional(),
  followUps: followUps.optional(),
  quiet: quiet.optional(),
  atMost: atMost.optional(),
};
const policyKeys = 'deliver, followUps, quiet and atMost';

export const emailPolicy = z
  .strictObject(policy, { error: `a map of ${policyKeys}` })
  .meta({ description: `For email alone, where it differs from the topic: ${policyKeys}.` });

const sourcesError = 'a whole number of sources, from 1 to 20';
export const smsPolicy = z
  .strictObject(
    {
      minSources: z
        .int({ error: sourcesError })
        .min(1, { error: sourcesError })
        .max(20, { error: sourcesError })
        .optional()
        .meta({ description: 'How many independent outlets must tell a story before it is told by SMS.' }),
      ...policy,
    },
    { error: `a map of minSources, ${policyKeys}` },
  )
  .meta({
    description: `For SMS alone, where it differs from the topic: minSources, ${policyKeys}. Without followUps here, only urgent ones go by SMS.`,
    examples: [{ minSources: 2 }],
  });

const senderError = 'a sender of 1 to 11 letters and digits, at least one of them a letter';
export const smsSettings = z
  .strictObject(
    {
      type: z
        .enum(['transactional', 'promotional'], { error: 'transactional or promotional' })
        .optional()
        .meta({ description: 'How operators treat the SMS: transactional (the default) or promotional.' }),
      sender: z
        .string({ error: senderError })
        .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/, { error: senderError })
        .optional()
        .meta({ description: 'What phones show in place of a number, in countries that allow it.' }),
    },
    { error: 'a map of type and sender' },
  )
  .meta({ description: 'How SNS sends SMS.', examples: [{ sender: 'NEWS' }] });

const partsError = 'a whole number of SMS parts, at least 1';
const partsForm = 'off, or month, with a number of SMS parts';
export const smsParts = z
  .union(
    [
      z.literal('off'),
      z.strictObject(
        { month: z.int({ error: partsError }).min(1, { error: partsError }) },
        { error: partsForm },
      ),
    ],
    { error: partsForm },
  )
  .meta({
    description:
      'How many SMS parts are sent in a month (UTC), to all recipients together (2,000 by default); then alerts go by email alone.',
    examples: [{ month: 500 }, 'off'],
  });
