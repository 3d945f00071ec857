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

const desk = (topic: HarnessTopic = {}) => new NotifyHarness(table, topic);
const withMode = (mode: FollowUpMode, topic: HarnessTopic = {}) =>
  desk({ followUps: followUps(mode), ...topic });

/** Receives a report as an item of its own in a feed of its own. */
async function receive(news: NotifyHarness, report: HitFields): Promise<void> {
  const id = report.id ?? hash64(report.title ?? '');
  await news.receive(news.hit({ summary: '', feed: `Feed ${id.slice(0, 4)}`, ...report, id }));
}

/** Receives the first report now, and the others a minute apart. */
async function receiveAll(news: NotifyHarness, ...reports: readonly HitFields[]): Promise<void> {
  for (const report of reports) {
    await receive(news, report);
    news.now += MINUTE;
  }
}

const nextTick = (news: NotifyHarness) =>
  news.tickAt((Math.floor(news.now / (10 * MINUTE)) + 1) * 10 * MINUTE);

/** Ticks every ten minutes until a time. */
async function tickUntil(news: NotifyHarness, end: number): Promise<void> {
  while (news.now < end) await nextTick(news);
}

const { first } = STRIKE_REPORTS;
const times = (news: NotifyHarness) => news.published.length;
const protocols = (news: NotifyHarness) => news.published.map(({ protocols }) => protocols.join(' '));

describe('a development, with calm follow-ups', () => {
  it('waits for the follow-up of its story, which goes out by email alone', async () => {
    const news = desk();
    await receiveAll(news, first, army);
    await news.tickAt(FOLLOW_UP_AT - MINUTE);
    expect(times(news)).toBe(1);
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
    expect(protocols(news)).toEqual(['email sms', 'email']);
    expect(news.published[1]?.message.subject).toBe(`Re: Bridges: ${first.title}`);
    expect(news.published[1]?.alert.entries[0]).toMatchObject({
      kind: 'new',
      role: 'development',
      story: { title: first.title, foundAt: new Date(START).toISOString() },
    });
    expect(await news.dueDigests()).toEqual([]);
  });

  it('goes out with all others that arrive until then', async () => {
    const news = desk();
    await receiveAll(news, first, army);
    news.now = FOLLOW_UP_AT - MINUTE;
    await receive(news, judge);
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.messages().slice(1)).toEqual([['follow-up', army.title, judge.title]]);
  });

  it('goes out twenty minutes after it was found if the alert is old', async () => {
    const news = desk();
    await receiveAll(news, first);
    news.now = at('14:00');
    await receive(news, army);
    await news.tickAt(at('14:19'));
    expect(times(news)).toBe(1);
    await news.tickAt(at('14:20'));
    expect(times(news)).toBe(2);
  });

  it('goes out at growing intervals', async () => {
    const news = desk();
    await receiveAll(news, first, army);
    const sentAt: string[] = [];
    for (const next of [judge, company, undefined]) {
      const before = times(news);
      while (times(news) === before) await nextTick(news);
      sentAt.push(new Date(news.now).toISOString().slice(11, 16));
      if (next) await receive(news, next);
    }
    expect(sentAt).toEqual(['11:30', '15:30', '23:30']);
  });

  it('is sent at once if it is urgent, by email and SMS', async () => {
    const news = desk();
    await receiveAll(news, first, { ...army, urgent: true });
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
    expect(protocols(news)).toEqual(['email sms', 'email sms']);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('that follows an urgent one waits for the next interval', async () => {
    const news = desk();
    await receiveAll(news, first, { ...army, urgent: true }, judge);
    await tickUntil(news, START + 4 * HOUR);
    expect(times(news)).toBe(2);
    // Four hours after the urgent development, at 09:31.
    await tickUntil(news, START + 4 * HOUR + 10 * MINUTE);
    expect(news.messages().slice(2)).toEqual([['follow-up', judge.title]]);
  });

  it('that follows an urgent one goes with the follow-up that others wait for', async () => {
    const news = desk();
    await receiveAll(news, first, army, { ...judge, urgent: true }, company);
    expect(news.messages().slice(1)).toEqual([['follow-up', judge.title]]);
    await tickUntil(news, at('20:00'));
    expect(news.messages().slice(2)).toEqual([['follow-up', army.title, company.title]]);
  });

  it('goes out with an edit of the item that opened the story', async () => {
    const news = desk();
    await receiveAll(news, { ...first, id: 'lead', feed: 'The Courier' }, army);
    const title = 'Thousands stuck on islands as boats stay ashore';
    await receiveAll(news, { ...first, id: 'lead', feed: 'The Courier', title });
    await news.tickAt(FOLLOW_UP_AT);
    expect(news.messages().slice(1)).toEqual([['follow-up', army.title, title]]);
  });

  it('has an alert log record with the reason', async () => {
    const news = desk();
    await receiveAll(news, first, { ...army, id: 'development' });
    const id = hash64('item', news.topic.id, 'development');
    expect(await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' })).toMatchObject({
      state: 'queued',
      kind: 'update',
      dueAt: new Date(FOLLOW_UP_AT).toISOString(),
      entry: { itemId: 'development', role: 'development' },
      because: expect.stringMatching(
        /^it is \d+% likely to belong to the story “Ferry crews .*”; 100% of its headline is new: “Army”, /,
      ),
    });
    const { stories } = news.deps();
    expect(await stories.delivered(news.topic.id, 'development', 'feed-deve')).toMatchObject({
      role: 'development',
      lead: false,
      alerts: [id],
    });
  });

  it('is sent once, however often and through whatever feed its hit comes', async () => {
    const news = desk();
    await receiveAll(news, first);
    for (const feed of ['The Herald', 'Meridian Wire', 'The Herald']) {
      await receive(news, { ...army, id: 'development', feed });
    }
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages().slice(1)).toEqual([['follow-up', army.title]]);
  });
});

