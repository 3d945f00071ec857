import { isDeepStrictEqual } from 'node:util';
import type { SubscriptionSettings } from './channels.ts';
import { parseFilterPolicy } from './filter-policy.ts';
import { InvalidFilterPolicy } from './filter-rule.ts';
import type { SubscriptionProtocol } from './outgoing-message.ts';
import { invalidParameter } from './sns-error.ts';

const UNSUPPORTED_ATTRIBUTES = ['DeliveryPolicy', 'RedrivePolicy', 'ReplayPolicy', 'SubscriptionRoleArn'];

/**
 * Reads the attributes of Subscribe and SetSubscriptionAttributes.
 * @param prefix text that SNS puts before an error; it depends on the action
 * @throws SnsError for an invalid or unsupported attribute
 */
export function readSubscriptionAttributes(
  attributes: ReadonlyMap<string, string>,
  protocol: SubscriptionProtocol,
  prefix: 'Attributes Reason: ' | '',
): Partial<SubscriptionSettings> {
  const settings: Partial<{ -readonly [K in keyof SubscriptionSettings]: SubscriptionSettings[K] }> = {};
  for (const [name, value] of attributes) {
    if (name === 'FilterPolicy') {
      settings.filterPolicy = checkedPolicy(value, prefix);
    } else if (name === 'FilterPolicyScope') {
      if (value !== 'MessageAttributes') {
        throw invalidParameter(
          `${prefix}FilterPolicyScope: Invalid value [${value}]. The local SNS filters on MessageAttributes only`,
        );
      }
    } else if (name === 'RawMessageDelivery') {
      settings.rawDelivery = checkedRaw(value, protocol, prefix);
    } else if (UNSUPPORTED_ATTRIBUTES.includes(name)) {
      throw invalidParameter(`${prefix}${name}: not supported by the local SNS`);
    } else {
      throw invalidParameter(`${prefix}AttributeName`);
    }
  }
  return settings;
}

function checkedPolicy(value: string, prefix: string): string {
  if (value === '') return '';
  try {
    return parseFilterPolicy(value).size === 0 ? '' : value;
  } catch (error) {
    if (error instanceof InvalidFilterPolicy) throw invalidParameter(`${prefix}${error.message}`);
    throw error;
  }
}

function checkedRaw(value: string, protocol: SubscriptionProtocol, prefix: string): boolean {
  const raw = value.toLowerCase();
  if (raw !== 'true' && raw !== 'false') {
    throw invalidParameter(`${prefix}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  }
  if (raw === 'true' && protocol !== 'http' && protocol !== 'https') {
    throw invalidParameter(`${prefix}Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  return raw === 'true';
}

/** Returns true if wanted settings differ from those of an existing subscription. */
export function hasOtherSettings(
  wanted: Partial<SubscriptionSettings>,
  existing: SubscriptionSettings,
): boolean {
  const { filterPolicy = existing.filterPolicy, rawDelivery = existing.rawDelivery } = wanted;
  return (
    rawDelivery !== existing.rawDelivery ||
    !isDeepStrictEqual(JSON.parse(filterPolicy || '{}'), JSON.parse(existing.filterPolicy || '{}'))
  );
}
