import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** How this machine sends SMS. Amounts are in USD. */
export interface LocalSmsSettings {
  /** Most that SMS may cost in a calendar month (UTC). */
  readonly monthlyUsd: number;
  /** Price of a part, if the user knows it. */
  readonly partUsd?: number;
}

/** SNS has the same limit for an account that never asked for more. */
const DEFAULT_MONTHLY_USD = 1;

/**
 * Returns the settings in the environment; undefined without NEWS_ALERTS_SMS, when SMS are only shown.
 * @throws NewsAlertsError if a setting is wrong
 */
export function smsSettings(env: Readonly<Record<string, string | undefined>>): LocalSmsSettings | undefined {
  const way = env.NEWS_ALERTS_SMS?.trim();
  if (!way) return undefined;
  if (way !== 'aws') {
    throw new NewsAlertsError(
      `NEWS_ALERTS_SMS: expected aws, to send SMS through your AWS account, or nothing, to only show them; got ${JSON.stringify(way)}`,
    );
  }
  const partUsd = dollars(env, 'NEWS_ALERTS_SMS_PART_USD', 'what AWS charges for one SMS part', '0.05');
  return {
    monthlyUsd:
      dollars(env, 'NEWS_ALERTS_SMS_MONTHLY_USD', 'the most that SMS may cost in a month', '5') ??
      DEFAULT_MONTHLY_USD,
    ...(partUsd === undefined ? {} : { partUsd }),
  };
}

function dollars(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  what: string,
  example: string,
): number | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const amount = /^\d{1,6}(\.\d{1,5})?$/.test(text) ? Number(text) : 0;
  if (amount > 0) return amount;
  throw new NewsAlertsError(
    `${name}: expected ${what} in US dollars, such as ${example}, got ${JSON.stringify(text)}`,
  );
}
