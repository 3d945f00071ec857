import type { DeliveryPolicy, OnAmbiguous, PipelineConfig, Protocol, Topic } from './model.ts';

interface ProtocolRow {
  /** A label, as in "SMS". */
  readonly name: string;
  /** One message, as counts name it: "3 SMS parts". */
  readonly noun: string;
  /**
   * The policy of a topic that applies: its own, or the one in its `sms` map. Messages under the `sms` policy interrupt
   * and cost money, so they list no retellings, and only the developments that the policy names.
   */
  readonly policy: 'topic' | 'sms';
  readonly onAmbiguous: OnAmbiguous;
  /** Returns whether SNS accepts an address. */
  readonly isAddress: (endpoint: string) => boolean;
  readonly exampleAddress: string;
  /** Returns whether an address can never belong to anyone. */
  readonly isPlaceholder: (endpoint: string) => boolean;
}

// The pattern of HTML's email field, but with a dot in the domain: SNS sends no mail to bare host names.
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const EMAIL = new RegExp(`^[a-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})+$`, 'i');
const E164 = /^\+[1-9]\d{6,14}$/;

/** The differences between the protocols. The compiler asks for a row of each protocol in the other tables, too. */
export const PROTOCOLS: Readonly<Record<Protocol, ProtocolRow>> = {
  email: {
    name: 'Email',
    noun: 'email',
    policy: 'topic',
    onAmbiguous: 'resend',
    isAddress: (endpoint) => EMAIL.test(endpoint) && endpoint.length <= 254,
    exampleAddress: 'name@example.com',
    // The domains of RFC 2606.
    isPlaceholder: (endpoint) =>
      /[@.](example\.(com|net|org)|example|test|invalid|localhost)$/i.test(endpoint),
  },
  sms: {
    name: 'SMS',
    noun: 'SMS part',
    policy: 'sms',
    onAmbiguous: 'skip',
    isAddress: (endpoint) => E164.test(endpoint),
    exampleAddress: '+4915123456789',
    // Numbers that are reserved for fiction.
    isPlaceholder: (endpoint) => /^\+1(\d{3})?55501\d\d$/.test(endpoint),
  },
};

export const ALL_PROTOCOLS = Object.keys(PROTOCOLS) as readonly Protocol[];
const withPolicy = (policy: ProtocolRow['policy']): readonly Protocol[] =>
  ALL_PROTOCOLS.filter((protocol) => PROTOCOLS[protocol].policy === policy);
export const TOPIC_POLICY_PROTOCOLS = withPolicy('topic');
export const SMS_POLICY_PROTOCOLS = withPolicy('sms');

export const isProtocol = (text: string): text is Protocol => Object.hasOwn(PROTOCOLS, text);

export const isForAll = (protocols: readonly Protocol[]): boolean =>
  ALL_PROTOCOLS.every((protocol) => protocols.includes(protocol));

/** Returns a record with a value for each protocol. */
export function byProtocol<T>(of: (protocol: Protocol) => T): Readonly<Record<Protocol, T>> {
  return Object.fromEntries(ALL_PROTOCOLS.map((protocol) => [protocol, of(protocol)])) as Record<Protocol, T>;
}

export function onAmbiguousOf({ onAmbiguous }: PipelineConfig, protocol: Protocol): OnAmbiguous {
  return onAmbiguous[protocol] ?? PROTOCOLS[protocol].onAmbiguous;
}

export function policyFor(topic: Topic, protocol: Protocol): DeliveryPolicy {
  return PROTOCOLS[protocol].policy === 'sms' ? (topic.sms ?? topic) : topic;
}

/** Returns the protocols of a topic's common alert: all, or those of its own policy if SMS has a separate one. */
export const commonProtocols = ({ sms }: Pick<Topic, 'sms'>): readonly Protocol[] =>
  sms ? TOPIC_POLICY_PROTOCOLS : ALL_PROTOCOLS;

/** Returns whether a message follows the topic's own policy for any of its recipients. */
export const followsTopicPolicy = (protocols: readonly Protocol[]): boolean =>
  protocols.some((protocol) => PROTOCOLS[protocol].policy === 'topic');

export const followsSmsPolicy = (protocols: readonly Protocol[]): boolean =>
  protocols.some((protocol) => PROTOCOLS[protocol].policy === 'sms');

export const withoutSms = (protocols: readonly Protocol[]): readonly Protocol[] =>
  protocols.filter((protocol) => PROTOCOLS[protocol].policy !== 'sms');
