import type { Fetch } from '../../functions/poll/fetch/fetch.ts';
import { DEFAULT_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Feed, Topic } from '../../functions/shared/model.ts';
import { pollOffsets } from '../../functions/shared/poll-schedule.ts';
import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';
import { assumptions } from './assumptions.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Relative number of items published in each hour, UTC. There are few at night. */
const HOURLY_WEIGHTS = [2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 7, 7, 7, 7, 7, 6, 6, 5, 4, 4, 3, 3, 3, 2];

/** The properties of an invented feed, all derived from its number. */
export interface FeedScript {
  readonly feed: Feed;
  readonly number: number;
  readonly itemsPerDay: number;
  readonly fullText: boolean;
  readonly validators: boolean;
  readonly churning: boolean;
  /** When the items of the standard day are published, ms since its start. */
  readonly times: readonly number[];
}

export type FeedMix = 'newspapers' | 'allKinds';

/**
 * Returns the feed with a number. Kinds of feeds are spread evenly over the numbers, so every sample has the right shares.
 *
 * @param together makes all feeds due in the same minute, like a sample of feeds of which thousands are due every minute
 */
export function feedScript(number: number, kind: FeedMix, together = false): FeedScript {
  const { news } = assumptions;
  // Multiples of irrational numbers are evenly spread, and the three properties are independent.
  const spread = (factor: number) => (number * factor) % 1;
  let rest = spread(Math.SQRT2);
  const mix = news[kind].find(({ share }) => {
    rest -= share;
    return rest < 0;
  });
  const itemsPerDay = mix?.itemsPerDay ?? 0;
  const random = seededRandom(number);
  const caching = spread(Math.E);
  const id = `feed-${String(number).padStart(6, '0')}`;
  const url = `https://${id}.example.com/news/rss.xml`;
  return {
    feed: {
      id,
      url,
      title: `Invented newspaper ${number}`,
      every: news.every,
      everyAtMost: news.every,
      offset: together ? 60_000 : (pollOffsets([{ id, url, every: news.every }]).get(id) ?? 0),
      tags: [],
      enabled: true,
    },
    number,
    itemsPerDay,
    fullText: spread(Math.PI) < news.fullText,
    validators: caching < news.validators,
    churning: caching >= news.validators && caching < news.validators + news.churning,
    // With 0.2 items a day, an item is published on one day in five.
    times: Array.from({ length: Math.floor(itemsPerDay + random.fraction()) }, () => timeOfDay(random)).sort(
      (a, b) => a - b,
    ),
  };
}

function timeOfDay(random: SeededRandom): number {
  const total = HOURLY_WEIGHTS.reduce((sum, weight) => sum + weight, 0);
  let rest = random.fraction() * total;
  const hour = HOURLY_WEIGHTS.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return hour * HOUR + random.integer(HOUR);
}

function topicWord(topic: number): string {
  return `watchword${topic}`;
}

export function inventedTopic(number: number, digest: boolean): Topic {
  const term = (text: string) => ({ term: { text, words: [text] } });
  return {
    id: `topic-${String(number).padStart(4, '0')}`,
    name: `Invented topic ${number}`,
    query: { any: [topicWord(number), ...[1, 2, 3, 4, 5].map((n) => `rare${number}x${n}`)].map(term) },
    deliver: digest ? { mode: 'daily', hour: 7, minute: 30, timeZone: 'UTC' } : { mode: 'now' },
    followUps: DEFAULT_FOLLOW_UPS,
    roundUp: { hour: 18, minute: 0, timeZone: 'UTC' },
  };
}

export interface FetchOptions {
  readonly scripts: readonly FeedScript[];
  /** Number of topics that news may be about. */
  readonly topics: number;
  /** Start of the standard day, ms since the epoch. */
  readonly start: number;
  readonly clock: () => number;
  /** Returns how many of the newest items a feed does not show yet. */
  readonly behind: () => number;
}

