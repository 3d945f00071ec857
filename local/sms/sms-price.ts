import sms from 'sms-segments-calculator';
import type { LocalSmsSettings } from './sms-settings.ts';

/**
 * The price in USD that is counted for one part, by the beginning of the number. AWS changes its prices (the page is
 * aws.amazon.com/sns/pricing), so these are rounded up by a third or more. SNS gets the counted price as the maximum of the
 * message, so it never charges more.
 */
const PART_USD: Readonly<Record<string, number>> = {
  '+1': 0.03,
  '+31': 0.15,
  '+33': 0.12,
  '+34': 0.12,
  '+39': 0.12,
  '+44': 0.08,
  '+46': 0.1,
  '+49': 0.15,
  '+61': 0.08,
  '+81': 0.12,
};
/** For all other countries. Few are more expensive. */
const OTHER_PART_USD = 0.5;
/** Numbers that begin like those of the United States and Canada, but belong to islands with other prices. */
const ISLANDS =
  /^\+1(242|246|264|268|284|340|345|441|473|649|658|664|670|671|684|721|758|767|784|787|809|829|849|868|869|876|939)/;

/** Returns the most that an SMS may cost, USD: its parts, each at the price of the number's country. */
export function priceOf(
  number: string,
  text: string,
  { partUsd }: Pick<LocalSmsSettings, 'partUsd'>,
): number {
  const parts = new sms.SegmentedMessage(text).segmentsCount;
  return parts * (partUsd ?? countryPrice(number));
}

function countryPrice(number: string): number {
  if (ISLANDS.test(number)) return OTHER_PART_USD;
  const [, price = OTHER_PART_USD] =
    Object.entries(PART_USD).find(([prefix]) => number.startsWith(prefix)) ?? [];
  return price;
}