describe('a development', () => {
  it.each([
    ['all', 'follow-up', 'email'],
    ['urgent', 'roundup', 'email'],
    ['off', 'roundup', 'email'],
  ] as const)('with %s follow-ups is in a %s', async (mode, kind, protocol) => {
    const news = withMode(mode);
    await receiveAll(news, first, army);
    if (mode === 'all') expect(times(news)).toBe(2);
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages().slice(1)).toEqual([[kind, army.title]]);
    expect(protocols(news).slice(1)).toEqual([protocol]);
  });

  it('that is no follow-up is not sent if there is no round-up', async () => {
    const news = withMode('off', { roundUp: 'off' });
    await receiveAll(news, first, army, retold);
    await tickUntil(news, at('20:00', 2));
    expect(times(news)).toBe(1);
    expect(await news.dueDigests()).toEqual([]);
  });
});

describe('a retelling', () => {
  it('waits for the round-up, and goes by email alone', async () => {
    const news = desk();
    await receiveAll(news, first, retold, retoldAgain);
    await news.tickAt(ROUND_UP_AT - MINUTE);
    expect(times(news)).toBe(1);
    await news.tickAt(ROUND_UP_AT);
    await news.tickAt(ROUND_UP_AT + MINUTE);
    expect(news.messages().slice(1)).toEqual([['roundup', retold.title, retoldAgain.title]]);
    expect(protocols(news)).toEqual(['email sms', 'email']);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('has an alert log record with the reason, and a delivered version', async () => {
    const news = desk();
    await receiveAll(news, first, { ...retold, id: 'retelling' });
    const id = hash64('item', news.topic.id, 'retelling');
    expect(await table.get({ pk: `ALERT#${id}`, sk: 'ALERT' })).toMatchObject({
      state: 'queued',
      kind: 'also',
      dueAt: new Date(ROUND_UP_AT).toISOString(),
      because: expect.stringMatching(/; \d+% of its headline is new: “strike”, “dispute”$/),
    });
    const { stories } = news.deps();
    expect(await stories.delivered(news.topic.id, 'retelling', 'feed-rete')).toMatchObject({
      role: 'also',
      alerts: [id],
    });
  });

  it('is not sent if there is no round-up', async () => {
    const news = desk({ roundUp: 'off' });
    await receiveAll(news, first, retold, army);
    await tickUntil(news, at('20:00', 2));
    expect(news.messages().slice(1)).toEqual([['follow-up', army.title]]);
  });
});

describe('the item that opened a story', () => {
  it('is listed in the round-up if another item reported the story in its place', async () => {
    const news = desk();
    const opening = news.hit({ id: 'opening', ...first });
    news.answers.push('throttled');
    await expect(news.receive(opening)).rejects.toBeInstanceOf(RetryLater);
    await receiveAll(news, retold);
    await news.receive(opening);
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages()).toEqual([
      ['new', retold.title],
      ['roundup', first.title],
    ]);
  });
});

describe('a copy', () => {
  it('only counts as a source', async () => {
    const news = desk();
    await receiveAll(news, first, { ...first, id: 'copy', feed: 'Meridian Wire' });
    await tickUntil(news, at('20:00', 2));
    expect(times(news)).toBe(1);
    const { stories } = news.deps();
    expect((await stories.since(news.topic.id, START)).stories).toMatchObject([
      { itemIds: [expect.any(String), 'copy'], sources: [expect.any(String), 'Meridian Wire'] },
    ]);
    expect(await stories.delivered(news.topic.id, 'copy', 'meridian-wire')).toMatchObject({ role: 'copy' });
  });
});

describe('SMS under the topic’s policy', () => {
  it.each(['calm', 'all', 'urgent', 'off'] as const)(
    'sends urgent developments at once, and no others, whatever follow-ups go by email: %s',
    async (mode) => {
      const news = withMode(mode);
      await receiveAll(news, first, army, { ...judge, urgent: true }, retold);
      await tickUntil(news, ROUND_UP_AT);
      expect(news.titles('sms')).toEqual([[first.title], [judge.title]]);
      expect(news.titles('email').flat().toSorted()).toEqual(
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
    const news = desk({ sms: sms(mode) });
    await receiveAll(news, first, army, judge, retold);
    await tickUntil(news, ROUND_UP_AT);
    expect(news.titles('sms').slice(1)).toEqual(expected);
    expect(news.titles('email').flat()).toEqual([first.title, army.title, judge.title, retold.title]);
  });

  it('sends urgent developments, unless follow-ups are off', async () => {
    for (const mode of ['urgent', 'calm', 'all'] as const) {
      const news = desk({ sms: sms(mode) });
      await receiveAll(news, first, { ...army, urgent: true });
      expect(news.titles('sms')).toEqual([[first.title], [army.title]]);
    }
    const news = desk({ sms: sms('off') });
    await receiveAll(news, first, { ...army, urgent: true });
    await tickUntil(news, ROUND_UP_AT);
    expect(news.titles('sms')).toEqual([[first.title]]);
  });

  it('goes to recipients who know the story by SMS', async () => {
    const news = desk({ sms: sms('all', { minSources: 2 }) });
    const outlet = (n: number) => ({ url: `https://site-${n}.example/a` });
    await receiveAll(news, { ...first, ...outlet(1) }, { ...army, ...outlet(1) });
    expect(news.titles('sms')).toEqual([]);
    await receiveAll(news, { ...retold, ...outlet(2) }, { ...judge, ...outlet(1) });
    expect(news.titles('sms')).toEqual([[retold.title], [judge.title]]);
  });

  it('reports the story once when a development is the second source, without a follow-up', async () => {
    for (const mode of ['all', 'calm'] as const) {
      const news = desk({ sms: sms(mode, { minSources: 2 }) });
      const outlet = (n: number) => ({ url: `https://site-${n}.example/a` });
      await receiveAll(news, { ...first, ...outlet(1) }, { ...army, ...outlet(2) });
      await tickUntil(news, ROUND_UP_AT);
      expect(news.titles('sms')).toEqual([[army.title]]);
    }
  });

  it('spaces calm follow-ups at growing intervals, whatever goes by email', async () => {
    for (const mode of ['calm', 'urgent', 'off', 'all'] as const) {
      const news = withMode(mode, { sms: sms('calm') });
      await receiveAll(news, first, army);
      const sentAt: string[] = [];
      for (const next of [judge, company, undefined]) {
        const before = news.titles('sms').length;
        while (news.titles('sms').length === before) await nextTick(news);
        sentAt.push(new Date(news.now).toISOString().slice(11, 16));
        if (next) await receive(news, next);
      }
      expect([mode, ...sentAt]).toEqual([mode, '11:30', '15:30', '23:30']);
    }
  });

  it('gathers calm follow-ups, beside a digest by email', async () => {
    const news = desk({ deliver: { mode: 'hourly' }, sms: sms('calm') });
    await receiveAll(news, first, army, judge);
    await tickUntil(news, ROUND_UP_AT);
    expect(news.titles('sms')).toEqual([[first.title], [army.title, judge.title]]);
    expect(news.titles('email')).toEqual([[first.title, army.title, judge.title]]);
  });
});

describe('caps', () => {
  const capped = (hour: number, topic: HarnessTopic = {}) =>
    desk({ atMost: { hour, timeZone: 'UTC' }, ...topic });

  it('count a follow-up once, in the hour in which it is sent', async () => {
    const news = capped(2);
    await receiveAll(news, first, army, judge);
    news.now = at('11:05');
    await receive(news, { title: 'Owls return to Tolmark' });
    await news.tickAt(FOLLOW_UP_AT);
    await receive(news, { title: 'Old lighthouse sold in Arnwick' });
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['new', 'Owls return to Tolmark'],
      ['follow-up', army.title, judge.title],
    ]);
    await news.tickAt(at('12:00'));
    expect(news.messages().slice(3)).toEqual([['digest', 'Old lighthouse sold in Arnwick']]);
  });

  it('move a follow-up beyond them to the digest, with the alerts that wait for it', async () => {
    const news = capped(1);
    await receiveAll(news, first);
    news.now = at('11:05');
    await receiveAll(
      news,
      { title: 'Owls return to Tolmark' },
      army,
      { title: 'Old lighthouse sold in Arnwick' },
      judge,
    );
    await tickUntil(news, at('13:00'));
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['new', 'Owls return to Tolmark'],
      ['digest', army.title, judge.title, 'Old lighthouse sold in Arnwick'],
    ]);
  });

  it('apply to urgent follow-ups', async () => {
    const news = capped(1);
    await receiveAll(news, first, { ...army, urgent: true });
    expect(times(news)).toBe(1);
    await news.tickAt(at('10:00'));
    expect(news.messages().slice(1)).toEqual([['digest', army.title]]);
  });
});

