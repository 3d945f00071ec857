import type {
  DailyTime,
  DeliverySchedule,
  FollowUpMode,
  OnAmbiguous,
  PipelineConfig,
  Topic,
} from '../../functions/shared/model.ts';
import { pollOffsets } from '../../functions/shared/poll-schedule.ts';
import { type SeededRandom, seededRandom } from '../helpers/seeded-random.ts';
import {
  type FaultPeriod,
  type FaultRates,
  faultPeriodsOf,
  faultRatesOf,
  type Outage,
  outageOf,
  type Theme,
  themeOf,
} from './fault-plan.ts';
import { feedBurst } from './feed-burst.ts';
import { liveFeed } from './live-feed.ts';
import { mixedStory } from './mixed-story.ts';
import { type FeedScript, News, type Trouble, type TroubleKind, Words } from './news.ts';
import { oddFeedsOf } from './odd-feeds.ts';
import { type Course, smsPartsOf, timeOfDay, withPolicy } from './policies.ts';
import { mutesOf, type PlannedMute } from './reader.ts';
import { rewrittenStory } from './rewritten-story.ts';
import { splitsOf } from './split-reader.ts';
import { storiesOf } from './stories.ts';
import { HOUR, MINUTE } from './virtual-time.ts';
import { type PlannedVisit, visitsOf } from './visitors.ts';
import { HUB } from './websub-hub.ts';

/** One possible course of events. Everything in it follows from the seed. */
export interface Scenario {
  readonly seed: number;
  readonly start: number;
  /** When faults and news end. */
  readonly calmFrom: number;
  readonly tickEvery: number;
  readonly config: PipelineConfig;
  /** A deployment of a new configuration and of this release over the previous one. */
  readonly deployment?: { readonly at: number; readonly config: PipelineConfig };
  readonly faults: FaultRates;
  readonly outage?: Outage;
  readonly faultPeriods: readonly FaultPeriod[];
  /** Maximum error of a function's clock, either way, ms. */
  readonly clockSkew: number;
  /** Returns the common error of all functions' clocks at a time, ms. In some runs the clocks are set back once. */
  readonly clockStep: (time: number) => number;
  readonly news: News;
  /** The watched word of each topic, by topic id. */
  readonly watched: ReadonlyMap<string, string>;
  /** The word that makes news of a topic urgent, by topic id. */
  readonly urgent: ReadonlyMap<string, string>;
  readonly random: SeededRandom;
  /** The random numbers of the hub. */
  readonly pushing: SeededRandom;
  /** Stories that the reader mutes; in most runs none. */
  readonly mutes: readonly PlannedMute[];
  /** The random numbers of the reader. */
  readonly muting: SeededRandom;
  /** Who signs up; in most runs nobody. */
  readonly visits: readonly PlannedVisit[];
  /** The random numbers of those who sign up, and of their calls. */
  readonly signing: SeededRandom;
  /** The random numbers of chat services, and of the function that sends to them. */
  readonly chatting: SeededRandom;
  /** The random numbers of SES, and of the function that sends mails. */
  readonly mailing: SeededRandom;
  /** When a reader takes a report out of its story; in most runs never. */
  readonly splits: readonly number[];
  /** The random numbers of this reader, and of the calls. */
  readonly splitting: SeededRandom;
}

