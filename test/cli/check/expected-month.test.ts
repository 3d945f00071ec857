import { describe, expect, it } from 'vitest';
import { expectedMonth } from '../../../cli/check/expected-month.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../functions/shared/default-follow-ups.ts';
import type { Protocol, SmsPolicy, Subscription, Topic } from '../../../functions/shared/model.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP,
  START,
} from '../../functions/notify/notify-harness.ts';
import { memoryTable } from '../../helpers/memory-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const smsPolicy = (minSources: number): SmsPolicy => ({
  minSources,
  deliver: { mode: 'now' },
  followUps: followUps('urgent'),
});
const MORNING = { hours: [{ from: { hour: 9, minute: 0 }, to: { hour: 12, minute: 0 } }], timeZone: 'UTC' };

/** Returns the nth of many headlines that have nothing in common. */
const headline = (n: number) =>
  'qwrt'
    .split('')
    .map((first) => `${first}${String.fromCharCode(97 + n).repeat(5)}`)
    .join(' ');

/** The history of a topic, delivered by one policy and estimated by another. */
class History {
  readonly table = memoryTable();
  readonly harness: NotifyHarness;
  #stories = 0;

  constructor(deliveredBy: HarnessTopic = {}) {
    this.harness = new NotifyHarness(this.table, deliveredBy);
  }

  /** Delivers a story that this many outlets report. */
  async story(at: number, outlets = 1, fields: HitFields = {}): Promise<void> {
    this.harness.now = at;
    const n = this.#stories++;
    for (let outlet = 0; outlet < outlets; outlet++) {
      const url = `https://outlet-${outlet}.example/${n}`;
      await this.harness.receive(
        this.harness.hit({
          id: `item-${n}-${outlet}`,
          feed: `Feed ${outlet}`,
          url,
          title: headline(n),
          ...fields,
        }),
      );
    }
  }

  async month(now: number, policy?: Partial<Topic>, recipients: Partial<Record<Protocol, number>> = {}) {
    const { email = 1, sms = 1 } = recipients;
    const { id, name } = this.harness.topic;
    const to = (protocol: Protocol, count: number): Subscription[] =>
      Array.from({ length: count }, (_, n) => ({ topicId: id, protocol, endpoint: `${protocol}-${n}` }));
    const other: Topic = { id, name, followUps: DEFAULT_FOLLOW_UPS, deliver: { mode: 'now' }, ...policy };
    const all = [...to('email', email), ...to('sms', sms)];
    const [month] = await expectedMonth(
      this.table,
      { topics: [policy ? other : this.harness.topic] },
      all,
      now,
    );
    return month;
  }
}

/** Six stories in ten days, two on each of the first three days. */
async function sixStories(deliveredBy: HarnessTopic = {}): Promise<History> {
  const history = new History(deliveredBy);
  for (const day of [0, 1, 2]) {
    await history.story(START + day * DAY, 1);
    await history.story(START + day * DAY + 10 * 60_000, 2);
  }
  return history;
}
const LATER = START + 10 * DAY;

/** Three stories in three days, each with retellings and developments, one of them urgent, delivered on time. */
async function continuingStories(deliveredBy: HarnessTopic = {}): Promise<History> {
  const history = new History(deliveredBy);
  const { harness } = history;
  const lead = (n: number): HitFields => ({ id: `lead-${n}`, url: `https://lead.example/${n}` });
  const hits = [0, 1, 2].flatMap((n): [number, HitFields][] => {
    const at = START + n * DAY;
    const also = (more: string): HitFields => ({
      id: `also-${n}-${more}`,
      feed: `Also ${more}`,
      url: `https://${more}.example/${n}`,
      title: `${headline(n)} ${more}`,
    });
    const edit = (offset: number): HitFields => ({
      ...lead(n),
      title: headline(n + offset),
      change: 'edited',
    });
    return [
      [at, { ...lead(n), title: headline(n) }],
      [at + 5 * MINUTE, also('long')],
      [at + 40 * MINUTE, edit(5)],
      [at + 45 * MINUTE, edit(10)],
      [at + 3 * HOUR, also('years')],
      [at + 5 * HOUR, { ...edit(15), ...(n === 1 ? { urgent: true as const } : {}) }],
      [at + 10 * HOUR, also('very')],
    ];
  });
  for (let time = START; time < LATER; time += 5 * MINUTE) {
    await harness.tickAt(time);
    for (const [at, fields] of hits) if (at === time) await harness.receive(harness.hit(fields));
  }
  return history;
}

