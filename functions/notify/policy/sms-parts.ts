import { RetryLater } from '../../shared/errors.ts';
import type { AlertEntry, Protocol, SmsParts, Topic } from '../../shared/model.ts';
import type { QuotaWindow } from '../../shared/store/quotas.ts';
import { count, plural } from '../../shared/text/count.ts';
import type { NotifyDeps } from '../deps.ts';

/** Every SMS is of one part: sms.ts sees to it. */
const PARTS_PER_SMS = 1;

/** Whether the month's parts suffice for an alert by SMS; takes them if they do. Asked before the claim, which notes the answer. */
export async function reserveSmsParts(
  { claims, config, quotas }: NotifyDeps,
  topic: Topic,
  { id, protocols }: { readonly id: string; readonly protocols: readonly Protocol[] },
  now: number,
): Promise<boolean> {
  const { smsParts } = config;
  const recipients = smsParts?.recipients[topic.id] ?? 0;
  if (!smsParts || recipients === 0 || !protocols.includes('sms')) return true;
  const found = await claims.find(id);
  if (found?.settled) return true;
  // What may have been sent, and is sent again, is paid for again.
  const name = found && config.onAmbiguous.sms === 'resend' ? `${id} ${now}` : id;
  const taken = await quotas.reserve(smsMonthWindow(smsParts, now), name, recipients * PARTS_PER_SMS);
  if (taken === 'busy') throw new RetryLater('others take the SMS parts of the month');
  return taken === 'taken';
}

/** The month that it is, in UTC, as AWS bills it. */
export function smsMonthWindow({ month: limit }: SmsParts, now: number): QuotaWindow {
  const date = new Date(now);
  return {
    pk: 'SMS-PARTS',
    sk: date.toISOString().slice(0, 7),
    limit,
    until: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
  };
}

/** What the owner of the system is told, once in the month. */
export function smsPartsUsedUpEntry(smsParts: SmsParts, now: number): AlertEntry {
  const { sk: month, limit } = smsMonthWindow(smsParts, now);
  return {
    kind: 'new',
    storyId: `sms-parts ${month}`,
    itemId: 'sms-parts',
    title: `SMS: the ${count(limit, 'part')} of ${month} ${plural(limit, 'is', 'are')} used up`,
    summary:
      'Alerts for which the parts that are left do not suffice go by email alone until the month ends (UTC). Nobody is told ' +
      'of topics that have recipients by SMS alone. To send more, raise smsParts under defaults and deploy.',
    feed: 'news-alerts',
    published: new Date(now).toISOString(),
    why: [],
  };
}
