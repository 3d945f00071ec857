import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { ServiceName } from './aws/wire.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

/** Chances of each fault; of a call, unless it says otherwise. */
export interface FaultRates {
  /** The function dies, before a call is sent or after it has taken effect. */
  readonly crash: number;
  /** The call never reaches its service. */
  readonly lostRequest: number;
  /** The call takes effect and its answer is lost. */
  readonly lostAnswer: number;
  readonly throttle: number;
  readonly serverError: number;
  /** Part of a batch is not taken. */
  readonly partial: number;
  /** The call takes seconds. */
  readonly slow: number;
  /** Of a message of a standard queue: it comes a second time. */
  readonly repeat: number;
  /** Of a message of a standard queue: it comes minutes late. */
  readonly late: number;
  /** Of an invocation: it starts so late that its messages may have become visible again. */
  readonly lateStart: number;
  /** Of a batch: what was done is not deleted. */
  readonly notDeleted: number;
  /** Writes of some kinds of record, by the start of their sort keys, fail often: what comes right after them is not done. */
  readonly failingWrites: readonly string[];
  /** How often, of single tries, of which the SDK makes three. */
  readonly failingWriteRate: number;
}

export type OutageKind = 'refused-connection' | 'silence' | 'server-error' | 'throttle';

export interface Outage {
  readonly kind: OutageKind;
  readonly from: number;
  readonly until: number;
}

/** For some minutes most calls of a service go wrong in one way. */
export interface FaultPeriod {
  readonly service: ServiceName;
  readonly kind: 'crash' | 'lostRequest' | 'lostAnswer' | 'throttle' | 'serverError' | 'all';
  readonly from: number;
  readonly until: number;
}

/** What a run is mostly about: one that is about everything shows too little of each thing. */
export type Theme =
  | 'anything'
  /** SNS is away for an hour, news and edits pile up, and the table has its troubles when they are let go. */
  | 'recovery'
  /** Trouble whenever digests are due. */
  | 'digests'
  /** Functions start so late that others are at their messages too. */
  | 'overlap'
  /** Messages come again, and late. */
  | 'redelivery'
  /** Queues take nothing for minutes. */
  | 'queues'
  /** Feeds fail for hours, move and go, and queues have their troubles meanwhile. */
  | 'feeds'
  /** Quiet hours, caps, what is urgent, and SMS by rules of their own. */
  | 'policy'
  /** A feed brings very much at once. */
  | 'bursts';

export const THEMES: readonly Theme[] = [
  'anything',
  'recovery',
  'digests',
  'overlap',
  'redelivery',
  'queues',
  'feeds',
  'policy',
  'bursts',
];

const DRAWN_APART: readonly Theme[] = ['feeds', 'policy', 'bursts'];

/** Those of feeds, policies and bursts are drawn by themselves. */
export function themeOf(random: SeededRandom): Theme {
  return random.pick(['anything', ...THEMES.filter((theme) => !DRAWN_APART.includes(theme))]);
}

/** The run that weather is made for. */
export interface RunOutline {
  readonly theme: Theme;
  readonly start: number;
  /** The time by the share of the run that has passed. */
  readonly when: (share: number) => number;
}

export function outageOf(random: SeededRandom, { theme, when }: RunOutline): Outage | undefined {
  const kind = random.pick(['refused-connection', 'silence', 'server-error', 'throttle'] as const);
  const from = when(random.fraction() * 0.6);
  return theme === 'recovery' || random.chance(0.3) ? { kind, from, until: from + HOUR } : undefined;
}

const FAULT_PERIOD_KINDS = [
  'crash',
  'lostRequest',
  'lostAnswer',
  'throttle',
  'serverError',
  'all',
  'all',
  'all',
] as const;
/** Those that end a call and not the function that makes it. */
const CALL_FAULTS = ['lostRequest', 'lostAnswer', 'throttle', 'serverError'] as const;

/**
 * Storms come at any time, and more often at the worst ones: with the first polls, when digests are due, and when what
 * was held up by an outage is on its way. Some hit two services at once.
 */
