import { joined, type Markup, markup } from '../shared/markup.ts';
import type { Alert, AlertEntry, Reason } from '../shared/model.ts';
import { mapMarked, marksOf } from '../shared/text/marks.ts';
import {
  ending,
  labelOf,
  leftOutText,
  MAX_SUMMARY,
  openingOf,
  origin,
  reasonsOf,
  sourcesText,
  storiesOf,
  termsText,
} from './alert-email.ts';
import { moment } from './moment.ts';
import { safeUrl, shorten } from './safe-text.ts';

/** Readable on white and on black, since the colours of the page are the reader's. */
const QUIET = 'color:#767676';
const MAX_URL = 2_000;

/**
 * Returns a safe alert as the HTML of an email, which says the same as its plain text. Refers to nothing outside but
 * the links that a reader may follow: no images, styles or fonts to be fetched. `alsoFor` as for the plain text.
 */
export function alertHtml(alert: Alert, timeZone: string, alsoFor: readonly Alert[] = []): string {
  const stories = storiesOf(alert);
  const opening = openingOf(alert, stories.length);
  const [first] = stories[0] ?? [];
  const lines = ending(alert, alsoFor).map((line) => markup`${line}`);
  return markup`<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${first?.title ?? alert.topicName}</title>
</head>
<body style="font-family:sans-serif;line-height:1.4;max-width:40em">
${opening === undefined ? '' : markup`<p>${opening}</p>`}
${separated(
  stories.map((entries) => story(entries, alert.kind, timeZone, alsoFor)),
  markup`<hr>`,
)}
${alert.leftOut === undefined ? '' : markup`<hr>\n<p>${leftOutText(alert.leftOut)}</p>\n`}<hr>
<p style="${QUIET};font-size:small">${separated(lines, markup`<br>`)}</p>
</body>
</html>
`.source;
}

function story(
  entries: readonly AlertEntry[],
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): Markup {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const hasFirst = news.some(({ role = 'first' }) => role === 'first');
  const begun = hasFirst ? undefined : entries.find((entry) => entry.story)?.story;
  const context = begun
    ? markup`<p style="${QUIET}" dir="auto">The story so far: ${begun.title} (first seen ${moment(begun.foundAt, timeZone)})</p>`
    : markup``;
  const told = news.map((entry) => newsEntry(entry, kind, timeZone, alsoFor));
  const also =
    retellings.length === 0
      ? markup``
      : markup`${news.length === 0 ? '' : markup`<p>Also reported:</p>`}
<ul>${retellings.map((entry) => retelling(entry, timeZone))}</ul>`;
  // A follow-up has the news first.
  return kind === 'follow-up' && news.length > 0
    ? markup`${told}${also}${context}`
    : markup`${context}${told}${also}`;
}

function newsEntry(
  entry: AlertEntry,
  kind: Alert['kind'],
  timeZone: string,
  alsoFor: readonly Alert[],
): Markup {
  const { role, title, previousTitle, added, summary, why, sources = [] } = entry;
  const isRenamed = previousTitle !== undefined && previousTitle !== title;
  const others = sources.length === 0 || role === 'development' ? '' : `Also told by ${sourcesText(sources)}`;
  const lines = [
    markup`<h2 style="font-size:1.2em;margin:1em 0 0.3em" dir="auto">${labelOf(entry, kind)}${linked(entry)}</h2>`,
    ...(isRenamed ? [markup`<p dir="auto">Before: <s>${previousTitle}</s></p>`] : []),
    ...(added ? [markup`<p dir="auto">New: ${marked(added.text, added.words)}</p>`] : []),
    markup`<p style="${QUIET};margin:0" dir="auto">${origin(entry, timeZone)}</p>`,
    ...(others === '' ? [] : [markup`<p style="${QUIET};margin:0" dir="auto">${others}</p>`]),
    ...(summary === '' || summary === title
      ? []
      : [markup`<p dir="auto">${shorten(summary, MAX_SUMMARY)}</p>`]),
    ...(why.length === 0 ? [] : [markup`<p style="font-size:small" dir="auto">Why: ${reasons(why)}</p>`]),
    ...reasonsOf(entry, alsoFor).map(
      ([topicName, others]) =>
        markup`<p style="font-size:small" dir="auto">Also for “${topicName}”: ${reasons(others)}</p>`,
    ),
  ];
  return markup`${lines}`;
}

function retelling(entry: AlertEntry, timeZone: string): Markup {
  return markup`<li dir="auto">${linked(entry)}<br><span style="${QUIET}">${origin(entry, timeZone)}</span></li>`;
}

function linked({ title, url }: AlertEntry): Markup {
  const target = url === undefined ? undefined : safeUrl(url, MAX_URL);
  return target === undefined ? markup`${title}` : markup`<a href="${target}">${title}</a>`;
}

function reasons(why: readonly Reason[]): Markup {
  const [first] = why;
  if (!first) return markup`${termsText(why)}`;
  const { field, snippet, found } = first;
  return markup`${termsText(why)} (${field}: ${marked(snippet, found === undefined ? [] : [found])})`;
}

function marked(text: string, words: readonly string[]): Markup {
  return joined(
    mapMarked(
      text,
      marksOf(text, words),
      (part) => markup`${part}`,
      (part) => markup`<b>${part}</b>`,
    ),
  );
}

function separated(parts: readonly Markup[], between: Markup): Markup {
  return joined(parts.flatMap((part, n) => (n === 0 ? [part] : [between, part])));
}
