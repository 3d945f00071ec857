import { type Price, type PriceName, prices } from './prices.ts';

/** Use in a month, in the units of the price table. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>;

export interface Line {
  readonly name: PriceName;
  readonly price: Price;
  readonly used: number;
  /** Dollars without free allowances, and with the permanent ones. */
  readonly full: number;
  readonly withFree: number;
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly full: number;
  readonly withFree: number;
}

/** Returns the bill for a month. Prices in the same pool share its free units. */
export function billOf(usage: Usage): Bill {
  const left = new Map<string, number>();
  const lines = (Object.keys(prices) as PriceName[]).flatMap((name): Line[] => {
    const used = usage[name] ?? 0;
    if (used === 0) return [];
    const price: Price = prices[name];
    const pool = price.pool ?? name;
    const free = Math.min(used, left.get(pool) ?? price.free);
    left.set(pool, (left.get(pool) ?? price.free) - free);
    const dollars = (units: number) => (units / price.per) * price.dollars;
    return [{ name, price, used, full: dollars(used), withFree: dollars(used - free) }];
  });
  const total = (of: (line: Line) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  return { lines, full: total(({ full }) => full), withFree: total(({ withFree }) => withFree) };
}

/** Returns a bill without emails. Some goals exclude delivery, which depends on the number of subscribers. */
export function withoutDelivery(bill: Bill): Bill {
  const lines = bill.lines.filter(({ name }) => name !== 'sns-email');
  const total = (of: (line: Line) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  return { lines, full: total(({ full }) => full), withFree: total(({ withFree }) => withFree) };
}
