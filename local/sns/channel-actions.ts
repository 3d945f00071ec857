import { ACCOUNT, type Actions, pageOf } from './action.ts';
import type { Channels } from './channels.ts';
import { invalidParameter } from './sns-error.ts';

export function channelActions(channels: Channels): Actions {
  return {
    async CreateTopic({ parameters, region }) {
      const name = parameters.required('Name');
      if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
      const wanted = displayName(parameters.map('Attributes'));
      const arn = `arn:aws:sns:${region}:${ACCOUNT}:${name}`;
      const existing = channels.find(arn);
      if (existing === undefined) {
        channels.add({ arn, displayName: wanted ?? '' });
      } else if (wanted !== undefined && wanted !== existing.displayName) {
        throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      }
      await channels.saved();
      return { TopicArn: arn };
    },

    async DeleteTopic({ parameters }) {
      channels.remove(parameters.required('TopicArn'));
      await channels.saved();
      return undefined;
    },

    ListTopics({ parameters }) {
      const { items, NextToken } = pageOf(channels.all(), parameters.get('NextToken'));
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken };
    },

    GetTopicAttributes({ parameters }) {
      const { arn, displayName } = channels.get(parameters.required('TopicArn'));
      const subscriptions = channels.subscriptions(arn);
      const confirmed = subscriptions.filter((one) => one.confirmed).length;
      return {
        Attributes: new Map([
          ['TopicArn', arn],
          ['Owner', ACCOUNT],
          ['DisplayName', displayName],
          ['SubscriptionsConfirmed', String(confirmed)],
          ['SubscriptionsPending', String(subscriptions.length - confirmed)],
          ['SubscriptionsDeleted', '0'],
        ]),
      };
    },
  };
}

/**
 * Returns the display name, the only attribute that affects email and SMS. Accepts a policy and ignores it: everybody who
 * can reach this endpoint may use it.
 * @throws SnsError for other attributes, and for a policy that is not JSON
 */
function displayName(attributes: ReadonlyMap<string, string>): string | undefined {
  for (const [name, value] of attributes) {
    if (name === 'Policy' && !isJson(value)) {
      throw invalidParameter('Attributes Reason: Policy Error: not JSON');
    }
    const isIgnored = name === 'Policy' || (name === 'FifoTopic' && value === 'false');
    if (name !== 'DisplayName' && !isIgnored) {
      throw invalidParameter(`Attributes Reason: ${name} is not supported by the local SNS`);
    }
  }
  return attributes.get('DisplayName');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
