import type { LoadOptions, LoadRun } from './load-run.ts';
import { percentile, slope } from './statistics.ts';

export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly atMost: number;
  readonly unit: string;
}

export interface MinuteRow {
  readonly minute: number;
  readonly alerts: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly rssMb: number;
  readonly folderMb: number;
  readonly waiting: number;
  readonly pageWorst: number;
  /** Processors in use, 1 for each. */
  readonly main: number;
  readonly servers: number;
  readonly all: number;
  readonly farm: number;
}

const MAX_RSS_MB = 700;
/** MB per minute, by least squares over the second half. A run of a few minutes is still warming up. */
const MAX_RSS_SLOPE = { long: 3, short: 100 } as const;
const SHORT_MINUTES = 10;
const MAX_FOLDER_RATIO = 3;
/** Logs of LevelDB and SQLite, which are truncated now and then. */
const MAX_LOGS_MB = 8;
const MAX_PAGE_MS = 300;
const TICK_SECONDS = 60;
const MAX_START_SECONDS = 10;
const MAX_STOP_SECONDS = 10;

/** Returns a row for each minute of the load. */
export function rowsOf({ alerted, samples, pages, minutes }: LoadRun): MinuteRow[] {
  return minutes.map((processor, n) => {
    const isInMinute = (sample: { readonly minute: number }) => Math.floor(sample.minute) === n;
    const seconds = alerted.filter(isInMinute).map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY);
    const inMinute = samples.filter(isInMinute);
    const max = (values: readonly number[]) => Math.max(0, ...values);
    return {
      minute: n + 1,
      alerts: seconds.length,
      p50: percentile(seconds, 0.5),
      p95: percentile(seconds, 0.95),
      max: max(seconds),
      rssMb: max(inMinute.map(({ rssMb }) => rssMb)),
      folderMb: max(inMinute.map(({ folderMb }) => folderMb)),
      waiting: max(
        inMinute.map(({ waiting }) => Object.values(waiting).reduce((sum, value) => sum + value, 0)),
      ),
      pageWorst: max(pages.filter(isInMinute).map(({ ms }) => ms)),
      main: processor.main / 60,
      servers: processor.servers / 60,
      all: processor.all / 60,
      farm: processor.farm / 60,
    };
  });
}

/** Returns the goals of a run with their measured values. */
export function goalsOf(
  run: LoadRun,
  { minutes, rate }: Pick<LoadOptions, 'minutes' | 'rate'>,
  everySeconds: number,
): Goal[] {
  const loaded = run.samples.filter(({ minute }) => minute >= 0);
  const secondHalf = loaded.filter(({ minute }) => minute >= minutes / 2 && minute <= minutes);
  const seconds = run.alerted.map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY);
  const rssSlope = slope(secondHalf.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })));
  const folderSlope = slope(secondHalf.map(({ minute, folderMb }) => ({ x: minute, y: folderMb })));
  const isShort = minutes < SHORT_MINUTES;
  // Records are kept, so the folder grows with the items.
  const growth = (run.liveMb / (run.oldItems + run.items)) * rate * 60;
  return [
    {
      name: 'p95 from visible to published',
      value: percentile(seconds, 0.95),
      atMost: everySeconds + TICK_SECONDS,
      unit: 's',
    },
    { name: 'lost', value: run.lost.length, atMost: 0, unit: '' },
    { name: 'repeated alerts', value: run.repeated.length, atMost: 0, unit: '' },
    { name: 'dead letters', value: run.dead, atMost: 0, unit: '' },
    { name: 'unexpected output lines', value: run.trouble.length, atMost: 0, unit: '' },
    {
      name: 'peak resident memory',
      value: Math.max(...run.samples.map(({ rssMb }) => rssMb)),
      atMost: MAX_RSS_MB,
      unit: 'MB',
    },
    {
      name: 'growth of resident memory in the second half',
      value: rssSlope,
      atMost: isShort ? MAX_RSS_SLOPE.short : MAX_RSS_SLOPE.long,
      unit: 'MB/min',
    },
    {
      name: 'folder size / live data',
      value: run.folderMb / run.liveMb,
      // With little data, logs make up most of the folder.
      atMost: MAX_FOLDER_RATIO + (isShort ? MAX_LOGS_MB / run.liveMb : 0),
      unit: '',
    },
    {
      name: 'growth of the folder in the second half',
      value: folderSlope,
      atMost: MAX_FOLDER_RATIO * growth + MAX_LOGS_MB / (minutes / 2),
      unit: 'MB/min',
    },
    ...(isShort ? [] : timeGoals(run)),
  ];
}

/** Returns the goals that other programs on the machine affect. Short runs skip these, since they may run beside other checks. */
function timeGoals({ restartSeconds, stopSeconds, pages }: LoadRun): Goal[] {
  const times = pages.filter(({ minute }) => minute >= 0).map(({ ms }) => ms);
  return [
    { name: 'start with the full folder', value: restartSeconds, atMost: MAX_START_SECONDS, unit: 's' },
    { name: 'stop', value: stopSeconds, atMost: MAX_STOP_SECONDS, unit: 's' },
    { name: 'slowest page', value: Math.max(...times), atMost: MAX_PAGE_MS, unit: 'ms' },
  ];
}

export const isReached = ({ value, atMost }: Goal): boolean => value <= atMost;

export function tableOf(rows: readonly MinuteRow[]): string {
  const head =
    'minute  alerts   p50 s   p95 s   max s  RSS MB  folder MB  waiting  page ms  main  servers  all  farm';
  const lines = rows.map((row) =>
    [
      String(row.minute).padStart(6),
      String(row.alerts).padStart(8),
      ...[row.p50, row.p95, row.max].map((value) => value.toFixed(0).padStart(8)),
      row.rssMb.toFixed(0).padStart(8),
      row.folderMb.toFixed(0).padStart(11),
      String(row.waiting).padStart(9),
      row.pageWorst.toFixed(0).padStart(9),
      row.main.toFixed(2).padStart(6),
      row.servers.toFixed(2).padStart(9),
      row.all.toFixed(2).padStart(5),
      row.farm.toFixed(2).padStart(6),
    ].join(''),
  );
  return [head, ...lines].join('\n');
}

const BARS = '▁▂▃▄▅▆▇█';

/** Returns a line of bars, scaled from 0 to the largest value. */
export function sparkline(values: readonly number[]): string {
  const max = Math.max(...values.filter(Number.isFinite), 1e-9);
  const bar = (value: number) => BARS[Math.round((value / max) * (BARS.length - 1))] ?? '!';
  return values.map((value) => (Number.isFinite(value) ? bar(value) : '!')).join('');
}
