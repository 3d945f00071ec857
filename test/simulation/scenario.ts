import type {
  Delivery,
  OnAmbiguous,
  PipelineConfig,
  Topic,
  UpdatePolicy,
} from '../../functions/shared/model.ts';
import { type SeededRandom, seededRandom } from '../helpers/seeded-random.ts';
import type { ServiceName } from './aws/wire.ts';
import { type Article, type FeedScript, News, type Trouble, type TroubleKind, Words } from './news.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Chances of each fault; of a call, unless it says otherwise. */
export interface Faults {
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
}

export type OutageKind = 'refused-connection' | 'silence' | 'server-error' | 'throttle';

export interface Outage {
  readonly kind: OutageKind;
  readonly from: number;
  readonly until: number;
}

/** For some minutes most calls of a service go wrong in one way. */
export interface Storm {
  readonly service: ServiceName;
  readonly kind: 'crash' | 'lostRequest' | 'lostAnswer' | 'throttle' | 'serverError' | 'all';
  readonly from: number;
  readonly until: number;
}

/** One possible course of events; all of it follows from the seed. */
export interface Scenario {
  readonly seed: number;
  readonly start: number;
  /** When faults, news and trouble end. */
  readonly calmFrom: number;
  readonly tickEvery: number;
  readonly config: PipelineConfig;
  /** A deployment of a new configuration and of the code of this version, over that of the version before. */
  readonly deployment?: { readonly at: number; readonly config: PipelineConfig };
  readonly faults: Faults;
  readonly outage?: Outage;
  readonly storms: readonly Storm[];
  /** How far the clocks of two functions may differ, ms. */
  readonly clockSkew: number;
  /** By how much all clocks of functions are wrong at a time, ms: once in some runs they are set back. */
  readonly clockStep: (time: number) => number;
  readonly news: News;
  /** Words that topics watch for, by topic. */
  readonly watched: ReadonlyMap<string, string>;
  /** Stories whose headlines SNS refuses for good. */
  readonly refused: ReadonlySet<string>;
  readonly random: SeededRandom;
}

