import type { SmsParts } from './model.ts';
import type { QuotaWindow } from './store/quotas.ts';

/** Returns the quota of SMS parts in the current month in UTC, the month that AWS bills. */
export function smsMonthWindow({ month: limit }: Pick<SmsParts, 'month'>, now: number): QuotaWindow {
  const date = new Date(now);
  return {
    pk: 'SMS-PARTS',
    sk: date.toISOString().slice(0, 7),
    limit,
    until: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
  };
}
