import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { FaultPeriod, Outage, Theme } from './fault-plan.ts';
import type { Article, FeedScript, Words } from './news.ts';
import type { WatchedTopic } from './scenario.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

/** What stories are made for. */
export interface StoryContext {
  readonly random: SeededRandom;
  readonly theme: Theme;
  readonly words: Words;
  readonly feeds: readonly FeedScript[];
  readonly topics: readonly WatchedTopic[];
  readonly added: WatchedTopic | undefined;
  readonly deployedAt: number | undefined;
  readonly start: number;
  readonly length: number;
  readonly outage: Outage | undefined;
  readonly faultPeriods: readonly FaultPeriod[];
}

const KINDS = ['plain', 'shared', 'retold', 'edited', 'standing', 'refused'] as const;
type Kind = (typeof KINDS)[number];

/** What is written about most, beside all else. */
const MOST_FREQUENT_KINDS: Readonly<Record<Theme, readonly Kind[]>> = {
  anything: ['plain', 'retold', 'edited'],
  recovery: Array(12).fill('edited'),
  digests: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'standing', 'standing', 'standing'],
  overlap: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'shared'],
  feeds: ['plain', 'edited'],
  policy: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'shared', 'edited'],
  queues: ['plain', 'plain', 'plain', 'edited'],
  bursts: ['plain', 'retold'],
  redelivery: ['edited', 'edited', 'edited', 'edited', 'edited', 'retold'],
};

/** The topic that a deployment adds is written about only once every function knows it. */
export const DEPLOYED_EVERYWHERE = 15 * MINUTE;

/** What is written in the run, article by article. */
export function storiesOf(making: StoryContext): Article[] {
  const { random, theme, words, feeds, topics, added, deployedAt, start, length, outage, faultPeriods } =
    making;
  const articles: Article[] = [];
  const troubled = [...faultPeriods, ...(outage ? [outage] : [])];
  const count = theme === 'digests' || theme === 'policy' ? random.between(6, 12) : random.between(3, 8);
  // A feed that begins with much to welcome, or with little.
  const standing = random.chance(0.3) ? random.between(2, 4) : 0;
  for (let n = 0; n < count; n++) {
    const story = `story-${n}`;
    const kind = n < standing ? 'standing' : random.pick([...KINDS, ...MOST_FREQUENT_KINDS[theme]]);
    const ofAdded = kind !== 'standing' && added && deployedAt !== undefined && random.chance(0.3);
    const earliest = ofAdded ? deployedAt + DEPLOYED_EVERYWHERE : start;
    const latest = Math.max(earliest, start + Math.floor(length * 0.9));
    const watchedWords = ofAdded
      ? [added.word]
      : topics.filter(() => random.chance(0.6)).map(({ word }) => word);
    if (theme === 'policy') {
      watchedWords.push(
        ...topics.flatMap(({ urgentWord }) => (urgentWord && random.chance(0.4) ? urgentWord : [])),
      );
    }
    const headline = words.headline(watchedWords);
    // Most of it happens when it can go wrong.
    const moment = () => {
      if (troubled.length === 0 || random.chance(0.4)) return random.between(earliest, latest);
      const { from, until } = random.pick(troubled);
      const before = (theme === 'digests' ? 4 : 20) * MINUTE;
      return Math.min(latest, Math.max(earliest, random.between(from - before, until)));
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
      case 'retold': {
        const titles = new Map<FeedScript, string[]>();
        // All at once, or one after the other.
        for (let telling = 0, at = moment(); telling < random.between(2, 4); telling++) {
          const from = theme === 'overlap' ? at : moment();
          const outlet = random.pick(feeds);
          const before = titles.get(outlet);
          // In slightly other words; an outlet that did so itself would have other news.
          const retold = () =>
            before ? [...before, words.word()] : words.retold(headline, watchedWords.length, random);
          const title = telling === 0 ? headline : retold();
          titles.set(outlet, title);
          articles.push(article(`told-${telling}`, outlet, title, { from }));
        }
        break;
      }
      case 'edited': {
        // A new guid and a new text at once make a new item, as they would where many items share an address.
        const steady = feeds.find(({ reguidAt }) => reguidAt === undefined);
        if (!steady) break;
        const first = article('edited', steady, headline);
        const versions = [...first.versions];
        // What cannot be told for an hour goes on being edited.
        const long = troubled.filter(({ from, until }) => until - from >= HOUR / 2);
        const trouble = random.pick(theme === 'recovery' && long.length > 0 ? long : [...long, undefined]);
        const held = trouble && first.from < trouble.until - HOUR / 2;
        for (let edit = 0; edit < random.between(1, 3); edit++) {
          const from = held
            ? Math.max(first.from, trouble.from) + (edit * 15 + random.between(5, 15)) * MINUTE
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
      }
    }
  }
  return articles;
}

/** SNS, as simulated, refuses what has this word in its subject or text. */
export const REFUSED_WORD = 'unspeakable';
