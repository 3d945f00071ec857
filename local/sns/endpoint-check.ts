import type { SubscriptionProtocol } from './outgoing.ts';
import { invalidParameter } from './sns-error.ts';

const NOT_HERE = ['email-json', 'sqs', 'lambda', 'application', 'firehose'];

// The pattern of HTML's e-mail field, but with a dot in the domain: SNS does not write to bare host names.
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const EMAIL = new RegExp(`^[a-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})+$`, 'i');
const E164 = /^\+[1-9]\d{6,14}$/;

export function checkedProtocol(protocol: string): SubscriptionProtocol {
  if (protocol === 'email' || protocol === 'sms' || protocol === 'http' || protocol === 'https')
    return protocol;
  throw invalidParameter(
    NOT_HERE.includes(protocol)
      ? `Protocol Reason: ${protocol} is not supported by the SNS of one machine: expected email, sms, http or https`
      : `Amazon SNS does not support this protocol string: ${protocol}`,
  );
}

/** Refuses what SNS would refuse to subscribe by this protocol. */
export function checkEndpoint(protocol: SubscriptionProtocol, endpoint: string): void {
  if (protocol === 'email') {
    if (!EMAIL.test(endpoint) || endpoint.length > 254) {
      throw invalidParameter(`Email address Reason: expected name@example.com, got ${endpoint}`);
    }
  } else if (protocol === 'sms') {
    if (!E164.test(endpoint)) {
      throw invalidParameter(`Invalid SMS endpoint: ${endpoint} Reason: expected E.164, as +4915123456789`);
    }
  } else if (!endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter('Endpoint must match the specified protocol');
  } else if (!URL.canParse(endpoint)) {
    throw invalidParameter(`Endpoint Reason: ${endpoint} is not a URL`);
  }
}
