import { describe, expect, it } from 'vitest';
import { quietHours } from '../../../../config/week.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import type { FollowUpMode, SmsPolicy } from '../../../../functions/shared/model.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP_AT,
  START,
} from '../notify-harness.ts';
import { army, company, judge, retold, retoldAgain, STRIKE_REPORTS } from '../strike-reports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const table = memoryTable();
const at = (time: string, day = 1) => Date.parse(`2026-03-0${day}T${time}:00.000Z`);
/** Two hours after the alert. */
const FOLLOW_UP_AT = START + 2 * HOUR;

const newHarness = (topic: HarnessTopic = {}) => new NotifyHarness(table, topic);
const withMode = (mode: FollowUpMode, topic: HarnessTopic = {}) =>
  newHarness({ followUps: followUps(mode), ...topic });

/** Receives a report as an item of its own in a feed of its own. */
async function receive(harness: NotifyHarness, report: HitFields): Promise<void> {
  const id = report.id ?? hash64(report.title ?? '');
  await harness.receive(harness.hit({ summary: '', feed: `Feed ${id.slice(0, 4)}`, ...report, id }));
}

/** Receives the first report now, and the others a minute apart. */
async function receiveAll(harness: NotifyHarness, ...reports: readonly HitFields[]): Promise<void> {
  for (const report of reports) {
    await receive(harness, report);
    harness.now += MINUTE;
  }
}

const nextTick = (harness: NotifyHarness) =>
  harness.tickAt((Math.floor(harness.now / (10 * MINUTE)) + 1) * 10 * MINUTE);

/** Ticks every ten minutes until a time. */
async function tickUntil(harness: NotifyHarness, end: number): Promise<void> {
  while (harness.now < end) await nextTick(harness);
}

const { first } = STRIKE_REPORTS;
const times = (harness: NotifyHarness) => harness.published.length;
const protocols = (harness: NotifyHarness) => harness.published.map(({ protocols }) => protocols.join(' '));

describe('a development, with calm follow-ups', () => {
  it('waits for the follow-up of its story, which goes out by email alone', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, army);
    await harness.tickAt(FOLLOW_UP_AT - MINUTE);
    expect(times(harness)).toBe(1);
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
    expect(protocols(harness)).toEqual(['email sms', 'email']);
    expect(harness.published[1]?.message.subject).toBe(`Re: Bridges: ${first.title}`);
    expect(harness.published[1]?.alert.entries[0]).toMatchObject({
      kind: 'new',
      role: 'development',
      story: { title: first.title, foundAt: new Date(START).toISOString() },
    });
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('goes out with all others that arrive until then', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, army);
    harness.now = FOLLOW_UP_AT - MINUTE;
    await receive(harness, judge);
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.messages().slice(1)).toEqual([['follow-up', army.title, judge.title]]);
  });

  it('goes out twenty minutes after it was found if the alert is old', async () => {
    const harness = newHarness();
    await receiveAll(harness, first);
    harness.now = at('14:00');
    await receive(harness, army);
    await harness.tickAt(at('14:19'));
    expect(times(harness)).toBe(1);
    await harness.tickAt(at('14:20'));
    expect(times(harness)).toBe(2);
  });

  it('goes out at growing intervals', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, army);
    const sentAt: string[] = [];
    for (const next of [judge, company, undefined]) {
      const before = times(harness);
      while (times(harness) === before) await nextTick(harness);
      sentAt.push(new Date(harness.now).toISOString().slice(11, 16));
      if (next) await receive(harness, next);
    }
    expect(sentAt).toEqual(['11:30', '15:30', '23:30']);
  });

  it('is sent at once if it is urgent, by email and SMS', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, { ...army, urgent: true });
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
    expect(protocols(harness)).toEqual(['email sms', 'email sms']);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('that follows an urgent one waits for the next interval', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, { ...army, urgent: true }, judge);
    await tickUntil(harness, START + 4 * HOUR);
    expect(times(harness)).toBe(2);
    // Four hours after the urgent development, at 09:31.
    await tickUntil(harness, START + 4 * HOUR + 10 * MINUTE);
    expect(harness.messages().slice(2)).toEqual([['follow-up', judge.title]]);
  });

  it('that follows an urgent one goes with the follow-up that others wait for', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, army, { ...judge, urgent: true }, company);
    expect(harness.messages().slice(1)).toEqual([['follow-up', judge.title]]);
    await tickUntil(harness, at('20:00'));
    expect(harness.messages().slice(2)).toEqual([['follow-up', army.title, company.title]]);
  });

  it('goes out with an edit of the item that opened the story', async () => {
    const harness = newHarness();
    await receiveAll(harness, { ...first, id: 'lead', feed: 'The Courier' }, army);
    const title = 'Thousands stuck on islands as boats stay ashore';
    await receiveAll(harness, { ...first, id: 'lead', feed: 'The Courier', title });
    await harness.tickAt(FOLLOW_UP_AT);
    expect(harness.messages().slice(1)).toEqual([['follow-up', army.title, title]]);
  });

  it('has an alert log record with the reason', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, { ...army, id: 'development' });
    const id = hash64('item', harness.topic.id, 'development');
    expect(await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' })).toMatchObject({
      state: 'queued',
      kind: 'update',
      dueAt: new Date(FOLLOW_UP_AT).toISOString(),
      entry: { itemId: 'development', role: 'development' },
      because: expect.stringMatching(
        /^it is \d+% likely to belong to the story “Ferry crews .*”; 100% of its headline is new: “Army”, /,
      ),
    });
    const { stories } = harness.deps();
    expect(await stories.delivered(harness.topic.id, 'development', 'feed-deve')).toMatchObject({
      role: 'development',
      lead: false,
      alerts: [id],
    });
  });

  it('is sent once, however often and through whatever feed its hit comes', async () => {
    const harness = newHarness();
    await receiveAll(harness, first);
    for (const feed of ['The Herald', 'Meridian Wire', 'The Herald']) {
      await receive(harness, { ...army, id: 'development', feed });
    }
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages().slice(1)).toEqual([['follow-up', army.title]]);
  });
});

