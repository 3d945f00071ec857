import type { Usage } from './bill.ts';

/** The ways in which a deployment delivers alerts other than by SNS. */
export interface Delivery {
  /** Whether there are recipients at chat services. */
  readonly chats?: boolean;
  /** Whether SES sends the emails, as HTML. */
  readonly htmlEmail?: boolean;
}

/**
 * The monthly use that each function which delivers alerts itself adds: empty receives of its queue, and two alarms. A
 * thousand alerts cost less than a cent (bench/cost/chat.ts), without what SES charges.
 */
export const DELIVERY_MONTH: Usage = { 'sqs-standard': 259_200, alarms: 2 };

/** Returns the use of a month with so many emails. */
export function withDelivery(
  usage: Usage,
  emails: number,
  { chats = false, htmlEmail = false }: Delivery,
): Usage {
  const months = [chats, htmlEmail].filter(Boolean).map(() => DELIVERY_MONTH);
  return months.reduce(plus, { ...usage, [htmlEmail ? 'ses-email' : 'sns-email']: emails });
}

/** Returns the sum of two uses. */
export function plus(one: Usage, other: Usage): Usage {
  const sum: { -readonly [Name in keyof Usage]: Usage[Name] } = { ...one };
  for (const name of Object.keys(other) as (keyof Usage)[]) sum[name] = (sum[name] ?? 0) + (other[name] ?? 0);
  return sum;
}
