import type { Alert, AlertEntry } from '../functions/shared/model.ts';
import type { FeedReport, FeedStory } from '../functions/shared/topic-feed.ts';
import type { OutboxDelivery } from '../local/outbox/outbox-entry.ts';
import type { PageMessage } from '../local/page-data.ts';

/** One report of a story, as a message listed it. */
export interface StoryReport {
  readonly entry: AlertEntry;
  /** When the message was published, ISO. */
  readonly at: string;
  readonly kind: Alert['kind'];
  readonly messageId: string;
}

/** A story that was alerted, with all that its messages listed. */
export interface ShownStory {
  readonly topicId: string;
  readonly topicName: string;
  readonly storyId: string;
  readonly title: string;
  /** The first report and the developments, oldest first. */
  readonly reports: readonly StoryReport[];
  readonly retellings: readonly StoryReport[];
  /** Titles of the feeds that report it, in the order of their reports. */
  readonly sources: readonly string[];
  /** Messages that listed it, oldest first. */
  readonly messages: readonly PageMessage[];
  /** Time of the last message that listed something new, ISO. */
  readonly at: string;
}

/** Returns the stories of some messages, latest first. `messages`: newest first. Leaves out notices. */
export function storiesIn(messages: readonly PageMessage[]): ShownStory[] {
  const found = new Map<
    string,
    { readonly alert: Alert; reports: StoryReport[]; messages: Set<PageMessage>; at: string }
  >();
  for (const message of messages.toReversed()) {
    const { alert, at, messageId } = message;
    if (!alert || alert.kind === 'notice') continue;
    for (const entry of alert.entries) {
      const key = `${alert.topicId} ${entry.storyId}`;
      const story = found.get(key) ?? { alert, reports: [], messages: new Set(), at };
      const isKnown = story.reports.some((known) => reportKey(known.entry) === reportKey(entry));
      story.reports.push({ entry, at, kind: alert.kind, messageId });
      story.messages.add(message);
      // An SMS, or the mail of those who get one a day, repeats what an email listed.
      if (isKnown) continue;
      story.at = at;
      // The latest message is last, and with it the story.
      found.delete(key);
      found.set(key, story);
    }
  }
  return [...found.values()].reverse().map(({ alert, reports, messages, at }) => {
    const news = once(reports.filter(({ entry }) => entry.role !== 'also'));
    const retellings = once(reports.filter(({ entry }) => entry.role === 'also'));
    const first = news[0] ?? retellings[0];
    return {
      topicId: alert.topicId,
      topicName: alert.topicName,
      storyId: first?.entry.storyId ?? '',
      title: first?.entry.story?.title ?? first?.entry.title ?? '',
      reports: news,
      retellings,
      sources: [...new Set(reports.flatMap(({ entry }) => [entry.feed, ...(entry.sources ?? [])]))],
      messages: [...messages],
      at,
    };
  });
}

/** Returns a story as a feed shows it. */
export function feedStory({ storyId, title, reports, retellings, sources, at }: ShownStory): FeedStory {
  const [opener, ...developments] = reports;
  const first = opener ?? retellings[0];
  return {
    id: storyId,
    title,
    publishedAt: first?.at ?? at,
    updatedAt: at,
    url: first?.entry.url,
    summary: opener?.entry.summary ?? '',
    developments: developments.toReversed().map(feedReport),
    retellings: retellings.map(feedReport),
    sources,
  };
}

const feedReport = ({ entry: { title, url, feed, kind } }: StoryReport): FeedReport => ({
  title,
  url,
  source: feed,
  isEdit: kind === 'update',
});

export const reportKey = ({ itemId, title, kind }: AlertEntry): string => `${itemId} ${title} ${kind}`;

/** An email and an SMS may list the same report. */
function once(reports: readonly StoryReport[]): StoryReport[] {
  const known = new Map<string, StoryReport>();
  for (const report of reports) {
    const key = reportKey(report.entry);
    if (!known.has(key)) known.set(key, report);
  }
  return [...known.values()];
}

/** Returns the number of recipients of some messages by the state of their deliveries, as far as it is known. */
export function deliveryCounts(messages: readonly PageMessage[]): ReadonlyMap<OutboxDelivery['how'], number> {
  const counts = new Map<OutboxDelivery['how'], number>();
  for (const { how } of knownDeliveries(messages)) {
    // An email is mailed, an SMS is sent.
    const state = how === 'mailed' ? 'sent' : how;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/** Returns the deliveries of some messages, as far as they are known. */
export function knownDeliveries(messages: readonly PageMessage[]): readonly OutboxDelivery[] {
  return messages.flatMap(({ deliveries }) => (deliveries === 'unknown' ? [] : deliveries));
}
