import { isChatService } from '../../../functions/chat/services.ts';
import { count, plural } from '../../../functions/shared/text/count.ts';
import { abbreviateList } from '../../../local/format-time.ts';
import { isWaiting, type OutboxDelivery, type OutboxEntry } from '../../../local/outbox/outbox-entry.ts';
import type { CheckResult } from '../check-result.ts';

/** Messages that wait longer than this are reported. */
const LATE_MS = 15 * 60_000;

/** Reports the unsent messages of an outbox: those that wait for too long, and those that failed for good. */
export function outboxResults(entries: Iterable<OutboxEntry>, now: number): CheckResult[] {
  const all = [...entries];
  const deliveries = all.flatMap((entry) => entry.deliveries);
  const late = all.filter(({ at }) => now - Date.parse(at) > LATE_MS).flatMap((entry) => entry.deliveries);
  return [
    ...reported(
      late.filter((one) => isWaiting(one, 'email')),
      ({ length }) => ({
        level: 'problem',
        check: 'mail',
        code: 'mail-waits',
        seen: `${count(length, 'email is', 'emails are')} waiting for the mail server`,
        means: `${plural(length, 'it is', 'they are')} kept, and sent once the server accepts ${plural(length, 'it', 'them')} while start is running`,
        next: 'see the findings about start and the mail server',
      }),
    ),
    ...reported(
      deliveries.filter(
        ({ how, protocol }) => how === 'failed' && protocol !== 'sms' && !isChatService(protocol),
      ),
      ({ length }) => ({
        level: 'warning',
        check: 'mail',
        code: 'mail-failed',
        seen: `${count(length, 'message was', 'messages were')} not sent`,
        means: `${plural(length, 'it is', 'they are')} not retried; the page shows the text`,
        next: 'fix the cause that the message names, most often the address in the file',
      }),
    ),
    ...reported(
      late.filter((one) => isWaiting(one, 'sms')),
      ({ length }) => ({
        level: 'problem',
        check: 'sms',
        code: 'sms-waits',
        seen: `${count(length, 'SMS is', 'SMS are')} not sent yet`,
        means: `${plural(length, 'it is', 'they are')} given up an hour after the alert`,
        next: 'fix the cause that the message names, and keep start running',
      }),
    ),
    ...reported(
      deliveries.filter(({ how, protocol }) => (how === 'failed' || how === 'unknown') && protocol === 'sms'),
      ({ length }) => ({
        level: 'warning',
        check: 'sms',
        code: 'sms-failed',
        seen: `${count(length, 'SMS was', 'SMS were')} not sent, or may not have been`,
        means: `${plural(length, 'it is', 'they are')} not retried; the page shows the text`,
        next: 'fix the cause that the message names',
      }),
    ),
    ...reported(
      late.filter((one) => isWaiting(one) && isChatService(one.protocol)),
      ({ length }) => ({
        level: 'problem',
        check: 'chat',
        code: 'chat-waits',
        seen: `${count(length, 'chat message is', 'chat messages are')} not sent yet`,
        means: `${plural(length, 'it is', 'they are')} tried again until a day after the alert, then given up`,
        next: 'fix the cause that the message names, and keep start running',
      }),
    ),
    ...reported(
      deliveries.filter(({ how, protocol }) => how === 'failed' && isChatService(protocol)),
      ({ length }) => ({
        level: 'warning',
        check: 'chat',
        code: 'chat-failed',
        seen: `${count(length, 'chat message was', 'chat messages were')} not sent`,
        means: `${plural(length, 'it is', 'they are')} not retried; the page shows the text`,
        next: 'do what the message says, then try with `news-alerts test --recipient`',
      }),
    ),
  ];
}

/** Returns the result about some deliveries, with their addresses and the last reason; nothing if there are none. */
function reported(
  list: readonly OutboxDelivery[],
  result: (list: readonly OutboxDelivery[]) => CheckResult,
): CheckResult[] {
  if (list.length === 0) return [];
  const to = abbreviateList([...new Set(list.map(({ endpoint }) => endpoint))]);
  const reason = list.findLast(({ detail }) => detail)?.detail;
  const { seen, ...rest } = result(list);
  return [{ ...rest, seen: `${seen}, to ${to}${reason ? `: ${reason}` : ''}` }];
}
