import type { Alert, AlertEntry, LeftOut, Reason, StoryRole } from '../../shared/model.ts';
import { count } from '../../shared/text/count.ts';
import { highlightsOf, mapHighlights } from '../../shared/text/highlights.ts';
import { domainOf, shorten } from '../../shared/text/safe-text.ts';
import { formatTime } from './format-time.ts';

const MAX_REASONS = 3;
/** Two lines of a mail program. */
export const MAX_SUMMARY = 180;
const MAX_SOURCES = 5;

/**
 * Returns a safe alert as the plain text of an email; times are in the zone. `alsoFor`: alerts of other topics about the
 * same items, which the email stands for as well.
 */
export function alertEmail(alert: Alert, timeZone: string, alsoFor: readonly Alert[] = []): string {
  const { kind } = alert;
  const stories = storiesOf(alert);
  const opening = openingOf(alert, stories.length);
  const texts = stories.map((entries) => storyText(entries, kind, timeZone, alsoFor));
  return [
    ...(opening === undefined ? [] : [opening, '']),
    texts.join('\n\n----\n\n'),
    '',
    ...(alert.leftOut ? [leftOutText(alert.leftOut), ''] : []),
    '-- ',
    ...footerLines(alert, alsoFor),
  ].join('\n');
}

/** Returns the sentence that says what is listed; undefined where the news speaks for itself. */
export function openingOf({ kind, topicName }: Alert, stories: number): string | undefined {
  const opening: Partial<Record<Alert['kind'], string>> = {
    roundup: `More reports on stories about “${topicName}” that you were alerted to.`,
    welcome: `What the feeds held about “${topicName}” when they were read for the first time.`,
    digest: `${stories === 1 ? 'One story' : count(stories, 'story', 'stories')} about “${topicName}”.`,
    notice: 'What you should know of the feeds that are watched.',
  };
  return opening[kind];
}

/** Says which items no message lists: "Too many to list: 4,750 more items from The Courier." */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  const parts = leftOut.map(
    ({ feed, items, orMore }) => `${orMore ? 'at least ' : ''}${count(items, 'more item')} from ${feed}`,
  );
  return `Too many to list: ${parts.join('; ')}.`;
}

/** Returns the entries of an alert story by story, each with its first report first, and its retellings last. */
export function storiesOf({ entries }: Pick<Alert, 'entries'>): AlertEntry[][] {
  const order: readonly (StoryRole | undefined)[] = ['first', 'development', 'also'];
  const placeOf = ({ role }: AlertEntry) => (role === undefined ? 0 : order.indexOf(role));
  return [...Map.groupBy(entries, ({ storyId, shownWith = storyId }) => shownWith).values()].map((story) =>
    story.toSorted((a, b) => placeOf(a) - placeOf(b)),
  );
}

/** Returns a story's news, its retellings and how it began; a follow-up has the news first. */
function storyText(
  entries: readonly AlertEntry[],
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): string {
  const news = entries.filter(({ role }) => role !== 'also');
  const others = entries.filter(({ role }) => role === 'also');
  const hasFirst = news.some(({ role = 'first' }) => role === 'first');
  const begun = entries.find(({ story }) => story)?.story;
  const context =
    hasFirst || !begun
      ? []
      : [`The story so far: ${begun.title} (first seen ${formatTime(begun.foundAt, timeZone)})`];
  const also =
    others.length === 0
      ? []
      : [
          [
            ...(news.length === 0 ? [] : ['Also reported:']),
            ...others.map((entry) => alsoText(entry, timeZone)),
          ].join('\n'),
        ];
  const texts = news.map((entry) => entryText(entry, timeZone, kind, alsoFor));
  if (kind === 'follow-up' && news.length > 0) {
    return [texts.join('\n\n- - -\n\n'), ...also, ...context].join('\n\n');
  }
  return [...context, ...texts, ...also].join('\n\n');
}

function alsoText(entry: AlertEntry, timeZone: string): string {
  return [`- ${entry.title}`, `  ${origin(entry, timeZone)}`, ...(entry.url ? [`  ${entry.url}`] : [])].join(
    '\n',
  );
}