const STARTS = [
  '2026-03-02T05:00:00Z',
  '2026-06-30T22:00:00Z',
  '2027-01-31T12:00:00Z',
  // Shortly before clock changes, both ways, in Europe, New York and Lord Howe.
  '2026-03-28T20:00:00Z',
  '2026-03-08T02:00:00Z',
  '2026-10-24T20:00:00Z',
  '2026-11-01T01:00:00Z',
  '2026-10-03T10:00:00Z',
  '2026-04-04T10:00:00Z',
];
export const ZONES = ['UTC', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
const TROUBLES: readonly TroubleKind[] = [
  'error',
  'throttled',
  'unreachable',
  'slow',
  'broken',
  'web-page',
  'empty',
  'stale',
  'lying-validator',
];

interface Timing {
  readonly length: readonly [number, number];
  readonly ticks: readonly [number, number];
  readonly polls: readonly [number, number];
}

/** Ranges in minutes. A tick every minute, as in production, would show the same with ten times as many calls. */
const TIMINGS = {
  /** For daily digests and round-ups. */
  days: { length: [26 * 60, 36 * 60], ticks: [40, 80], polls: [60, 150] },
  hours: { length: [120, 240], ticks: [5, 14], polls: [10, 40] },
  /** For messages that are under way in the very minute in which a digest is due. */
  minutes: { length: [80, 130], ticks: [1, 3], polls: [1, 4] },
  /** For effects of many polls of one feed. */
  feeds: { length: [300, 420], ticks: [2, 5], polls: [5, 8] },
} as const satisfies Record<string, Timing>;

function timingOf(theme: Theme, random: SeededRandom): Timing {
  if (theme === 'digests') return TIMINGS.minutes;
  const usual = random.chance(0.3) ? TIMINGS.days : TIMINGS.hours;
  return theme === 'feeds' ? TIMINGS.feeds : usual;
}

/** Returns the scenario of a seed. `wanted` replaces the theme that the seed draws. */
export function scenarioOf(seed: number, wanted?: Theme): Scenario {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const start = Date.parse(random.pick(STARTS)) + random.integer(HOUR);
  // Separate random numbers for each subject, so that additions to one subject do not change other runs.
  const habits = seededRandom(Math.imul(seed, 0x85ebca6b) ^ 0x27d4eb2f);
  const drawn = themeOf(random);
  const policies = seededRandom(Math.imul(seed, 0xc2b2ae35) ^ 0x165667b1);
  const rewriting = seededRandom(Math.imul(seed, 0x27d4eb2f) ^ 0x61c88647);
  const oddities = seededRandom(Math.imul(seed, 0x165667b1) ^ 0x2545f491);
  const living = seededRandom(Math.imul(seed, 0x2545f491) ^ 0x5bd1e995);
  const pushing = seededRandom(Math.imul(seed, 0x5bd1e995) ^ 0x85ebca6b);
  const usual = habits.chance(0.1) ? 'feeds' : drawn;
  const bursting = seededRandom(Math.imul(seed, 0x61c88647) ^ 0x9e3779b1);
  const muting = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0xc2b2ae35);
  const signing = seededRandom(Math.imul(seed, 0x85ebca6b) ^ 0x9e3779b1);
  const chatting = seededRandom(Math.imul(seed, 0x7feb352d) ^ 0x846ca68b);
  const mailing = seededRandom(Math.imul(seed, 0x846ca68b) ^ 0x7feb352d);
  const splitting = seededRandom(Math.imul(seed, 0x165667b1) ^ 0x85ebca6b);
  const others = policies.chance(0.12) ? 'policy' : usual;
  const theme = wanted ?? (bursting.chance(0.03) ? 'bursts' : others);
  const pace = timingOf(theme, random);
  const minutes = ([least, most]: readonly [number, number]) => random.between(least, most) * MINUTE;
  const long = pace === TIMINGS.days;
  const length = minutes(pace.length);
  const calmFrom = start + length;
  const tickEvery = minutes(pace.ticks);
  const every = minutes(pace.polls);
  const everyAtMost = every * habits.pick([1, 1, 2, 4]);

  const words = new Words();
  const topics = Array.from({ length: random.between(1, 3) }, (_, n) => {
    const plain = topicOf(`topic-${n}`, words.word(), { long, theme, start, length }, random);
    if (theme === 'bursts' && bursting.chance(0.6)) return withUsualCaps(plain);
    return theme === 'policy' ? withPolicy(plain, words, { start, length, long }, policies) : plain;
  });
  // The previous release has no sign-up, so that runs about it see one release only.
  const hasDeployment = theme !== 'visitors';
  const added =
    hasDeployment && random.chance(0.35)
      ? topicOf('topic-added', words.word(), { long, theme, start, length }, random)
      : undefined;
  const watched = new Map([...topics, ...(added ? [added] : [])].map(({ topic, word }) => [topic.id, word]));

  const when = (share: number) => start + Math.floor(length * share);
  const usualFeeds = Array.from({ length: random.between(1, 3) }, (_, n): FeedScript => {
    const trouble = (): Trouble => {
      const from = when(random.fraction());
      const until = Math.min(calmFrom, from + random.between(5, long ? 300 : 60) * MINUTE);
      return { kind: random.pick(TROUBLES), from, until };
    };
    /** Returns a failure that lasts long enough for a notice. */
    const failing = (): Trouble[] =>
      habits.chance(theme === 'feeds' ? 0.8 : 0.1)
        ? [{ kind: 'error', from: when(habits.fraction() * 0.3), until: when(0.6 + habits.fraction() * 0.4) }]
        : [];
    return {
      id: `feed-${n}`,
      url: `http://feed-${n}.example/feed.xml`,
      shows: random.pick([3, 6, 20]),
      ...(random.chance(0.15) ? { reguidAt: when(random.fraction()) } : {}),
      movesTo: `http://feed-${n}.example/moved.xml`,
      ...(habits.chance(0.15) ? { movesAt: when(habits.fraction()) } : {}),
      ...(habits.chance(theme === 'feeds' ? 0.3 : 0.05) ? { goneAt: when(0.3 + habits.fraction()) } : {}),
      redates: random.chance(0.1),
      troubles: [...failing(), ...Array.from({ length: random.integer(3) }, trouble)],
    };
  });
  const course = { theme, start, when };
  const outage = outageOf(random, course);
  const faultPeriods = faultPeriodsOf(random, course, outage);
  const deployedAt =
    hasDeployment && random.chance(added ? 1 : 0.3) ? when(0.2 + random.fraction() * 0.5) : undefined;

  const making = {
    theme,
    words,
    feeds: usualFeeds,
    topics,
    added,
    deployedAt,
    start,
    length,
    outage,
    faultPeriods,
  };
  // The words of a burst make all other words look rare, so that other news would join a story because of one shared word.
  const inOtherWords = theme === 'bursts' ? [] : rewrittenStory({ random: rewriting, ...making });
  const written = [...storiesOf({ random, ...making }), ...inOtherWords];
  // The previous release asked no hubs.
  const hasHub = () => deployedAt === undefined && theme !== 'bursts' && pushing.chance(0.4);
  const odd = oddFeedsOf({ random: oddities, ...making }, written);
  const burst =
    theme === 'bursts' && deployedAt === undefined ? feedBurst({ random: bursting, ...making }) : undefined;
  // The previous release did not read live pages.
  const live =
    !burst && deployedAt === undefined && living.chance(0.3)
      ? liveFeed({ random: living, ...making })
      : undefined;
  // One machine, which has the page, does not run two releases at once.
  const splits = deployedAt === undefined ? splitsOf(splitting, course) : [];
  const mixed = splits.length > 0 && theme !== 'bursts' ? mixedStory({ ...making, random: splitting }) : [];
  const pushed = odd.feeds.map((feed) => (hasHub() ? { ...feed, hub: HUB } : feed));
  const feeds = [...pushed, ...(burst ? [burst.feed] : []), ...(live ? [live.feed] : [])];
  const articles = [
    ...written,
    ...odd.articles,
    ...(burst?.articles ?? []),
    ...(live?.articles ?? []),
    ...mixed,
  ];

  const offsets = pollOffsets(feeds.map(({ id, url }) => ({ id, url, every })));
  /** The topics before the deployment: the previous release has one policy for both protocols. */
  const before = topics.map(({ topic, ...rest }) => {
    const { sms: _sms, ...common } = topic;
    return { ...rest, topic: deployedAt === undefined ? topic : common };
  });
  const visits = theme === 'visitors' || signing.chance(0.1) ? visitsOf(signing, course) : [];
  // The previous release sends no mails to those who get one a day.
  const signup =
    visits.length > 0 && deployedAt === undefined
      ? { topicIds: [...watched.keys()], smsPrefixes: [], digest: dailyTime(signing, { start, length }) }
      : undefined;
  const smsParts = theme === 'policy' ? smsPartsOf([...watched.keys()], policies) : undefined;
  const config = (of: readonly { topic: Topic }[], version: string): PipelineConfig => ({
    version,
    feeds: feeds.map(({ id, url }) => ({
      id,
      url,
      title: id,
      every,
      everyAtMost,
      offset: offsets.get(id) ?? 0,
      tags: [],
      enabled: true,
    })),
    topics: of.map(({ topic }) => topic),
    firstPoll: 24 * HOUR,
    onAmbiguous,
    ...(smsParts ? { smsParts } : {}),
    ...(signup ? { signup } : {}),
  });
  const policy = (usual: OnAmbiguous, other: OnAmbiguous) => (random.chance(0.85) ? usual : other);
  const onAmbiguous = { email: policy('resend', 'skip'), sms: policy('skip', 'resend') };

  const setBackAt = when(random.fraction());
  const setBack = random.chance(0.15) ? -random.between(5, 60) * MINUTE : 0;
  return {
    seed,
    start,
    calmFrom,
    tickEvery,
    config: config(before, 'first'),
    ...(deployedAt === undefined
      ? {}
      : { deployment: { at: deployedAt, config: config([...topics, ...(added ? [added] : [])], 'second') } }),
    faults: faultRatesOf(random, theme),
    ...(outage ? { outage } : {}),
    faultPeriods,
    clockStep: (time) => (time >= setBackAt ? setBack : 0),
    clockSkew: random.chance(0.5) ? random.between(0, 10_000) : 0,
    news: new News(feeds, articles),
    watched,
    urgent: new Map(
      topics.flatMap(({ topic: { id }, urgentWord }) => (urgentWord ? [[id, urgentWord]] : [])),
    ),
    random,
    pushing,
    mutes: mutesOf(muting, course),
    muting,
    visits,
    signing,
    chatting,
    mailing,
    splits,
    splitting,
  };
}

