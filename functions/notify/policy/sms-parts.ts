import { RetryLater } from '../../shared/errors.ts';
import type { AlertEntry, Protocol, SmsParts, Topic } from '../../shared/model.ts';
import { onAmbiguousOf } from '../../shared/protocols.ts';
import { smsMonthWindow } from '../../shared/sms-month.ts';
import { count, plural } from '../../shared/text/count.ts';
import type { NotifyDeps } from '../deps.ts';

/** render-sms.ts keeps every SMS within one part. */
const PARTS_PER_SMS = 1;

/**
 * Reserves the SMS parts that an alert needs within the month's limit. Returns false if too few are left, and true if the
 * alert needs none. Call this before the claim, which stores the result. Throws `RetryLater` if other workers keep
 * reserving parts.
 */
export async function reserveSmsParts(
  { claims, config, quotas, smsSubscribers }: NotifyDeps,
  topic: Topic,
  { id, protocols }: { readonly id: string; readonly protocols: readonly Protocol[] },
  now: number,
): Promise<boolean> {
  const { smsParts } = config;
  if (!smsParts || !protocols.includes('sms')) return true;
  const signedUp = config.signup?.smsPrefixes.length ? await smsSubscribers(topic.id) : 0;
  const recipients = (smsParts.recipients[topic.id] ?? 0) + signedUp;
  if (recipients === 0) return true;
  const found = await claims.find(id);
  if (found?.settled) return true;
  // Resending an alert that may already have been sent costs its parts again.
  const taker = found && onAmbiguousOf(config, 'sms') === 'resend' ? `${id} ${now}` : id;
  const taken = await quotas.reserve(smsMonthWindow(smsParts, now), taker, recipients * PARTS_PER_SMS);
  if (taken === 'busy') throw new RetryLater('other workers keep taking SMS parts of the month');
  return taken === 'taken';
}

/** Returns the notice that the month's SMS parts are used up. Its id makes it go out once a month. */
export function smsPartsUsedUpEntry(smsParts: SmsParts, now: number): AlertEntry {
  const { sk: month, limit } = smsMonthWindow(smsParts, now);
  return {
    kind: 'new',
    storyId: `sms-parts ${month}`,
    itemId: 'sms-parts',
    title: `SMS: the ${count(limit, 'part')} for ${month} ${plural(limit, 'is', 'are')} used up`,
    summary:
      'Until the month ends (UTC), alerts that need more parts than are left go by email only. Topics with SMS recipients ' +
      'alone send nothing. To send more, raise smsParts under defaults and deploy.',
    feed: 'news-alerts',
    published: new Date(now).toISOString(),
    why: [],
  };
}
