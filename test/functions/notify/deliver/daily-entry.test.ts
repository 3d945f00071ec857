import { beforeEach, describe, expect, it } from 'vitest';
import { AlertLog } from '../../../../cli/alerts/alert-log.ts';
import { listAlerts } from '../../../../cli/alerts/list-alerts.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import type { Burst } from '../../../../functions/shared/messages.ts';
import { mutes } from '../../../../functions/shared/store/mutes.ts';
import { topicList } from '../../../../functions/shared/store/topic-lists.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { Crash, CrashingWorker } from '../crashing-worker.ts';
import { type HarnessTopic, LEASE, NotifyHarness, ROUND_UP_AT, START } from '../notify-harness.ts';

const servers = embeddedPlatform();
const HOUR = 3_600_000;
const OPENS = 'Kessel bridge opens after nine years';
const CLOSES = 'Kessel bridge closes after a day, engineers find cracks';
const ELSEWHERE = 'Harvest fails across northern valleys after weeks of rain';
/** The next morning. */
const EIGHT = Date.parse('2026-03-02T08:00:00.000Z');
const SIGNUP = { topicIds: [], smsPrefixes: [], digest: { hour: 8, minute: 0, timeZone: 'UTC' } };

async function withReader(
  topic: HarnessTopic = {},
  table = servers.platform().table(),
  onAmbiguous?: ConstructorParameters<typeof NotifyHarness>[2],
): Promise<NotifyHarness> {
  const harness = new NotifyHarness(table, topic, onAmbiguous);
  harness.signup = SIGNUP;
  await topicList(table, 'daily').add(harness.topic.id, 'ann');
  return harness;
}

let harness: NotifyHarness;
beforeEach(async () => {
  harness = await withReader();
});

describe('for those who get one mail a day', () => {
  it('an alert waits for the next daily time, while others get it at once', async () => {
    await harness.receive(harness.hit());
    expect(harness.published).toMatchObject([{ readers: 'at once', protocols: ['email', 'sms'] }]);
    harness.now += HOUR;
    await harness.receive(harness.hit({ id: 'item-2', title: ELSEWHERE, summary: 'A letter.' }));
    await harness.tickAt(EIGHT - 1);
    expect(harness.dailyTitles()).toEqual([]);
    await harness.tickAt(EIGHT);
    expect(harness.dailyTitles()).toEqual([[OPENS, ELSEWHERE]]);
    expect(harness.published.at(-1)).toMatchObject({
      readers: 'daily',
      protocols: ['email'],
      alert: { kind: 'digest', readers: 'daily' },
    });
    await harness.tickAt(EIGHT + 48 * HOUR);
    expect(harness.published).toHaveLength(3);
  });

  it('follow-ups and retellings are in the same mail', async () => {
    await harness.receive(harness.hit());
    harness.now += HOUR;
    await harness.receive(harness.hit({ id: 'item-2', title: `${OPENS} of work`, feed: 'The Herald' }));
    await harness.receive(harness.hit({ change: 'edited', title: CLOSES }));
    for (let at = harness.now; at < EIGHT; at += HOUR) await harness.tickAt(at);
    const others = harness.titles().flat();
    expect(others).toEqual(expect.arrayContaining([OPENS, CLOSES, `${OPENS} of work`]));
    expect(harness.dailyTitles()).toEqual([]);
    await harness.tickAt(EIGHT);
    expect(harness.dailyTitles().map((titles) => titles.toSorted())).toEqual([others.toSorted()]);
  });

  it('what was gathered in a flood is listed, and what has no room is counted', async () => {
    const burst = (name: string, n: number): Burst => {
      const { kind: _, item, change, terms, why, ...rest } = harness.hit();
      const items = Array.from({ length: n }, (_, k) => {
        const title = `${name} ${k} bridge`;
        return {
          change,
          terms,
          why,
          item: { ...item, id: `${name}-${k}`, title, contentHash: hash64(title) },
        };
      });
      return { ...rest, kind: 'burst', items };
    };
    await harness.receive(burst('first', 60));
    harness.now += HOUR;
    await harness.tick();
    await harness.receive(burst('second', 60));
    await harness.receive(burst('third', 60));
    for (let at = harness.now; at <= EIGHT; at += HOUR / 2) await harness.tickAt(at);
    expect(harness.titles().flat()).toHaveLength(120);
    expect(harness.dailyTitles().flat()).toHaveLength(60);
    const [daily] = harness.published.filter(({ readers }) => readers === 'daily');
    expect(daily?.alert.leftOut).toEqual([{ feed: 'The Courier', items: 120 }]);
  });

  it('what others get only after the daily time comes a day later, so that who changes in between has it', async () => {
    harness = await withReader({ roundUp: { hour: 18, minute: 0, timeZone: 'UTC' } });
    harness.now = EIGHT - 20 * 60_000;
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-2', title: `${OPENS} of work`, feed: 'The Herald' }));
    await harness.tickAt(EIGHT);
    expect(harness.dailyTitles()).toEqual([[OPENS]]);
    await harness.tickAt(EIGHT + 10 * HOUR);
    expect(harness.titles().flat()).toEqual([OPENS, `${OPENS} of work`]);
    await harness.tickAt(EIGHT + 24 * HOUR);
    expect(harness.dailyTitles()).toEqual([[OPENS], [`${OPENS} of work`]]);
  });

  it('a muted story is left out', async () => {
    const table = memoryTable();
    harness = await withReader({}, table);
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-2', title: ELSEWHERE, summary: 'A letter.' }));
    const storyId = harness.published[0]?.alert.entries[0]?.storyId ?? '';
    await mutes(table).mute(harness.topic.id, storyId, harness.now);
    await harness.tickAt(EIGHT);
    expect(harness.dailyTitles()).toEqual([[ELSEWHERE]]);
  });

  it('a topic that sends digests sends them these', async () => {
    harness = await withReader({ deliver: { mode: 'hourly' } });
    await harness.receive(harness.hit());
    await harness.tickAt(START + HOUR);
    await harness.tickAt(EIGHT);
    expect(harness.dailyTitles()).toEqual([[OPENS]]);
    expect(harness.published).toHaveLength(1);
  });

  it.each([
    ['nobody has chosen it', SIGNUP],
    ['it is no longer offered', { topicIds: [], smsPrefixes: [] }],
    ['sign-up is off', undefined],
  ])('alerts come at once if %s', async (_, signup) => {
    harness.signup = signup;
    if (signup === SIGNUP)
      await topicList(servers.platform().table(), 'daily').remove(harness.topic.id, 'ann');
    await harness.receive(harness.hit());
    expect(harness.dailyTitles()).toEqual([[OPENS]]);
    await harness.tickAt(EIGHT);
    expect(harness.published).toHaveLength(1);
  });

  it('a round-up that began before somebody chose this reaches them whole', async () => {
    await harness.addRetellingEntry(1, 'The bridge, in pictures');
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-2', title: `${OPENS} of work`, feed: 'The Herald' }));
    await harness.tickAt(ROUND_UP_AT);
    expect(harness.dailyTitles()).toEqual([[`${OPENS} of work`, 'The bridge, in pictures']]);
  });
});