describe('quiet hours', () => {
  const quiet = { hours: [quietHours('10:00 to 13:00')], timeZone: 'UTC' };

  it('make developments wait with the alerts for the digest at their end', async () => {
    const news = desk({ quiet });
    await receiveAll(news, first, army);
    news.now = at('10:30');
    await receiveAll(news, { title: 'Owls return to Tolmark' }, judge);
    await tickUntil(news, at('13:00'));
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['digest', army.title, judge.title, 'Owls return to Tolmark'],
    ]);
  });

  it('let urgent developments through at once', async () => {
    const news = desk({ quiet });
    await receiveAll(news, first);
    news.now = at('10:30');
    await receive(news, { ...army, urgent: true });
    expect(news.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
  });
});

describe('a topic with digests', () => {
  it('lists all of a story in its digest, retellings last, without a round-up', async () => {
    const news = desk({ deliver: { mode: 'hourly' } });
    await receiveAll(news, first, retold, army, { title: 'Owls return to Tolmark' });
    await tickUntil(news, at('10:00'));
    expect(news.messages()).toEqual([
      ['digest', first.title, army.title, retold.title, 'Owls return to Tolmark'],
    ]);
    await receiveAll(news, judge, retoldAgain);
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages().slice(1)).toEqual([['digest', judge.title, retoldAgain.title]]);
    expect(protocols(news)).toEqual(['email sms', 'email sms']);
  });

  it('sends retellings alone by email only', async () => {
    const news = desk({ deliver: { mode: 'hourly' } });
    await receiveAll(news, first);
    await tickUntil(news, at('10:00'));
    await receiveAll(news, retold);
    await tickUntil(news, at('11:00'));
    expect(news.messages().slice(1)).toEqual([['digest', retold.title]]);
    expect(protocols(news)).toEqual(['email sms', 'email']);
  });
});

describe('the welcome digest', () => {
  it('lists all of a story, with its retellings last', async () => {
    const news = desk();
    for (const report of [first, retold, army]) {
      await receive(news, { ...report, loudness: 'welcome' });
      news.now += 1_000;
    }
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages()).toEqual([['welcome', first.title, army.title, retold.title]]);
  });

  it('lists the retellings of a story that was alerted', async () => {
    const news = desk();
    await receiveAll(news, first);
    await receive(news, { ...retold, loudness: 'welcome' });
    await tickUntil(news, ROUND_UP_AT);
    expect(news.messages().slice(1)).toEqual([['welcome', retold.title]]);
  });
});
