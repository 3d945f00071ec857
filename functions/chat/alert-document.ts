import {
  labelOf,
  leftOutText,
  MAX_SUMMARY,
  openingOf,
  origin,
  quotedReason,
  sourcesText,
  storiesOf,
  termsText,
} from '../shared/alert-parts.ts';
import { formatTime } from '../shared/format-time.ts';
import type { Alert, AlertEntry, Reason } from '../shared/model.ts';
import { fieldName } from '../shared/text/field-name.ts';
import { highlightsOf, mapHighlights } from '../shared/text/highlights.ts';
import { safeUrl, shorten } from '../shared/text/safe-text.ts';

/** A part of a line, as plain text. Each service escapes it in its own way. */
export interface Span {
  readonly text: string;
  readonly bold?: true;
  readonly url?: string;
}

/** One line. If a message is too long, the lines with the highest rank go first; rank 0 stays. */
export interface Line {
  readonly spans: readonly Span[];
  readonly rank: number;
}

/** Lines that stay together in one message. The first line with rank 0 is the headline. */
export type Block = readonly Line[];

/** An alert as text, before a service formats it. */
export interface AlertDocument {
  /** Topic and kind: "Summit: follow-up on: Ostrand and Veloza meet". */
  readonly title: string;
  readonly blocks: readonly Block[];
}

const MAX_URL = 2_000;

const KIND_LABELS: Readonly<Record<Exclude<Alert['kind'], 'new' | 'follow-up'>, string>> = {
  digest: 'digest',
  welcome: 'first digest',
  roundup: 'round-up',
  notice: 'notice',
};

/**
 * Returns the text of an alert whose texts are safe, as notify publishes it. Shows times in `timeZone`. Names its story in the
 * title of a follow-up, since incoming webhooks cannot reply to an earlier message.
 */
export function alertDocument(alert: Alert, timeZone: string): AlertDocument {
  const stories = storiesOf(alert);
  const opening = openingOf(alert, stories.length);
  return {
    title: alertTitle(alert),
    blocks: [
      ...(opening === undefined ? [] : [[line(0, { text: opening })]]),
      ...stories.flatMap((entries) => storyBlocks(entries, alert.kind, timeZone)),
      ...(alert.leftOut ? [[line(0, { text: leftOutText(alert.leftOut) })]] : []),
    ].map(withoutEmpty),
  };
}

/** Removes empty spans and lines, which Slack and Teams refuse. A feed's title may have nothing visible. */
function withoutEmpty(block: Block): Block {
  return block
    .map(({ spans, rank }) => ({ rank, spans: spans.filter(({ text }) => text !== '') }))
    .filter(({ spans }) => spans.length > 0);
}

/** Returns an alert as plain text, as a chat shows it. */
export function documentText(alert: Alert, timeZone: string): string {
  const { title, blocks } = alertDocument(alert, timeZone);
  const texts = blocks.map((block) =>
    block.map(({ spans }) => spans.map(({ text }) => text).join('')).join('\n'),
  );
  return [title, ...texts].join('\n\n');
}

/** Returns the topic and the kind of an alert. */
export function alertTitle({ kind, topicId, topicName: given, entries }: Alert): string {
  const topicName = given === '' ? topicId : given;
  if (kind === 'new') return topicName;
  if (kind !== 'follow-up') return `${topicName}: ${KIND_LABELS[kind]}`;
  const [first] = entries;
  return `${topicName}: follow-up on: ${first?.story?.title ?? first?.title ?? ''}`;
}

function storyBlocks(entries: readonly AlertEntry[], kind: Alert['kind'], timeZone: string): Block[] {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const hasFirst = news.some(({ role = 'first' }) => role === 'first');
  const story = hasFirst ? undefined : entries.find((entry) => entry.story)?.story;
  const context =
    // The title of a follow-up names its story.
    story && kind !== 'follow-up'
      ? [
          line(2, {
            text: `The story so far: ${story.title} (first seen ${formatTime(story.foundAt, timeZone)})`,
          }),
        ]
      : [];
  const also = news.length > 0 ? [line(2, { text: 'Also reported:' })] : [];
  return [
    ...news.map((entry, n) => [...(n === 0 ? context : []), ...entryLines(entry, kind, timeZone)]),
    ...retellings.map((entry, n) => [
      ...(n > 0 ? [] : news.length > 0 ? also : context),
      line(0, ...headline(entry)),
      line(1, { text: origin(entry, timeZone) }),
    ]),
  ];
}

function entryLines(entry: AlertEntry, kind: Alert['kind'], timeZone: string): Line[] {
  const { role, title, previousTitle, added, summary, why, sources = [] } = entry;
  const isRenamed = previousTitle !== undefined && previousTitle !== title;
  return [
    line(0, ...labelSpan(labelOf(entry, kind)), ...headline(entry)),
    ...(isRenamed ? [line(4, { text: `Before: ${previousTitle}` })] : []),
    ...(added ? [line(3, { text: 'New: ' }, ...marked(added.text, added.words))] : []),
    line(1, { text: origin(entry, timeZone) }),
    ...(sources.length === 0 || role === 'development'
      ? []
      : [line(3, { text: `Also reported by ${sourcesText(sources)}` })]),
    ...(summary === '' || summary === title ? [] : [line(5, { text: shorten(summary, MAX_SUMMARY) })]),
    ...(why.length === 0 ? [] : [line(2, { text: 'Why: ' }, ...whySpans(why))]),
  ];
}

function headline({ title, url: address }: AlertEntry): Span[] {
  const url = address === undefined ? undefined : safeUrl(address, MAX_URL);
  return [{ text: title, bold: true, ...(url === undefined ? {} : { url }) }];
}

function whySpans(why: readonly Reason[]): Span[] {
  const quoted = quotedReason(why);
  if (!quoted) return [{ text: termsText(why) }];
  const { field, snippet, found } = quoted;
  return [
    { text: `${termsText(why)} (${fieldName(field)}: ` },
    ...marked(snippet, found === undefined ? [] : [found]),
    { text: ')' },
  ];
}

function marked(text: string, words: readonly string[]): Span[] {
  return mapHighlights(
    text,
    highlightsOf(text, words),
    (part): Span => ({ text: part }),
    (part): Span => ({ text: part, bold: true }),
  );
}

const line = (rank: number, ...spans: readonly Span[]): Line => ({ rank, spans });
const labelSpan = (label: string): Span[] => (label === '' ? [] : [{ text: label }]);
