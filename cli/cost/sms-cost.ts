import { isPlaceholder } from '../../config/recipients.ts';
import type { Subscription } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { MONTH_DAYS } from '../../local/past/estimate.ts';
import { callingCode, SMS_PRICES, SMS_PRICES_PAGE, US_PRICE } from './sms-prices.ts';

/** SMS parts in a month to each of some phone numbers. */
export interface SmsLoad {
  readonly parts: number;
  readonly numbers: readonly string[];
}

/** Numbers with the same calling code. */
export interface SmsDestination {
  /** Such as "+1". */
  readonly prefix: string;
  readonly country?: string;
  readonly numbers: number;
  readonly partsPerMonth: number;
  /** Undefined if the price is not known. */
  readonly dollarsPerPart?: number;
}

/** What SMS parts cost in a month on AWS, without the fees of the carriers. */
export interface SmsCost {
  /** To all numbers; to one number if there is none. */
  readonly partsPerMonth: number;
  /** Undefined if a price is not known. */
  readonly dollarsPerMonth?: number;
  /** Whether the loads had no numbers, so that the cost is that of one number in the US. */
  readonly isExample: boolean;
  /** The most parts first. */
  readonly destinations: readonly SmsDestination[];
}

/** Returns the cost of SMS. `ownPrice`: dollars for a part, whatever the destination. */
export function smsCost(loads: readonly SmsLoad[], ownPrice?: number): SmsCost {
  const byPrefix = new Map<string, { numbers: Set<string>; parts: number }>();
  for (const { parts, numbers } of loads) {
    for (const number of numbers) {
      const code = callingCode(number);
      const one = byPrefix.get(code) ?? { numbers: new Set(), parts: 0 };
      one.numbers.add(number);
      one.parts += parts;
      byPrefix.set(code, one);
    }
  }
  const isExample = byPrefix.size === 0;
  if (isExample) {
    const parts = loads.reduce((sum, load) => sum + load.parts, 0);
    byPrefix.set(US_PRICE.prefix, { numbers: new Set(), parts });
  }
  const destinations = [...byPrefix]
    .map(([code, { numbers, parts }]): SmsDestination => {
      const known = SMS_PRICES.find(({ prefix }) => prefix === code);
      const dollarsPerPart = ownPrice ?? known?.dollars;
      return {
        prefix: `+${code}`,
        ...(known ? { country: known.country } : {}),
        numbers: numbers.size,
        partsPerMonth: parts,
        ...(dollarsPerPart === undefined ? {} : { dollarsPerPart }),
      };
    })
    .sort((a, b) => b.partsPerMonth - a.partsPerMonth);
  const isKnown = destinations.every(({ dollarsPerPart }) => dollarsPerPart !== undefined);
  return {
    partsPerMonth: destinations.reduce((sum, { partsPerMonth }) => sum + partsPerMonth, 0),
    ...(isKnown
      ? {
          dollarsPerMonth: destinations.reduce(
            (sum, { partsPerMonth, dollarsPerPart = 0 }) => sum + partsPerMonth * dollarsPerPart,
            0,
          ),
        }
      : {}),
    isExample,
    destinations,
  };
}

/** Returns the phone numbers that receive a topic; those that receive all topics if there is no such topic yet. */
export function smsNumbers(
  subscriptions: readonly Subscription[],
  topics: readonly { readonly id: string }[],
  topicId?: string,
): string[] {
  const sms = subscriptions.filter((one) => one.protocol === 'sms' && !isPlaceholder(one));
  const byNumber = Map.groupBy(sms, ({ endpoint }) => endpoint);
  return [...byNumber]
    .filter(([, all]) =>
      topicId === undefined
        ? topics.every(({ id }) => all.some((one) => one.topicId === id))
        : all.some((one) => one.topicId === topicId),
    )
    .map(([number]) => number);
}

/** Returns a line about the cost, such as "SMS in a month of 30 days: about 15 parts …". `advice`: about an unknown price. */
export function describeSmsCost(
  { partsPerMonth, dollarsPerMonth, isExample, destinations }: SmsCost,
  advice = `look it up at ${SMS_PRICES_PAGE} and give it with --sms-price`,
): string {
  const parts = count(Math.round(partsPerMonth), 'part');
  const whom = isExample ? ' to each recipient' : ', to all recipients';
  const start = `SMS in a month of ${MONTH_DAYS} days${whom}: about ${parts}`;
  const each = destinations
    .map(({ prefix, country, partsPerMonth: some, dollarsPerPart }) => {
      const price = dollarsPerPart === undefined ? ', whose price is unknown' : ` at $${dollarsPerPart} each`;
      const number = destinations.length > 1 ? `${Math.round(some).toLocaleString('en')} ` : '';
      return `${number}to ${country ?? prefix}${price}`;
    })
    .join('; ');
  return dollarsPerMonth === undefined
    ? `${start} (${each}; ${advice})`
    : `${start}, $${dollarsPerMonth.toFixed(2)} on AWS (${each}; without the fees of the carriers)`;
}

/** Returns a cost as `--json` prints it. */
export function smsCostJson({ partsPerMonth, dollarsPerMonth, isExample, destinations }: SmsCost) {
  return {
    partsPerMonth,
    dollarsPerMonth: dollarsPerMonth ?? null,
    isExample,
    destinations: destinations.map(({ country, dollarsPerPart, ...rest }) => ({
      ...rest,
      country: country ?? null,
      dollarsPerPart: dollarsPerPart ?? null,
    })),
  };
}
