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
import { joinMarkup, type Markup, markup } from '../markup.ts';
import type { Alert, AlertEntry, Reason } from '../model.ts';
import { fieldName } from '../text/field-name.ts';
import { highlightsOf, mapHighlights } from '../text/highlights.ts';
import { safeUrl, shorten } from '../text/safe-text.ts';

/** Readable on white and on black: the reader's mail program chooses the background. */
const MUTED_STYLE = 'color:#767676';
const MAX_URL = 2_000;

/**
 * Returns the HTML of an email for alerts whose texts are safe. It says the same as the plain text, with the same arguments. It
 * contains links, but loads nothing: no images, styles or fonts.
 */
export function alertHtml(alerts: MailAlerts, timeZone: string, exit: Exit = {}): string {
  const sections = sectionsOf(alerts);
  const [first] = sections[0]?.stories[0] ?? [];
  const footer = footerLines(alerts, exit).map(({ text, url }) =>
    url === undefined ? markup`${text}` : markup`<a style="${MUTED_STYLE}" href="${url}">${text}</a>`,
  );
  return markup`<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${first?.title ?? alerts[0].topicName}</title>
</head>
<body style="font-family:sans-serif;line-height:1.4;max-width:40em;overflow-wrap:anywhere">
${joinWith(
  sections.map((section) => sectionMarkup(section, timeZone, sections.length > 1)),
  markup`<hr style="border:none;border-top:3px double;margin:2em 0">`,
)}
<hr>
<p style="${MUTED_STYLE};font-size:small">${joinWith(footer, markup`<br>`)}</p>
</body>
</html>
`.source;
}

function sectionMarkup(
  { alert, alsoFor, stories, listedAbove }: MailSection,
  timeZone: string,
  isHeading: boolean,
): Markup {
  const opening = openingOf(alert, stories.length + listedAbove.length);
  const parts = [
    ...stories.map((entries) => storyMarkup(entries, alert.kind, timeZone, alsoFor)),
    ...(listedAbove.length === 0
      ? []
      : [markup`<p>Listed above:</p>\n<ul>${listedAbove.map(aboveEntry)}</ul>`]),
    ...(alert.leftOut === undefined ? [] : [markup`<p>${leftOutText(alert.leftOut)}</p>`]),
  ];
  const style = isHeading ? markup` style="font-weight:bold"` : '';
  return markup`${opening === undefined ? '' : markup`<p${style}>${opening}</p>`}
${joinWith(parts, markup`<hr>`)}`;
}

function storyMarkup(
  entries: readonly AlertEntry[],
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): Markup {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const hasFirst = news.some(({ role = 'first' }) => role === 'first');
  const story = hasFirst ? undefined : entries.find((entry) => entry.story)?.story;
  const context = story
    ? markup`<p style="${MUTED_STYLE}" dir="auto">The story so far: ${story.title} (first seen ${formatTime(story.foundAt, timeZone)})</p>`
    : markup``;
  const newsMarkup = news.map((entry) => newsEntry(entry, kind, timeZone, alsoFor));
  const also =
    retellings.length === 0
      ? markup``
      : markup`${news.length === 0 ? '' : markup`<p>Also reported:</p>`}
<ul>${retellings.map((entry) => retellingEntry(entry, timeZone))}</ul>`;
  // A follow-up starts with the news.
  return kind === 'follow-up' && news.length > 0
    ? markup`${newsMarkup}${also}${context}`
    : markup`${context}${newsMarkup}${also}`;
}

function newsEntry(
  entry: AlertEntry,
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): Markup {
  const { role, title, previousTitle, added, summary, why, sources = [] } = entry;
  const isRenamed = previousTitle !== undefined && previousTitle !== title;
  const others =
    sources.length === 0 || role === 'development' ? '' : `Also reported by ${sourcesText(sources)}`;
  const lines = [
    markup`<h2 style="font-size:1.2em;margin:1em 0 0.3em" dir="auto">${labelOf(entry, kind)}${linkedTitle(entry)}</h2>`,
    ...(isRenamed ? [markup`<p dir="auto">Before: <s>${previousTitle}</s></p>`] : []),
    ...(added ? [markup`<p dir="auto">New: ${highlighted(added.text, added.words)}</p>`] : []),
    markup`<p style="${MUTED_STYLE};margin:0" dir="auto">${origin(entry, timeZone)}</p>`,
    ...(others === '' ? [] : [markup`<p style="${MUTED_STYLE};margin:0" dir="auto">${others}</p>`]),
    ...(summary === '' || summary === title
      ? []
      : [markup`<p dir="auto">${shorten(summary, MAX_SUMMARY)}</p>`]),
    ...(why.length === 0
      ? []
      : [markup`<p style="font-size:small" dir="auto">Why: ${reasonMarkup(why)}</p>`]),
    ...reasonsOf(entry, alsoFor).map(
      ([topicName, reasons]) =>
        markup`<p style="font-size:small" dir="auto">Also for “${topicName}”: ${reasonMarkup(reasons)}</p>`,
    ),
  ];
  return markup`${lines}`;
}

function aboveEntry(entry: AlertEntry): Markup {
  const { why } = entry;
  return markup`<li dir="auto">${linkedTitle(entry)}${why.length === 0 ? '' : markup`<br><span style="font-size:small">Why: ${reasonMarkup(why)}</span>`}</li>`;
}

function retellingEntry(entry: AlertEntry, timeZone: string): Markup {
  return markup`<li dir="auto">${linkedTitle(entry)}<br><span style="${MUTED_STYLE}">${origin(entry, timeZone)}</span></li>`;
}

function linkedTitle({ title, url }: AlertEntry): Markup {
  const target = url === undefined ? undefined : safeUrl(url, MAX_URL);
  return target === undefined ? markup`${title}` : markup`<a href="${target}">${title}</a>`;
}

function reasonMarkup(why: readonly Reason[]): Markup {
  const quoted = quotedReason(why);
  if (!quoted) return markup`${termsText(why)}`;
  const { field, snippet, found } = quoted;
  return markup`${termsText(why)} (${fieldName(field)}: ${highlighted(snippet, found === undefined ? [] : [found])})`;
}

function highlighted(text: string, words: readonly string[]): Markup {
  return joinMarkup(
    mapHighlights(
      text,
      highlightsOf(text, words),
      (part) => markup`${part}`,
      (part) => markup`<b>${part}</b>`,
    ),
  );
}

function joinWith(parts: readonly Markup[], between: Markup): Markup {
  return joinMarkup(parts.flatMap((part, n) => (n === 0 ? [part] : [between, part])));
}
