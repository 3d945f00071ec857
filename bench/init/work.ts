import { DEFAULT_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import type { FeedDue, Hit, ItemsFound } from '../../functions/shared/messages.ts';
import type { Feed, Item, PipelineConfig, Topic } from '../../functions/shared/model.ts';

const TOPICS = 50;
const FEEDS = 10;

export function configuration(feedsUrl: string): PipelineConfig {
  const topics = Array.from({ length: TOPICS }, (_, n): Topic => {
    const term = (word: string) => ({ term: { text: word } });
    return {
      id: `topic-${n}`,
      name: `Topic ${n}`,
      query: { all: [term(`subject${n}`), { any: [term('talks'), term('report'), { not: term('sport') }] }] },
      deliver: { mode: 'now' },
      followUps: DEFAULT_FOLLOW_UPS,
    };
  });
  const feeds = Array.from({ length: FEEDS }, (_, n): Feed => {
    return {
      id: `feed-${n}`,
      url: `${feedsUrl}/feed-${n}`,
      title: `Feed ${n}`,
      every: 60_000,
      everyAtMost: 60_000,
      offset: 0,
      tags: [],
      enabled: true,
    };
  });
  return { version: 'v', feeds, topics, firstPoll: 0, onAmbiguous: { email: 'resend', sms: 'skip' } };
}

/** Returns ten messages of ten items. Each item matches one topic. */
export function itemsToMatch(round: number) {
  const { tickAt, polledAt, feed } = messageHeader();
  return eventOf(
    Array.from({ length: 10 }, (_, m): ItemsFound => {
      const items = Array.from({ length: 10 }, (_, n) => {
        const item = itemOf(round * 100 + m * 10 + n);
        return { item, change: 'new' as const, loudness: 'alert' as const };
      });
      return { v: 2, tickAt, polledAt, revision: round, feed, items };
    }),
  );
}

/** Returns four hits for four topics, each a separate story. */
export function hitsToDeliver(round: number) {
  return eventOf(
    Array.from({ length: 4 }, (_, n): Hit => {
      const number = round * 4 + n;
      const { content: _content, authors: _authors, categories: _categories, ...item } = itemOf(number);
      const term = `subject${number % TOPICS}`;
      return {
        v: 2,
        kind: 'hit',
        topicId: `topic-${number % TOPICS}`,
        ...messageHeader(),
        revision: round,
        item,
        change: 'new',
        loudness: 'alert',
        terms: [term],
        why: [{ term, field: 'title', snippet: item.title }],
      };
    }),
  );
}

/** Returns messages for ten feeds. */
export function feedsToPoll() {
  const { tickAt } = messageHeader();
  return eventOf(Array.from({ length: FEEDS }, (_, n): FeedDue => ({ v: 1, feedId: `feed-${n}`, tickAt })));
}

function messageHeader() {
  const now = new Date().toISOString();
  return { tickAt: now, polledAt: now, feed: { id: 'feed-0', title: 'Feed 0' } };
}

function itemOf(number: number): Item {
  return {
    id: `item-${number}`,
    contentHash: `hash-${number}`,
    feedId: 'feed-0',
    title: `Subject${number % TOPICS} event${number} place${number} talks`,
    summary: 'A summary of a few words. '.repeat(10),
    content: 'A text of some length, as feeds have them. '.repeat(100),
    url: `http://news.example/${number}`,
    authors: [],
    categories: [],
  };
}

function eventOf(messages: readonly unknown[]) {
  return {
    Records: messages.map((message, n) => ({
      messageId: String(n),
      body: JSON.stringify(message),
      attributes: {},
    })),
  };
}
