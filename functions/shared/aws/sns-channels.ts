import {
  type MessageAttributeValue,
  PublishCommand,
  type SNSClient,
  SNSServiceException,
} from '@aws-sdk/client-sns';
import type { SmsSettings } from '../model.ts';
import {
  DAILY_VALUE,
  MAIL_AUDIENCE,
  OPERATIONS_TOPIC_ID,
  PROTOCOLS_ATTRIBUTE,
  STORY_ATTRIBUTE,
} from '../pipeline.ts';
import type { Channels, EmailReaders, PublishOutcome } from '../ports.ts';
import { isThrottling, NOT_CONNECTED, retryThrottled } from './throttling.ts';

export interface ChannelsSettings {
  readonly sms?: SmsSettings;
  /** Whether SES sends the emails of topics, so that SNS gives them to the mail queue and to no address. */
  readonly isMailedBySes?: boolean;
}

/**
 * Returns the channels through the SNS API. The retries of `client` must be off, because a retry may be a second message.
 * SMS are transactional unless `sms` says otherwise: carriers hold promotional ones back at night, and from numbers on
 * do-not-disturb lists.
 */
export function snsChannels(
  client: SNSClient,
  arnPrefix: string,
  operationsArn: string,
  { sms = {}, isMailedBySes = false }: ChannelsSettings = {},
): Channels {
  const attributes = smsAttributes(sms);
  return {
    async publish(topicId, { subject, json, storyId, ...bodies }, protocols, readers = 'all') {
      const values =
        isMailedBySes && topicId !== OPERATIONS_TOPIC_ID
          ? audienceOf(MAIL_AUDIENCE)
          : audienceOf({ email: 'email', daily: DAILY_VALUE });
      const audience = protocols.flatMap((protocol) => (protocol === 'email' ? values[readers] : protocol));
      const command = new PublishCommand({
        TopicArn: topicId === OPERATIONS_TOPIC_ID ? operationsArn : `${arnPrefix}${topicId}`,
        Subject: subject,
        MessageStructure: 'json',
        // All subscribed programs get the default body. A separate body for each protocol would fill the 256 KiB with copies.
        Message: JSON.stringify({ default: json, ...bodies }),
        MessageAttributes: {
          [PROTOCOLS_ATTRIBUTE]: { DataType: 'String.Array', StringValue: JSON.stringify(audience) },
          ...(storyId === undefined
            ? {}
            : { [STORY_ATTRIBUTE]: { DataType: 'String', StringValue: storyId } }),
          ...(protocols.includes('sms') ? attributes : {}),
        },
      });
      return publishWithRetry(client, command);
    },
  };
}

/** Returns what a publish by email names, from the names of those who get each message and those who get one a day. */
const audienceOf = ({
  email,
  daily,
}: Readonly<Record<'email' | 'daily', string>>): Readonly<Record<EmailReaders, readonly string[]>> => ({
  'at once': [email],
  daily: [daily],
  all: [email, daily],
});

/**
 * SNS has not accepted a throttled publish, so a retry is safe. Retries go on for two seconds: a message that goes back to its
 * queue delays its topic by minutes, and after a few receives becomes a dead letter. Four messages that each use up this time
 * and then get no answer still fit the stage's timeout.
 */
const RETRIES = { minPauseMs: 100, maxPausesMs: 2_000 };

async function publishWithRetry(client: SNSClient, command: PublishCommand): Promise<PublishOutcome> {
  try {
    const { MessageId = '' } = await retryThrottled(() => client.send(command), { ...RETRIES, isThrottled });
    return { kind: 'published', messageId: MessageId };
  } catch (error) {
    return outcomeOf(error);
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

export function isThrottled(error: unknown): boolean {
  return error instanceof SNSServiceException && isThrottling(error, THROTTLED);
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
