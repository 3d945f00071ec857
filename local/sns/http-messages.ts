import type { MessageAttribute } from './message-attributes.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { ChannelSubscription } from './state-file.ts';

// The bodies and headers of posts to http(s) subscribers. SNS signs its messages (SignatureVersion, Signature,
// SigningCertURL). Nobody can issue a certificate for this machine, so the fields are left out rather than filled with
// something that looks valid.

/** Returns the body that asks for a confirmation: by fetching SubscribeURL, or with ConfirmSubscription and the token. */
export function confirmationBody(
  subscription: ChannelSubscription,
  meta: { readonly messageId: string; readonly at: string; readonly baseUrl: string },
): string {
  const query = new URLSearchParams({
    Action: 'ConfirmSubscription',
    TopicArn: subscription.channelArn,
    Token: subscription.token,
  });
  return JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: meta.messageId,
    Token: subscription.token,
    TopicArn: subscription.channelArn,
    Message: `You have chosen to subscribe to the topic ${subscription.channelArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `${meta.baseUrl}/?${query}`,
    Timestamp: meta.at,
  });
}

/** Returns the text of the email that asks for a confirmation. */
export function confirmationText(topicName: string, address: string): string {
  return [
    `Somebody, most likely you, wants alerts about “${topicName}” sent to this address.`,
    '',
    'To get it, follow this link:',
    address,
    '',
    'If you did not ask for it, you need not do anything: nothing is sent without your confirmation.',
  ].join('\n');
}

export function notificationBody(
  message: Pick<OutgoingMessage, 'messageId' | 'topicArn' | 'subject' | 'body' | 'at'>,
  attributes: readonly MessageAttribute[],
): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: message.topicArn,
    Subject: message.subject,
    Message: message.body,
    Timestamp: message.at,
    MessageAttributes:
      attributes.length === 0
        ? undefined
        : Object.fromEntries(
            attributes.map(({ name, dataType, text }) => [name, { Type: dataType, Value: text }]),
          ),
  });
}

export function deliveryHeaders(
  type: 'SubscriptionConfirmation' | 'Notification',
  messageId: string,
  subscription: Pick<ChannelSubscription, 'arn' | 'channelArn' | 'rawDelivery'>,
): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': subscription.channelArn,
    ...(type === 'Notification' ? { 'x-amz-sns-subscription-arn': subscription.arn } : {}),
    ...(type === 'Notification' && subscription.rawDelivery ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
  };
}
