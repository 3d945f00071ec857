import type { Feed } from '../../functions/shared/model.ts';
import { MONTH_DAYS } from '../../local/past/estimate.ts';
import { type Bill, billOf, type Usage } from './bill.ts';
import { type Delivery, withDelivery } from './delivery-use.ts';
import { MEASURED_MONTHS, type MeasuredMonth, POLLS_PER_FEED } from './measured-months.ts';
import type { PriceName } from './prices.ts';

const MONTH_MS = MONTH_DAYS * 86_400_000;

/** Polls in a month: if all feeds are quiet, and if all are busy. */
export interface Polls {
  readonly least: number;
  readonly most: number;
}

/** Returns the polls of the enabled feeds, each at its longest and at its shortest interval. */
export function pollsPerMonth(feeds: readonly Pick<Feed, 'enabled' | 'every' | 'everyAtMost'>[]): Polls {
  const enabled = feeds.filter((feed) => feed.enabled);
  const sum = (interval: (feed: (typeof enabled)[number]) => number) =>
    Math.round(enabled.reduce((all, feed) => all + MONTH_MS / interval(feed), 0));
  return {
    least: sum(({ every, everyAtMost }) => Math.max(every, everyAtMost)),
    most: sum(({ every }) => every),
  };
}

/**
 * Returns the bill for a month with so many polls and emails, without SMS. It lies on the line between the two measured months
 * with the nearest numbers of polls. With fewer polls than the smallest of them, it is that of the smallest.
 */
export function deploymentBill(polls: number, emails: number, delivery: Delivery = {}): Bill {
  const { 'sns-email': _, ...usage } = usageOf(polls / POLLS_PER_FEED);
  return billOf(withDelivery(usage, emails, delivery));
}

/** Returns the use of as many feeds as are measured, each polled every 15 minutes. */
function usageOf(feeds: number): Usage {
  const [smallest] = MEASURED_MONTHS;
  if (feeds <= smallest.feeds) return smallest.usage;
  const above = MEASURED_MONTHS.findIndex((month) => month.feeds >= feeds);
  const upper = MEASURED_MONTHS.at(above) ?? smallest;
  const lower = MEASURED_MONTHS.at(above === -1 ? -2 : above - 1) ?? smallest;
  const share = (feeds - lower.feeds) / (upper.feeds - lower.feeds);
  const between = (name: PriceName) => {
    const [from, to] = [unitsOf(lower, name), unitsOf(upper, name)];
    return from + share * (to - from);
  };
  const names = Object.keys(upper.usage) as PriceName[];
  return Object.fromEntries(names.map((name) => [name, between(name)]));
}

function unitsOf({ usage }: MeasuredMonth, name: PriceName): number {
  return usage[name] ?? 0;
}