/** Returns why the reader gets it, and how to get less of it, a sentence a line. */
export function footerLines({ kind, topicName }: Alert, alsoFor: readonly Alert[] = []): string[] {
  // SNS adds its link to emails of its own alone; mail from one machine has none.
  const stop =
    'To stop: use the unsubscribe link below if there is one, or ask whoever runs this to remove your address.';
  if (kind === 'notice') {
    return [
      'news-alerts: you receive this because you look after this system: your address is under operations: in its file, or subscribed to its operations channel.',
      stop,
    ];
  }
  const topics = [topicName, ...alsoFor.map((other) => other.topicName)]
    .map((name) => `“${name}”`)
    .join(' and ');
  const lessOrMore: Partial<Record<Alert['kind'], string>> = {
    'follow-up': 'Whoever runs this can have fewer follow-ups sent, or more: followUps: in the file.',
    roundup: 'Whoever runs this can stop round-ups: roundUp: off in the file.',
  };
  const setting = lessOrMore[kind];
  return [
    `news-alerts: you receive this because you subscribed to ${topics}.`,
    ...(setting ? [setting] : []),
    stop,
  ];
}

function entryText(
  entry: AlertEntry,
  timeZone: string,
  of: Alert['kind'],
  alsoFor: readonly Alert[],
): string {
  const { role, title, previousTitle, added, summary, url, why, sources = [] } = entry;
  const isRenamed = previousTitle !== undefined && previousTitle !== title;
  return [
    `${labelOf(entry, of)}${title}`,
    ...(isRenamed ? [`Before:  ${previousTitle}`] : []),
    ...(added ? [`New:     ${withMarks(added.text, added.words)}`] : []),
    origin(entry, timeZone),
    ...(sources.length === 0 || role === 'development' ? [] : [`Also told by ${sourcesText(sources)}`]),
    ...(summary === '' || summary === title ? [] : ['', shorten(summary, MAX_SUMMARY)]),
    ...(url ? ['', url] : []),
    ...(why.length === 0 ? [] : ['', `Why: ${whyText(why)}`]),
    ...reasonsOf(entry, alsoFor).map(
      ([topicName, reasons]) => `Also for “${topicName}”: ${whyText(reasons)}`,
    ),
  ].join('\n');
}

/** Says what an entry is, before its headline. */
export function labelOf({ kind, role }: AlertEntry, of: Alert['kind']): '' | 'Updated: ' | 'Since then: ' {
  if (kind === 'update') return 'Updated: ';
  // A follow-up is about developments alone; among other news they have to say what they are.
  return role === 'development' && of !== 'follow-up' ? 'Since then: ' : '';
}

/** Returns why other topics were alerted to the same item, by the names of the topics. */
export function reasonsOf(
  { itemId }: AlertEntry,
  alsoFor: readonly Alert[],
): (readonly [topicName: string, why: readonly Reason[]])[] {
  return alsoFor.flatMap(({ topicName, entries }) => {
    const same = entries.find((entry) => entry.itemId === itemId);
    return same ? [[topicName, same.why] as const] : [];
  });
}

/** "The Courier (courier.example), 2026-03-01 10:20 CET": whoever writes a feed chooses its title, but not its link's domain. */
export function origin({ feed, url, published }: AlertEntry, timeZone: string): string {
  const domain = url === undefined ? undefined : domainOf(url);
  const at = published === undefined ? '' : formatTime(published, timeZone);
  return `${feed}${domain === undefined || domain === feed ? '' : ` (${domain})`}${at === '' ? '' : `, ${at}`}`;
}

/** The first of them, and how many more there are. */
export function sourcesText(sources: readonly string[]): string {
  const more = sources.length - MAX_SOURCES;
  return `${sources.slice(0, MAX_SOURCES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The words that matched, and the place where the first of them stands. */
export function whyText(why: readonly Reason[]): string {
  const [first] = why;
  if (!first) return termsText(why);
  const { field, snippet, found } = first;
  return `${termsText(why)} (${field}: ${withMarks(snippet, found === undefined ? [] : [found])})`;
}

/** Names the first words that matched, and how many more there are. */
export function termsText(why: readonly Reason[]): string {
  const terms = [...new Set(why.map(({ term }) => term))];
  if (terms.length === 0) return 'the topic matches without any of its words';
  const named = terms.slice(0, MAX_REASONS).map((term) => `“${term}”`);
  return `${named.join(', ')}${terms.length > MAX_REASONS ? ` and ${terms.length - MAX_REASONS} more` : ''}`;
}

/** With asterisks around some of its words, as mail programs show what is bold. */
export function withMarks(text: string, words: readonly string[]): string {
  return mapHighlights(text, highlightsOf(text, words), String, (marked) => `*${marked}*`).join('');
}
