import { ACCOUNT, type Actions, page } from './action.ts';
import type { Channels } from './channels.ts';
import type { Deliveries } from './deliveries.ts';
import { checkEndpoint, checkedProtocol } from './endpoint-check.ts';
import { invalidParameter } from './sns-error.ts';
import type { ChannelSubscription } from './state-file.ts';
import { differ, readSubscriptionAttributes } from './subscription-attributes.ts';
import type { XmlRecord } from './xml.ts';

/**
 * Email and SMS subscriptions are confirmed at once: there is no mailbox here in which a confirmation could be clicked,
 * and whoever can reach this endpoint owns the machine. http(s) subscribers have to confirm, as with SNS.
 */
export function subscriptionActions(channels: Channels, deliveries: Deliveries): Actions {
  return {
    async Subscribe({ parameters, baseUrl }) {
      const channelArn = channels.get(parameters.required('TopicArn')).arn;
      const protocol = checkedProtocol(parameters.required('Protocol'));
      const endpoint = parameters.required('Endpoint');
      checkEndpoint(protocol, endpoint);
      const wanted = readSubscriptionAttributes(
        parameters.map('Attributes'),
        protocol,
        'Attributes Reason: ',
      );
      const present = channels
        .subscriptions(channelArn)
        .find((one) => one.protocol === protocol && one.endpoint === endpoint);
      if (present !== undefined && differ(wanted, present)) {
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      }
      const subscription =
        present ??
        channels.subscribe(
          { channelArn, protocol, endpoint, filterPolicy: '', rawDelivery: false, ...wanted },
          protocol === 'email' || protocol === 'sms',
        );
      // Saved before the subscriber is asked, or its answer could name a token that a crash made unknown.
      await channels.saved();
      if (!subscription.confirmed) deliveries.askToConfirm(subscription, baseUrl);
      const known = subscription.confirmed || parameters.flag('ReturnSubscriptionArn');
      return { SubscriptionArn: known ? subscription.arn : 'pending confirmation' };
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
      return listed(channels.subscriptions(), parameters.get('NextToken'));
    },

    ListSubscriptionsByTopic({ parameters }) {
      const { arn } = channels.get(parameters.required('TopicArn'));
      return listed(channels.subscriptions(arn), parameters.get('NextToken'));
    },

    GetSubscriptionAttributes({ parameters }) {
      return { Attributes: attributes(channels.subscription(parameters.required('SubscriptionArn'))) };
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

function listed(all: readonly ChannelSubscription[], nextToken: string | undefined): XmlRecord {
  const { items, NextToken } = page(all, nextToken);
  const Subscriptions = items.map(({ arn, confirmed, channelArn, protocol, endpoint }) => ({
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    Owner: ACCOUNT,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: channelArn,
  }));
  return { Subscriptions, NextToken };
}

function attributes(subscription: ChannelSubscription): ReadonlyMap<string, string> {
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
