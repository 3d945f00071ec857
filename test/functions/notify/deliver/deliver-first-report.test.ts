import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import type { DeliverySchedule, PipelineConfig } from '../../../../functions/shared/model.ts';
import type { Channels } from '../../../../functions/shared/ports.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { followUps, type HarnessTopic, LEASE, NotifyHarness, START } from '../notify-harness.ts';

const servers = embeddedPlatform();
const table = () => servers.platform().table();

type Ambiguous = PipelineConfig['onAmbiguous'];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The first full hour after the start. */
const TEN = '2026-03-01T10:00:00.000Z';
const HOURLY: DeliverySchedule = { mode: 'hourly' };
const newHarness = (topic: HarnessTopic = {}, ambiguous?: Ambiguous) =>
  new NotifyHarness(table(), topic, ambiguous);
const claimOf = (harness: NotifyHarness) =>
  table().get({
    pk: `ALERT#${hash64('alert', harness.topic.id, hash64(harness.topic.id, 'item-1'), 'new', '')}`,
    sk: 'ALERT',
  });

describe('SNS’s answers', () => {
  it('published: the claim is settled with the alert log', async () => {
    const harness = newHarness();
    await harness.receive(harness.hit());
    expect(await claimOf(harness)).toMatchObject({
      state: 'sent',
      messageId: 'message-1',
      topicId: harness.topic.id,
      stories: [hash64(harness.topic.id, 'item-1')],
      title: 'Kessel bridge opens after nine years',
      settledAt: '2026-03-01T09:30:00.000Z',
    });
  });

  it.each(['throttled', 'refused'] as const)(
    '%s: retries at once, to all protocols, as long as needed',
    async (answer) => {
      const harness = newHarness();
      const hit = harness.hit();
      harness.answers.push(...Array.from({ length: 7 }, () => answer));
      for (let n = 0; n < 7; n++) await expect(harness.receive(hit)).rejects.toBeInstanceOf(RetryLater);
      expect(await claimOf(harness)).toBeUndefined();
      await harness.receive(hit);
      expect(harness.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms']]);
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
    async (answer, ambiguous, expected, state) => {
      const harness = newHarness({}, ambiguous);
      const hit = harness.hit();
      harness.answers.push(answer);
      await expect(harness.receive(hit)).rejects.toThrow('SNS gave no answer');
      await expect(harness.receive(hit)).rejects.toThrow('another worker is sending');
      harness.now += LEASE + 1;
      await harness.receive(hit);
      harness.now += LEASE + 1;
      await harness.receive(hit);
      expect(harness.published.map(({ protocols }) => protocols.join(' '))).toEqual(expected);
      expect(await claimOf(harness)).toMatchObject({ state });
    },
  );

  it('throttled after a lost answer: it stays unknown whether SNS took the first attempt', async () => {
    const harness = newHarness();
    const hit = harness.hit();
    harness.answers.push('lost', 'throttled', 'refused');
    for (let n = 0; n < 3; n++) {
      await expect(harness.receive(hit)).rejects.toBeInstanceOf(RetryLater);
      harness.now += LEASE + 1;
    }
    await harness.receive(hit);
    expect(harness.published.map(({ protocols }) => protocols)).toEqual([['email', 'sms'], ['email']]);
  });

  it('to a follow-up that is sent at once: handled the same way', async () => {
    const harness = newHarness({ followUps: followUps('all') });
    await harness.receive(harness.hit());
    harness.now += MINUTE;
    const edited = harness.hit({ title: 'Storm shuts the crossing' });
    harness.answers.push('throttled', 'published');
    await expect(harness.receive(edited)).rejects.toBeInstanceOf(RetryLater);
    await harness.receive(edited);
    await harness.receive(edited);
    expect(harness.titles()).toEqual([
      ['Kessel bridge opens after nine years'],
      ['Storm shuts the crossing'],
    ]);
  });
});

describe('two workers', () => {
  it('send an alert once: the second one retries later and finds it done', async () => {
    const harness = newHarness();
    const hit = harness.hit();
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
        return harness.channels.publish(...message);
      },
    };
    const first = harness.receive(hit, harness.deps(table(), slow));
    await publishing;
    await expect(harness.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    harness.now += LEASE;
    await expect(harness.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    answer();
    await first;
    await harness.receive(hit);
    expect(harness.published).toHaveLength(1);
  });

  it('take over an expired lease one at a time', async () => {
    const harness = newHarness();
    const hit = harness.hit();
    harness.answers.push('vanished');
    await expect(harness.receive(hit)).rejects.toBeInstanceOf(RetryLater);
    harness.now += LEASE + 1;
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => harness.receive(hit)));
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RetryLater);
    }
    expect(harness.published).toHaveLength(1);
  });
});