describe('a development', () => {
  it.each([
    ['all', 'follow-up', 'email'],
    ['urgent', 'roundup', 'email'],
    ['off', 'roundup', 'email'],
  ] as const)('with %s follow-ups is in a %s', async (mode, kind, protocol) => {
    const harness = withMode(mode);
    await receiveAll(harness, first, army);
    if (mode === 'all') expect(times(harness)).toBe(2);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages().slice(1)).toEqual([[kind, army.title]]);
    expect(protocols(harness).slice(1)).toEqual([protocol]);
  });

  it('that is no follow-up is not sent if there is no round-up', async () => {
    const harness = withMode('off', { roundUp: 'off' });
    await receiveAll(harness, first, army, retold);
    await tickUntil(harness, at('20:00', 2));
    expect(times(harness)).toBe(1);
    expect(await harness.dueDigests()).toEqual([]);
  });
});

describe('a retelling', () => {
  it('waits for the round-up, and goes by email alone', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, retold, retoldAgain);
    await harness.tickAt(ROUND_UP_AT - MINUTE);
    expect(times(harness)).toBe(1);
    await harness.tickAt(ROUND_UP_AT);
    await harness.tickAt(ROUND_UP_AT + MINUTE);
    expect(harness.messages().slice(1)).toEqual([['roundup', retold.title, retoldAgain.title]]);
    expect(protocols(harness)).toEqual(['email sms', 'email']);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('has an alert log record with the reason, and a delivered version', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, { ...retold, id: 'retelling' });
    const id = hash64('item', harness.topic.id, 'retelling');
    expect(await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' })).toMatchObject({
      state: 'queued',
      kind: 'also',
      dueAt: new Date(ROUND_UP_AT).toISOString(),
      because: expect.stringMatching(/; \d+% of its headline is new: “strike”, “dispute”$/),
    });
    const { stories } = harness.deps();
    expect(await stories.delivered(harness.topic.id, 'retelling', 'feed-rete')).toMatchObject({
      role: 'also',
      alerts: [id],
    });
  });

  it('is not sent if there is no round-up', async () => {
    const harness = newHarness({ roundUp: 'off' });
    await receiveAll(harness, first, retold, army);
    await tickUntil(harness, at('20:00', 2));
    expect(harness.messages().slice(1)).toEqual([['follow-up', army.title]]);
  });
});

describe('the item that opened a story', () => {
  it('is listed in the round-up if another item reported the story in its place', async () => {
    const harness = newHarness();
    const opening = harness.hit({ id: 'opening', ...first });
    harness.answers.push('throttled');
    await expect(harness.receive(opening)).rejects.toBeInstanceOf(RetryLater);
    await receiveAll(harness, retold);
    await harness.receive(opening);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages()).toEqual([
      ['new', retold.title],
      ['roundup', first.title],
    ]);
  });

  it('is not listed again if a copy reported the story in its place', async () => {
    const harness = newHarness();
    const opening = harness.hit({ id: 'opening', ...first });
    harness.answers.push('throttled');
    await expect(harness.receive(opening)).rejects.toBeInstanceOf(RetryLater);
    await receiveAll(harness, { ...first, id: 'copy', summary: opening.item.summary });
    await harness.receive(opening);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages()).toEqual([['new', first.title]]);
    const delivered = await harness.deps().stories.delivered(harness.topic.id, 'opening', 'the-courier');
    expect(delivered).toMatchObject({ role: 'copy', lead: true });
  });
});

