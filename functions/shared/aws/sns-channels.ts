import {
  type MessageAttributeValue,
  PublishCommand,
  type SNSClient,
  SNSServiceException,
} from '@aws-sdk/client-sns';
import type { SmsSettings } from '../model.ts';
import { OPERATIONS_TOPIC_ID, PROTOCOLS_ATTRIBUTE } from '../pipeline.ts';
import type { Channels, PublishOutcome } from '../ports.ts';

/**
 * Returns the channels through the SNS API. The retries of `client` must be off, because a retry may be a second message.
 * SMS are transactional unless `sms` says otherwise: carriers hold promotional ones back at night, and from numbers on
 * do-not-disturb lists.
 */
export function snsChannels(
  client: SNSClient,
  arnPrefix: string,
  operationsArn: string,
  sms: SmsSettings = {},
): Channels {
  const attributes = smsAttributes(sms);
  return {
    async publish(topicId, { subject, json, ...bodies }, protocols) {
      const command = new PublishCommand({
        TopicArn: topicId === OPERATIONS_TOPIC_ID ? operationsArn : `${arnPrefix}${topicId}`,
        Subject: subject,
        MessageStructure: 'json',
        // All subscribed programs get the default body. A separate body for each protocol would fill the 256 KiB with copies.
        Message: JSON.stringify({ default: json, ...bodies }),
        MessageAttributes: {
          [PROTOCOLS_ATTRIBUTE]: { DataType: 'String.Array', StringValue: JSON.stringify(protocols) },
          ...(protocols.includes('sms') ? attributes : {}),
        },
      });
      return publishWithRetry(client, command);
    },
  };
}

/**
 * SNS has not accepted a throttled publish, so a retry is safe. Retries go on for two seconds: a message that goes back to its
 * queue delays its topic by minutes, and after a few receives becomes a dead letter. Four messages that each use up this time
 * and then get no answer still fit the stage's timeout.
 */
const MAX_RETRY_MS = 2_000;
const MIN_PAUSE_MS = 100;

async function publishWithRetry(client: SNSClient, command: PublishCommand): Promise<PublishOutcome> {
  for (let waited = 0; ; ) {
    try {
      const { MessageId = '' } = await client.send(command);
      return { kind: 'published', messageId: MessageId };
    } catch (error) {
      const pause = MIN_PAUSE_MS * (1 + 2 * Math.random());
      if (!isThrottled(error) || waited + pause > MAX_RETRY_MS) return outcomeOf(error);
      await new Promise((resolve) => setTimeout(resolve, pause));
      waited += pause;
    }
  }
}

/** Returns the attributes of SMS, under the names that SNS defines. */
export function smsAttributes({
  type = 'transactional',
  sender,
}: SmsSettings): Record<string, MessageAttributeValue> {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    'AWS.SNS.SMS.SMSType': text(type === 'promotional' ? 'Promotional' : 'Transactional'),
    ...(sender === undefined ? {} : { 'AWS.SNS.SMS.SenderID': text(sender) }),
  };
}

const THROTTLED = /Throttl|TooManyRequests|LimitExceeded/i;
/** Codes of errors before a connection, so that nothing was sent. */
export const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

export function isThrottled(error: unknown): boolean {
  if (!(error instanceof SNSServiceException)) return false;
  return error.$metadata.httpStatusCode === 429 || THROTTLED.test(error.name);
}

/** Without a connection the message was not sent. Without an answer, or with a 5xx, the outcome is unknown. */
function outcomeOf(error: unknown): PublishOutcome {
  if (!(error instanceof SNSServiceException)) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { kind: NOT_CONNECTED.test(code) ? 'throttled' : 'unknown', detail: String(error) };
  }
  const detail = `${error.name}: ${error.message}`;
  const status = error.$metadata.httpStatusCode ?? 0;
  if (isThrottled(error)) return { kind: 'throttled', detail };
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unknown', detail };
}
