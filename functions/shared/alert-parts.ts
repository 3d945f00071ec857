import type { Exit } from './exit.ts';
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
    welcome: `To begin with, recent news about “${topicName}”.`,
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

/** A line of a footer, with a link to follow. */
export interface FooterLine {
  readonly text: string;
  readonly url?: string;
}

const AND = new Intl.ListFormat('en-GB');

/** Returns sentences, one per line, that say why a reader receives an email and how to get fewer. */
export function footerLines(
  alerts: readonly [Alert, ...Alert[]],
  { hasSnsLink, page, manage, mute }: Exit = {},
): FooterLine[] {
  const [{ kind }] = alerts;
  const toStop = (how: string) => ({ text: `To stop these emails, ${how}.` });
  const askToChange = (what: string) => `ask whoever runs news-alerts to ${what} in its configuration file.`;
  const ask = toStop('ask whoever runs news-alerts to remove your address');
  const snsLink = toStop('use the unsubscribe link below');
  if (kind === 'notice') {
    return [
      {
        text: 'You receive this because you look after this news-alerts system: its configuration file has your address under operations:, or you subscribed to its operations channel.',
      },
      hasSnsLink ? snsLink : ask,
    ];
  }
  const topics = AND.format(new Set(alerts.map(({ topicName }) => `“${topicName}”`)));
  const settings: Partial<Record<Alert['kind'], string>> = {
    'follow-up': `For fewer or more follow-ups, ${askToChange('change followUps:')}`,
    roundup: `To stop round-ups, ${askToChange('set roundUp: off')}`,
  };
  const setting = settings[kind];
  const settingsPage = manage ?? page;
  return [
    { text: `You receive this from news-alerts because this address is subscribed to ${topics}.` },
    ...(setting ? [{ text: setting }] : []),
    ...(mute === undefined ? [] : [{ text: 'Mute this story', url: mute }]),
    ...(settingsPage === undefined
      ? []
      : [{ text: 'Change, pause or end what you receive', url: settingsPage }]),
    ...(hasSnsLink ? [snsLink] : settingsPage === undefined ? [ask] : []),
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
 * feed chooses its title, but not the domain of its link. Feeds give an edit the time of the first version, so the time at which
 * the edit was found is added.
 */
export function origin({ kind, feed, url, published, foundAt }: AlertEntry, timeZone: string): string {
  const domain = url === undefined ? undefined : domainOf(url);
  const at = published === undefined ? '' : formatTime(published, timeZone);
  const editedAt = kind === 'update' && foundAt !== undefined ? formatTime(foundAt, timeZone) : '';
  return `${feed}${domain === undefined || domain === feed ? '' : ` (${domain})`}${at && `, ${at}`}${editedAt && `; updated ${editedAt}`}`;
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
