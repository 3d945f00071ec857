import {
  footerLines,
  labelOf,
  leftOutText,
  MAX_SUMMARY,
  openingOf,
  origin,
  quotedReason,
  reasonsOf,
  sourcesText,
  termsText,
} from '../alert-parts.ts';
import type { Exit } from '../exit.ts';
import { formatTime } from '../format-time.ts';
import { type MailAlerts, type MailSection, sectionsOf } from '../mail/shared-mail.ts';
import type { Alert, AlertEntry, Reason } from '../model.ts';
import { fieldName } from '../text/field-name.ts';
import { highlightsOf, mapHighlights } from '../text/highlights.ts';
import { shorten } from '../text/safe-text.ts';

/**
 * Returns the plain text of an email for alerts whose texts are safe: one, or several that share a mail (`sharingMail`). Shows
 * times in `timeZone`. `exit` says how to end them.
 */
export function alertEmail(alerts: MailAlerts, timeZone: string, exit: Exit = {}): string {
  return [
    sectionsOf(alerts)
      .map((section) => sectionText(section, timeZone))
      .join('\n\n====\n\n'),
    '',
    '-- ',
    ...footerLines(alerts, exit).map(({ text, url }) => (url === undefined ? text : `${text}: ${url}`)),
  ].join('\n');
}

function sectionText({ alert, alsoFor, stories, listedAbove }: MailSection, timeZone: string): string {
  const opening = openingOf(alert, stories.length + listedAbove.length);
  const texts = [
    ...stories.map((entries) => storyText(entries, alert.kind, timeZone, alsoFor)),
    ...(listedAbove.length === 0 ? [] : [['Listed above:', ...listedAbove.map(aboveText)].join('\n')]),
  ];
  return [
    ...(opening === undefined ? [] : [opening, '']),
    texts.join('\n\n----\n\n'),
    ...(alert.leftOut ? ['', leftOutText(alert.leftOut)] : []),
  ].join('\n');
}

const aboveText = ({ title, why }: AlertEntry): string =>
  `- ${title}${why.length === 0 ? '' : `\n  Why: ${whyText(why)}`}`;

/** Returns a story's context, news and retellings. A follow-up starts with the news. */
function storyText(
  entries: readonly AlertEntry[],
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): string {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const hasFirst = news.some(({ role = 'first' }) => role === 'first');
  const story = hasFirst ? undefined : entries.find((entry) => entry.story)?.story;
  const context = story
    ? [`The story so far: ${story.title} (first seen ${formatTime(story.foundAt, timeZone)})`]
    : [];
  const also =
    retellings.length === 0
      ? []
      : [
          [
            ...(news.length === 0 ? [] : ['Also reported:']),
            ...retellings.map((entry) => retellingText(entry, timeZone)),
          ].join('\n'),
        ];
  const texts = news.map((entry) => entryText(entry, timeZone, kind, alsoFor));
  if (kind === 'follow-up' && news.length > 0) {
    return [texts.join('\n\n- - -\n\n'), ...also, ...context].join('\n\n');
  }
  return [...context, ...texts, ...also].join('\n\n');
}

function retellingText(entry: AlertEntry, timeZone: string): string {
  return [`- ${entry.title}`, `  ${origin(entry, timeZone)}`, ...(entry.url ? [`  ${entry.url}`] : [])].join(
    '\n',
  );
}

function entryText(
  entry: AlertEntry,
  timeZone: string,
  kind: Alert['kind'],
  alsoFor: readonly Alert[],
): string {
  const { role, title, previousTitle, added, summary, url, why, sources = [] } = entry;
  const isRenamed = previousTitle !== undefined && previousTitle !== title;
  return [
    `${labelOf(entry, kind)}${title}`,
    ...(isRenamed ? [`Before:  ${previousTitle}`] : []),
    ...(added ? [`New:     ${withMarks(added.text, added.words)}`] : []),
    origin(entry, timeZone),
    ...(sources.length === 0 || role === 'development' ? [] : [`Also reported by ${sourcesText(sources)}`]),
    ...(summary === '' || summary === title ? [] : ['', shorten(summary, MAX_SUMMARY)]),
    ...(url ? ['', url] : []),
    ...(why.length === 0 ? [] : ['', `Why: ${whyText(why)}`]),
    ...reasonsOf(entry, alsoFor).map(
      ([topicName, reasons]) => `Also for “${topicName}”: ${whyText(reasons)}`,
    ),
  ].join('\n');
}

/** Returns the terms that matched, and the place where one of them was found. */
export function whyText(why: readonly Reason[]): string {
  const quoted = quotedReason(why);
  if (!quoted) return termsText(why);
  const { field, snippet, found } = quoted;
  return `${termsText(why)} (${fieldName(field)}: ${withMarks(snippet, found === undefined ? [] : [found])})`;
}

/** Returns a text with asterisks around some of its words. Mail programs show these words bold. */
export function withMarks(text: string, words: readonly string[]): string {
  return mapHighlights(text, highlightsOf(text, words), String, (marked) => `*${marked}*`).join('');
}
