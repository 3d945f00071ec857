import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../../functions/shared/errors.ts';
import type {
  Delivery,
  DigestDue,
  Hit,
  OnAmbiguous,
  Protocol,
  Topic,
} from '../../../functions/shared/model.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { embeddedPlatform } from '../../helpers/embedded-platform.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { Crash, DyingWorker } from './dying-worker.ts';
import { type Answer, LEASE, Newsdesk } from './newsdesk.ts';

const servers = embeddedPlatform();
const embedded = () => servers.platform().table();
// The plainest deaths are died on the real thing, the others on what passes the same contract faster.
const memory = memoryTable();

type Ambiguous = Readonly<Record<Protocol, OnAmbiguous>>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TEN = '2026-03-01T10:00:00.000Z';
const HOURLY: Delivery = { mode: 'hourly' };

describe('a worker that dies', () => {
  const deaths = (['before', 'after'] as const).map(
    (when) => ({ when, email: 'resend', sms: 'skip' }) as const,
  );
  const reversed = deaths.map(({ when }) => ({ when, email: 'skip', sms: 'resend' }) as const);

  interface Scenario {
    readonly topic?: Partial<Topic>;
    /** First answers of SNS. */
    readonly answers?: readonly Answer[];
    /** How many calls a worker makes that lives. */
    readonly calls: number;
    /** Brings the desk to where the worker starts; gives the message that it dies of. */
    prepare(news: Newsdesk): Promise<Hit | DigestDue>;
    /** What may come between the death and the next delivery. */
    meanwhile?(news: Newsdesk): Promise<void>;
    /** What comes in the end. */
    after?(news: Newsdesk): Promise<void>;
  }

  type Counts = Readonly<Record<Protocol, Readonly<Record<string, number>>>>;

  interface Outcome {
    readonly calls: number;
    readonly ambiguous: boolean;
    /** How often each protocol was told each title when the worker died, and in the end. */
    readonly before: Counts;
    readonly counts: Counts;
    readonly left: number;
  }

  function counts(news: Newsdesk): Counts {
    const of = (protocol: Protocol) => {
      const found: Record<string, number> = {};
      for (const title of news.titles(protocol).flat()) found[title] = (found[title] ?? 0) + 1;
      return found;
    };
    return { email: of('email'), sms: of('sms') };
  }

  async function start(
    table: Table,
    scenario: Scenario,
    ambiguous: Ambiguous,
    when: 'before' | 'after',
    calls: number,
  ) {
    const news = new Newsdesk(table, scenario.topic, ambiguous);
    const message = await scenario.prepare(news);
    news.told.length = 0;
    news.answers.push(...(scenario.answers ?? []));
    const worker = new DyingWorker(table, news.channels, calls, when);
    await news
      .receive(message, news.deps(worker.table, worker.channels))
      .catch((error: unknown) => expect([Crash, RetryLater]).toContain((error as Error).constructor));
    return { news, message, worker };
  }

  /** Lets a worker die at each of its calls, one death per desk, and delivers the message again until all is quiet. */
  async function deathsOf(
    table: Table,
    scenario: Scenario,
    ambiguous: Ambiguous,
    when: 'before' | 'after',
  ): Promise<Outcome[]> {
    const beyond = await start(table, scenario, ambiguous, when, scenario.calls + 1);
    expect(beyond.worker.dead, `more than ${scenario.calls} calls`).toBe(false);
    return Promise.all(
      Array.from({ length: scenario.calls }, async (_, n) => {
        const { news, message, worker } = await start(table, scenario, ambiguous, when, n + 1);
        expect(worker.dead, `at call ${n + 1}`).toBe(true);
        const before = counts(news);
        news.now += LEASE + 1;
        await scenario.meanwhile?.(news);
        for (let delivery = 0; delivery < 2; delivery++) {
          await news.receive(message).catch((later: unknown) => expect(later).toBeInstanceOf(RetryLater));
          news.now += LEASE + 1;
        }
        await scenario.after?.(news);
        const left = (await news.due()).length;
        return { calls: n + 1, ambiguous: worker.ambiguous, before, counts: counts(news), left };
      }),
    );
  }

  /** Once, but for a death in the window, where the policy decides between once more and never again. */
  function expectOnce(outcomes: readonly Outcome[], titles: readonly string[], policy: Ambiguous): void {
    for (const { calls, ambiguous, before, counts, left } of outcomes) {
      for (const protocol of ['email', 'sms'] as const) {
        const expected = titles.flatMap((title) => {
          const sent = before[protocol][title] ?? 0;
          const times = ambiguous ? sent + (policy[protocol] === 'resend' ? 1 : 0) : 1;
          return times === 0 ? [] : [[title, times]];
        });
        expect(counts[protocol], `${protocol}, dead at call ${calls}`).toEqual(Object.fromEntries(expected));
      }
      expect(left, `dead at call ${calls}`).toBe(0);
    }
  }

  const OPENS = 'Kessel bridge opens after nine years';
  const SHUT = 'Storm shuts the crossing';
  const FERRY = 'Ferry strike goes on';
  const LATE = 'Herring quota doubled';

  // Telling, count, stories, count, story, claim, publish, settle, telling.
  const story: Scenario = { calls: 9, prepare: async (news) => news.hit() };

  it.each([...deaths, ...reversed])(
    '$when a call, while it tells a story (email: $email, SMS: $sms)',
    async ({ when, ...ambiguous }) => {
      const outcomes = await deathsOf(embedded(), story, ambiguous, when);
      expectOnce(outcomes, [OPENS], ambiguous);
      expect(outcomes.filter((one) => one.ambiguous).map(({ calls }) => calls)).toEqual(
        when === 'before' ? [7, 8] : [6, 7],
      );
      // Within the window, and after SNS has taken it: the one duplicate, and only for those who want it.
      const twice = outcomes.filter(
        ({ counts: { email, sms } }) => Math.max(email[OPENS] ?? 0, sms[OPENS] ?? 0) > 1,
      );
      expect(twice.map(({ calls }) => calls)).toEqual(when === 'before' ? [8] : [7]);
    },
  );

  it.each(deaths)('$when a call, while it tells an update', async ({ when, ...ambiguous }) => {
    // Telling, count, stories, claim, publish, settle, telling.
    const scenario: Scenario = {
      calls: 7,
      async prepare(news) {
        await news.receive(news.hit());
        news.now += MINUTE;
        return news.hit({ title: SHUT });
      },
    };
    expectOnce(await deathsOf(memory, scenario, ambiguous, when), [SHUT], ambiguous);
  });

  it.each(deaths)('$when a call, when SNS throttles it', async ({ when, ...ambiguous }) => {
    // The last call gives the claim back.
    const scenario: Scenario = { ...story, calls: 8, answers: ['throttled'] };
    expectOnce(await deathsOf(memory, scenario, ambiguous, when), [OPENS], ambiguous);
  });

  it.each(deaths)('$when a call, and a retelling comes first', async ({ when, ...ambiguous }) => {
    const scenario: Scenario = {
      ...story,
      async meanwhile(news) {
        await news.receive(news.hit({ id: 'item-2', title: 'Kessel bridge opens after nine long years' }));
      },
    };
    const outcomes = await deathsOf(memory, scenario, ambiguous, when);
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

  const laidBy = deaths.flatMap(({ when }) => [
    { when, back: 'before' as const, digest: 'hourly' as const },
    { when, back: 'after' as const, digest: 'hourly' as const },
    { when, back: 'after' as const, digest: 'welcome' as const },
  ]);

  it.each(laidBy)(
    '$when a call, while it lays an alert by, and comes back $back its $digest digest: nothing is lost or told twice',
    async ({ when, back, digest }) => {
      const scenario: Scenario = {
        topic: digest === 'hourly' ? { deliver: HOURLY } : {},
        calls: 9,
        async prepare(news) {
          await news.layBy(TEN, 1, FERRY);
          return news.hit({ loudness: digest === 'hourly' ? 'alert' : 'welcome' });
        },
        async meanwhile(news) {
          if (back === 'before') return;
          news.now += HOUR;
          await news.tick();
        },
        async after(news) {
          news.now += HOUR;
          await news.tick();
          await news.tick();
        },
      };
      const outcomes = await deathsOf(embedded(), scenario, { email: 'resend', sms: 'skip' }, when);
      const once = { [OPENS]: 1, [FERRY]: 1 };
      for (const { calls, counts, left } of outcomes) {
        expect({ counts, left }, `dead at call ${calls}`).toEqual({
          counts: { email: once, sms: once },
          left: 0,
        });
      }
    },
  );

  const digestOfThree: Scenario = {
    topic: { deliver: HOURLY },
    // Entries, claim, publish, settle, and three to remove.
    calls: 9,
    async prepare(news) {
      await Promise.all([OPENS, FERRY, SHUT].map((title, n) => news.layBy(TEN, n, title)));
      news.now = Date.parse(TEN);
      return { v: 1, kind: 'digest', topicId: news.topic.id, dueAt: TEN };
    },
  };

  it.each(deaths)('$when a call, while it sends a digest', async ({ when, ...ambiguous }) => {
    expectOnce(await deathsOf(embedded(), digestOfThree, ambiguous, when), [OPENS, FERRY, SHUT], ambiguous);
  });

  it.each(deaths)(
    '$when a call, while it sends a digest, and another entry comes',
    async ({ when, ...ambiguous }) => {
      const scenario: Scenario = {
        ...digestOfThree,
        meanwhile: (news) => news.layBy(TEN, 9, LATE),
      };
      const outcomes = await deathsOf(memory, scenario, ambiguous, when);
      const others = outcomes.map(({ counts: { email, sms }, ...outcome }) => {
        const { [LATE]: lateEmail, ...restEmail } = email;
        const { [LATE]: lateSms, ...restSms } = sms;
        expect([lateEmail, lateSms], `dead at call ${outcome.calls}`).toEqual([1, 1]);
        return { ...outcome, counts: { email: restEmail, sms: restSms } };
      });
      expectOnce(others, [OPENS, FERRY, SHUT], ambiguous);
    },
  );

  it('twice, at any two calls, still tells the story by email', async () => {
    // From the claim on: deaths before it leave nothing behind but the story.
    const runs = [4, 5, 6].flatMap((first) => [4, 5, 6, 7, 8].map((second) => [first, second]));
    await Promise.all(
      runs.map(async (deadAt) => {
        const news = new Newsdesk(memory);
        const hit = news.hit();
        let expected = 1;
        for (const at of deadAt) {
          const before = news.told.length;
          const worker = new DyingWorker(memory, news.channels, at, 'before');
          await news.receive(hit, news.deps(worker.table, worker.channels)).catch(() => undefined);
          if (worker.ambiguous && news.told.length > before) expected++;
          news.now += LEASE + 1;
        }
        await news.receive(hit);
        expect(news.titles('email'), `dead at calls ${deadAt}`).toHaveLength(expected);
        expect(news.titles('sms').length, `dead at calls ${deadAt}`).toBeLessThanOrEqual(1);
      }),
    );
  });
});
