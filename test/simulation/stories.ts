import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { FaultPeriod, Outage, Theme } from './fault-plan.ts';
import type { Article, FeedScript, Words } from './news.ts';
import type { WatchedTopic } from './scenario.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

/** The parts of a scenario on which its stories depend. */
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

/** Kinds of stories that are more frequent in a theme. */
const MOST_FREQUENT_KINDS: Readonly<Record<Theme, readonly Kind[]>> = {
  anything: ['plain', 'retold', 'edited'],
  recovery: Array(12).fill('edited'),
  digests: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'standing', 'standing', 'standing'],
  overlap: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'shared'],
  feeds: ['plain', 'edited'],
  policy: ['plain', 'plain', 'plain', 'retold', 'retold', 'retold', 'shared', 'edited'],
  queues: ['plain', 'plain', 'plain', 'edited'],
  bursts: ['plain', 'retold'],
  visitors: ['edited', 'retold'],
  redelivery: ['edited', 'edited', 'edited', 'edited', 'edited', 'retold'],
};

/** Time after a deployment until every function knows an added topic. Only then do stories match the topic. */
export const DEPLOYED_EVERYWHERE = 15 * MINUTE;

/** Returns the articles of a run. */
export function storiesOf(making: StoryContext): Article[] {
  const { random, theme, words, feeds, topics, added, deployedAt, start, length, outage, faultPeriods } =
    making;
  const articles: Article[] = [];
  const troubled = [...faultPeriods, ...(outage ? [outage] : [])];
  const count = theme === 'digests' || theme === 'policy' ? random.between(6, 12) : random.between(3, 8);
  // Articles that feeds already have at their first poll: several in some runs, few in others.
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
    // Most articles appear during faults.
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
        // Some have a date that is long past.
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
        // The articles appear at the same time, or one after the other.
        for (let telling = 0, at = moment(); telling < random.between(2, 4); telling++) {
          const from = theme === 'overlap' ? at : moment();
          const outlet = random.pick(feeds);
          const before = titles.get(outlet);
          // Another outlet replaces a word. If the same outlet did that, it would be other news, so it adds a word, or
          // changes the order: with two more words, the headline would be too unlike that of another outlet.
          const retold = () => {
            if (!before) return words.retold(headline, watchedWords.length, random);
            const [last = '', ...others] = before.toReversed();
            return before.length > headline.length
              ? [last, ...others.toReversed()]
              : [...before, words.word()];
          };
          const title = telling === 0 ? headline : retold();
          titles.set(outlet, title);
          articles.push(article(`told-${telling}`, outlet, title, { from }));
        }
        break;
      }
      case 'edited': {
        // With a new guid and a new text at the same time, an edit would be a new item.
        const steady = feeds.find(({ reguidAt }) => reguidAt === undefined);
        if (!steady) break;
        const first = article('edited', steady, headline);
        const versions = [...first.versions];
        // Some articles are edited while their alert cannot be sent for an hour.
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
        // The article is in the feed before the first poll, and is recent, old or undated.
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

/** The simulated SNS refuses alerts whose headline contains this word. */
export const REFUSED_WORD = 'unspeakable';
