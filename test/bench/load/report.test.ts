import { describe, expect, it } from 'vitest';
import type { LoadRun } from '../../../bench/load/load-run.ts';
import { goalsOf, isReached, rowsOf, sparkline, tableOf } from '../../../bench/load/report.ts';

const MINUTES = 20;
const every = Array.from({ length: MINUTES * 12 }, (_, n) => n / 12);

function run(more: Partial<LoadRun> = {}): LoadRun {
  const processor = { all: 30, main: 20, servers: 8, farm: 2 };
  return {
    readySeconds: 3,
    firstPollSeconds: 90,
    drainSeconds: 300,
    stopSeconds: 1,
    restartSeconds: 3,
    samples: every.map((minute) => ({
      minute,
      rssMb: 500,
      folderMb: 50 + minute,
      waiting: { feeds: 3, items: 1 },
    })),
    pages: every.map((minute) => ({ minute, path: '/', ms: 20 })),
    alerted: every.map((minute) => ({ minute, seconds: 150 })),
    states: { published: 240, waits: 0, copy: 0, told: 0, lost: 0 },
    lost: [],
    repeated: [],
    alerts: 240,
    oldItems: 50_000,
    items: 60_000,
    documents: 1_000,
    notModified: 500,
    dead: 0,
    trouble: [],
    liveMb: 60,
    folderMb: 70,
    processor,
    minutes: Array(MINUTES).fill(processor),
    ...more,
  };
}

const missed = (more: Partial<LoadRun>) =>
  goalsOf(run(more), { minutes: MINUTES, rate: 50 }, 300)
    .filter((goal) => !isReached(goal))
    .map(({ name }) => name);

describe('the goals of a load run', () => {
  it('are all reached by a good run', () => {
    expect(missed({})).toEqual([]);
  });

  it.each<[name: string, more: Partial<LoadRun>]>([
    ['p95 from visible to published', { alerted: every.map((minute) => ({ minute, seconds: 361 })) }],
    // One in ten has not arrived.
    [
      'p95 from visible to published',
      { alerted: every.map((minute, n) => ({ minute, seconds: n % 10 === 0 ? undefined : 1 })) },
    ],
    ['lost', { lost: ['topic-1 Headline'] }],
    ['repeated alerts', { repeated: ['a'] }],
    ['dead letters', { dead: 1 }],
    ['unexpected output lines', { trouble: ['12:00:00  items  Error'] }],
    ['start with the full folder', { restartSeconds: 11 }],
    ['stop', { stopSeconds: 11 }],
    ['folder size / live data', { folderMb: 181 }],
    ['slowest page', { pages: [{ minute: 3, path: '/', ms: 301 }] }],
  ])('include: %s', (name, more) => {
    expect(missed(more)).toEqual([name]);
  });

  it('include flat memory after the tenth minute, even below its limit', () => {
    const growing = every.map((minute) => ({ minute, rssMb: 400 + 5 * minute, folderMb: 50, waiting: {} }));
    expect(missed({ samples: growing })).toEqual(['growth of resident memory in the second half']);
    const settled = every.map((minute) => ({
      minute,
      rssMb: 400 + 20 * Math.min(minute, 9),
      folderMb: 50,
      waiting: {},
    }));
    expect(missed({ samples: settled })).toEqual([]);
  });

  it('of a short run include no times, and let its memory warm up', () => {
    const samples = every.map((minute) => ({ minute, rssMb: 300 + 50 * minute, folderMb: 8, waiting: {} }));
    const short = run({ samples, liveMb: 3, folderMb: 14, restartSeconds: 30, stopSeconds: 30 });
    const names = (more: Partial<LoadRun>) =>
      goalsOf({ ...short, ...more }, { minutes: 2, rate: 50 }, 60)
        .filter((goal) => !isReached(goal))
        .map(({ name }) => name);
    const inTwoMinutes = samples.filter(({ minute }) => minute < 2);
    const alerted = [{ minute: 1, seconds: 30 }];
    expect(names({ samples: inTwoMinutes, alerted })).toEqual([]);
    const leaks = inTwoMinutes.map((sample) => ({
      ...sample,
      rssMb: 100 + 120 * sample.minute,
      folderMb: 200 * sample.minute,
    }));
    expect(names({ samples: leaks, alerted, folderMb: 400 })).toEqual([
      'growth of resident memory in the second half',
      'folder size / live data',
      'growth of the folder in the second half',
    ]);
  });

  it('include a folder that grows no faster than its live data', () => {
    const samples = every.map((minute) => ({ minute, rssMb: 500, folderMb: 15 * minute, waiting: {} }));
    expect(missed({ samples })).toEqual(['growth of the folder in the second half']);
  });
});

it('tableOf has a row for each minute, by the time of publication', () => {
  const late = {
    alerted: [
      { minute: 1.5, seconds: 7 },
      { minute: 1.9, seconds: undefined },
    ],
  };
  const rows = rowsOf(run(late));
  expect(rows).toHaveLength(MINUTES);
  expect(rows[1]).toMatchObject({
    minute: 2,
    alerts: 2,
    p50: 7,
    p95: Number.POSITIVE_INFINITY,
    waiting: 4,
    all: 0.5,
  });
  expect(tableOf(rows).split('\n')).toHaveLength(MINUTES + 1);
});

it('sparkline starts at 0', () => {
  expect(sparkline([0, 50, 100, Number.POSITIVE_INFINITY])).toBe('▁▅█!');
});
