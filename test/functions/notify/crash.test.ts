import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../functions/shared/errors.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { DigestDue, Hit } from '../../../functions/shared/messages.ts';
import type { DeliverySchedule, PipelineConfig, Protocol } from '../../../functions/shared/model.ts';
import type { Attributes, Table } from '../../../functions/shared/store/table.ts';
import { embeddedPlatform } from '../../helpers/embedded-platform.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { sampled } from '../../helpers/size.ts';
import { Crash, CrashingWorker } from './crashing-worker.ts';
import {
  followUps,
  type HarnessTopic,
  LEASE,
  NotifyHarness,
  ROUND_UP_AT,
  type SnsAnswer,
} from './notify-harness.ts';
import { STRIKE_REPORTS } from './strike-reports.ts';

const servers = embeddedPlatform();
const embedded = () => servers.platform().table();
// The basic crashes run on the embedded platform; the others on a faster table that passes the same contract.
const memory = memoryTable();

type Ambiguous = PipelineConfig['onAmbiguous'];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TEN = '2026-03-01T10:00:00.000Z';
const HOURLY: DeliverySchedule = { mode: 'hourly' };
const EMAIL: readonly Protocol[] = ['email'];

describe('a worker that crashes', () => {
  const crashes = (['before', 'after'] as const).map(
    (when) => ({ when, email: 'resend', sms: 'skip' }) as const,
  );
  const reversed = crashes.map(({ when }) => ({ when, email: 'skip', sms: 'resend' }) as const);

  interface Scenario {
    readonly topic?: HarnessTopic;
    /** First answers of SNS. */
    readonly answers?: readonly SnsAnswer[];
    /** Number of calls that a surviving worker makes. */
    readonly calls: number;
    /** Prepares the harness; returns the message during which the worker crashes. */
    prepare(harness: NotifyHarness): Promise<Hit | DigestDue>;
    /** Optional events between the crash and the next delivery. */
    meanwhile?(harness: NotifyHarness): Promise<void>;
    /** Final events. */
    after?(harness: NotifyHarness): Promise<void>;
  }

  type Counts = Readonly<Record<Protocol, Readonly<Record<string, number>>>>;

  interface Outcome {
    readonly calls: number;
    readonly ambiguous: boolean;
    /** How often each protocol delivered each title by the time of the crash, and in the end. */
    readonly before: Counts;
    readonly counts: Counts;
    readonly left: number;
  }

  function counts(harness: NotifyHarness): Counts {
    const countsBy = (protocol: Protocol) => {
      const found: Record<string, number> = {};
      for (const title of harness.titles(protocol).flat()) found[title] = (found[title] ?? 0) + 1;
      return found;
    };
    return { email: countsBy('email'), sms: countsBy('sms') };
  }

  async function start(
    table: Table,
    scenario: Scenario,
    ambiguous: Ambiguous,
    when: 'before' | 'after',
    calls: number,
  ) {
    const harness = new NotifyHarness(table, scenario.topic, ambiguous);
    const message = await scenario.prepare(harness);
    harness.published.length = 0;
    harness.answers.push(...(scenario.answers ?? []));
    const worker = new CrashingWorker(table, harness.channels, calls, when);
    await harness
      .receive(message, harness.deps(worker.table, worker.channels))
      .catch((error: unknown) => expect([Crash, RetryLater]).toContain((error as Error).constructor));
    return { harness, message, worker };
  }

  /** Crashes a worker at each of its calls, one crash per harness, and redelivers the message until all is quiet. */
  async function crashesOf(
    table: Table,
    scenario: Scenario,
    ambiguous: Ambiguous,
    when: 'before' | 'after',
  ): Promise<Outcome[]> {
    const survivor = await start(table, scenario, ambiguous, when, scenario.calls + 1);
    expect(survivor.worker.crashed, `more than ${scenario.calls} calls`).toBe(false);
    return Promise.all(
      Array.from({ length: scenario.calls }, async (_, n) => {
        const { harness, message, worker } = await start(table, scenario, ambiguous, when, n + 1);
        expect(worker.crashed, `at call ${n + 1}`).toBe(true);
        const before = counts(harness);
        harness.now += LEASE + 1;
        await scenario.meanwhile?.(harness);
        for (let delivery = 0; delivery < 2; delivery++) {
          await harness.receive(message).catch((later: unknown) => expect(later).toBeInstanceOf(RetryLater));
          harness.now += LEASE + 1;
        }
        await scenario.after?.(harness);
        const left = (await harness.dueDigests()).length;
        return { calls: n + 1, ambiguous: worker.ambiguous, before, counts: counts(harness), left };
      }),
    );
  }

  /** Expects one delivery. After a crash in the ambiguous window, the policy decides between one more and none. */
  function expectOnce(
    outcomes: readonly Outcome[],
    titles: readonly string[],
    policy: Ambiguous,
    protocols: readonly Protocol[] = ['email', 'sms'],
  ): void {
    for (const { calls, ambiguous, before, counts, left } of outcomes) {
      for (const protocol of ['email', 'sms'] as const) {
        const expected = (protocols.includes(protocol) ? titles : []).flatMap((title) => {
          const sent = before[protocol][title] ?? 0;
          const times = ambiguous ? sent + (policy[protocol] === 'resend' ? 1 : 0) : 1;
          return times === 0 ? [] : [[title, times]];
        });
        expect(counts[protocol], `${protocol}, crash at call ${calls}`).toEqual(Object.fromEntries(expected));
      }
      expect(left, `crash at call ${calls}`).toBe(0);
    }
  }

  const OPENS = 'Kessel bridge opens after nine years';
  const SHUT = 'Storm shuts the crossing';
  const SHUT_AT_KESSEL = 'Storm shuts the crossing at Kessel';
  const RETELLING = 'Kessel bridge opens after nine long years';
  const FERRY = 'Ferry strike goes on';
  const LATE = 'Herring quota doubled';

  // Version, count, stories, the item’s own claim, versions at its address, count, story, mutes, claim, publish, settle, version.
  const story: Scenario = { calls: 12, prepare: async (harness) => harness.hit() };

  it.each([...crashes, ...reversed])(
    '$when a call, while it delivers a story (email: $email, SMS: $sms)',
    async ({ when, ...ambiguous }) => {
      const outcomes = await crashesOf(embedded(), story, ambiguous, when);
      expectOnce(outcomes, [OPENS], ambiguous);
      expect(outcomes.filter((one) => one.ambiguous).map(({ calls }) => calls)).toEqual(
        when === 'before' ? [10, 11] : [9, 10],
      );
      // Crashes after SNS took the message cause the one possible duplicate, and only for protocols that accept it.
      const twice = outcomes.filter(
        ({ counts: { email, sms } }) => Math.max(email[OPENS] ?? 0, sms[OPENS] ?? 0) > 1,
      );
      expect(twice.map(({ calls }) => calls)).toEqual(when === 'before' ? [11] : [10]);
    },
  );

  it.each(crashes)('$when a call, while it sends a development at once', async ({ when, ...ambiguous }) => {
    // Version, count, stories, mutes, claim, publish, settle, story, version.
    const scenario: Scenario = {
      topic: { followUps: followUps('all') },
      calls: 9,
      async prepare(harness) {
        await harness.receive(harness.hit());
        harness.now += MINUTE;
        return harness.hit({ title: SHUT });
      },
    };
    expectOnce(await crashesOf(memory, scenario, ambiguous, when), [SHUT], ambiguous, EMAIL);
  });

  const failures = [{ mode: 'now' } as const, HOURLY].flatMap((deliver) =>
    (['record the delivery', 'settle the claim'] as const).flatMap((what) =>
      [true, false].map((isDigestSent) => ({ deliver, what, isDigestSent })),
    ),
  );

  it.each(failures)(
    'that cannot $what until the queue gives the hit up ($deliver.mode, digest sent: $isDigestSent): an edit of the item is delivered',
    async ({ deliver, what, isDigestSent }) => {
      const harness = new NotifyHarness(memory, { deliver });
      const hit = harness.hit({ title: OPENS });
      const fails = ({ sk, state }: Attributes) =>
        what === 'record the delivery'
          ? String(sk).startsWith('TOLD#')
          : sk === 'ALERT' && state !== 'claimed';
      const table: Table = {
        ...memory,
        put: (record, condition) =>
          fails(record) ? Promise.reject(new Crash('no write')) : memory.put(record, condition),
      };
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(harness.receive(hit, harness.deps(table))).rejects.toBeInstanceOf(Crash);
        harness.now += LEASE + 1;
      }
      const sendDigests = async (hours: number) => {
        for (let hour = 0; hour < hours; hour++) await harness.tickAt(harness.now + HOUR);
      };
      if (isDigestSent) await sendDigests(1);
      const edit = harness.hit({ title: SHUT, change: 'edited' });
      for (let delivery = 0; delivery < 2; delivery++) await harness.receive(edit);
      await sendDigests(12);
      expect(counts(harness).email[SHUT]).toBe(1);
    },
  );

  it.each(crashes)('$when a call, while SNS throttles it', async ({ when, ...ambiguous }) => {
    // The last call releases the claim.
    const scenario: Scenario = { ...story, calls: 11, answers: ['throttled'] };
    expectOnce(await crashesOf(memory, scenario, ambiguous, when), [OPENS], ambiguous);
  });

  it.each(crashes)('$when a call, and a retelling arrives first', async ({ when, ...ambiguous }) => {
    const scenario: Scenario = {
      ...story,
      async meanwhile(harness) {
        await harness.receive(
          harness.hit({ id: 'item-2', title: 'Kessel bridge opens after nine long years' }),
        );
      },
    };
    const outcomes = await crashesOf(memory, scenario, ambiguous, when);
    const asOne = ({ email, sms }: Counts): Counts => {
      const sum = (of: Readonly<Record<string, number>>) =>
        Object.values(of).reduce((total, one) => total + one, 0);
      const only = (times: number) => (times === 0 ? {} : { [OPENS]: times });
      return { email: only(sum(email)), sms: only(sum(sms)) };
    };
    expectOnce(
      outcomes.map((outcome) => ({ ...outcome, counts: asOne(outcome.counts) })),
      [OPENS],
      ambiguous,
    );
  });

  const laidBy = crashes.flatMap(({ when }) => [
    { when, back: 'before' as const, digest: 'hourly' as const },
    { when, back: 'after' as const, digest: 'hourly' as const },
    { when, back: 'after' as const, digest: 'welcome' as const },
  ]);

  it.each(sampled(laidBy, 2))(
    '$when a call, while it adds an alert to a digest, and recovers $back its $digest digest: nothing is lost or repeated',
    async ({ when, back, digest }) => {
      const scenario: Scenario = {
        topic: digest === 'hourly' ? { deliver: HOURLY } : {},
        // The same calls as for a story, with the digest entry in place of the message.
        calls: 11,
        async prepare(harness) {
          await harness.addDigestEntry(TEN, 1, FERRY);
          return harness.hit({ loudness: digest === 'hourly' ? 'alert' : 'welcome' });
        },
        async meanwhile(harness) {
          if (back === 'before') return;
          harness.now += HOUR;
          await harness.tick();
        },
        async after(harness) {
          harness.now += HOUR;
          await harness.tick();
          await harness.tick();
        },
      };
      const outcomes = await crashesOf(embedded(), scenario, { email: 'resend', sms: 'skip' }, when);
      const once = { [OPENS]: 1, [FERRY]: 1 };
      for (const { calls, counts, left } of outcomes) {
        expect({ counts, left }, `crash at call ${calls}`).toEqual({
          counts: { email: once, sms: once },
          left: 0,
        });
      }
    },
  );

  const digestOfThree: Scenario = {
    topic: { deliver: HOURLY },
    // Entries, mutes, claim, publish, settle, and three removals.
    calls: 10,
    async prepare(harness) {
      await Promise.all([OPENS, FERRY, SHUT].map((title, n) => harness.addDigestEntry(TEN, n, title)));
      harness.now = Date.parse(TEN);
      return { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: TEN };
    },
  };

  it.each(crashes)('$when a call, while it sends a digest', async ({ when, ...ambiguous }) => {
    expectOnce(await crashesOf(embedded(), digestOfThree, ambiguous, when), [OPENS, FERRY, SHUT], ambiguous);
  });

  it.each(crashes)(
    '$when a call, while it sends a digest, and another entry arrives',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = {
        ...digestOfThree,
        meanwhile: (harness) => harness.addDigestEntry(TEN, 9, LATE),
      };
      const outcomes = await crashesOf(memory, scenario, ambiguous, when);
      const others = outcomes.map(({ counts: { email, sms }, ...outcome }) => {
        const { [LATE]: lateEmail, ...restEmail } = email;
        const { [LATE]: lateSms, ...restSms } = sms;
        expect([lateEmail, lateSms], `crash at call ${outcome.calls}`).toEqual([1, 1]);
        return { ...outcome, counts: { email: restEmail, sms: restSms } };
      });
      expectOnce(others, [OPENS, FERRY, SHUT], ambiguous);
    },
  );

  const [AGAIN, ANEW, LATER] = [
    'Crossing still shut',
    'Storm keeps the crossing shut',
    'Crossing shut again',
  ];
  const THREE = '2026-03-01T15:00:00.000Z';
  const ROUND_UP = new Date(ROUND_UP_AT).toISOString();

  /** Sends the round-up, on time or later. */
  async function sendRoundUp(harness: NotifyHarness): Promise<void> {
    harness.now = Math.max(harness.now, ROUND_UP_AT);
    const roundUp = { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: ROUND_UP } as const;
    await harness.receive(roundUp);
  }

  const followUpDue = async (harness: NotifyHarness): Promise<DigestDue> => {
    await harness.addFollowUpEntry(THREE, 1, SHUT);
    await harness.addRetellingEntry(2, AGAIN);
    await harness.addRetellingEntry(3, ANEW);
    harness.now = Date.parse(THREE);
    return { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: THREE };
  };
  // Entries, count, stories, retellings, claim, two reads and two writes to reserve them, mutes, claim, publish, settle,
  // three removals.
  const followUp: Scenario = { calls: 16, prepare: followUpDue, after: sendRoundUp };

  it.each([...crashes, ...reversed])(
    '$when a call, while it sends a follow-up that includes retellings (email: $email)',
    async ({ when, ...ambiguous }) => {
      const outcomes = await crashesOf(memory, followUp, ambiguous, when);
      expectOnce(outcomes, [SHUT, AGAIN, ANEW], ambiguous, EMAIL);
    },
  );

  it.each(crashes)(
    '$when a call, while it sends a follow-up, and the round-up comes first: each entry is listed once',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = { ...followUp, meanwhile: sendRoundUp };
      const outcomes = await crashesOf(memory, scenario, ambiguous, when);
      // The round-up lists the entries that the follow-up had not reserved yet, even if the follow-up is ambiguous.
      expectOnce(outcomes, [SHUT, AGAIN, ANEW], ambiguous, EMAIL);
    },
  );

  it.each(crashes)(
    '$when a call, while it sends a follow-up, and another retelling arrives: that one is listed once',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = { ...followUp, meanwhile: (harness) => harness.addRetellingEntry(4, LATER) };
      const outcomes = await crashesOf(memory, scenario, ambiguous, when);
      for (const { calls, counts } of outcomes) {
        expect(counts.email[LATER], `crash at call ${calls}`).toBe(1);
      }
      const others = outcomes.map(({ counts: { email, sms }, ...outcome }) => {
        const { [LATER]: _later, ...rest } = email;
        return { ...outcome, counts: { email: rest, sms } };
      });
      expectOnce(others, [SHUT, AGAIN, ANEW], ambiguous, EMAIL);
    },
  );

  it.each(crashes)('$when a call, while SNS throttles a follow-up', async ({ when, ...ambiguous }) => {
    // Nothing is removed; the last call releases the claim.
    const scenario: Scenario = { ...followUp, calls: 13, answers: ['throttled'] };
    expectOnce(await crashesOf(memory, scenario, ambiguous, when), [SHUT, AGAIN, ANEW], ambiguous, EMAIL);
  });

  it.each(crashes)(
    '$when a call, while SNS throttles a follow-up, and the round-up comes first',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = { ...followUp, calls: 13, answers: ['throttled'], meanwhile: sendRoundUp };
      expectOnce(await crashesOf(memory, scenario, ambiguous, when), [SHUT, AGAIN, ANEW], ambiguous, EMAIL);
    },
  );

  const roundUp: Scenario = {
    // Entries, count, stories, two reads and two writes to reserve them, mutes, claim, publish, settle, two removals.
    calls: 13,
    async prepare(harness) {
      await harness.addRetellingEntry(2, AGAIN);
      await harness.addRetellingEntry(3, ANEW);
      harness.now = ROUND_UP_AT;
      return { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: ROUND_UP };
    },
  };

  it.each(crashes)('$when a call, while it sends a round-up', async ({ when, ...ambiguous }) => {
    expectOnce(await crashesOf(memory, roundUp, ambiguous, when), [AGAIN, ANEW], ambiguous, EMAIL);
  });

  it.each(crashes)(
    '$when a call, while it sends a round-up, and a follow-up of the story comes first: each entry is listed once',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = {
        ...roundUp,
        async meanwhile(harness) {
          await harness.addFollowUpEntry(ROUND_UP, 1, SHUT);
          const due = { v: 1, kind: 'digest', topicId: harness.topic.id, dueAt: ROUND_UP } as const;
          await harness.receive(due);
        },
      };
      const outcomes = await crashesOf(memory, scenario, ambiguous, when);
      for (const { calls, counts, left } of outcomes) {
        expect(counts.email[SHUT], `crash at call ${calls}`).toBe(1);
        expect(left, `crash at call ${calls}`).toBe(0);
      }
      const others = outcomes.map(({ counts: { email, sms }, ...outcome }) => {
        const { [SHUT]: _shut, ...rest } = email;
        return { ...outcome, counts: { email: rest, sms } };
      });
      expectOnce(others, [AGAIN, ANEW], ambiguous, EMAIL);
    },
  );

  it.each(crashes)(
    '$when a call, while it adds a development to the follow-up of its story',
    async ({ when }) => {
      // Version, count, stories, three for the first report, claim, digest entry, settle, story, version.
      const scenario: Scenario = {
        calls: 11,
        async prepare(harness) {
          await harness.receive(harness.hit());
          harness.now += MINUTE;
          return harness.hit({ id: 'item-2', feed: 'The Herald', title: SHUT_AT_KESSEL });
        },
        async after(harness) {
          await harness.tickAt(Date.parse(THREE));
        },
      };
      const outcomes = await crashesOf(memory, scenario, { email: 'resend', sms: 'skip' }, when);
      for (const { calls, counts, left } of outcomes) {
        expect({ counts, left }, `crash at call ${calls}`).toEqual({
          counts: { email: { [SHUT_AT_KESSEL]: 1 }, sms: {} },
          left: 0,
        });
      }
    },
  );

  it.each(crashes)(
    '$when a call, while it sends a development, and another item reports the same first: no claim stays open',
    async ({ when }) => {
      const { first, developments } = STRIKE_REPORTS;
      const scenario: Scenario = {
        topic: { followUps: followUps('all'), roundUp: 'off' },
        calls: 12,
        async prepare(harness) {
          await harness.receive(harness.hit(first));
          harness.now += MINUTE;
          return harness.hit({ id: 'item-2', feed: 'The Herald', ...developments[0] });
        },
        async meanwhile(harness) {
          await harness.receive(harness.hit({ id: 'item-3', feed: 'Meridian Wire', ...developments[0] }));
        },
        async after(harness) {
          const claim = await harness.deps().claims.find(hash64('item', harness.topic.id, 'item-2'));
          expect(claim?.settled).not.toBe(false);
        },
      };
      const outcomes = await crashesOf(memory, scenario, { email: 'resend', sms: 'skip' }, when);
      expect(outcomes.some(({ ambiguous }) => ambiguous)).toBe(true);
    },
  );

  const calmBySms = { deliver: { mode: 'now' }, minSources: 1, followUps: followUps('calm') } as const;

  it.each(crashes)(
    '$when a call, while it adds a development to a follow-up by email and to one by SMS',
    async ({ when }) => {
      const scenario: Scenario = {
        topic: { sms: calmBySms },
        // Three reads; seven for the first reports; claim, digest entry and settle; a claim for SMS with the same three;
        // story, version.
        calls: 19,
        async prepare(harness) {
          await harness.receive(harness.hit());
          harness.now += MINUTE;
          return harness.hit({ id: 'item-2', feed: 'The Herald', title: SHUT_AT_KESSEL });
        },
        async after(harness) {
          await harness.tickAt(Date.parse(THREE));
        },
      };
      const outcomes = await crashesOf(memory, scenario, { email: 'resend', sms: 'skip' }, when);
      const once = { [SHUT_AT_KESSEL]: 1 };
      for (const { calls, counts, left } of outcomes) {
        expect({ counts, left }, `crash at call ${calls}`).toEqual({
          counts: { email: once, sms: once },
          left: 0,
        });
      }
    },
  );

  it.each(crashes)(
    '$when a call, while it sends an urgent development, and a follow-up is scheduled',
    async ({ when, ...ambiguous }) => {
      const { first, developments } = STRIKE_REPORTS;
      const scenario: Scenario = {
        calls: 12,
        async prepare(harness) {
          await harness.receive(harness.hit(first));
          harness.now += MINUTE;
          await harness.receive(harness.hit({ id: 'item-2', feed: 'The Herald', ...developments[0] }));
          harness.now += MINUTE;
          return harness.hit({ id: 'item-3', feed: 'Meridian Wire', ...developments[1], urgent: true });
        },
        async after(harness) {
          await harness.tickAt(Date.parse('2026-03-01T11:30:00.000Z'));
          expect(harness.messages().at(-1)).toEqual(['follow-up', developments[0].title]);
        },
      };
      const outcomes = await crashesOf(memory, scenario, ambiguous, when);
      const others = outcomes.map(({ counts: { email, sms }, ...outcome }) => {
        const { [developments[0].title]: times, ...rest } = email;
        expect(times, `crash at call ${outcome.calls}`).toBe(1);
        return { ...outcome, counts: { email: rest, sms } };
      });
      expectOnce(others, [developments[1].title], ambiguous);
    },
  );

  it.each(crashes)(
    '$when a call, while it adds a development to a follow-up under caps: it takes one place',
    async ({ when }) => {
      const faults: string[] = [];
      for (let call = 1; call <= 15; call++) {
        const harness = new NotifyHarness(memory, { atMost: { hour: 2, timeZone: 'UTC' } });
        const { first, developments } = STRIKE_REPORTS;
        await harness.receive(harness.hit(first));
        harness.now += MINUTE;
        const one = harness.hit({ id: 'item-2', feed: 'The Herald', ...developments[0] });
        const worker = new CrashingWorker(memory, harness.channels, call, when);
        await harness.receive(one, harness.deps(worker.table, worker.channels)).catch(() => undefined);
        if (!worker.crashed) faults.push(`not dead at call ${call}`);
        harness.now += LEASE + 1;
        await harness.receive(one);
        // Takes the other place of the hour in which the follow-up is due.
        harness.now = Date.parse('2026-03-01T11:10:00.000Z');
        await harness.receive(harness.hit({ id: 'item-3', title: 'Owls return to Tolmark', summary: '' }));
        await harness.tickAt(Date.parse('2026-03-01T11:30:00.000Z'));
        await harness.tickAt(Date.parse('2026-03-01T12:00:00.000Z'));
        const expected = [
          ['new', first.title],
          ['new', 'Owls return to Tolmark'],
          ['follow-up', developments[0].title],
        ];
        if (JSON.stringify(harness.messages()) !== JSON.stringify(expected))
          faults.push(`crash at call ${call}: ${JSON.stringify(harness.messages())}`);
      }
      expect(faults).toEqual([]);
    },
  );

  it.each(crashes)('$when a call, while it adds a retelling to the round-up', async ({ when }) => {
    const scenario: Scenario = {
      calls: 12,
      async prepare(harness) {
        await harness.receive(harness.hit());
        harness.now += MINUTE;
        return harness.hit({ id: 'item-2', feed: 'The Herald', title: RETELLING });
      },
      after: sendRoundUp,
    };
    const outcomes = await crashesOf(memory, scenario, { email: 'resend', sms: 'skip' }, when);
    for (const { calls, counts, left } of outcomes) {
      expect({ counts, left }, `crash at call ${calls}`).toEqual({
        counts: { email: { [RETELLING]: 1 }, sms: {} },
        left: 0,
      });
    }
  });

  it.each(crashes)(
    '$when a call, while it adds a retelling to the round-up, and the follow-up of its story comes first',
    async ({ when }) => {
      const scenario: Scenario = {
        calls: 12,
        async prepare(harness) {
          await harness.receive(harness.hit());
          await harness.addFollowUpEntry(THREE, 1, SHUT, hash64(harness.topic.id, 'item-1'));
          harness.now += MINUTE;
          return harness.hit({ id: 'item-2', feed: 'The Herald', title: RETELLING });
        },
        async meanwhile(harness) {
          await harness.tickAt(Date.parse(THREE));
        },
        after: sendRoundUp,
      };
      const outcomes = await crashesOf(memory, scenario, { email: 'resend', sms: 'skip' }, when);
      for (const { calls, counts, left } of outcomes) {
        expect({ counts, left }, `crash at call ${calls}`).toEqual({
          counts: { email: { [SHUT]: 1, [RETELLING]: 1 }, sms: {} },
          left: 0,
        });
      }
    },
  );

  it.each(crashes)(
    '$when a call, while it adds a development to a follow-up: the next development goes with it',
    async ({ when }) => {
      const apart: string[] = [];
      for (let call = 1; call <= 12; call++) {
        const harness = new NotifyHarness(memory);
        const { first, developments } = STRIKE_REPORTS;
        await harness.receive(harness.hit(first));
        // More than two hours after the alert, the follow-up is due twenty minutes after its first development.
        harness.now += 5 * HOUR;
        const one = harness.hit({ id: 'item-2', feed: 'The Herald', ...developments[0] });
        const worker = new CrashingWorker(memory, harness.channels, call, when);
        await harness.receive(one, harness.deps(worker.table, worker.channels)).catch(() => undefined);
        harness.now += 3 * MINUTE;
        await harness.receive(one);
        harness.now += MINUTE;
        await harness.receive(harness.hit({ id: 'item-3', feed: 'The Herald', ...developments[1] }));
        for (let minute = 0; minute < 60; minute++) await harness.tickAt(harness.now + MINUTE);
        if (harness.published.length !== 2)
          apart.push(`crash at call ${call}: ${JSON.stringify(harness.titles())}`);
      }
      expect(apart).toEqual([]);
    },
  );

  it.each(crashes)(
    'twice $when a call, at any two, while it sends a follow-up and another retelling arrives each time: nothing is lost, and nothing is repeated outside the ambiguous window',
    async ({ when }) => {
      const faults = new Set<string>();
      const runs = Array.from({ length: 15 }, (_, n) => Array.from({ length: 24 }, (_, m) => [n + 1, m + 1]));
      await Promise.all(
        sampled(runs.flat(), 7).map(async (deadAt) => {
          const harness = new NotifyHarness(memory);
          const message = await followUpDue(harness);
          let ambiguous = 0;
          for (const [n, at] of deadAt.entries()) {
            const worker = new CrashingWorker(memory, harness.channels, at, when);
            await harness
              .receive(message, harness.deps(worker.table, worker.channels))
              .catch(() => undefined);
            if (worker.ambiguous) ambiguous++;
            harness.now += LEASE + 1;
            await harness.addRetellingEntry(10 + n, `${LATER} ${n}`);
          }
          for (let delivery = 0; delivery < 3; delivery++) {
            await harness.receive(message);
            harness.now += LEASE + 1;
          }
          await sendRoundUp(harness);
          for (const title of [SHUT, AGAIN, ANEW, `${LATER} 0`, `${LATER} 1`]) {
            const times = counts(harness).email[title] ?? 0;
            if (times < 1 || times > 1 + ambiguous)
              faults.add(`${title}: ${times} times, dead at calls ${deadAt}`);
          }
          harness.now += MINUTE;
          if ((await harness.dueDigests()).length > 0) faults.add(`entries left, dead at calls ${deadAt}`);
        }),
      );
      expect([...faults]).toEqual([]);
    },
  );

  it('twice, at any two calls, still delivers the story by email', async () => {
    // From the first write on: earlier crashes leave nothing behind.
    const runs = [5, 6, 7, 8, 9].flatMap((first) => [4, 5, 6, 7, 8, 9].map((second) => [first, second]));
    await Promise.all(
      runs.map(async (deadAt) => {
        const harness = new NotifyHarness(memory);
        const hit = harness.hit();
        let expected = 1;
        for (const at of deadAt) {
          const before = harness.published.length;
          const worker = new CrashingWorker(memory, harness.channels, at, 'before');
          await harness.receive(hit, harness.deps(worker.table, worker.channels)).catch(() => undefined);
          if (worker.ambiguous && harness.published.length > before) expected++;
          harness.now += LEASE + 1;
        }
        await harness.receive(hit);
        expect(harness.titles('email'), `crash at calls ${deadAt}`).toHaveLength(expected);
        expect(harness.titles('sms').length, `crash at calls ${deadAt}`).toBeLessThanOrEqual(1);
      }),
    );
  });
});
