import { z } from 'zod';
import { quietHours, quietWeek, WEEKDAYS } from '../week.ts';
import { durationRange } from './duration-schema.ts';

/** The part of the schema that determines when alerts are sent, and how many. */

const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const DAY = `(${WEEKDAYS.join('|')})`;

const deliverError = 'now, hourly, daily at HH:MM, or weekly on monday at HH:MM (from 00:00 to 23:59)';
export const deliver = z
  .string({ error: deliverError })
  .regex(new RegExp(`^(now|hourly|(daily|weekly on ${DAY}) at ${TIME})$`), {
    error: deliverError,
  })
  .meta({
    description: 'now: each alert at once; hourly, daily at HH:MM, or weekly on a day at HH:MM: one digest.',
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
                'Time between the alert and the first follow-up. With a range, it doubles with every follow-up.',
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
      'Which developments of a story are sent as follow-ups. calm: collected and sent at growing intervals, urgent ones at once; ' +
      'all: each at once, and every edit; urgent: only urgent ones, at once; off: none.',
    examples: ['calm', { mode: 'calm', every: '2h to 8h' }, 'off'],
  });

const dailyError = 'daily at HH:MM (from 00:00 to 23:59), or off';
export const dailyOrOff = z
  .string({ error: dailyError })
  .regex(new RegExp(`^(off|daily at ${TIME})$`), { error: dailyError });
export const roundUp = dailyOrOff.meta({
  description:
    'When the daily round-up is sent by email. It lists retellings, and developments that were not sent as follow-ups.',
  examples: ['daily at 18:00', 'off'],
});

/** The old name of `followUps`, found in files for earlier releases. */
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

/** Rejects offsets such as +01:00, which Intl accepts but which have no daylight saving. */
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
  'two times of day, such as 22:00 to 07:00, optionally with days, such as 00:00 to 09:00 on saturday and sunday';
const wholeDayError =
  'quiet hours that end at another time than they begin, or no alert would ever be sent (single days may be quiet: 00:00 to 00:00 on sunday)';
const wholeWeekError =
  'quiet hours that leave some time of the week, or no alert would ever be sent; remove some of them';

const hasValidForm = (text: string) => new RegExp(`^${HOURS}$`).test(text);
const isNotWholeDay = (text: string) => !/^(.+) to \1$/.test(text);
/** Also true for texts with another fault, which is reported already. */
const leavesTime = (all: readonly string[]) =>
  !all.every((text) => hasValidForm(text) && isNotWholeDay(text)) ||
  quietWeek(all.map(quietHours)).includes(0);

const quietError = `off, ${hoursError}, or a list of these`;
const singleQuiet = z
  .string({ error: quietError })
  .regex(new RegExp(`^(off|${HOURS})$`), { error: quietError })
  .refine(isNotWholeDay, { error: wholeDayError })
  .refine((text) => leavesTime([text]), { error: wholeWeekError });
const quietEntry = z
  .string({ error: hoursError })
  .regex(new RegExp(`^${HOURS}$`), { error: hoursError })
  .refine(isNotWholeDay, { error: wholeDayError });
export const quiet = z
  .union(
    [
      singleQuiet,
      z
        .array(quietEntry, { error: quietError })
        .min(1, { error: 'at least one entry (off means no quiet hours)' })
        .max(20, { error: 'at most 20 entries' })
        .refine(leavesTime, { error: wholeWeekError }),
    ],
    { error: quietError },
  )
  .meta({
    description:
      'Hours in which no alert is sent, every day or on the days named, on which they begin. News from these hours comes in one digest at their end.',
    examples: ['22:00 to 07:00', ['22:00 to 07:00', '07:00 to 09:00 on saturday and sunday'], 'off'],
  });

const count = z
  .int({ error: 'a whole number of alerts' })
  .min(1, { error: 'at least 1 (alerts beyond it become a digest; to get digests only, use deliver)' })
  // One record holds the ids of all alerts.
  .max(1_000, { error: 'at most 1000' });

const caps = 'hour and day with numbers';
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
      'Maximum number of alerts in an hour and in a day (30 and 200 by default, a third of them for a single feed). ' +
      'Further alerts become a digest at the end of the hour or day.',
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
  .meta({ description: `Settings for email that differ from the topic: ${policyKeys}.` });

const sourcesError = 'a whole number of sources, from 1 to 20';
export const smsPolicy = z
  .strictObject(
    {
      minSources: z
        .int({ error: sourcesError })
        .min(1, { error: sourcesError })
        .max(20, { error: sourcesError })
        .optional()
        .meta({ description: 'How many independent outlets must report a story before it is sent by SMS.' }),
      ...policy,
    },
    { error: `a map of minSources, ${policyKeys}` },
  )
  .meta({
    description: `Settings for SMS that differ from the topic: minSources, ${policyKeys}. Without followUps here, only urgent ones are sent by SMS.`,
    examples: [{ minSources: 2 }],
  });

const senderError = 'a sender of 1 to 11 letters and digits, at least one of them a letter';
export const smsSettings = z
  .strictObject(
    {
      type: z
        .enum(['transactional', 'promotional'], { error: 'transactional or promotional' })
        .optional()
        .meta({ description: 'How carriers treat the SMS: transactional (the default) or promotional.' }),
      sender: z
        .string({ error: senderError })
        .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/, { error: senderError })
        .optional()
        .meta({
          description: 'The sender that phones show instead of a number, in countries that allow it.',
        }),
    },
    { error: 'a map of type and sender' },
  )
  .meta({ description: 'How SNS sends SMS.', examples: [{ sender: 'NEWS' }] });

const partsError = 'a whole number of SMS parts, at least 1';
const partsForm = 'off, or month with a number of SMS parts';
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
      'Maximum number of SMS parts in a month (UTC) for all recipients together (2,000 by default). After that, alerts are sent by email only.',
    examples: [{ month: 500 }, 'off'],
  });
