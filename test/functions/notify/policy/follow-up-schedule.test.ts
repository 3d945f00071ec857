import { describe, expect, it } from 'vitest';
import { quietHours } from '../../../../config/week.ts';
import {
  type Schedule,
  type ScheduleContext,
  SEND_NOW,
  scheduleOf,
  withFollowUp,
} from '../../../../functions/notify/policy/follow-up-schedule.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../../functions/shared/default-follow-ups.ts';
import type { DeliveryPolicy, FollowUpMode, Protocol } from '../../../../functions/shared/model.ts';
import type { FollowUpState } from '../../../../functions/shared/store/stories.ts';
import { followUps, ROUND_UP } from '../notify-harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OPENED_AT = '2026-03-01T09:30:00.000Z';
const OPENED = Date.parse(OPENED_AT);
const at = (iso: string) => Date.parse(`2026-03-${iso}:00.000Z`);

const POLICY: DeliveryPolicy = { deliver: { mode: 'now' }, followUps: DEFAULT_FOLLOW_UPS };
const NIGHT: DeliveryPolicy = {
  ...POLICY,
  quiet: { hours: [quietHours('22:00 to 07:00')], timeZone: 'UTC' },
};

interface Case {
  readonly role?: ScheduleContext['role'];
  readonly mode?: FollowUpMode;
  readonly policy?: DeliveryPolicy;
  readonly protocols?: readonly Protocol[];
  readonly state?: FollowUpState;
  readonly urgent?: true;
  readonly loudness?: 'alert' | 'welcome';
  readonly roundUp?: typeof ROUND_UP | 'off';
  /** The story is too old to be read. */
  readonly unknown?: true;
  readonly now?: number;
}

const AT_TEN = at('01T10:00');

/** Returns when an entry is sent, as text: "follow-up 01T11:30". */
function scheduled({
  role = 'development',
  mode = 'calm',
  policy = POLICY,
  now = AT_TEN,
  ...one
}: Case = {}) {
  const { protocols = ['email'], state, urgent, loudness = 'alert', roundUp = ROUND_UP } = one;
  const schedule = scheduleOf(
    { policy, protocols },
    {
      role,
      followUps: followUps(mode),
      story: one.unknown ? undefined : { openedAt: OPENED_AT, ...(state ? { followUps: state } : {}) },
      occasion: { loudness, tickAt: new Date(now).toISOString(), urgent },
    },
    roundUp === 'off' ? undefined : roundUp,
    now,
  );
  return schedule && textOf(schedule);
}

const textOf = (schedule: Schedule): string =>
  schedule.kind === 'now' ? 'now' : `${schedule.kind} ${new Date(schedule.dueAt).toISOString().slice(8, 16)}`;

describe('a development', () => {
  it.each([
    ['calm', undefined, 'follow-up 01T11:30'],
    ['calm', true, 'now'],
    ['all', undefined, 'now'],
    ['all', true, 'now'],
    ['urgent', undefined, 'roundup 01T18:00'],
    ['urgent', true, 'now'],
    ['off', undefined, 'roundup 01T18:00'],
    ['off', true, 'roundup 01T18:00'],
  ] as const)('with %s follow-ups (urgent: %s): %s', (mode, urgent, expected) => {
    expect(scheduled({ mode, ...(urgent ? { urgent } : {}) })).toBe(expected);
  });

  it.each([
    ['calm', undefined, 'follow-up 01T11:30'],
    ['all', undefined, 'now'],
    ['urgent', undefined, undefined],
    ['urgent', true, 'now'],
    ['off', true, undefined],
  ] as const)('by SMS alone, with %s follow-ups (urgent: %s): %s', (mode, urgent, expected) => {
    expect(scheduled({ mode, protocols: ['sms'], ...(urgent ? { urgent } : {}) })).toBe(expected);
  });

  it('that is no follow-up is not sent if there is no round-up', () => {
    expect(scheduled({ mode: 'off', roundUp: 'off' })).toBeUndefined();
  });
});

describe('a retelling', () => {
  it.each(['calm', 'all', 'urgent', 'off'] as const)('waits for the round-up: %s', (mode) => {
    expect(scheduled({ role: 'also', mode })).toBe('roundup 01T18:00');
    expect(scheduled({ role: 'also', mode, urgent: true })).toBe('roundup 01T18:00');
    expect(scheduled({ role: 'also', mode, roundUp: 'off' })).toBeUndefined();
    expect(scheduled({ role: 'also', mode, protocols: ['sms'] })).toBeUndefined();
  });

  it('waits for tomorrow’s round-up once today’s has been sent', () => {
    expect(scheduled({ role: 'also', now: at('01T17:59') })).toBe('roundup 01T18:00');
    expect(scheduled({ role: 'also', now: at('01T18:00') })).toBe('roundup 02T18:00');
  });

  it('waits for the end of the quiet hours that the round-up falls into', () => {
    const quiet = { hours: [quietHours('17:00 to 08:00')], timeZone: 'UTC' };
    expect(scheduled({ role: 'also', policy: { ...POLICY, quiet } })).toBe('roundup 02T08:00');
  });
});

