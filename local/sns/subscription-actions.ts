import { isProtocol, PROTOCOLS } from '../../functions/shared/protocols.ts';
import { ACCOUNT, type Actions, pageOf } from './action.ts';
import type { Channels } from './channels.ts';
import type { Deliveries } from './deliveries.ts';
import type { SubscriptionProtocol } from './outgoing-message.ts';
import { invalidParameter } from './sns-error.ts';
import type { ChannelSubscription } from './state-file.ts';
import { hasOtherSettings, readSubscriptionAttributes } from './subscription-attributes.ts';
import type { XmlRecord } from './xml.ts';

const UNSUPPORTED_PROTOCOLS = ['email-json', 'sqs', 'lambda', 'application', 'firehose'];

function parseProtocol(protocol: string): SubscriptionProtocol {
  if (isProtocol(protocol) || protocol === 'http' || protocol === 'https') return protocol;
  throw invalidParameter(
    UNSUPPORTED_PROTOCOLS.includes(protocol)
      ? `Protocol Reason: ${protocol} is not supported by the local SNS: expected email, sms, http or https`
      : `Amazon SNS does not support this protocol string: ${protocol}`,
  );
}

/** @throws SnsError for an endpoint that SNS would not subscribe by this protocol */
function checkEndpoint(protocol: SubscriptionProtocol, endpoint: string): void {
  if (isProtocol(protocol)) {
    const { isAddress, name, exampleAddress } = PROTOCOLS[protocol];
    if (!isAddress(endpoint)) {
      throw invalidParameter(
        `Endpoint Reason: ${endpoint} is no ${name} address: expected ${exampleAddress}`,
      );
    }
  } else if (!endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter('Endpoint must match the specified protocol');
  } else if (!URL.canParse(endpoint)) {
    throw invalidParameter(`Endpoint Reason: ${endpoint} is not a URL`);
  }
}

/**
 * Returns the actions on subscriptions. Email and SMS subscriptions of the machine's owner are confirmed at once. Emails that
 * others sign up with have to be confirmed, and http(s) subscribers, too, as with SNS.
 */
export function subscriptionActions(channels: Channels, deliveries: Deliveries): Actions {
  return {
    async Subscribe({ parameters, baseUrl, isOwner }) {
      const channelArn = channels.get(parameters.required('TopicArn')).arn;
      const protocol = parseProtocol(parameters.required('Protocol'));
      const endpoint = parameters.required('Endpoint');
      checkEndpoint(protocol, endpoint);
      const wanted = readSubscriptionAttributes(
        parameters.map('Attributes'),
        protocol,
        'Attributes Reason: ',
      );
      const existing = channels
        .subscriptions(channelArn)
        .find((one) => one.protocol === protocol && one.endpoint === endpoint);
      if (existing !== undefined && hasOtherSettings(wanted, existing)) {
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      }
      const subscription =
        existing ??
        channels.subscribe(
          { channelArn, protocol, endpoint, filterPolicy: '', rawDelivery: false, ...wanted },
          protocol === 'sms' || (protocol === 'email' && isOwner),
        );
      // Saved first: after a crash, the subscriber's answer would otherwise have an unknown token.
      await channels.saved();
      if (!subscription.confirmed) deliveries.askToConfirm(subscription, baseUrl);
      const showsArn = subscription.confirmed || parameters.flag('ReturnSubscriptionArn');
      return { SubscriptionArn: showsArn ? subscription.arn : 'pending confirmation' };
    },

    async ConfirmSubscription({ parameters, signed }) {
      const { arn } = channels.confirm(parameters.required('TopicArn'), parameters.required('Token'), signed);
      await channels.saved();
      return { SubscriptionArn: arn };
    },

    async Unsubscribe({ parameters }) {
      channels.unsubscribe(parameters.required('SubscriptionArn'));
      await channels.saved();
      return undefined;
    },

    ListSubscriptions({ parameters }) {
      return subscriptionPage(channels.subscriptions(), parameters.get('NextToken'));
    },

    ListSubscriptionsByTopic({ parameters }) {
      const { arn } = channels.get(parameters.required('TopicArn'));
      return subscriptionPage(channels.subscriptions(arn), parameters.get('NextToken'));
    },

    GetSubscriptionAttributes({ parameters }) {
      return { Attributes: attributesOf(channels.subscription(parameters.required('SubscriptionArn'))) };
    },

    async SetSubscriptionAttributes({ parameters }) {
      const subscription = channels.subscription(parameters.required('SubscriptionArn'));
      const change = new Map([
        [parameters.required('AttributeName'), parameters.get('AttributeValue') ?? ''],
      ]);
      channels.change(subscription, readSubscriptionAttributes(change, subscription.protocol, ''));
      await channels.saved();
      return undefined;
    },
  };
}

function subscriptionPage(all: readonly ChannelSubscription[], nextToken: string | undefined): XmlRecord {
  const { items, NextToken } = pageOf(all, nextToken);
  const Subscriptions = items.map(({ arn, confirmed, channelArn, protocol, endpoint }) => ({
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    Owner: ACCOUNT,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: channelArn,
  }));
  return { Subscriptions, NextToken };
}

function attributesOf(subscription: ChannelSubscription): ReadonlyMap<string, string> {
  const all = new Map([
    ['SubscriptionArn', subscription.arn],
    ['TopicArn', subscription.channelArn],
    ['Owner', ACCOUNT],
    ['Protocol', subscription.protocol],
    ['Endpoint', subscription.endpoint],
    ['PendingConfirmation', String(!subscription.confirmed)],
    ['ConfirmationWasAuthenticated', String(subscription.authenticated)],
    ['RawMessageDelivery', String(subscription.rawDelivery)],
  ]);
  if (subscription.filterPolicy !== '') {
    all.set('FilterPolicy', subscription.filterPolicy);
    all.set('FilterPolicyScope', 'MessageAttributes');
  }
  return all;
}
