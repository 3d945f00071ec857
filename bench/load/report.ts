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
/** MB a minute by least squares over the second half; a run of a few minutes is still warming up. */
const MAX_RSS_SLOPE = { long: 3, short: 100 } as const;
const SHORT_MINUTES = 10;
const MAX_FOLDER_RATIO = 3;
/** Logs of LevelDB and SQLite, which are emptied now and then. */
const MAX_LOGS_MB = 8;
const MAX_PAGE_MS = 300;
const TICK_SECONDS = 60;
const MAX_START_SECONDS = 10;
const MAX_STOP_SECONDS = 10;

/** Rows of the minutes in which items came. */
export function rowsOf({ alerted, samples, pages, minutes }: LoadRun): MinuteRow[] {
  return minutes.map((processor, n) => {
    const within = (one: { readonly minute: number }) => Math.floor(one.minute) === n;
    const seconds = alerted.filter(within).map((one) => one.seconds ?? Number.POSITIVE_INFINITY);
    const some = samples.filter(within);
    const most = (values: readonly number[]) => Math.max(0, ...values);
    return {
      minute: n + 1,
      alerts: seconds.length,
      p50: percentile(seconds, 0.5),
      p95: percentile(seconds, 0.95),
      max: most(seconds),
      rssMb: most(some.map(({ rssMb }) => rssMb)),
      folderMb: most(some.map(({ folderMb }) => folderMb)),
      waiting: most(some.map(({ waiting }) => Object.values(waiting).reduce((sum, value) => sum + value, 0))),
      pageWorst: most(pages.filter(within).map(({ ms }) => ms)),
      main: processor.main / 60,
      servers: processor.servers / 60,
      all: processor.all / 60,
      farm: processor.farm / 60,
    };
  });
}

/** Returns what was to be reached, beside what was. */
export function goalsOf(
  run: LoadRun,
  { minutes, rate }: Pick<LoadOptions, 'minutes' | 'rate'>,
  everySeconds: number,
): Goal[] {
  const flowing = run.samples.filter(({ minute }) => minute >= 0);
  const half = flowing.filter(({ minute }) => minute >= minutes / 2 && minute <= minutes);
  const seconds = run.alerted.map((one) => one.seconds ?? Number.POSITIVE_INFINITY);
  const rssSlope = slope(half.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })));
  const folderSlope = slope(half.map(({ minute, folderMb }) => ({ x: minute, y: folderMb })));
  const isShort = minutes < SHORT_MINUTES;
  // Records are kept, so the folder grows with what comes in.
  const growth = (run.liveMb / (run.oldItems + run.items)) * rate * 60;
  return [
    {
      name: 'p95 from visible to published',
      value: percentile(seconds, 0.95),
      atMost: everySeconds + TICK_SECONDS,
      unit: 's',
    },
    { name: 'lost', value: run.lost.length, atMost: 0, unit: '' },
    { name: 'alerts that came twice', value: run.repeated.length, atMost: 0, unit: '' },
    { name: 'dead letters', value: run.dead, atMost: 0, unit: '' },
    { name: 'lines of trouble', value: run.trouble.length, atMost: 0, unit: '' },
    {
      name: 'resident memory, most',
      value: Math.max(...run.samples.map(({ rssMb }) => rssMb)),
      atMost: MAX_RSS_MB,
      unit: 'MB',
    },
    {
      name: 'resident memory, slope of the second half',
      value: rssSlope,
      atMost: isShort ? MAX_RSS_SLOPE.short : MAX_RSS_SLOPE.long,
      unit: 'MB/min',
    },
    {
      name: 'folder, times the live data',
      value: run.folderMb / run.liveMb,
      // With little data, most of the folder is logs.
      atMost: MAX_FOLDER_RATIO + (isShort ? MAX_LOGS_MB / run.liveMb : 0),
      unit: '',
    },
    {
      name: 'folder, slope of the second half',
      value: folderSlope,
      atMost: MAX_FOLDER_RATIO * growth + MAX_LOGS_MB / (minutes / 2),
      unit: 'MB/min',
    },
    ...(isShort ? [] : timesOf(run)),
  ];
}

/** Goals that other programs on the machine affect. A short run does not judge them, since it may run beside other checks. */
function timesOf({ restartSeconds, stopSeconds, pages }: LoadRun): Goal[] {
  const answers = pages.filter(({ minute }) => minute >= 0).map(({ ms }) => ms);
  return [
    { name: 'start on the full folder', value: restartSeconds, atMost: MAX_START_SECONDS, unit: 's' },
    { name: 'stop', value: stopSeconds, atMost: MAX_STOP_SECONDS, unit: 's' },
    { name: 'page, worst answer', value: Math.max(...answers), atMost: MAX_PAGE_MS, unit: 'ms' },
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

/** Returns a line of bars from 0 to the largest of the values. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values.filter(Number.isFinite), 1e-9);
  const bar = (value: number) => BARS[Math.round((value / most) * (BARS.length - 1))] ?? '!';
  return values.map((value) => (Number.isFinite(value) ? bar(value) : '!')).join('');
}