describe('a calm follow-up', () => {
  it('is due two hours after the alert or later, and at least twenty minutes from now', () => {
    expect(scheduled({ now: OPENED + MINUTE })).toBe('follow-up 01T11:30');
    expect(scheduled({ now: at('01T11:09') })).toBe('follow-up 01T11:30');
    expect(scheduled({ now: at('01T11:11') })).toBe('follow-up 01T11:31');
    expect(scheduled({ now: at('02T03:00') })).toBe('follow-up 02T03:20');
  });

  it('includes developments that arrive until it is due', () => {
    const state = { count: 1, dueAt: new Date(at('01T11:30')).toISOString() };
    expect(scheduled({ state, now: at('01T11:29') })).toBe('follow-up 01T11:30');
    // The next one is due four hours later.
    expect(scheduled({ state, now: at('01T11:30') })).toBe('follow-up 01T15:30');
    expect(scheduled({ state, now: at('01T15:29') })).toBe('follow-up 01T15:49');
  });

  it('ignores a follow-up that is days away, scheduled under another policy', () => {
    const state = { count: 1, dueAt: new Date(at('05T06:00')).toISOString() };
    // The longest interval is eight hours.
    expect(scheduled({ state })).toMatch(/^follow-up 01T1[0-8]:/);
  });

  it('puts its developments into the digest that earlier ones wait for', () => {
    const dueAt = new Date(at('01T11:30')).toISOString();
    expect(scheduled({ state: { count: 1, dueAt, inDigest: true } })).toBe('digest 01T11:30');
  });

  it.each([
    [0, 2],
    [1, 4],
    [2, 8],
    [3, 8],
    [9, 8],
  ])('after %i others comes at least %i hours after the last', (count, hours) => {
    const dueAt = new Date(at('05T06:00')).toISOString();
    expect(scheduled({ state: { count, dueAt }, now: at('05T06:01') })).toBe(
      textOf({ kind: 'follow-up', dueAt: at('05T06:00') + hours * HOUR }),
    );
  });

  it('comes at growing intervals while developments continue', () => {
    let state: FollowUpState | undefined;
    const dues = new Set<string>();
    for (let now = OPENED + MINUTE; now < OPENED + 40 * HOUR; now += MINUTE) {
      const schedule = scheduleOf(
        { policy: POLICY, protocols: ['email'] },
        {
          role: 'development',
          followUps: DEFAULT_FOLLOW_UPS,
          story: { openedAt: OPENED_AT, ...(state ? { followUps: state } : {}) },
          occasion: { loudness: 'alert', tickAt: new Date(now).toISOString() },
        },
        ROUND_UP,
        now,
      );
      if (!schedule || schedule.kind === 'now') throw new Error('it is to wait');
      expect(schedule.kind).toBe('follow-up');
      state = withFollowUp(state, schedule, now);
      dues.add(new Date(schedule.dueAt).toISOString());
    }
    const hours = [...dues].map((due) => (Date.parse(due) - OPENED) / HOUR);
    expect(hours).toEqual([2, 6, 14, 22, 30, 38, 46]);
  });

  it('has one fixed interval if the file gives no range', () => {
    const every = { mode: 'calm', every: HOUR, everyAtMost: HOUR } as const;
    const schedule = scheduleOf(
      { policy: POLICY, protocols: ['email'] },
      {
        role: 'development',
        followUps: every,
        story: { openedAt: OPENED_AT, followUps: { count: 5, dueAt: OPENED_AT } },
        occasion: { loudness: 'alert', tickAt: OPENED_AT },
      },
      undefined,
      OPENED + MINUTE,
    );
    expect(schedule).toEqual({ kind: 'follow-up', dueAt: OPENED + HOUR });
  });

  it('comes after the longest interval if the story is too old to be read', () => {
    expect(scheduled({ unknown: true })).toBe('follow-up 01T18:00');
  });

  it('that would come in quiet hours joins the digest at their end', () => {
    expect(scheduled({ policy: NIGHT, now: at('01T19:39') })).toBe('follow-up 01T19:59');
    expect(scheduled({ policy: NIGHT, now: at('01T21:45') })).toBe('digest 02T07:00');
    expect(scheduled({ policy: NIGHT, now: at('02T03:00') })).toBe('digest 02T07:00');
  });
});

describe('quiet hours', () => {
  const now = at('01T23:00');

  it('hold back immediate reports until their end, unless urgent', () => {
    expect(scheduled({ policy: NIGHT, mode: 'all', now })).toBe('digest 02T07:00');
    for (const mode of ['calm', 'all', 'urgent'] as const) {
      expect(scheduled({ policy: NIGHT, mode, urgent: true, now })).toBe('now');
    }
  });
});

