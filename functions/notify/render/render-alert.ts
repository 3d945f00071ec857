import { storiesOf } from '../../shared/alert-parts.ts';
import { type Exit, onlyStoryOf } from '../../shared/exit.ts';
import type { Alert, AlertEntry, Reason, RenderedAlert } from '../../shared/model.ts';
import { alertEmail } from '../../shared/render/alert-email.ts';
import { alertSubject, subjectStart } from '../../shared/render/alert-subject.ts';
import { safeText, safeUrl, shorten } from '../../shared/text/safe-text.ts';
import { renderSms } from './render-sms.ts';

const MAX_NAME = 100;

/** SNS accepts 256 KiB for all protocols together. The rest is room for attributes. */
const MAX_MESSAGE_BYTES = 250_000;

/** How much of each entry is shown: characters of texts, and numbers of reasons and other sources. */
interface EntryLimits {
  readonly title: number;
  readonly summary: number;
  readonly url: number;
  readonly feed: number;
  readonly reasons: number;
  readonly sources: number;
  readonly added: number;
}

/**
 * A digest that does not fit shows less of each entry. With the last limits, a hundred entries fit, whatever their texts.
 */
const ENTRY_LIMITS: readonly EntryLimits[] = [
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: 8, sources: 20, added: 350 },
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: 3, sources: 5, added: 350 },
  { title: 200, summary: 100, url: 500, feed: 60, reasons: 1, sources: 3, added: 120 },
  { title: 120, summary: 0, url: 150, feed: 40, reasons: 0, sources: 0, added: 0 },
];

/**
 * Renders an alert for every protocol. Makes all texts from feeds safe, and shows times in `timeZone`. Throws a `TypeError` if
 * the alert has no entry or does not fit into a message.
 */
export function renderAlert(alert: Alert, timeZone = 'UTC', exit: Exit = {}): RenderedAlert {
  for (const limits of ENTRY_LIMITS) {
    const rendered = renderWithin(limits, alert, timeZone, exit);
    if (Buffer.byteLength(JSON.stringify(rendered)) <= MAX_MESSAGE_BYTES) return rendered;
  }
  throw new TypeError(`${alert.entries.length} entries do not fit into ${MAX_MESSAGE_BYTES} bytes`);
}

function renderWithin(limits: EntryLimits, alert: Alert, timeZone: string, exit: Exit): RenderedAlert {
  const entries = storiesOf(alert)
    .flat()
    .map((entry) => safeEntry(entry, limits));
  const leftOut = alert.leftOut?.map(({ feed, ...rest }) => ({
    ...rest,
    feed: shorten(safeText(feed), limits.feed),
  }));
  const safe: Alert = {
    ...alert,
    topicName: shorten(safeText(alert.topicName), MAX_NAME),
    entries,
    ...(leftOut ? { leftOut } : {}),
  };
  const [first] = entries;
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  const storyId = onlyStoryOf(safe);
  return {
    subject: alertSubject([safe]),
    email: alertEmail([safe], timeZone, exit),
    sms: renderSms(subjectStart(safe), first.title, first.url),
    json: JSON.stringify({ version: 1, ...safe }),
    ...(storyId === undefined ? {} : { storyId }),
  };
}

function safeEntry(
  { url: address, previousTitle, added, sources, story, ...entry }: AlertEntry,
  limits: EntryLimits,
): AlertEntry {
  const url = address === undefined ? undefined : safeUrl(address, limits.url);
  const others = (sources ?? []).map((source) => shorten(safeText(source), limits.feed)).filter(Boolean);
  const title = (text: string) => shorten(safeText(text) || '(no headline)', limits.title);
  return {
    ...entry,
    title: title(entry.title),
    ...(previousTitle === undefined ? {} : { previousTitle: title(previousTitle) }),
    ...(added === undefined || limits.added === 0 ? {} : { added: safeAdded(added, limits.added) }),
    ...(story === undefined || limits.summary === 0
      ? {}
      : { story: { ...story, title: title(story.title) } }),
    summary: shorten(
      withoutHeadline(safeText(entry.summary), safeText(entry.title)),
      limits.summary,
      limits.summary === 0 ? '' : '…',
    ),
    ...(url === undefined ? {} : { url }),
    feed: shorten(safeText(entry.feed), limits.feed),
    ...(others.length === 0 || limits.sources === 0 ? {} : { sources: others.slice(0, limits.sources) }),
    why: entry.why.slice(0, limits.reasons).map(safeReason),
  };
}

/**
 * Returns a summary without the headline at its start. Many summaries repeat the headline, and the headline of a post
 * without a title is the start of its text.
 */
function withoutHeadline(summary: string, headline: string): string {
  const isCut = headline.endsWith('…');
  const start = isCut ? headline.slice(0, -1) : headline;
  if (start === '' || !summary.startsWith(start)) return summary;
  const rest = summary.slice(start.length);
  // The summary "Storms …" does not repeat the headline "Storm".
  if (!isCut && /^[\p{L}\p{N}]/u.test(rest)) return summary;
  const more = rest.replace(/^[\p{Z}\p{P}]+/u, '');
  return isCut && more !== '' ? `…${more}` : more;
}

type Added = NonNullable<AlertEntry['added']>;
/** More marks would cover the whole text. */
const MAX_MARKED_WORDS = 40;

function safeAdded({ text, words }: Added, maxLength: number): Added {
  return {
    text: shorten(safeText(text), maxLength),
    words: words.slice(0, MAX_MARKED_WORDS).map((word) => shorten(safeText(word), MAX_TERM)),
  };
}

const MAX_TERM = 100;
const MAX_SNIPPET = 350;

function safeReason({ term, field, snippet, found }: Reason): Reason {
  return {
    term: shorten(safeText(term), MAX_TERM),
    field,
    snippet: shorten(safeText(snippet), MAX_SNIPPET),
    ...(found === undefined ? {} : { found: shorten(safeText(found), MAX_SNIPPET) }),
  };
}
