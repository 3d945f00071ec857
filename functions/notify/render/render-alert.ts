import type { Alert, AlertEntry, Reason, RenderedAlert } from '../../shared/model.ts';
import { count } from '../../shared/text/count.ts';
import { safeText, safeUrl, shorten } from '../../shared/text/safe-text.ts';
import { alertEmail, storiesOf } from './alert-email.ts';
import { renderSms } from './render-sms.ts';

/** SNS takes subjects of fewer than 100 characters. */
const MAX_SUBJECT = 99;
const REPLY = 'Re: ';
/** What a subject and an SMS show of the topic's name. */
const MAX_SHORT_NAME = 40;
const MAX_NAME = 100;
/** What a subject shows of a topic's name at least, where it names several. */
const MIN_NAME = 15;

/** SNS takes 256 KiB for all protocols together; attributes count, and are small. */
const MAX_MESSAGE_BYTES = 250_000;

/** How much of each entry is shown: characters, reasons, and outlets beside its own. */
interface EntryLimits {
  readonly title: number;
  readonly summary: number;
  readonly url: number;
  readonly feed: number;
  readonly reasons: number;
  readonly sources: number;
  readonly added: number;
}

/** A digest shows less of each entry where all of them would not fit; the last room fits a hundred of any texts. */
const ENTRY_LIMITS: readonly EntryLimits[] = [
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: 8, sources: 20, added: 350 },
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: 3, sources: 5, added: 350 },
  { title: 200, summary: 100, url: 500, feed: 60, reasons: 1, sources: 3, added: 120 },
  { title: 120, summary: 0, url: 150, feed: 40, reasons: 0, sources: 0, added: 0 },
];

/** Renders an alert for every protocol. All text from feeds is made safe; times are shown in the reader's zone. */
export function renderAlert(alert: Alert, timeZone = 'UTC'): RenderedAlert {
  for (const room of ENTRY_LIMITS) {
    const rendered = renderWithin(room, alert, timeZone);
    if (Buffer.byteLength(JSON.stringify(rendered)) <= MAX_MESSAGE_BYTES) return rendered;
  }
  throw new TypeError(`${alert.entries.length} entries do not fit into ${MAX_MESSAGE_BYTES} bytes`);
}

function renderWithin(room: EntryLimits, alert: Alert, timeZone: string): RenderedAlert {
  const entries = storiesOf(alert)
    .flat()
    .map((entry) => safeEntry(entry, room));
  const leftOut = alert.leftOut?.map(({ feed, ...rest }) => ({
    ...rest,
    feed: shorten(safeText(feed), room.feed),
  }));
  const safe: Alert = {
    ...alert,
    topicName: shorten(safeText(alert.topicName), MAX_NAME),
    entries,
    ...(leftOut ? { leftOut } : {}),
  };
  const [first] = entries;
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  const start = subjectStart(safe);
  return {
    subject: subjectOf(safe, first),
    email: alertEmail(safe, timeZone),
    sms: renderSms(start, first.title, first.url),
    json: JSON.stringify({ version: 1, ...safe }),
  };
}

/** A follow-up has the subject of its story's first alert, so that mail programs show them as one conversation. */
function subjectOf(alert: Alert, first: AlertEntry): string {
  const isFollowUp = alert.kind === 'follow-up';
  const start = isFollowUp ? topicStart(alert) : subjectStart(alert);
  const title = isFollowUp ? (first.story?.title ?? first.title) : first.title;
  const subject = shorten(`${start}${title}`, MAX_SUBJECT - REPLY.length);
  return isFollowUp ? `${REPLY}${subject}` : subject;
}

/** Returns the subject of an email that stands for safe alerts of several topics about the same items. */
export function sharedSubject(alert: Alert, alsoFor: readonly Alert[]): string {
  const [first] = storiesOf(alert).flat();
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  const names = [alert, ...alsoFor].map(({ topicName }) => topicName);
  const each = Math.max(MIN_NAME, Math.floor(MAX_SHORT_NAME / names.length));
  return subjectOf({ ...alert, topicName: names.map((name) => shorten(name, each)).join(', ') }, first);
}

function safeEntry(
  { url: address, previousTitle, added, sources, story, ...entry }: AlertEntry,
  room: EntryLimits,
): AlertEntry {
  const url = address === undefined ? undefined : safeUrl(address, room.url);
  const others = (sources ?? []).map((source) => shorten(safeText(source), room.feed)).filter(Boolean);
  const title = (text: string) => shorten(safeText(text) || '(no headline)', room.title);
  return {
    ...entry,
    title: title(entry.title),
    ...(previousTitle === undefined ? {} : { previousTitle: title(previousTitle) }),
    ...(added === undefined || room.added === 0 ? {} : { added: safeAdded(added, room.added) }),
    ...(story === undefined || room.summary === 0 ? {} : { story: { ...story, title: title(story.title) } }),
    summary: shorten(
      withoutHeadline(safeText(entry.summary), safeText(entry.title)),
      room.summary,
      room.summary === 0 ? '' : '…',
    ),
    ...(url === undefined ? {} : { url }),
    feed: shorten(safeText(entry.feed), room.feed),
    ...(others.length === 0 || room.sources === 0 ? {} : { sources: others.slice(0, room.sources) }),
    why: entry.why.slice(0, room.reasons).map(safeReason),
  };
}

/** Headlines of posts without a title are the beginning of their text, and many summaries begin with the headline. */
function withoutHeadline(summary: string, headline: string): string {
  const isCut = headline.endsWith('…');
  const start = isCut ? headline.slice(0, -1) : headline;
  if (start === '' || !summary.startsWith(start)) return summary;
  const rest = summary.slice(start.length);
  // "Storms" does not repeat the headline "Storm".
  if (!isCut && /^[\p{L}\p{N}]/u.test(rest)) return summary;
  const more = rest.replace(/^[\p{Z}\p{P}]+/u, '');
  return isCut && more !== '' ? `…${more}` : more;
}

type Added = NonNullable<AlertEntry['added']>;
/** More would mark all of the text. */
const MAX_MARKED_WORDS = 40;

function safeAdded({ text, words }: Added, most: number): Added {
  return {
    text: shorten(safeText(text), most),
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

const topicStart = ({ topicName }: Alert): string => `${shorten(topicName, MAX_SHORT_NAME)}: `;

function subjectStart(alert: Alert): string {
  const topicName = shorten(alert.topicName, MAX_SHORT_NAME);
  const reports = alert.entries.length;
  if (alert.kind === 'roundup') return `${topicName}, ${count(reports, 'more report')}: `;
  // Each of those that are shown as one, too: an SMS shows the first alone.
  const stories = new Set(alert.entries.map(({ storyId }) => storyId)).size;
  if (stories === 1) return topicStart(alert);
  return `${topicName}, ${alert.kind === 'notice' ? count(stories, 'notice') : count(stories, 'story', 'stories')}: `;
}
