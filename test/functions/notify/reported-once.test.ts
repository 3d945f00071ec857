import { describe, expect, it } from 'vitest';
import { quietHours } from '../../../config/week.ts';
import { RetryLater } from '../../../functions/shared/errors.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { Hit } from '../../../functions/shared/messages.ts';
import type { Protocol } from '../../../functions/shared/model.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { followUps, type HarnessTopic, type HitFields, NotifyHarness, START } from './notify-harness.ts';
import { madeUpName } from './unrelated-stream.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const quiet = { hours: [quietHours('22:00 to 07:00')], timeZone: 'UTC' };
const sms = { deliver: { mode: 'now' }, minSources: 2, followUps: followUps('calm') } as const;

const TOPICS: Readonly<Record<string, HarnessTopic>> = {
  'the defaults': {},
  'each development at once': { followUps: followUps('all') },
  'urgent developments alone': { followUps: followUps('urgent') },
  'no follow-ups': { followUps: followUps('off') },
  'no round-up': { roundUp: 'off' },
  'neither follow-ups nor a round-up': { followUps: followUps('off'), roundUp: 'off' },
  'quiet nights': { quiet },
  'quiet nights, each development at once': { quiet, followUps: followUps('all') },
  'two alerts an hour': { atMost: { hour: 2, timeZone: 'UTC' } },
  'five alerts a day, quiet nights': { atMost: { day: 5, timeZone: 'UTC' }, quiet },
  'an hourly digest': { deliver: { mode: 'hourly' } },
  'a daily digest': { deliver: { mode: 'daily', hour: 7, minute: 30, timeZone: 'UTC' } },
  'another policy for SMS': { sms },
  'a digest, and SMS at once': { deliver: { mode: 'hourly' }, sms: { ...sms, followUps: followUps('all') } },
  'a policy of its own for SMS, with caps': {
    sms: { ...sms, minSources: 1, atMost: { day: 2, timeZone: 'UTC' } },
  },
};

/** Returns reports of a few events: most retell, some add words of their own, some copy. */
function invented(random: SeededRandom): HitFields[] {
  const name = () => madeUpName(random);
  const words = (count: number) => Array.from({ length: count }, name);
  const shuffled = (all: readonly string[]) =>
    all
      .map((word) => ({ word, at: random.fraction() }))
      .sort((a, b) => a.at - b.at)
      .map(({ word }) => word);
  const reports: HitFields[] = [];
  for (let event = 0; event < 4; event++) {
    const about = words(8);
    const titles = [about.slice(0, 6).join(' ')];
    for (let n = 0; n < 12; n++) {
      const title = random.chance(0.2)
        ? random.pick(titles)
        : random.chance(0.4)
          ? [...words(4), about[0]].join(' ')
          : [...shuffled(about).slice(0, 5), ...words(1)].join(' ');
      titles.push(title);
      reports.push({
        id: hash64(`event-${event}-${n}`),
        title,
        summary: random.chance(0.7) ? shuffled([...about, ...words(2)]).join(' ') : '',
        feed: `Feed ${random.integer(9)}`,
        url: `https://site-${random.integer(6)}.example/${event}-${n}`,
        ...(random.chance(0.1) ? { urgent: true } : {}),
        loudness: random.chance(0.08) ? 'welcome' : 'alert',
      });
    }
  }
  // Adds the same item in another feed.
  for (let n = 0; n < 6; n++) reports.push({ ...random.pick(reports), feed: 'Meridian Wire' });
  return reports;
}

/** Receives the reports over a day and a half, then ticks until nothing waits. SNS fails now and then. */
async function run(
  harness: NotifyHarness,
  random: SeededRandom,
  reports: readonly HitFields[],
): Promise<void> {
  const arrivals = reports.map((fields) => ({ fields, at: START + random.integer(36 * 60) * MINUTE }));
  arrivals.sort((a, b) => a.at - b.at);
  let waiting: Hit[] = [];
  for (let now = START; now < START + 4 * 24 * HOUR; now += 10 * MINUTE) {
    harness.now = now;
    for (; arrivals[0] && arrivals[0].at <= now; arrivals.shift())
      waiting.push(harness.hit(arrivals[0].fields));
    if (random.chance(0.1)) harness.answers.push(random.pick(['throttled', 'refused']));
    const later: Hit[] = [];
    for (const hit of waiting) {
      try {
        await harness.receive(hit);
      } catch (error) {
        expect(error).toBeInstanceOf(RetryLater);
        later.push(hit);
      }
    }
    waiting = later;
    await harness.tick();
  }
  expect(waiting).toEqual([]);
  expect(await harness.dueDigests()).toEqual([]);
}

describe.each(Object.entries(TOPICS))('with %s', (_, topic) => {
  it('every matching item that is no copy is listed once', async () => {
    const faults: string[] = [];
    for (let seed = 1; seed <= sized(1, 4); seed++) {
      const random = seededRandom(seed);
      const harness = new NotifyHarness(memoryTable(), topic);
      const reports = invented(random);
      await run(harness, random, reports);
      const timesBy = (protocol: Protocol, id: string) =>
        harness.published
          .filter(({ protocols }) => protocols.includes(protocol))
          .flatMap(({ alert }) => alert.entries)
          .filter(({ itemId }) => itemId === id).length;
      const roles = new Map<string, string>();
      for (const { id = '', feed = '' } of reports) {
        const delivered = await harness
          .deps()
          .stories.delivered(harness.topic.id, id, feed.toLowerCase().replaceAll(' ', '-'));
        if (!delivered?.role) throw new Error(`${id} has no role`);
        // Through another feed, it is already a member of the story.
        if (!roles.has(id) || delivered.role !== 'also') roles.set(id, delivered.role);
      }
      for (const { id = '', loudness, urgent } of reports.slice(0, 48)) {
        const role = roles.get(id) ?? '';
        const { deliver, followUps, roundUp } = harness.topic;
        const isListed = deliver.mode !== 'now' || loudness === 'welcome' || roundUp !== undefined;
        const isFollowUp =
          role === 'development' &&
          (['calm', 'all'].includes(followUps.mode) || (followUps.mode === 'urgent' && urgent === true));
        const times = timesBy('email', id);
        const expected = role === 'copy' ? [0] : role === 'first' || isFollowUp || isListed ? [1] : [0];
        if (!expected.includes(times))
          faults.push(`seed ${seed}: ${id} (${role}) is named ${times} times by email`);
        if (timesBy('sms', id) > 1) faults.push(`seed ${seed}: ${id} (${role}) is named twice by SMS`);
      }
      expect(new Set(roles.values())).toEqual(new Set(['first', 'development', 'also', 'copy']));
      for (const { alert, protocols } of harness.published) {
        const isForSms = protocols.includes('sms');
        if (isForSms) expect(alert.entries.some(({ role }) => role !== 'also')).toBe(true);
      }
    }
    expect(faults).toEqual([]);
  });
});