describe('the expected month', () => {
  it('scales the history to a month, for each recipient', async () => {
    const history = await sixStories();
    expect(await history.month(LATER, {}, { email: 3, sms: 2 })).toEqual({
      id: history.harness.topic.id,
      historyMs: 10 * DAY,
      month: { alerts: 6, messages: { email: 54, sms: 36 } },
    });
  });

  it.each<[string, Partial<Topic>, number, number]>([
    ['one digest a day', { deliver: { mode: 'daily', hour: 7, minute: 0, timeZone: 'UTC' } }, 9, 9],
    ['one a week', { deliver: { mode: 'weekly', weekday: 1, hour: 7, minute: 0, timeZone: 'UTC' } }, 6, 6],
    ['SMS only for stories of two outlets', { sms: smsPolicy(2) }, 18, 9],
    ['SMS only for stories of three outlets', { sms: smsPolicy(3) }, 18, 0],
    ['one a day at once, and a digest at midnight', { atMost: { day: 1, timeZone: 'UTC' } }, 18, 18],
    ['only a digest in the morning', { quiet: MORNING }, 9, 9],
  ])('follows the present policy, not the policy of the past: %s', async (_, policy, email, sms) => {
    const { month } = (await (await sixStories()).month(LATER, policy)) ?? {};
    expect(month).toEqual({ alerts: 6, messages: { email, sms } });
  });

  it('is the same for any policy of the past', async () => {
    const now = await (await sixStories()).month(LATER);
    const daily = { deliver: { mode: 'daily' as const, hour: 7, minute: 0, timeZone: 'UTC' } };
    for (const deliveredBy of [daily, { sms: { ...smsPolicy(2), ...daily } }]) {
      const history = await sixStories(deliveredBy);
      expect(await history.month(LATER, {})).toEqual({
        ...now,
        id: history.harness.topic.id,
      });
    }
  });

  it('has as many messages as were sent when the policy is unchanged', async () => {
    const policy: Partial<Topic> = {
      atMost: { hour: 1, timeZone: 'UTC' },
      sms: { ...smsPolicy(1), deliver: { mode: 'hourly' } },
    };
    const history = await sixStories(policy);
    for (let time = START; time < LATER; time += HOUR / 2) {
      history.harness.now = time;
      await history.harness.tick();
    }
    const month = (await history.month(LATER))?.month;
    const sent = (protocol: Protocol) => history.harness.titles(protocol).length * 3;
    expect(month).toEqual({ alerts: 6, messages: { email: sent('email'), sms: sent('sms') } });
  });

  it.each<[string, HarnessTopic]>([
    ['follow-ups and a round-up', {}],
    ['only follow-ups', { roundUp: 'off' }],
    ['all developments at once', { followUps: followUps('all') }],
    ['urgent developments at once, the others in the round-up', { followUps: followUps('urgent') }],
    ['no follow-ups', { followUps: followUps('off') }],
    ['a digest a day', { deliver: { mode: 'daily', hour: 7, minute: 0, timeZone: 'UTC' } }],
    ['two messages a day, and a digest at midnight', { atMost: { day: 2, timeZone: 'UTC' } }],
    [
      'quiet hours',
      { quiet: { hours: [{ from: { hour: 11, minute: 0 }, to: { hour: 15, minute: 0 } }], timeZone: 'UTC' } },
    ],
    ['SMS of two outlets', { sms: smsPolicy(2) }],
    ['follow-ups by SMS as well', { sms: { ...smsPolicy(1), followUps: followUps('calm') } }],
  ])('has as many messages as were sent of continuing stories: %s', async (_, policy) => {
    const history = await continuingStories(policy);
    const { month } = (await history.month(LATER)) ?? {};
    const sent = (protocol: Protocol) => history.harness.titles(protocol).length * 3;
    expect(month).toMatchObject({ messages: { email: sent('email'), sms: sent('sms') } });
    expect(month?.messages.email).toBeGreaterThan(0);
  });

  it('delivers developments and retellings by the present policy', async () => {
    const daily = { deliver: { mode: 'daily' as const, hour: 7, minute: 0, timeZone: 'UTC' } };
    const now = { roundUp: ROUND_UP };
    const [fromAlerts, fromDigests] = [await continuingStories(), await continuingStories(daily)];
    expect((await fromDigests.month(LATER, now))?.month).toEqual((await fromAlerts.month(LATER))?.month);
    expect((await fromAlerts.month(LATER, daily))?.month).toEqual((await fromDigests.month(LATER))?.month);
  });

  it('lets urgent items pass quiet hours', async () => {
    const history = await sixStories();
    const { harness } = history;
    harness.now = START + 3 * DAY;
    await harness.receive({ ...harness.hit({ id: 'urgent', title: headline(20) }), urgent: true });
    await history.story(START + 3 * DAY);
    expect((await history.month(LATER, { quiet: MORNING }))?.month?.messages.email).toBe(15);
  });

  it('leaves out items that a feed held at its first poll', async () => {
    const history = new History();
    await history.story(START, 1, { loudness: 'welcome' });
    await history.story(START + HOUR, 1, { loudness: 'silent' });
    expect((await history.month(LATER))?.month).toEqual({ alerts: 0, messages: { email: 0, sms: 0 } });
  });

  it('looks back thirty days', async () => {
    const history = await sixStories();
    await history.story(START + 35 * DAY);
    expect(await history.month(START + 40 * DAY)).toMatchObject({
      historyMs: 30 * DAY,
      month: { alerts: 1, messages: { email: 1, sms: 1 } },
    });
  });

  it('is unknown for a new topic, and absent for a topic without recipients', async () => {
    const history = new History();
    expect(await history.month(LATER)).toEqual({
      id: history.harness.topic.id,
      historyMs: undefined,
      month: undefined,
    });
    await history.story(START);
    expect(await history.month(START + HOUR)).toMatchObject({ historyMs: HOUR, month: undefined });
    const deliver = { mode: 'weekly' as const, weekday: 1, hour: 7, minute: 0, timeZone: 'UTC' };
    expect(await history.month(START + 3 * DAY, { deliver })).toMatchObject({ month: undefined });
    expect(await history.month(START + 3 * DAY, {}, { email: 0, sms: 0 })).toBeUndefined();
  });
});