const STARTS = [
  '2026-03-02T05:00:00Z',
  '2026-06-30T22:00:00Z',
  '2027-01-31T12:00:00Z',
  // Before the clocks change: Europe, New York, Lord Howe, and back.
  '2026-03-28T20:00:00Z',
  '2026-03-08T02:00:00Z',
  '2026-10-24T20:00:00Z',
  '2026-11-01T01:00:00Z',
  '2026-10-03T10:00:00Z',
  '2026-04-04T10:00:00Z',
];
const ZONES = ['UTC', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
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

export function scenarioOf(seed: number): Scenario {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const start = Date.parse(random.pick(STARTS)) + random.integer(HOUR);
  // Days with few ticks, for what happens once a day; or hours with many.
  const long = random.chance(0.3);
  const length = long ? random.between(26, 36) * HOUR : random.between(120, 240) * MINUTE;
  const calmFrom = start + length;
  const tickEvery = (long ? random.between(40, 80) : random.between(5, 14)) * MINUTE;
  const every = (long ? random.between(60, 150) : random.between(10, 40)) * MINUTE;

  const words = new Words();
  const topics = Array.from({ length: random.between(1, 3) }, (_, n) =>
    topicOf(`topic-${n}`, words.word(), long, random),
  );
  const added = random.chance(0.35) ? topicOf('topic-added', words.word(), long, random) : undefined;
  const watched = new Map([...topics, ...(added ? [added] : [])].map(({ topic, word }) => [topic.id, word]));

  const when = (share: number) => start + Math.floor(length * share);
  const feeds = Array.from({ length: random.between(1, 3) }, (_, n): FeedScript => {
    const trouble = (): Trouble => {
      const from = when(random.fraction());
      const until = Math.min(calmFrom, from + random.between(5, long ? 300 : 60) * MINUTE);
      return { kind: random.pick(TROUBLES), from, until };
    };
    return {
      id: `feed-${n}`,
      url: `http://feed-${n}.example/feed.xml`,
      shows: random.between(6, 20),
      ...(random.chance(0.15) ? { reguidAt: when(random.fraction()) } : {}),
      redates: random.chance(0.1),
      troubles: Array.from({ length: random.integer(3) }, trouble),
    };
  });
  const outageFrom = when(random.fraction() * 0.6);
  const outage: Outage | undefined = random.chance(0.3)
    ? {
        kind: random.pick(['refused-connection', 'silence', 'server-error', 'throttle']),
        from: outageFrom,
        until: outageFrom + HOUR,
      }
    : undefined;
  const storms = stormsOf(random, { start, when, outage });
  const deployedAt = random.chance(added ? 1 : 0.3) ? when(0.2 + random.fraction() * 0.5) : undefined;

  const refused = new Set<string>();
  const articles = storiesOf({
    random,
    words,
    feeds,
    topics,
    added,
    deployedAt,
    start,
    length,
    outage,
    storms,
    refused,
  });

  const config = (of: readonly { topic: Topic }[], version: string): PipelineConfig => ({
    version,
    feeds: feeds.map(({ id, url }) => ({ id, url, title: id, every, tags: [], enabled: true })),
    topics: of.map(({ topic }) => topic),
    firstPoll: 24 * HOUR,
    onAmbiguous,
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
    config: config(topics, 'first'),
    ...(deployedAt === undefined
      ? {}
      : { deployment: { at: deployedAt, config: config([...topics, ...(added ? [added] : [])], 'second') } }),
    faults: faultsOf(random),
    ...(outage ? { outage } : {}),
    storms,
    clockStep: (time) => (time >= setBackAt ? setBack : 0),
    clockSkew: random.chance(0.5) ? random.between(0, 10_000) : 0,
    news: new News(feeds, articles),
    watched,
    refused,
    random,
  };
}

interface Course {
  readonly start: number;
  /** The time by the share of the run that has passed. */
  readonly when: (share: number) => number;
  readonly outage: Outage | undefined;
}

/**
 * Storms come at any time, and more often at the worst ones: with the first polls, when digests are due, and when what
 * was held up by an outage is on its way. Half of them hit two services.
 */
function stormsOf(random: SeededRandom, { start, when, outage }: Course): Storm[] {
  const kinds = [
    'crash',
    'lostRequest',
    'lostAnswer',
    'throttle',
    'serverError',
    'all',
    'all',
    'all',
  ] as const;
  return Array.from({ length: random.integer(4) }, () => {
    const anyTime = when(random.fraction());
    const digestTime = anyTime - (anyTime % (HOUR / 2));
    const from =
      random.pick([anyTime, start, digestTime, outage?.until ?? digestTime]) - random.integer(MINUTE);
    const services = random.pick([
      ['dynamodb'],
      ['sqs'],
      ['sns'],
      ['dynamodb', 'sns'],
      ['dynamodb', 'sqs'],
    ] as const);
    const minutes = services[0] === 'sns' ? random.between(10, 70) : random.between(2, 40);
    return services.map((service): Storm => {
      return { service, kind: random.pick(kinds), from, until: from + minutes * MINUTE };
    });
  }).flat();
}

/** Each fault is absent, rare or frequent, so that runs differ in what they go through. */
function faultsOf(random: SeededRandom): Faults {
  const rate = (often: number) => random.pick([0, 0, 0.2, 1]) * often;
  return {
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
}

interface WatchedTopic {
  readonly topic: Topic;
  readonly word: string;
}

function topicOf(id: string, word: string, long: boolean, random: SeededRandom): WatchedTopic {
  const daily = (): Delivery => ({
    mode: 'daily',
    hour: random.integer(24),
    minute: random.pick([0, 30]),
    timeZone: random.pick(ZONES),
  });
  // The hours in which clocks change.
  const nightly = (): Delivery => ({ ...daily(), hour: random.pick([1, 2]) }) as Delivery;
  const deliver: Delivery = random.chance(0.6)
    ? { mode: 'now' }
    : long
      ? random.pick([daily, nightly, () => ({ mode: 'hourly' as const })])()
      : { mode: 'hourly' };
  const updates = random.pick<UpdatePolicy>(['off', 'material', 'all']);
  return { word, topic: { id, name: id, query: { term: { text: word, words: [word] } }, updates, deliver } };
}

interface Making {
  readonly random: SeededRandom;
  readonly words: Words;
  readonly feeds: readonly FeedScript[];
  readonly topics: readonly WatchedTopic[];
  readonly added: WatchedTopic | undefined;
  readonly deployedAt: number | undefined;
  readonly start: number;
  readonly length: number;
  readonly outage: Outage | undefined;
  readonly storms: readonly Storm[];
  readonly refused: Set<string>;
}

const KINDS = [
  'plain',
  'plain',
  'shared',
  'retold',
  'retold',
  'edited',
  'edited',
  'standing',
  'refused',
] as const;

/** The topic that a deployment adds is written about only once every function knows it. */
const DEPLOYED_EVERYWHERE = 15 * MINUTE;

function storiesOf(making: Making): Article[] {
  const { random, words, feeds, topics, added, deployedAt, start, length, outage, storms, refused } = making;
  const articles: Article[] = [];
  const troubled = [...storms, ...(outage ? [outage] : [])];
  const count = random.between(3, 8);
  // A feed that begins with much to welcome, or with little.
  const standing = random.chance(0.3) ? random.between(2, 4) : 0;
  for (let n = 0; n < count; n++) {
    const story = `story-${n}`;
    const kind = n < standing ? 'standing' : random.pick(KINDS);
    const ofAdded = kind !== 'standing' && added && deployedAt !== undefined && random.chance(0.3);
    const earliest = ofAdded ? deployedAt + DEPLOYED_EVERYWHERE : start;
    const latest = Math.max(earliest, start + Math.floor(length * 0.9));
    const watchedWords = ofAdded
      ? [added.word]
      : topics.filter(() => random.chance(0.6)).map(({ word }) => word);
    const headline = words.headline(watchedWords);
    // Most of it happens when it can go wrong.
    const moment = () => {
      if (troubled.length === 0 || random.chance(0.4)) return random.between(earliest, latest);
      const { from, until } = random.pick(troubled);
      return Math.min(latest, Math.max(earliest, random.between(from - 20 * MINUTE, until)));
    };
    const article = (
      name: string,
      feed: FeedScript,
      title: string[],
      more: Partial<Article> = {},
    ): Article => {
      const from = more.from ?? moment();
      const url = random.chance(0.9) ? { url: `http://${feed.id}.example/${story}-${name}` } : {};
      const version = { from, title: title.join(' '), summary: `about ${words.word()}` };
      return {
        name: `${story}-${name}`,
        story,
        feedId: feed.id,
        ...url,
        from,
        dated: from,
        versions: [version],
        ...more,
      };
    };
    const feed = random.pick(feeds);
    switch (kind) {
      case 'plain':
        // Some carry no date, or one long past.
        articles.push({
          ...article('a', feed, headline),
          ...random.pick([{}, {}, { dated: start - 60 * HOUR }]),
        });
        break;
      case 'shared': {
        const url = `http://elsewhere.example/${story}`;
        for (const other of feeds) {
          const tracked = `${url}?utm_source=${other.id}`;
          articles.push(article(`in-${other.id}`, other, headline, { url: random.pick([url, tracked]) }));
        }
        break;
      }
      case 'retold':
        for (let telling = 0; telling < random.between(2, 4); telling++) {
          const title = telling === 0 ? headline : words.retold(headline, watchedWords.length, random);
          articles.push(article(`told-${telling}`, random.pick(feeds), title));
        }
        break;
      case 'edited': {
        // A new guid and a new text at once make a new item, as they would where many items share an address.
        const steady = feeds.find(({ reguidAt }) => reguidAt === undefined);
        if (!steady) break;
        const first = article('edited', steady, headline);
        const versions = [...first.versions];
        // What cannot be told for an hour goes on being edited.
        const trouble = random.pick([
          ...troubled.filter(({ from, until }) => until - from >= HOUR / 2),
          undefined,
        ]);
        const meanwhile = trouble && first.from < trouble.from;
        for (let edit = 0; edit < random.between(1, 3); edit++) {
          const from = meanwhile
            ? trouble.from + (edit * 20 + random.between(0, 15)) * MINUTE
            : (versions.at(-1)?.from ?? start) + random.between(5, Math.floor(length / MINUTE / 4)) * MINUTE;
          if (from > start + length) break;
          const title = random.chance(0.7)
            ? words.headline(watchedWords).join(' ')
            : (versions.at(-1)?.title ?? '');
          versions.push({ from, title, summary: `about ${words.word()}` });
        }
        articles.push({ ...first, versions });
        break;
      }
      case 'standing': {
        // There before the feed was ever polled: fresh, old, or of no known date.
        const dated = random.pick([{ dated: start - 5 * HOUR }, { dated: start - 60 * HOUR }, {}]);
        const { dated: _dated, ...standing } = article('standing', feed, headline, { from: start - HOUR });
        articles.push({ ...standing, ...dated });
        break;
      }
      default: {
        articles.push(article('refused', feed, [...headline, REFUSED_WORD]));
        if (random.chance(0.5)) articles.push(article('taken', random.pick(feeds), headline));
        else refused.add(story);
      }
    }
  }
  return articles;
}

/** SNS, as simulated, refuses what has this word in its subject or text. */
export const REFUSED_WORD = 'unspeakable';
