import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import type { DeliverySchedule, OnAmbiguous, Protocol } from '../../../../functions/shared/model.ts';
import type { Channels } from '../../../../functions/shared/ports.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { followUps, type HarnessTopic, LEASE, NotifyHarness, START } from '../notify-harness.ts';

const servers = embeddedPlatform();
const table = () => servers.platform().table();

type Ambiguous = Readonly<Record<Protocol, OnAmbiguous>>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The first full hour after the start. */
const TEN = '2026-03-01T10:00:00.000Z';
const HOURLY: DeliverySchedule = { mode: 'hourly' };
const desk = (topic: HarnessTopic = {}, ambiguous?: Ambiguous) =>
  new NotifyHarness(table(), topic, ambiguous);
const claimOf = (news: NotifyHarness) =>
  table().get({
    pk: `ALERT#${hash64('alert', news.topic.id, hash64(news.topic.id, 'item-1'), 'new', '')}`,
    sk: 'ALERT',
  });

describe('SNS’s answers', () => {
  it('published: the claim is settled with the alert log', async () => {
    const news = desk();
    await news.receive(news.hit());
    expect(await claimOf(news)).toMatchObject({
      state: 'sent',
      messageId: 'message-1',
      topicId: news.topic.id,
      stories: [hash64(news.topic.id, 'item-1')],
      title: 'Kessel bridge opens after nine years',
      settledAt: '2026-03-01T09:30:00.000Z',
    });
  });

  it.each(['throttled', 'refused'] as const)(
    '%s: retries at once, to all protocols, as long as needed',
    async (answer) => {
      const news = desk();
      const hit = news.hit();
      news.answers.push(...Array.from({ length: 7 }, () => answer));
      for (let n = 0; n < 7; n++) await expect(news.receive(hit)).rejects.toBeInstanceOf(RetryLater);
      expect(await claimOf(news)).toBeUndefined();
      await news.receive(hit);
      expect(news.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms']]);
    },
  );

  it.each([
    ['lost', { email: 'resend', sms: 'skip' }, ['email sms', 'email'], 'sent'],
    ['vanished', { email: 'resend', sms: 'skip' }, ['email'], 'sent'],
    ['lost', { email: 'skip', sms: 'resend' }, ['email sms', 'sms'], 'sent'],
    ['lost', { email: 'resend', sms: 'resend' }, ['email sms', 'email sms'], 'sent'],
    ['lost', { email: 'skip', sms: 'skip' }, ['email sms'], 'skipped'],
    ['vanished', { email: 'skip', sms: 'skip' }, [], 'skipped'],
  ] as const)(
    'no answer (%s) with %j: retries after the lease, for the protocols that want a resend',
    async (answer, ambiguous, told, state) => {
      const news = desk({}, ambiguous);
      const hit = news.hit();
      news.answers.push(answer);
      await expect(news.receive(hit)).rejects.toThrow('SNS gave no answer');
      await expect(news.receive(hit)).rejects.toThrow('another worker is sending');
      news.now += LEASE + 1;
      await news.receive(hit);
      news.now += LEASE + 1;
      await news.receive(hit);
      expect(news.published.map(({ protocols }) => protocols.join(' '))).toEqual(told);
      expect(await claimOf(news)).toMatchObject({ state });
    },
  );

  it('throttled after a lost answer: it stays unknown whether SNS took the first attempt', async () => {
    const news = desk();
    const hit = news.hit();
    news.answers.push('lost', 'throttled', 'refused');
    for (let n = 0; n < 3; n++) {
      await expect(news.receive(hit)).rejects.toBeInstanceOf(RetryLater);
      news.now += LEASE + 1;
    }
    await news.receive(hit);
    expect(news.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms'], ['email']]);
  });

  it('to a follow-up that is sent at once: handled the same way', async () => {
    const news = desk({ followUps: followUps('all') });
    await news.receive(news.hit());
    news.now += MINUTE;
    const edited = news.hit({ title: 'Storm shuts the crossing' });
    news.answers.push('throttled', 'published');
    await expect(news.receive(edited)).rejects.toBeInstanceOf(RetryLater);
    await news.receive(edited);
    await news.receive(edited);
    expect(news.titles()).toEqual([['Kessel bridge opens after nine years'], ['Storm shuts the crossing']]);
  });
});

describe('two workers', () => {
  it('send an alert once: the second one retries later and finds it done', async () => {
    const news = desk();
    const hit = news.hit();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = (): void => undefined;
    const publishing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const slow: Channels = {
      async publish(...message) {
        asked();
        await answered;
        return news.channels.publish(...message);
      },
    };
    const first = news.receive(hit, news.deps(table(), slow));
    await publishing;
    await expect(news.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    news.now += LEASE;
    await expect(news.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    answer();
    await first;
    await news.receive(hit);
    expect(news.published).toHaveLength(1);
  });

  it('take over an expired lease one at a time', async () => {
    const news = desk();
    const hit = news.hit();
    news.answers.push('vanished');
    await expect(news.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    news.now += LEASE + 1;
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => news.receive(hit)));
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RetryLater);
    }
    expect(news.published).toHaveLength(1);
  });
});

describe('the welcome digest', () => {
  it('lists the old items of all feeds of a tick in one message, a minute later', async () => {
    const news = desk();
    await news.receive(news.hit({ loudness: 'welcome' }));
    news.now += 5_000;
    await news.receive(
      news.hit({ id: 'item-2', title: 'Ferry strike goes on', feed: 'The Herald', loudness: 'welcome' }),
    );
    await news.receive(news.hit({ id: 'item-3', title: 'Old herring, old quarrels', loudness: 'silent' }));
    await news.tick();
    expect(news.published).toEqual([]);
    news.now = START + MINUTE;
    await news.tick();
    await news.tick();
    expect(news.titles()).toEqual([['Kessel bridge opens after nine years', 'Ferry strike goes on']]);
    expect(news.published[0]?.alert.kind).toBe('welcome');
    expect(await news.dueDigests()).toEqual([]);
  });

  it('goes out with the topic’s digest if it has one', async () => {
    const news = desk({ deliver: HOURLY });
    await news.receive(news.hit({ loudness: 'welcome' }));
    await news.receive(news.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    news.now = START + 29 * MINUTE;
    expect(await news.dueDigests()).toEqual([]);
    news.now = START + 30 * MINUTE;
    await news.tick();
    expect(news.published.map(({ alert }) => [alert.kind, alert.entries.length])).toEqual([['digest', 2]]);
  });

  it('is followed by no immediate alert about the same story', async () => {
    const news = desk();
    await news.receive(news.hit({ loudness: 'welcome' }));
    await news.receive(news.hit({ id: 'item-2', title: 'Kessel bridge opens after nine long years' }));
    expect(news.published).toEqual([]);
    news.now += 2 * MINUTE;
    await news.tick();
    expect(news.titles()).toEqual([['Kessel bridge opens after nine years']]);
  });
});

describe('digests', () => {
  it('hourly: wait for the full hour, and no longer', async () => {
    const news = desk({ deliver: HOURLY, followUps: followUps('all') });
    await news.receive(news.hit());
    news.now += MINUTE;
    await news.receive(news.hit({ title: 'Storm shuts the crossing' }));
    await news.receive(news.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    await news.tick();
    news.now = Date.parse(TEN);
    await news.tick();
    news.now += HOUR;
    await news.receive(news.hit({ id: 'item-3', title: 'Herring quota doubled' }));
    await news.tick();
    news.now += HOUR;
    await news.tick();
    expect(news.titles()).toEqual([
      ['Kessel bridge opens after nine years', 'Storm shuts the crossing', 'Ferry strike goes on'],
      ['Herring quota doubled'],
    ]);
    expect(news.published[0]?.message.subject).toBe(
      'Bridges, 2 stories: Kessel bridge opens after nine years',
    );
  });

  it.each([
    [{}, '2026-03-01 04:30 GMT-5'],
    [{ timeZone: 'Asia/Kolkata' }, '2026-03-01 15:00 GMT+5:30'],
  ] as const)(
    'show times in the zone of the topic %j, or else in the common zone: at once, and in a digest',
    async (zone, time) => {
      for (const mode of ['now', 'hourly'] as const) {
        const news = desk({ ...zone, deliver: { mode } });
        const deps = news.deps();
        const inNewYork = { ...deps, config: { ...deps.config, timeZone: 'America/New_York' } };
        const hit = news.hit();
        await news.receive(
          { ...hit, item: { ...hit.item, published: '2026-03-01T09:30:00.000Z' } },
          inNewYork,
        );
        news.now += 60 * 60_000;
        for (const due of await news.dueDigests()) await news.receive(due, inNewYork);
        expect(news.published.map(({ message }) => message.email)).toEqual([expect.stringContaining(time)]);
      }
    },
  );

  it('daily: go out at the local time', async () => {
    const news = desk({ deliver: { mode: 'daily', hour: 7, minute: 30, timeZone: 'Europe/Berlin' } });
    await news.receive(news.hit());
    news.now = Date.parse('2026-03-02T06:29:59.000Z');
    expect(await news.dueDigests()).toEqual([]);
    news.now = Date.parse('2026-03-02T06:30:00.000Z');
    await news.tick();
    expect(news.published).toHaveLength(1);
  });

  it('send nothing when nothing waits', async () => {
    const news = desk({ deliver: HOURLY });
    await news.receive({ v: 1, kind: 'digest', topicId: news.topic.id, dueAt: TEN });
    expect(news.published).toEqual([]);
  });

  it('send late entries in a round of their own', async () => {
    const news = desk({ deliver: HOURLY });
    await news.receive(news.hit());
    news.now += HOUR;
    const [due] = await news.dueDigests();
    if (!due) throw new Error('nothing is due');
    await news.receive(due);
    for (const [n, title] of ['Ferry strike goes on', 'Herring quota doubled'].entries()) {
      // A worker claimed its alert before the digest went out, and adds the entry only now.
      await news.addDigestEntry(due.dueAt, n + 1, title);
      await news.tick();
    }
    await news.receive(due);
    expect(news.titles()).toEqual([
      ['Kessel bridge opens after nine years'],
      ['Ferry strike goes on'],
      ['Herring quota doubled'],
    ]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('of more than a hundred entries go out in several messages, each entry once', async () => {
    const news = desk({ deliver: HOURLY });
    await Promise.all(Array.from({ length: 110 }, (_, n) => news.addDigestEntry(TEN, n, `Headline ${n}`)));
    news.now = Date.parse(TEN);
    news.answers.push('published', 'throttled', 'lost');
    for (const reason of ['SNS did not take the alert', 'SNS gave no answer', 'another worker is sending']) {
      await news.tick();
      expect(news.logged.at(-1)).toBe('digest-waits');
      expect(news.reasons.at(-1)).toMatch(reason);
    }
    news.now += LEASE + 1;
    await news.tick();
    expect(news.titles('sms').map((titles) => titles.length)).toEqual([100, 10]);
    expect(news.titles('sms').flat()).toEqual(Array.from({ length: 110 }, (_, n) => `Headline ${n}`));
    expect(news.titles('email').map((titles) => titles.length)).toEqual([100, 10, 10]);
    expect(await news.dueDigests()).toEqual([]);
  });

  it('that cannot be sent wait, together with later entries', async () => {
    const news = desk({ deliver: HOURLY });
    await news.receive(news.hit());
    news.now += HOUR;
    for (let n = 0; n < 6; n++) {
      news.answers.push('refused');
      await news.tick();
      expect(news.published).toEqual([]);
      news.now += MINUTE;
    }
    await news.addDigestEntry(TEN, 1, 'Ferry strike goes on');
    await news.tick();
    expect(news.titles()).toEqual([['Kessel bridge opens after nine years', 'Ferry strike goes on']]);
  });
});
