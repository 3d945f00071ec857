import { isDeepStrictEqual } from 'node:util';
import type { SubscriptionSettings } from './channels.ts';
import { parseFilterPolicy } from './filter-policy.ts';
import { InvalidFilterPolicy } from './filter-rule.ts';
import type { SubscriptionProtocol } from './outgoing-message.ts';
import { invalidParameter } from './sns-error.ts';

const UNSUPPORTED_ATTRIBUTES = ['DeliveryPolicy', 'RedrivePolicy', 'ReplayPolicy', 'SubscriptionRoleArn'];

/**
 * Validates attributes as Subscribe and SetSubscriptionAttributes do.
 * @param at what SNS puts before the fault; it depends on the action
 */
export function readSubscriptionAttributes(
  attributes: ReadonlyMap<string, string>,
  protocol: SubscriptionProtocol,
  at: 'Attributes Reason: ' | '',
): Partial<SubscriptionSettings> {
  const settings: Partial<{ -readonly [K in keyof SubscriptionSettings]: SubscriptionSettings[K] }> = {};
  for (const [name, value] of attributes) {
    if (name === 'FilterPolicy') {
      settings.filterPolicy = checkedPolicy(value, at);
    } else if (name === 'FilterPolicyScope') {
      if (value !== 'MessageAttributes') {
        throw invalidParameter(
          `${at}FilterPolicyScope: Invalid value [${value}]. The SNS of one machine filters on MessageAttributes only`,
        );
      }
    } else if (name === 'RawMessageDelivery') {
      settings.rawDelivery = checkedRaw(value, protocol, at);
    } else if (UNSUPPORTED_ATTRIBUTES.includes(name)) {
      throw invalidParameter(`${at}${name}: not supported by the SNS of one machine`);
    } else {
      throw invalidParameter(`${at}AttributeName`);
    }
  }
  return settings;
}

function checkedPolicy(value: string, at: string): string {
  if (value === '') return '';
  try {
    return parseFilterPolicy(value).size === 0 ? '' : value;
  } catch (error) {
    if (error instanceof InvalidFilterPolicy) throw invalidParameter(`${at}${error.message}`);
    throw error;
  }
}

function checkedRaw(value: string, protocol: SubscriptionProtocol, at: string): boolean {
  const raw = value.toLowerCase();
  if (raw !== 'true' && raw !== 'false') {
    throw invalidParameter(`${at}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  }
  if (raw === 'true' && protocol !== 'http' && protocol !== 'https') {
    throw invalidParameter(`${at}Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  return raw === 'true';
}

/** Whether settings that are asked for again ask for something else than what is there. */
export function hasOtherSettings(
  wanted: Partial<SubscriptionSettings>,
  present: SubscriptionSettings,
): boolean {
  const { filterPolicy = present.filterPolicy, rawDelivery = present.rawDelivery } = wanted;
  return (
    rawDelivery !== present.rawDelivery ||
    !isDeepStrictEqual(JSON.parse(filterPolicy || '{}'), JSON.parse(present.filterPolicy || '{}'))
  );
}