describe('a copy', () => {
  it('only counts as a source', async () => {
    const harness = newHarness();
    await receiveAll(harness, first, { ...first, id: 'copy', feed: 'Meridian Wire' });
    await tickUntil(harness, at('20:00', 2));
    expect(times(harness)).toBe(1);
    const { stories } = harness.deps();
    expect((await stories.since(harness.topic.id, START)).stories).toMatchObject([
      { itemIds: [expect.any(String), 'copy'], sources: [expect.any(String), 'Meridian Wire'] },
    ]);
    expect(await stories.delivered(harness.topic.id, 'copy', 'meridian-wire')).toMatchObject({
      role: 'copy',
    });
  });
});

describe('SMS under the topic’s policy', () => {
  it.each(['calm', 'all', 'urgent', 'off'] as const)(
    'sends urgent developments at once, and no others, whatever follow-ups go by email: %s',
    async (mode) => {
      const harness = withMode(mode);
      await receiveAll(harness, first, army, { ...judge, urgent: true }, retold);
      await tickUntil(harness, ROUND_UP_AT);
      expect(harness.titles('sms')).toEqual([[first.title], [judge.title]]);
      expect(harness.titles('email').flat().toSorted()).toEqual(
        [first.title, army.title, judge.title, retold.title].toSorted(),
      );
    },
  );
});

describe('SMS under their own policy', () => {
  const sms = (mode: FollowUpMode, policy: Partial<SmsPolicy> = {}): SmsPolicy => ({
    deliver: { mode: 'now' },
    minSources: 1,
    followUps: followUps(mode),
    ...policy,
  });

  it.each([
    ['urgent', []],
    ['off', []],
    ['all', [[army.title], [judge.title]]],
    ['calm', [[army.title, judge.title]]],
  ] as const)('developments with %s follow-ups', async (mode, expected) => {
    const harness = newHarness({ sms: sms(mode) });
    await receiveAll(harness, first, army, judge, retold);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.titles('sms').slice(1)).toEqual(expected);
    expect(harness.titles('email').flat()).toEqual([first.title, army.title, judge.title, retold.title]);
  });

  it('sends urgent developments, unless follow-ups are off', async () => {
    for (const mode of ['urgent', 'calm', 'all'] as const) {
      const harness = newHarness({ sms: sms(mode) });
      await receiveAll(harness, first, { ...army, urgent: true });
      expect(harness.titles('sms')).toEqual([[first.title], [army.title]]);
    }
    const harness = newHarness({ sms: sms('off') });
    await receiveAll(harness, first, { ...army, urgent: true });
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.titles('sms')).toEqual([[first.title]]);
  });

  it('goes to recipients who know the story by SMS', async () => {
    const harness = newHarness({ sms: sms('all', { minSources: 2 }) });
    const outlet = (n: number) => ({ url: `https://site-${n}.example/a` });
    await receiveAll(harness, { ...first, ...outlet(1) }, { ...army, ...outlet(1) });
    expect(harness.titles('sms')).toEqual([]);
    await receiveAll(harness, { ...retold, ...outlet(2) }, { ...judge, ...outlet(1) });
    expect(harness.titles('sms')).toEqual([[retold.title], [judge.title]]);
  });

  it('reports the story once when a development is the second source, without a follow-up', async () => {
    for (const mode of ['all', 'calm'] as const) {
      const harness = newHarness({ sms: sms(mode, { minSources: 2 }) });
      const outlet = (n: number) => ({ url: `https://site-${n}.example/a` });
      await receiveAll(harness, { ...first, ...outlet(1) }, { ...army, ...outlet(2) });
      await tickUntil(harness, ROUND_UP_AT);
      expect(harness.titles('sms')).toEqual([[army.title]]);
    }
  });

  it('spaces calm follow-ups at growing intervals, whatever goes by email', async () => {
    for (const mode of ['calm', 'urgent', 'off', 'all'] as const) {
      const harness = withMode(mode, { sms: sms('calm') });
      await receiveAll(harness, first, army);
      const sentAt: string[] = [];
      for (const next of [judge, company, undefined]) {
        const before = harness.titles('sms').length;
        while (harness.titles('sms').length === before) await nextTick(harness);
        sentAt.push(new Date(harness.now).toISOString().slice(11, 16));
        if (next) await receive(harness, next);
      }
      expect([mode, ...sentAt]).toEqual([mode, '11:30', '15:30', '23:30']);
    }
  });

  it('gathers calm follow-ups, beside a digest by email', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' }, sms: sms('calm') });
    await receiveAll(harness, first, army, judge);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.titles('sms')).toEqual([[first.title], [army.title, judge.title]]);
    expect(harness.titles('email')).toEqual([[first.title, army.title, judge.title]]);
  });
});

