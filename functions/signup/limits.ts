import { createHmac, randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Contact } from '../shared/model.ts';
import type { QuotaWindow } from '../shared/store/quotas.ts';
import type { SignupDeps } from './deps.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How often something may be done, by whom and in which time. */
interface Limit {
  readonly places: number;
  readonly period: number;
}

export const LIMITS = {
  /** Forms that one network may send. */
  formsOfNetwork: { places: 20, period: HOUR_MS },
  /** Confirmations and links that are sent to one address. They are mails that the person may not have asked for. */
  mailsToAddress: { places: 6, period: DAY_MS },
  /** All confirmations and links. SNS keeps 200 subscriptions of a channel, unconfirmed ones included. */
  mails: { places: 200, period: DAY_MS },
  /** Codes that are sent to one number. */
  codesToNumber: { places: 3, period: DAY_MS },
  codesOfNetwork: { places: 5, period: DAY_MS },
  /** All codes. Each is an SMS that the owner pays for. */
  codes: { places: 50, period: DAY_MS },
  /** Times that the stories of a topic's feed are read for one network. */
  feedReadsOfNetwork: { places: 60, period: HOUR_MS },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof LIMITS;

/**
 * Takes places within a limit, all or none. Returns false if there are too few left, or if others keep taking some.
 * @param of whose limit it is; '' for a limit of all together
 */
export async function takePlaces(
  { clock, quotas, key }: Pick<SignupDeps, 'clock' | 'quotas' | 'key'>,
  name: LimitName,
  of: string,
  places = 1,
): Promise<boolean> {
  const { places: limit, period } = LIMITS[name];
  const until = (Math.floor(clock() / period) + 1) * period;
  // Networks and addresses are personal data, so records have only a keyed hash of them.
  const owner =
    of === ''
      ? 'all'
      : createHmac('sha256', await key())
          .update(of)
          .digest('hex')
          .slice(0, 16);
  const window: QuotaWindow = {
    pk: `SIGNUP-LIMIT#${owner}`,
    sk: `${name}#${new Date(until).toISOString()}`,
    limit,
    until,
  };
  return (await quotas.reserve(window, randomUUID(), places)) === 'taken';
}

/** Returns the network of an internet address, which one customer of a provider usually has for themselves. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
  if (!isIPv6(mapped)) return mapped;
  // URL parsing writes the address out in its shortest form; the first four groups are the network.
  const [head = '', tail] = new URL(`http://[${mapped}]/`).hostname.slice(1, -1).split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - last.length;
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4).join(':');
}

/** Returns the mailbox of an address: many providers deliver `name+anything@` to `name@`, and ignore case. */
export function mailboxOf({ endpoint }: Contact): string {
  return endpoint.toLowerCase().replace(/\+[^@]*(?=@)/, '');
}