/** Returns a fetch that answers for the feeds' servers without delay. The caller simulates the response time. */
export function inventedFetch({ scripts, topics, start, clock, behind }: FetchOptions): Fetch {
  const byUrl = new Map(scripts.map((script) => [script.feed.url, script]));
  const bodies = new Map<string, { readonly etag: string; readonly body: string }>();
  return async ({ url, etag }) => {
    const script = byUrl.get(url);
    if (!script) throw new TypeError(`no feed at ${url}`);
    const now = clock();
    const shown = visibleItems(script, now - start, behind());
    const tag = `"${hash64(JSON.stringify(shown))}"`;
    if (script.validators && etag === tag) return { kind: 'unchanged' };
    let document = bodies.get(url);
    if (document?.etag !== tag) {
      const items = shown.map(([number, edited]) => itemXml(script, number, edited, topics, start));
      document = { etag: tag, body: items.join('') };
      bodies.set(url, document);
    }
    const built = script.churning ? `<lastBuildDate>${new Date(now).toUTCString()}</lastBuildDate>` : '';
    return {
      kind: 'document',
      bytes: Buffer.from(
        `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>` +
          `<title>${script.feed.title}</title>${built}${document.body}</channel></rss>`,
      ),
      contentType: 'application/rss+xml',
      url,
      ...(script.validators ? { etag: tag } : {}),
    };
  };
}

/**
 * Returns the numbers of the visible items `since` ms after the start of the day, newest first, and whether each was edited.
 */
function visibleItems(script: FeedScript, since: number, behind: number): [number, boolean][] {
  // Before the day, items are evenly spaced and numbered down from -1.
  const newest =
    since < 0
      ? Math.floor((since / DAY) * script.itemsPerDay)
      : script.times.filter((time) => time <= since).length - 1;
  return Array.from({ length: assumptions.news.shows }, (_, n) => newest - behind - n).map((number) => [
    number,
    since >= timeOf(script, number) + HOUR && randomOf(script, number).chance(assumptions.news.edited),
  ]);
}

function timeOf({ times, itemsPerDay }: FeedScript, number: number): number {
  return times[number] ?? (number * DAY) / itemsPerDay;
}

function randomOf({ number: feed }: FeedScript, item: number): SeededRandom {
  return seededRandom(feed * 1_000_003 + item);
}

function itemXml(script: FeedScript, number: number, edited: boolean, topics: number, start: number): string {
  const { news, topics: watched } = assumptions;
  const random = randomOf(script, number);
  // Skips the random number that decides whether the item is edited, so the text does not depend on the edit.
  random.fraction();
  const topic = random.chance(watched.matching) ? `${topicWord(random.integer(topics))} ` : '';
  const title = `${topic}${text(random, 60)}`;
  const summary = `${text(random, news.summary)}${edited ? ' Corrected.' : ''}`;
  const content = script.fullText ? `<content:encoded>${text(random, news.content)}</content:encoded>` : '';
  const link = `${script.feed.url.replace('/rss.xml', '')}/${number}-${hash64(title)}`;
  const date = new Date(start + timeOf(script, number)).toUTCString();
  return (
    `<item><title>${title}</title><link>${link}</link><guid isPermaLink="false">${script.feed.id}:${number}</guid>` +
    `<description>${summary}</description>${content}<pubDate>${date}</pubDate></item>`
  );
}

const SYLLABLES = [...'bdfghklmnprstv'].flatMap((consonant) =>
  [...'aeiou'].map((vowel) => consonant + vowel),
);
/** About as many words as a language commonly uses, so that unrelated items share few words by chance. */
const WORDS = Array.from({ length: 20_000 }, (_, n) =>
  [n % 70, Math.floor(n / 70) % 70, n % 67, n % 13].map((at) => SYLLABLES[at]).join(''),
);

/** Returns invented words, about `characters` long. */
function text(random: SeededRandom, characters: number): string {
  let result = '';
  while (result.length < characters) result += `${result && ' '}${random.pick(WORDS)}`;
  return result;
}
