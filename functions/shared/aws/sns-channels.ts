import { PublishCommand, type SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import type { Channels, PublishOutcome } from '../channels.ts';
import { PROTOCOLS_ATTRIBUTE } from '../pipeline.ts';

/** The channels through the SNS API. `client` must be made with retries off: a second try may be a second message. */
export function snsChannels(client: SNSClient, arnPrefix: string): Channels {
  return {
    async publish(topicId, { subject, email, sms, json }, protocols) {
      const command = new PublishCommand({
        TopicArn: `${arnPrefix}${topicId}`,
        Subject: subject,
        MessageStructure: 'json',
        Message: JSON.stringify({
          default: email,
          email,
          sms,
          http: json,
          https: json,
          sqs: json,
          lambda: json,
        }),
        MessageAttributes: {
          [PROTOCOLS_ATTRIBUTE]: { DataType: 'String.Array', StringValue: JSON.stringify(protocols) },
        },
      });
      try {
        const { MessageId = '' } = await client.send(command);
        return { kind: 'published', messageId: MessageId };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

const THROTTLED = /Throttl|TooManyRequests|LimitExceeded/i;

/** Only an answer says what became of a message; without one, or with a 5xx, nobody knows. */
function outcomeOf(error: unknown): PublishOutcome {
  if (!(error instanceof SNSServiceException)) return { kind: 'unknown', detail: String(error) };
  const detail = `${error.name}: ${error.message}`;
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status === 429 || THROTTLED.test(error.name)) return { kind: 'throttled', detail };
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unknown', detail };
}