describe('the welcome digest', () => {
  it('lists the old items of all feeds of a tick in one message, a minute later', async () => {
    const harness = newHarness();
    await harness.receive(harness.hit({ loudness: 'welcome' }));
    harness.now += 5_000;
    await harness.receive(
      harness.hit({ id: 'item-2', title: 'Ferry strike goes on', feed: 'The Herald', loudness: 'welcome' }),
    );
    await harness.receive(
      harness.hit({ id: 'item-3', title: 'Old herring, old quarrels', loudness: 'silent' }),
    );
    await harness.tick();
    expect(harness.published).toEqual([]);
    harness.now = START + MINUTE;
    await harness.tick();
    await harness.tick();
    expect(harness.titles()).toEqual([['Kessel bridge opens after nine years', 'Ferry strike goes on']]);
    expect(harness.published[0]?.alert.kind).toBe('welcome');
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('goes out with the topic’s digest if it has one', async () => {
    const harness = newHarness({ deliver: HOURLY });
    await harness.receive(harness.hit({ loudness: 'welcome' }));
    await harness.receive(harness.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    harness.now = START + 29 * MINUTE;
    expect(await harness.dueDigests()).toEqual([]);
    harness.now = START + 30 * MINUTE;
    await harness.tick();
    expect(harness.published.map(({ alert }) => [alert.kind, alert.entries.length])).toEqual([['digest', 2]]);
  });

  it('is followed by no immediate alert about the same story', async () => {
    const harness = newHarness();
    await harness.receive(harness.hit({ loudness: 'welcome' }));
    await harness.receive(harness.hit({ id: 'item-2', title: 'Kessel bridge opens after nine long years' }));
    expect(harness.published).toEqual([]);
    harness.now += 2 * MINUTE;
    await harness.tick();
    expect(harness.titles()).toEqual([['Kessel bridge opens after nine years']]);
  });
});

describe('digests', () => {
  it('hourly: wait for the full hour, and no longer', async () => {
    const harness = newHarness({ deliver: HOURLY, followUps: followUps('all') });
    await harness.receive(harness.hit());
    harness.now += MINUTE;
    await harness.receive(harness.hit({ title: 'Storm shuts the crossing' }));
    await harness.receive(harness.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    await harness.tick();
    harness.now = Date.parse(TEN);
    await harness.tick();
    harness.now += HOUR;
    await harness.receive(harness.hit({ id: 'item-3', title: 'Herring quota doubled' }));
    await harness.tick();
    harness.now += HOUR;
    await harness.tick();
    expect(harness.titles()).toEqual([
      ['Kessel bridge opens after nine years', 'Storm shuts the crossing', 'Ferry strike goes on'],
      ['Herring quota doubled'],
    ]);
    expect(harness.published[0]?.message.subject).toBe(
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
        const harness = newHarness({ ...zone, deliver: { mode } });
        const deps = harness.deps();
        const inNewYork = { ...deps, config: { ...deps.config, timeZone: 'America/New_York' } };
        const hit = harness.hit();
        await harness.receive(
          { ...hit, item: { ...hit.item, published: '2026-03-01T09:30:00.000Z' } },
          inNewYork,
        );
        harness.now += 60 * 60_000;
        for (const due of await harness.dueDigests()) await harness.receive(due, inNewYork);
        expect(harness.published.map(({ message }) => message.email)).toEqual([
          expect.stringContaining(time),
        ]);
      }
    },
  );

  it('daily: go out at the local time', async () => {
    const harness = newHarness({
      deliver: { mode: 'daily', hour: 7, minute: 30, timeZone: 'Europe/Berlin' },
    });
    await harness.receive(harness.hit());
    harness.now = Date.parse('2026-03-02T06:29:59.000Z');
    expect(await harness.dueDigests()).toEqual([]);
    harness.now = Date.parse('2026-03-02T06:30:00.000Z');
    await harness.tick();
    expect(harness.published).toHaveLength(1);
  });

  it('send nothing when nothing waits', async () => {
    const harness = newHarness({ deliver: HOURLY });
    await harness.receive({ v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: TEN });
    expect(harness.published).toEqual([]);
  });

  it('send late entries in a round of their own', async () => {
    const harness = newHarness({ deliver: HOURLY });
    await harness.receive(harness.hit());
    harness.now += HOUR;
    const [due] = await harness.dueDigests();
    if (!due) throw new Error('nothing is due');
    await harness.receive(due);
    for (const [n, title] of ['Ferry strike goes on', 'Herring quota doubled'].entries()) {
      // A worker claimed its alert before the digest went out, and adds the entry only now.
      await harness.addDigestEntry(due.dueAt, n + 1, title);
      await harness.tick();
    }
    await harness.receive(due);
    expect(harness.titles()).toEqual([
      ['Kessel bridge opens after nine years'],
      ['Ferry strike goes on'],
      ['Herring quota doubled'],
    ]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('of more than a hundred entries go out in several messages, each entry once', async () => {
    const harness = newHarness({ deliver: HOURLY });
    await Promise.all(Array.from({ length: 110 }, (_, n) => harness.addDigestEntry(TEN, n, `Headline ${n}`)));
    harness.now = Date.parse(TEN);
    harness.answers.push('published', 'throttled', 'lost');
    for (const reason of ['SNS did not take the alert', 'SNS gave no answer', 'another worker is sending']) {
      await harness.tick();
      expect(harness.logged.at(-1)).toBe('digest-waits');
      expect(harness.reasons.at(-1)).toMatch(reason);
    }
    harness.now += LEASE + 1;
    await harness.tick();
    expect(harness.titles('sms').map((titles) => titles.length)).toEqual([100, 10]);
    expect(harness.titles('sms').flat()).toEqual(Array.from({ length: 110 }, (_, n) => `Headline ${n}`));
    expect(harness.titles('email').map((titles) => titles.length)).toEqual([100, 10, 10]);
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('that cannot be sent wait, together with later entries', async () => {
    const harness = newHarness({ deliver: HOURLY });
    await harness.receive(harness.hit());
    harness.now += HOUR;
    for (let n = 0; n < 6; n++) {
      harness.answers.push('refused');
      await harness.tick();
      expect(harness.published).toEqual([]);
      harness.now += MINUTE;
    }
    await harness.addDigestEntry(TEN, 1, 'Ferry strike goes on');
    await harness.tick();
    expect(harness.titles()).toEqual([['Kessel bridge opens after nine years', 'Ferry strike goes on']]);
  });
});
