import { styleText } from 'node:util';
import { whyText, withMarks } from '../functions/notify/render/alert-email.ts';
import { sourcesText, storiesOf } from '../functions/notify/render/alert-parts.ts';
import type { Alert, AlertEntry } from '../functions/shared/model.ts';
import type { Log } from '../functions/shared/ports.ts';
import { count } from '../functions/shared/text/count.ts';
import type { FeedStatuses } from './feed-status.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';

/** What the terminal shows: alerts on standard output, all else on standard error. */
export interface Console {
  readonly log: Log;
  alert(published: OutboxEntry): void;
  /** That mail does or does not go out. */
  mail(text: string, isTrouble: boolean): void;
  /** That a mail was taken by the server. */
  sent(endpoint: string, answer: string): void;
  /** Something that did not work and that a person may have to see to. */
  warn(what: string, detail: string): void;
  say(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

/** As the page names them. A new story needs no name. */
const KIND_LABELS: Readonly<Record<Alert['kind'], string>> = {
  new: '',
  'follow-up': ' (follow-up)',
  roundup: ' (round-up)',
  digest: ' (digest)',
  welcome: ' (first look)',
  notice: ' (notice)',
};
/** Retellings that are shown of each story. */
const MAX_RETELLINGS = 5;

export function createConsole(board: FeedStatuses, demo: boolean): Console {
  const paint = (style: Style, text: string, stream: NodeJS.WriteStream) =>
    styleText(style, text, { stream });
  const line = (text: string) => process.stderr.write(`${text}\n`);
  const stamped = (style: Style, label: string, text: string) =>
    line(
      `${paint('dim', clockTime(), process.stderr)}  ${paint(style, label, process.stderr)}  ${stripControls(text)}`,
    );
  const width = Math.max(4, ...board.all().map(({ id }) => id.length));

  const event = (name: string, fields: Readonly<Record<string, unknown>>) => {
    if (name === 'poll') {
      const text = board.recordPoll(fields);
      const style = fields.outcome === 'failed' ? 'yellow' : fields.outcome === 'changed' ? 'cyan' : 'dim';
      if (text !== undefined) stamped(style, String(fields.feedId).padEnd(width), text);
    } else if (name === 'publish-failed' || name === 'alert-skipped' || name === 'topic-gone') {
      stamped('yellow', name.padEnd(width), JSON.stringify(fields));
    }
  };
  return {
    log: {
      debug: event,
      info: event,
      warn: event,
      error: (name, fields) => stamped('red', name, String(fields.error ?? JSON.stringify(fields))),
    },
    alert({ alert, subject, topicArn, deliveries, recipients: all }) {
      const out = process.stdout;
      const label = paint(['bold', 'green'], `${demo ? 'DEMO ' : ''}ALERT`, out);
      const stories = alert ? storiesOf(alert) : [];
      const text = [
        // Whoever else publishes to a channel of ours has a subject at most.
        `${label}  ${paint('bold', stripControls(alert ? `${alert.topicName}${KIND_LABELS[alert.kind]}` : `${topicArn} ${subject}`), out)}`,
        ...stories.flatMap((entries) => storyLines(entries, (style, part) => paint(style, part, out))),
        stripControls(`    to: ${recipients(deliveries, all)}`),
      ];
      out.write(`${text.join('\n')}\n`);
    },
    mail: (text, isTrouble) => stamped(isTrouble ? 'red' : 'green', 'mail', text),
    sent: (endpoint, answer) => stamped('dim', 'mail', `sent to ${endpoint}: ${answer}`),
    warn: (what, detail) => stamped('red', what, detail),
    say: (text) => line(text),
  };
}

/** Lists who gets it by email or SMS, and counts the others of `all`. */
function recipients(deliveries: OutboxEntry['deliveries'], all: number): string {
  if (all === 0) return 'nobody yet (no recipient is subscribed)';
  const people = deliveries.map(
    ({ protocol, endpoint, how }) =>
      `${protocol} ${endpoint} (${how === 'shown' ? 'shown here only' : 'queued'})`,
  );
  const others = all - deliveries.length;
  return [...people, ...(others > 0 ? [count(others, 'web subscriber')] : [])].join(', ');
}

type Paint = (style: Style, text: string) => string;

/** Shows the entries of one story, in the order of `storiesOf`: news in full, retellings by a line each. */
function storyLines(entries: readonly AlertEntry[], paint: Paint): string[] {
  const news = entries.filter(({ role }) => role !== 'also');
  const retellings = entries.filter(({ role }) => role === 'also');
  const title = news.length === 0 ? entries.find(({ story }) => story)?.story?.title : undefined;
  const more = retellings.length - MAX_RETELLINGS;
  return [
    ...(title === undefined ? [] : [headline(title, paint)]),
    ...news.flatMap((entry) => entryLines(entry, paint)),
    ...retellings
      .slice(0, MAX_RETELLINGS)
      .map((entry) => stripControls(`    also: ${entry.title} (${entry.feed})`)),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function entryLines(entry: AlertEntry, paint: Paint): string[] {
  const { role, title, previousTitle, added, feed, sources = [], url, why } = entry;
  return [
    headline(title, paint),
    ...(previousTitle && previousTitle !== title ? [`    before: ${stripControls(previousTitle)}`] : []),
    ...(added ? [`    new: ${stripControls(withMarks(added.text, added.words))}`] : []),
    stripControls(`    ${feed}${url ? `  ${url}` : ''}`),
    ...(sources.length > 0 && role !== 'development'
      ? [stripControls(`    also told by: ${sourcesText(sources)}`)]
      : []),
    ...(why.length > 0 ? [paint('dim', stripControls(`    why: ${whyText(why)}`))] : []),
  ];
}

const headline = (title: string, paint: Paint): string => `  ${paint('bold', stripControls(title))}`;

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** Removes controls: text of a server or a feed must not move the cursor, repaint the terminal, or reverse the rest of a line. */
export function stripControls(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}