export function faultPeriodsOf(
  random: SeededRandom,
  course: RunOutline,
  outage: Outage | undefined,
): FaultPeriod[] {
  const { theme, start, when } = course;
  const halfHour = () => {
    const time = when(random.between(2, 10) / 10);
    return time - (time % (theme === 'digests' ? HOUR : HOUR / 2));
  };
  const period = (): FaultPeriod[] => {
    const from = random.pick([when(random.fraction()), start, halfHour()]) - random.integer(MINUTE);
    const services = random.pick([['dynamodb'], ['sqs'], ['sns'], ['dynamodb', 'sns']] as const);
    const minutes = services[0] === 'sns' ? random.between(10, 70) : random.between(2, 40);
    return services.map((service) => {
      return { service, kind: random.pick(FAULT_PERIOD_KINDS), from, until: from + minutes * MINUTE };
    });
  };
  const onRecovery = (): FaultPeriod[] => {
    if (theme !== 'recovery' || !outage) return [];
    const until = outage.until + random.between(5, 15) * MINUTE;
    return [{ service: 'dynamodb', kind: random.pick(CALL_FAULTS), from: outage.until, until }];
  };
  const digestTime = halfHour();
  const onDigest = (): FaultPeriod[] => {
    const from = random.pick([start, digestTime, digestTime]) - random.integer(2 * MINUTE);
    return (['dynamodb', 'sns'] as const).map((service) => {
      return {
        service,
        kind: random.pick(['all', ...CALL_FAULTS]),
        from,
        until: from + random.between(2, 12) * MINUTE,
      };
    });
  };
  const ofQueues = (): FaultPeriod => {
    const from = when(random.fraction());
    return {
      service: 'sqs',
      kind: random.pick(CALL_FAULTS),
      from,
      until: from + random.between(10, 40) * MINUTE,
    };
  };
  const wanted = [
    ...onRecovery(),
    ...Array.from({ length: theme === 'queues' || theme === 'feeds' ? 3 : 0 }, ofQueues),
    ...Array.from({ length: theme === 'digests' ? 4 : 0 }, onDigest).flat(),
    ...Array.from({ length: random.integer(3) }, period).flat(),
  ];
  return withinMaxStretch(wanted, outage);
}

/** The queues hold a message for an hour and a half: what goes wrong for longer, at a stretch, ends among dead letters. */
const MAX_STRETCH = 75 * MINUTE;
const MIN_PAUSE = 15 * MINUTE;

function withinMaxStretch(periods: readonly FaultPeriod[], outage: Outage | undefined): FaultPeriod[] {
  const kept: FaultPeriod[] = [];
  for (const period of periods) {
    let [from, until] = [period.from, period.until];
    const others = [...kept, ...(outage ? [outage] : [])].sort((a, b) => a.from - b.from);
    for (const other of [...others, ...others.toReversed()]) {
      if (other.from > until + MIN_PAUSE || other.until < from - MIN_PAUSE) continue;
      [from, until] = [Math.min(from, other.from), Math.max(until, other.until)];
    }
    if (until - from <= MAX_STRETCH) kept.push(period);
  }
  return kept;
}

/** Each fault is absent, rare or frequent, so that runs differ in what they go through. */
export function faultRatesOf(random: SeededRandom, theme: Theme): FaultRates {
  const rate = (often: number) => random.pick([0, 0, 0.2, 1]) * often;
  const faults = {
    failingWrites: [
      random.pick(['STATE', 'STORY#', 'ALERT', 'DIGEST#', 'TOLD#', ...Array(5).fill('nothing')]),
    ],
    failingWriteRate: 0.45,
    crash: rate(0.03),
    lostRequest: rate(0.05),
    lostAnswer: rate(0.08),
    throttle: rate(0.1),
    serverError: rate(0.05),
    partial: rate(0.15),
    slow: rate(0.05),
    repeat: rate(0.3),
    late: rate(0.2),
    lateStart: rate(0.1),
    notDeleted: rate(0.1),
  };
  // What comes late to a digest, and a digest that is sent and not written down.
  if (theme === 'digests')
    return {
      ...faults,
      failingWrites: random.pick([['DIGEST#'], ['DIGEST#', 'ALERT'], ['DIGEST#', 'ALERT']]),
      failingWriteRate: 0.6,
    };
  if (theme === 'policy') {
    return {
      ...faults,
      failingWrites: random.pick([['SENT#'], ['SENT#', 'ALERT'], faults.failingWrites]),
      failingWriteRate: 0.6,
    };
  }
  if (theme === 'recovery') return { ...faults, failingWrites: ['TOLD#'], failingWriteRate: 0.6 };
  if (theme === 'overlap') {
    const failingWrites = random.pick([['OPENED'], ['STORY#'], faults.failingWrites]);
    return { ...faults, failingWrites, lateStart: 0.5, slow: 0.3 };
  }
  if (theme === 'redelivery') return { ...faults, repeat: 0.6, late: 0.4, notDeleted: 0.2 };
  return faults;
}