describe('a topic with digests', () => {
  const HOURLY: DeliveryPolicy = { ...POLICY, deliver: { mode: 'hourly' } };

  it.each(['calm', 'all', 'urgent', 'off'] as const)(
    'makes developments and retellings wait for the digest: %s',
    (mode) => {
      for (const role of ['development', 'also'] as const) {
        for (const one of [
          { role, mode },
          { role, mode, urgent: true as const },
        ]) {
          expect(scheduled({ ...one, policy: HOURLY })).toBe('digest 01T11:00');
          expect(scheduled({ ...one, policy: HOURLY, roundUp: 'off' })).toBe('digest 01T11:00');
        }
      }
    },
  );

  it.each([
    ['development', 'all', undefined, 'digest 01T11:00'],
    ['development', 'calm', undefined, 'digest 01T11:00'],
    ['development', 'urgent', undefined, undefined],
    ['development', 'urgent', true, 'digest 01T11:00'],
    ['development', 'off', true, undefined],
    ['also', 'all', true, undefined],
  ] as const)(
    'schedules, by SMS alone, a %s with %s follow-ups (urgent: %s): %s',
    (role, mode, urgent, expected) => {
      const one = { role, mode, policy: HOURLY, protocols: ['sms'], ...(urgent ? { urgent } : {}) } as const;
      expect(scheduled(one)).toBe(expected);
    },
  );

  it('makes them wait with the digest for the end of quiet hours', () => {
    expect(scheduled({ policy: { ...NIGHT, deliver: { mode: 'hourly' } }, now: at('01T21:30') })).toBe(
      'digest 02T07:00',
    );
  });
});

describe('old items of a new feed', () => {
  it.each([
    ['development', 'calm', 'welcome 01T10:00'],
    ['development', 'all', 'welcome 01T10:00'],
    ['development', 'off', 'welcome 01T10:00'],
    ['also', 'calm', 'welcome 01T10:00'],
  ] as const)('go into the welcome digest: a %s with %s follow-ups', (role, mode, expected) => {
    expect(scheduled({ role, mode, loudness: 'welcome' })).toBe(expected);
    expect(scheduled({ role, mode, loudness: 'welcome', roundUp: 'off' })).toBe(expected);
  });

  it('go into the topic’s digest if it has one, and wait for the end of quiet hours', () => {
    const policy: DeliveryPolicy = { ...POLICY, deliver: { mode: 'hourly' } };
    expect(scheduled({ policy, loudness: 'welcome' })).toBe('welcome 01T11:00');
    expect(scheduled({ policy: NIGHT, loudness: 'welcome', now: at('01T23:00') })).toBe('welcome 02T07:00');
  });

  it('go by SMS alone if they would be a follow-up', () => {
    expect(scheduled({ mode: 'calm', loudness: 'welcome', protocols: ['sms'] })).toBe('welcome 01T10:00');
    expect(scheduled({ mode: 'urgent', loudness: 'welcome', protocols: ['sms'] })).toBeUndefined();
    expect(scheduled({ role: 'also', loudness: 'welcome', protocols: ['sms'] })).toBeUndefined();
  });
});

describe('withFollowUp', () => {
  const dueAt = OPENED + 2 * HOUR;
  const first = { count: 1, dueAt: new Date(dueAt).toISOString() };

  it('counts a follow-up once, however many entries wait for it', () => {
    const state = withFollowUp(undefined, { kind: 'follow-up', dueAt }, OPENED);
    expect(state).toEqual(first);
    expect(withFollowUp(state, { kind: 'follow-up', dueAt }, OPENED + HOUR)).toBe(state);
    expect(withFollowUp(state, { kind: 'follow-up', dueAt: dueAt + HOUR }, OPENED)).toMatchObject({
      count: 2,
    });
  });

  it('counts one that is sent at once from now', () => {
    expect(withFollowUp(undefined, SEND_NOW, OPENED)).toEqual({ count: 1, dueAt: OPENED_AT });
    expect(withFollowUp(first, SEND_NOW, dueAt + HOUR)).toEqual({
      count: 2,
      dueAt: new Date(dueAt + HOUR).toISOString(),
    });
  });

  it('leaves a scheduled follow-up as it is when another is sent at once', () => {
    expect(withFollowUp(first, SEND_NOW, OPENED)).toBe(first);
    expect(withFollowUp(first, SEND_NOW, dueAt - 1)).toBe(first);
  });

  it('records whether it is part of a digest', () => {
    for (const kind of ['digest', 'welcome'] as const) {
      expect(withFollowUp(undefined, { kind, dueAt }, OPENED)).toEqual({ ...first, inDigest: true });
    }
  });
});
