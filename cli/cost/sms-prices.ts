/**
 * Prices of one SMS part that AWS sends to a phone number, in US dollars, without the fees of the carriers. AWS prices each
 * country, and changes the prices often. The list has only prices that were seen on the named pages; check them before
 * relying on a figure. For other countries, the user gives the price.
 */
export interface SmsPrice {
  /** Prefix of the numbers, without the plus sign. */
  readonly prefix: string;
  readonly country: string;
  readonly dollars: number;
  /** When the price was seen. */
  readonly asOf: string;
  /** Address of the page, without https://. */
  readonly source: string;
}

/** The page with the current prices. */
export const SMS_PRICES_PAGE = 'https://aws.amazon.com/sns/sms-pricing/';

export const US_PRICE: SmsPrice = {
  prefix: '1',
  country: 'the US',
  dollars: 0.00645,
  asOf: '2016, in the example of a delivery log that AWS still shows in 2026',
  source: 'repost.aws/knowledge-center/monitor-sns-texts-cloudwatch',
};

export const SMS_PRICES: readonly SmsPrice[] = [
  US_PRICE,
  {
    prefix: '81',
    country: 'Japan',
    dollars: 0.07451,
    asOf: 'May 2026',
    source: 'dev.classmethod.jp/articles/aws-end-user-messaging-sms-japanese-message-parts-pricing',
  },
];

/** The calling codes of two digits (ITU-T E.164). Those of zones 1 and 7 have one digit, all others three. */
const TWO_DIGITS = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);

/** Returns the calling code of a phone number such as "+12025550123", without the plus sign. */
export function callingCode(number: string): string {
  const digits = number.replace(/\D/g, '');
  if (/^[17]/.test(digits)) return digits.slice(0, 1);
  return digits.slice(0, TWO_DIGITS.has(digits.slice(0, 2)) ? 2 : 3);
}