export interface WatchedTopic {
  readonly topic: Topic;
  readonly word: string;
  /** The word that makes news of the topic urgent. */
  readonly urgentWord?: string;
}

function topicOf(
  id: string,
  word: string,
  { long, theme, start, length }: Course & { readonly theme: Theme },
  random: SeededRandom,
): WatchedTopic {
  const daily = (): DeliverySchedule => ({
    mode: 'daily',
    hour: random.integer(24),
    minute: random.pick([0, 30]),
    timeZone: random.pick(ZONES),
  });
  // Clocks change in these hours.
  const nightly = (): DeliverySchedule => ({ ...daily(), hour: random.pick([1, 2]) }) as DeliverySchedule;
  const atOnce =
    { digests: 0.5, overlap: 0.9, redelivery: 0.9, recovery: 0.9, visitors: 0.8 }[String(theme)] ?? 0.6;
  const deliver: DeliverySchedule = random.chance(atOnce)
    ? { mode: 'now' }
    : long
      ? random.pick([daily, nightly, () => ({ mode: 'hourly' as const })])()
      : { mode: 'hourly' };
  // An edit that overtakes another shows only if every edit is sent at once.
  const mode = random.pick<FollowUpMode>(
    theme === 'redelivery' || theme === 'recovery' ? ['calm', 'all', 'all'] : ['off', 'calm', 'calm', 'all'],
  );
  const roundUpTime = dailyTime(random, { start, length });
  const roundUp = random.chance(0.85) ? roundUpTime : undefined;
  const followUps = followUpsOf(mode, random);
  return {
    word,
    topic: {
      id,
      name: id,
      query: { term: { text: word } },
      followUps,
      deliver,
      ...(roundUp ? { roundUp } : {}),
    },
  };
}

/** Returns a time of each day that is mostly within the run, while there are faults. */
function dailyTime(random: SeededRandom, { start, length }: Pick<Course, 'start' | 'length'>): DailyTime {
  const timeZone = random.pick(ZONES);
  const at = start + Math.floor(length * random.fraction() * (random.chance(0.7) ? 1 : 12));
  return { ...timeOfDay(at, timeZone), timeZone };
}

/** Returns the topic with the default caps. */
function withUsualCaps({ topic, ...rest }: WatchedTopic): WatchedTopic {
  return { ...rest, topic: { ...topic, atMost: { hour: 30, day: 200, timeZone: 'UTC', byDefault: true } } };
}

/** Returns intervals that are short enough for several follow-ups in a run of some hours. */
export function followUpsOf(mode: FollowUpMode, random: SeededRandom): Topic['followUps'] {
  const every = random.between(10, 60) * MINUTE;
  return { mode, every, everyAtMost: every * random.pick([1, 2, 4]) };
}
