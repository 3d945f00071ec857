import { styleText } from 'node:util';
import { sourcesText, whyText, withMarks } from '../functions/notify/alert-email.ts';
import type { Log } from '../functions/shared/log.ts';
import type { FeedBoard } from './feed-board.ts';
import type { OutboxEntry } from './outbox-entry.ts';

/** What the terminal shows: alerts on standard output, all else on standard error. */
export interface Console {
  readonly log: Log;
  alert(published: OutboxEntry, recipients: readonly string[]): void;
  /** Something that did not work and that a person may have to see to. */
  trouble(what: string, detail: string): void;
  say(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

export function createConsole(board: FeedBoard, demo: boolean): Console {
  const paint = (style: Style, text: string, stream: NodeJS.WriteStream) =>
    styleText(style, text, { stream });
  const line = (text: string) => process.stderr.write(`${text}\n`);
  const stamped = (style: Style, label: string, text: string) =>
    line(
      `${paint('dim', clockTime(), process.stderr)}  ${paint(style, label, process.stderr)}  ${withoutControls(text)}`,
    );
  const width = Math.max(4, ...board.lines().map(({ id }) => id.length));

  const event = (name: string, fields: Readonly<Record<string, unknown>>) => {
    if (name === 'poll') {
      const text = board.take(fields);
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
    alert({ alert, subject, topicArn }, recipients) {
      const out = process.stdout;
      const label = paint(['bold', 'green'], `${demo ? 'DEMO ' : ''}ALERT`, out);
      const about = alert && alert.kind !== 'new' ? ` (${alert.kind})` : '';
      const entries = alert?.entries ?? [];
      const text = [
        // Whoever else publishes to a channel of ours has a subject at most.
        `${label}  ${paint('bold', withoutControls(alert ? `${alert.topicName}${about}` : `${topicArn} ${subject}`), out)}`,
        ...entries.flatMap(({ title, previousTitle, added, feed, sources = [], url, why }) => [
          `  ${paint('bold', withoutControls(title), out)}`,
          ...(previousTitle && previousTitle !== title
            ? [`    before: ${withoutControls(previousTitle)}`]
            : []),
          ...(added ? [`    new: ${withoutControls(withMarks(added.text, added.words))}`] : []),
          withoutControls(`    ${feed}${url ? `  ${url}` : ''}`),
          ...(sources.length > 0 ? [withoutControls(`    also: ${sourcesText(sources)}`)] : []),
          ...(why.length > 0 ? [paint('dim', withoutControls(`    why: ${whyText(why)}`), out)] : []),
        ]),
        `    to: ${recipients.length === 0 ? 'nobody yet (no recipient is subscribed)' : recipients.join(', ')}`,
      ];
      out.write(`${text.join('\n')}\n`);
    },
    trouble: (what, detail) => stamped('red', what, detail),
    say: (text) => line(text),
  };
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** What a server or a feed says must not move the cursor or repaint the terminal. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}
