import { styleText } from 'node:util';
import { sourcesText, storiesOf } from '../functions/shared/alert-parts.ts';
import { type Log, logTo } from '../functions/shared/events.ts';
import type { Alert, AlertEntry } from '../functions/shared/model.ts';
import { redactNumber } from '../functions/shared/redact-address.ts';
import { whyText, withMarks } from '../functions/shared/render/alert-email.ts';
import { count } from '../functions/shared/text/count.ts';
import { ALERT_KIND_NAMES } from './alert-kind-names.ts';
import type { FeedStatuses } from './feed-status.ts';
import { formatClockTime } from './format-time.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';

/** Writes to the terminal: alerts to standard output, everything else to standard error. */
export interface Console {
  readonly log: Log;
  alert(published: OutboxEntry): void;
  /** Prints whether email can be sent. */
  mail(text: string, isProblem: boolean): void;
  /** Prints whether SMS can be sent, and what became of one. */
  sms(text: string, isProblem: boolean): void;
  /** Prints whether a chat service accepts messages. */
  chat(text: string, isProblem: boolean): void;
  /** Prints that the mail server accepted an email. */
  sent(endpoint: string, answer: string): void;
  /** Prints a failure that may need somebody's attention. */
  warn(what: string, detail: string): void;
  say(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

/** Limit on the retellings that are printed for each story. */
const MAX_RETELLINGS = 5;

export function createConsole(feeds: FeedStatuses, demo: boolean): Console {
  const paint = (style: Style, text: string, stream: NodeJS.WriteStream) =>
    styleText(style, text, { stream });
  const line = (text: string) => process.stderr.write(`${text}\n`);
  const timedLine = (style: Style, label: string, text: string) =>
    line(
      `${paint('dim', formatClockTime(), process.stderr)}  ${paint(style, label, process.stderr)}  ${stripControls(text)}`,
    );
  const width = Math.max(4, ...feeds.all().map(({ id }) => id.length));

  const log = logTo(({ name, fields }, level) => {
    if (level === 'error') {
      timedLine('red', name, 'error' in fields ? fields.error : JSON.stringify(fields));
    } else if (name === 'poll') {
      const text = feeds.recordPoll(fields);
      const style = fields.outcome === 'failed' ? 'yellow' : fields.outcome === 'changed' ? 'cyan' : 'dim';
      if (text !== undefined) timedLine(style, fields.feedId.padEnd(width), text);
    } else if (name === 'publish-failed' || name === 'alert-skipped' || name === 'topic-gone') {
      timedLine('yellow', name.padEnd(width), JSON.stringify(fields));
    }
  });
  return {
    log,
    alert({ alert, subject, topicArn, deliveries, recipients }) {
      const out = process.stdout;
      const label = paint(['bold', 'green'], `${demo ? 'DEMO ' : ''}${alert ? 'ALERT' : 'MESSAGE'}`, out);
      // A message that another program published to one of our channels is not an alert, but may have a subject.
      const title = alert ? `${alert.topicName}${kindLabel(alert)}` : `${topicArn} ${subject}`;
      const stories = alert ? storiesOf(alert) : [];
      const text = [
        `${label}  ${paint('bold', stripControls(title), out)}`,
        ...stories.flatMap((entries) => storyLines(entries, (style, part) => paint(style, part, out))),
        stripControls(`    to: ${recipientsText(deliveries, recipients)}`),
      ];
      out.write(`${text.join('\n')}\n`);
    },
    mail: (text, isProblem) => timedLine(isProblem ? 'red' : 'green', 'mail', text),
    sms: (text, isProblem) => timedLine(isProblem ? 'red' : 'green', 'sms', text),
    chat: (text, isProblem) => timedLine(isProblem ? 'red' : 'green', 'chat', text),
    sent: (endpoint, answer) => timedLine('dim', 'mail', `sent to ${endpoint}: ${answer}`),
    warn: (what, detail) => timedLine('red', what, detail),
    say: (text) => line(text),
  };
}

/** Returns a label such as " (digest)". A new story needs no label. */
function kindLabel({ kind }: Alert): string {
  return kind === 'new' ? '' : ` (${ALERT_KIND_NAMES[kind]})`;
}

/** Lists the recipients by email, SMS and chat service, and counts the remaining ones of `total`. */
function recipientsText(deliveries: OutboxEntry['deliveries'], total: number): string {
  if (total === 0) return 'nobody yet (the topic has no subscribers)';
  const people = deliveries.map(({ protocol, endpoint, how }) =>
    how === 'shown'
      ? `${protocol} ${endpoint} (shown here only)`
      : `${protocol} ${redactNumber(endpoint)} (queued)`,
  );
  const others = total - deliveries.length;
  return [...people, ...(others > 0 ? [count(others, 'web subscriber')] : [])].join(', ');
}

type Paint = (style: Style, text: string) => string;

/** Prints the entries of one story, in the order of `storiesOf`: news in full, each retelling on one line. */
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
      ? [stripControls(`    also reported by: ${sourcesText(sources)}`)]
      : []),
    ...(why.length > 0 ? [paint('dim', stripControls(`    why: ${whyText(why)}`))] : []),
  ];
}

const headline = (title: string, paint: Paint): string => `  ${paint('bold', stripControls(title))}`;

/**
 * Removes control characters. Text from a server or a feed must not move the cursor, repaint the terminal, or reverse the
 * rest of a line.
 */
export function stripControls(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}