it('the alert log names the own message of an alert, and the daily mail as what it is', async () => {
  const table = memoryTable();
  harness = await withReader({ roundUp: { hour: 8, minute: 0, timeZone: 'UTC' } }, table);
  await harness.receive(harness.hit());
  await harness.receive(harness.hit({ id: 'item-2', title: `${OPENS} of work`, feed: 'The Herald' }));
  const log = () => listAlerts(new AlertLog(table), [harness.topic.id], 0);
  expect(await log()).toMatchObject([
    { kind: 'new', state: 'sent' },
    { kind: 'also', waitsFor: 'roundup' },
  ]);
  await harness.tickAt(EIGHT);
  expect(await log()).toMatchObject([{ kind: 'new' }, { kind: 'also', message: { kind: 'roundup' } }]);
  const daily = harness.published.find(({ readers }) => readers === 'daily')?.alert.id ?? '';
  expect(await new AlertLog(table).alert(daily)).toMatchObject({ kind: 'daily', protocols: ['email'] });
});

describe('a worker that crashes', () => {
  const cases = (['before', 'after'] as const).flatMap((when) =>
    (['resend', 'skip'] as const).flatMap((email) => [
      { when, email, role: 'first report' },
      { when, email, role: 'retelling' },
    ]),
  );
  it.each(cases)(
    '$when a call: a $role is in one daily mail, once ($email)',
    async ({ when, email, role }) => {
      for (let calls = 1; ; calls++) {
        const table = memoryTable();
        harness = await withReader({}, table, { email, sms: 'skip' });
        const opening = harness.hit();
        if (role === 'retelling') await harness.receive(opening);
        const hit =
          role === 'retelling'
            ? harness.hit({ id: 'item-2', title: `${OPENS} of work`, feed: 'The Herald' })
            : opening;
        const worker = new CrashingWorker(table, harness.channels, calls, when);
        await harness.receive(hit, harness.deps(worker.table, worker.channels)).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        harness.now += 2 * LEASE;
        // Meanwhile, somebody who stops getting one mail a day changes nothing for this alert.
        await topicList(table, 'daily').remove(harness.topic.id, 'ann');
        await harness.receive(hit);
        await harness.tickAt(ROUND_UP_AT);
        await harness.tickAt(EIGHT);
        const told = harness
          .dailyTitles()
          .flat()
          .filter((title) => title === hit.item.title);
        expect(told, `${calls} calls`).toEqual([hit.item.title]);
        if (!worker.crashed) break;
      }
    },
  );
});