describe('caps', () => {
  const capped = (hour: number, topic: HarnessTopic = {}) =>
    newHarness({ atMost: { hour, timeZone: 'UTC' }, ...topic });

  it('count a follow-up once, in the hour in which it is sent', async () => {
    const harness = capped(2);
    await receiveAll(harness, first, army, judge);
    harness.now = at('11:05');
    await receive(harness, { title: 'Owls return to Tolmark' });
    await harness.tickAt(FOLLOW_UP_AT);
    await receive(harness, { title: 'Old lighthouse sold in Arnwick' });
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['new', 'Owls return to Tolmark'],
      ['follow-up', army.title, judge.title],
    ]);
    await harness.tickAt(at('12:00'));
    expect(harness.messages().slice(3)).toEqual([['digest', 'Old lighthouse sold in Arnwick']]);
  });

  it('move a follow-up beyond them to the digest, with the alerts that wait for it', async () => {
    const harness = capped(1);
    await receiveAll(harness, first);
    harness.now = at('11:05');
    await receiveAll(
      harness,
      { title: 'Owls return to Tolmark' },
      army,
      { title: 'Old lighthouse sold in Arnwick' },
      judge,
    );
    await tickUntil(harness, at('13:00'));
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['new', 'Owls return to Tolmark'],
      ['digest', army.title, judge.title, 'Old lighthouse sold in Arnwick'],
    ]);
  });

  it('apply to urgent follow-ups', async () => {
    const harness = capped(1);
    await receiveAll(harness, first, { ...army, urgent: true });
    expect(times(harness)).toBe(1);
    await harness.tickAt(at('10:00'));
    expect(harness.messages().slice(1)).toEqual([['digest', army.title]]);
  });
});

describe('quiet hours', () => {
  const quiet = { hours: [quietHours('10:00 to 13:00')], timeZone: 'UTC' };

  it('make developments wait with the alerts for the digest at their end', async () => {
    const harness = newHarness({ quiet });
    await receiveAll(harness, first, army);
    harness.now = at('10:30');
    await receiveAll(harness, { title: 'Owls return to Tolmark' }, judge);
    await tickUntil(harness, at('13:00'));
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['digest', army.title, judge.title, 'Owls return to Tolmark'],
    ]);
  });

  it('let urgent developments through at once', async () => {
    const harness = newHarness({ quiet });
    await receiveAll(harness, first);
    harness.now = at('10:30');
    await receive(harness, { ...army, urgent: true });
    expect(harness.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
  });
});

describe('a topic with digests', () => {
  it('lists all of a story in its digest, retellings last, without a round-up', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    await receiveAll(harness, first, retold, army, { title: 'Owls return to Tolmark' });
    await tickUntil(harness, at('10:00'));
    expect(harness.messages()).toEqual([
      ['digest', first.title, army.title, retold.title, 'Owls return to Tolmark'],
    ]);
    await receiveAll(harness, judge, retoldAgain);
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages().slice(1)).toEqual([['digest', judge.title, retoldAgain.title]]);
    expect(protocols(harness)).toEqual(['email sms', 'email sms']);
  });

  it('sends retellings alone by email only', async () => {
    const harness = newHarness({ deliver: { mode: 'hourly' } });
    await receiveAll(harness, first);
    await tickUntil(harness, at('10:00'));
    await receiveAll(harness, retold);
    await tickUntil(harness, at('11:00'));
    expect(harness.messages().slice(1)).toEqual([['digest', retold.title]]);
    expect(protocols(harness)).toEqual(['email sms', 'email']);
  });
});

describe('the welcome digest', () => {
  it('lists all of a story, with its retellings last', async () => {
    const harness = newHarness();
    for (const report of [first, retold, army]) {
      await receive(harness, { ...report, loudness: 'welcome' });
      harness.now += 1_000;
    }
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages()).toEqual([['welcome', first.title, army.title, retold.title]]);
  });

  it('lists the retellings of a story that was alerted', async () => {
    const harness = newHarness();
    await receiveAll(harness, first);
    await receive(harness, { ...retold, loudness: 'welcome' });
    await tickUntil(harness, ROUND_UP_AT);
    expect(harness.messages().slice(1)).toEqual([['welcome', retold.title]]);
  });
});
