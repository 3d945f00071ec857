import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { ServiceName } from './aws/wire.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

/** The probability of each fault, per call unless noted otherwise. */
export interface FaultRates {
  /** The function dies, before a call is sent or after it has taken effect. */
  readonly crash: number;
  /** The call never reaches its service. */
  readonly lostRequest: number;
  /** The call takes effect, but its response is lost. */
  readonly lostAnswer: number;
  readonly throttle: number;
  readonly serverError: number;
  /** Part of a batch is not accepted. */
  readonly partial: number;
  /** The call takes seconds. */
  readonly slow: number;
  /** Per message of a standard queue: the message is delivered a second time. */
  readonly repeat: number;
  /** Per message of a standard queue: the message is minutes late. */
  readonly late: number;
  /** Per invocation: the invocation starts so late that its messages may be visible again. */
  readonly lateStart: number;
  /** Per batch: the processed messages are not deleted. */
  readonly notDeleted: number;
  /** Prefixes of sort keys whose writes fail often, so that the step after such a write is often missing. */
  readonly failingWrites: readonly string[];
  /** The probability that such a write fails, per try. The SDK makes three tries. */
  readonly failingWriteRate: number;
}

export type OutageKind = 'refused-connection' | 'silence' | 'server-error' | 'throttle';

export interface Outage {
  readonly kind: OutageKind;
  readonly from: number;
  readonly until: number;
}

/** Some minutes in which most calls to a service fail in one way. */
export interface FaultPeriod {
  readonly service: ServiceName;
  readonly kind: 'crash' | 'lostRequest' | 'lostAnswer' | 'throttle' | 'serverError' | 'all';
  readonly from: number;
  readonly until: number;
}

/** The main subject of a run. A run about everything would show too little of each thing. */
export type Theme =
  | 'anything'
  /** SNS is down for an hour, news and edits pile up, and the table fails when they are sent at last. */
  | 'recovery'
  /** Calls fail whenever digests are due. */
  | 'digests'
  /** Functions start so late that others process the same messages. */
  | 'overlap'
  /** Messages are repeated and late. */
  | 'redelivery'
  /** Queues accept nothing for minutes. */
  | 'queues'
  /** Feeds fail for hours, move or are gone, while calls to queues fail too. */
  | 'feeds'
  /** Quiet hours, caps, urgent news, and separate policies for SMS. */
  | 'policy'
  /** One feed shows very many items at once. */
  | 'bursts'
  /** People sign up, and change and end what they receive. */
  | 'visitors';

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
  'visitors',
];

const DRAWN_APART: readonly Theme[] = ['feeds', 'policy', 'bursts', 'visitors'];

/** Returns a random theme, other than feeds, policies and bursts, which scenario.ts draws separately. */
export function themeOf(random: SeededRandom): Theme {
  return random.pick(['anything', ...THEMES.filter((theme) => !DRAWN_APART.includes(theme))]);
}

/** The parts of a run on which its faults depend. */
export interface RunOutline {
  readonly theme: Theme;
  readonly start: number;
  /** Returns the time at which this share of the run has passed. */
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
/** Faults of a call that leave its function running. */
const CALL_FAULTS = ['lostRequest', 'lostAnswer', 'throttle', 'serverError'] as const;

/**
 * Returns the fault periods of a run. They start at any time, and more often at the worst times: at the first polls, when
 * digests are due, and when the backlog of an outage is delivered. Some affect two services at once.
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

/** Queues retry a message for an hour and a half. Longer uninterrupted faults would make it a dead letter. */
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

/** Returns the fault rates of a run. Each fault is absent, rare or frequent, so that runs differ. */
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
  // Causes entries that come too late for a digest, and digests that are sent but not recorded.
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
