import type { Alert, AlertEntry, Reason, RenderedAlert } from '../shared/model.ts';
import { mapMarked, marksOf } from '../shared/text/marks.ts';
import { safeText, safeUrl, shorten } from './safe-text.ts';
import { onePart } from './sms.ts';

/** SNS takes subjects of fewer than 100 characters. */
const SUBJECT = 99;
/** What a subject and an SMS show of the topic's name. */
const SHORT_NAME = 40;
const NAME = 100;
const REASONS = 3;

/** SNS takes 256 KiB for all protocols together; attributes count, and are small. */
const MESSAGE_BYTES = 250_000;

/** How much of each entry is shown, characters and reasons. */
interface Room {
  readonly title: number;
  readonly summary: number;
  readonly url: number;
  readonly feed: number;
  readonly reasons: number;
}

/** A digest shows less of each entry where all of them would not fit; the last room fits a hundred of any texts. */
const ROOMS: readonly Room[] = [
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: 8 },
  { title: 300, summary: 300, url: 2_000, feed: 100, reasons: REASONS },
  { title: 200, summary: 100, url: 500, feed: 60, reasons: 1 },
  { title: 120, summary: 0, url: 150, feed: 40, reasons: 0 },
];

/** Renders an alert for every protocol. All text from feeds is made safe; times are in UTC. */
export function renderAlert(alert: Alert): RenderedAlert {
  for (const room of ROOMS) {
    const rendered = renderIn(room, alert);
    if (Buffer.byteLength(JSON.stringify(rendered)) <= MESSAGE_BYTES) return rendered;
  }
  throw new TypeError(`${alert.entries.length} entries do not fit into ${MESSAGE_BYTES} bytes`);
}

function renderIn(room: Room, alert: Alert): RenderedAlert {
  const entries = alert.entries.map((entry) => safeEntry(entry, room));
  const safe: Alert = { ...alert, topicName: shorten(safeText(alert.topicName), NAME), entries };
  const [first] = entries;
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  const start = subjectStart(safe);
  return {
    subject: shorten(`${start}${first.title}`, SUBJECT),
    email: email(safe),
    sms: onePart(start, first.title, first.url),
    json: JSON.stringify({ version: 1, ...safe }),
  };
}

function safeEntry({ url: address, previousTitle, ...entry }: AlertEntry, room: Room): AlertEntry {
  const url = address === undefined ? undefined : safeUrl(address, room.url);
  const title = (text: string) => shorten(safeText(text) || '(no headline)', room.title);
  return {
    ...entry,
    title: title(entry.title),
    ...(previousTitle === undefined ? {} : { previousTitle: title(previousTitle) }),
    summary: shorten(safeText(entry.summary), room.summary, room.summary === 0 ? '' : '…'),
    ...(url === undefined ? {} : { url }),
    feed: shorten(safeText(entry.feed), room.feed),
    why: entry.why.slice(0, room.reasons).map(safeReason),
  };
}

const TERM = 100;
const SNIPPET = 350;

function safeReason({ term, field, snippet, found }: Reason): Reason {
  return {
    term: shorten(safeText(term), TERM),
    field,
    snippet: shorten(safeText(snippet), SNIPPET),
    ...(found === undefined ? {} : { found: shorten(safeText(found), SNIPPET) }),
  };
}

function subjectStart(alert: Alert): string {
  const topicName = shorten(alert.topicName, SHORT_NAME);
  if (alert.kind === 'update') return `${topicName} (update): `;
  const stories = countStories(alert);
  if (stories === 1) return `${topicName}: `;
  return `${topicName}, ${stories} ${alert.kind === 'notice' ? 'notices' : 'stories'}: `;
}

/** A digest can tell a story and what became of it since. */
function countStories({ entries }: Alert): number {
  return new Set(entries.map(({ storyId }) => storyId)).size;
}

function email(alert: Alert): string {
  const { topicName, kind, entries } = alert;
  const stories = countStories(alert);
  const opening: Record<Alert['kind'], string[]> = {
    new: [],
    update: [],
    welcome: [`What the feeds held about “${topicName}” when they were read for the first time.`, ''],
    digest: [`${stories === 1 ? 'One story' : `${stories} stories`} about “${topicName}”.`, ''],
    notice: ['What you should know of the feeds that are watched.', ''],
  };
  const reason =
    kind === 'notice'
      ? 'you look after this system: your address is under operations: in its file, or subscribed to its operations channel.'
      : `you subscribed to “${topicName}”.`;
  return [
    ...opening[kind],
    ...entries.flatMap((entry, n) => [...(n === 0 ? [] : ['', '----', '']), ...entryLines(entry)]),
    '',
    '-- ',
    `news-alerts: you receive this because ${reason}`,
  ].join('\n');
}

function entryLines(entry: AlertEntry): string[] {
  const { kind, title, previousTitle, summary, url, feed, published, why } = entry;
  return [
    ...(kind === 'update' ? [`Updated: ${title}`] : [title]),
    ...(previousTitle !== undefined && previousTitle !== title ? [`Before:  ${previousTitle}`] : []),
    `${feed}${published ? `, ${minute(published)}` : ''}`,
    ...(summary === '' || summary === title ? [] : ['', summary]),
    ...(url ? ['', url] : []),
    ...(why.length === 0 ? [] : ['', `Why: ${whyText(why)}`]),
  ];
}

/** "2021-12-07T15:00:00.000Z" as "2021-12-07 15:00 UTC". */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The words that matched, and the place where the first of them stands. */
export function whyText(why: readonly Reason[]): string {
  const terms = [...new Set(why.map(({ term }) => term))];
  const named = terms
    .slice(0, REASONS)
    .map((term) => `“${term}”`)
    .join(', ');
  const more = terms.length > REASONS ? ` and ${terms.length - REASONS} more` : '';
  const [first] = why;
  return first
    ? `${named}${more} (${first.field}: ${withMarks(first)})`
    : 'the topic matches without any of its words';
}

/** With asterisks around the words that were found, as mail programs show what is bold. */
function withMarks({ snippet, found }: Reason): string {
  const marks = found === undefined ? [] : marksOf(snippet, [found]);
  return mapMarked(snippet, marks, String, (words) => `*${words}*`).join('');
}
