import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STACK } from '../deployed/resource-names.ts';
import { DEFAULT_CONFIG_FILE } from './defaults.ts';

export const configOption = () =>
  new Option('--config <file>', 'the file with feeds, topics and recipients').default(DEFAULT_CONFIG_FILE);

export const loopbackFeedsOption = () =>
  new Option('--loopback-feeds', 'also read feeds of this machine (127.0.0.0/8, ::1)').default(false);

export const stackOption = () => new Option('--stack <name>', 'the deployment on AWS').default(DEFAULT_STACK);

export const jsonOption = () => new Option('--json', 'print the result as JSON').default(false);

export const smsPriceOption = () =>
  new Option(
    '--sms-price <dollars>',
    'price of an SMS part (default: that of AWS, if it is known)',
  ).argParser(parsePrice);

/**
 * Returns the price in dollars that a text names.
 * @throws InvalidArgumentError for anything else
 */
function parsePrice(text: string): number {
  const dollars = Number(text);
  if (text.trim() !== '' && Number.isFinite(dollars) && dollars >= 0) return dollars;
  throw new InvalidArgumentError('Expected a price in US dollars, such as 0.0075.');
}

/**
 * Returns the port that a text names.
 * @throws InvalidArgumentError for anything else
 */
export function parsePort(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('Expected a port from 0 (any free one) to 65535.');
}

/**
 * Returns the whole number from 1 that a text is.
 * @throws InvalidArgumentError for anything else
 */
export function parseWholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}
