import { formatTime } from './format-time.ts';
import type { Alert, AlertEntry, LeftOut, Reason, StoryRole } from './model.ts';
import { count } from './text/count.ts';
import { domainOf } from './text/safe-text.ts';

const MAX_NAMED_TERMS = 3;
const MAX_NAMED_SOURCES = 5;
/** In characters: about two lines in a mail program. */
export const MAX_SUMMARY = 180;

/** Returns the sentence that introduces a list of news, or undefined for alerts that need none. */
export function openingOf({ kind, topicName }: Alert, stories: number): string | undefined {
  const openings: Partial<Record<Alert['kind'], string>> = {
    roundup: `More reports on stories about “${topicName}” that you were already alerted to.`,
    welcome: `News about “${topicName}” that the feeds already had when they were first read.`,
    digest: `${stories === 1 ? 'One story' : count(stories, 'story', 'stories')} about “${topicName}”.`,
    notice: 'News about your feeds and this system.',
  };
  return openings[kind];
}

/** Counts the items that no message lists: "Too many to list: 4,750 more items from The Courier." */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  const counts = leftOut.map(
    ({ feed, items, orMore }) => `${orMore ? 'at least ' : ''}${count(items, 'more item')} from ${feed}`,
  );
  return `Too many to list: ${counts.join('; ')}.`;
}

/** Returns the entries of an alert grouped by story. Each story has its first report first and its retellings last. */
export function storiesOf({ entries }: Pick<Alert, 'entries'>): AlertEntry[][] {
  const order: readonly (StoryRole | undefined)[] = ['first', 'development', 'also'];
  const rank = ({ role }: AlertEntry) => (role === undefined ? 0 : order.indexOf(role));
  return [...Map.groupBy(entries, ({ storyId, shownWith = storyId }) => shownWith).values()].map((story) =>
    story.toSorted((a, b) => rank(a) - rank(b)),
  );
}

/** Returns sentences, one per line, that say why readers receive an alert and how to get fewer. */
export function footerLines({ kind, topicName }: Alert, alsoFor: readonly Alert[] = []): string[] {
  // SNS adds a link to the emails that it sends itself; mail from one machine has none.
  const stop =
    'To stop these emails, use the unsubscribe link below, if there is one, or ask whoever runs news-alerts to remove your address.';
  if (kind === 'notice') {
    return [
      'You receive this because you look after this news-alerts system: your address is under operations: in its configuration file, or subscribed to its operations channel.',
      stop,
    ];
  }
  const topics = [topicName, ...alsoFor.map((other) => other.topicName)]
    .map((name) => `“${name}”`)
    .join(' and ');
  const settings: Partial<Record<Alert['kind'], string>> = {
    'follow-up':
      'For fewer or more follow-ups, ask whoever runs news-alerts to change followUps: in its configuration file.',
    roundup: 'To stop round-ups, ask whoever runs news-alerts to set roundUp: off in its configuration file.',
  };
  const setting = settings[kind];
  return [
    `You receive this from news-alerts because you subscribed to ${topics}.`,
    ...(setting ? [setting] : []),
    stop,
  ];
}

/** Returns the label before an entry's headline in an alert of this kind. */
export function labelOf(
  { kind, role }: AlertEntry,
  alertKind: Alert['kind'],
): '' | 'Updated: ' | 'Since then: ' {
  if (kind === 'update') return 'Updated: ';
  // A follow-up contains only developments. Elsewhere, they need a label.
  return role === 'development' && alertKind !== 'follow-up' ? 'Since then: ' : '';
}

/** Returns why other topics were alerted to the same item, by topic name. */
export function reasonsOf(
  { itemId }: AlertEntry,
  alsoFor: readonly Alert[],
): (readonly [topicName: string, why: readonly Reason[]])[] {
  return alsoFor.flatMap(({ topicName, entries }) => {
    const same = entries.find((entry) => entry.itemId === itemId);
    return same ? [[topicName, same.why] as const] : [];
  });
}

/**
 * Returns the feed, domain and time of an entry: "The Courier (courier.example), 2026-03-01 10:20 CET". The publisher of a
 * feed chooses its title, but not the domain of its link.
 */
export function origin({ feed, url, published }: AlertEntry, timeZone: string): string {
  const domain = url === undefined ? undefined : domainOf(url);
  const at = published === undefined ? '' : formatTime(published, timeZone);
  return `${feed}${domain === undefined || domain === feed ? '' : ` (${domain})`}${at === '' ? '' : `, ${at}`}`;
}

/** Names the first five sources, and counts the others. */
export function sourcesText(sources: readonly string[]): string {
  const more = sources.length - MAX_NAMED_SOURCES;
  return `${sources.slice(0, MAX_NAMED_SOURCES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Returns the reason to quote: the first one, but if possible not one in the title of a live page, which all its updates share. */
export function quotedReason(why: readonly Reason[]): Reason | undefined {
  return why.find(({ field }) => field !== 'context') ?? why[0];
}

/** Names the first three terms that matched, and counts the others. */
export function termsText(why: readonly Reason[]): string {
  const terms = [...new Set(why.map(({ term }) => term))];
  if (terms.length === 0) return 'the topic matches without any of its words';
  const named = terms.slice(0, MAX_NAMED_TERMS).map((term) => `“${term}”`);
  return `${named.join(', ')}${terms.length > MAX_NAMED_TERMS ? ` and ${terms.length - MAX_NAMED_TERMS} more` : ''}`;
}
