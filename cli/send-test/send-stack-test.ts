import { PublishCommand } from '@aws-sdk/client-sns';
import { snsChannels } from '../../functions/shared/aws/sns-channels.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type AwsClients, describeError } from '../deployed/aws-clients.ts';
import { readSubscribers } from '../deployed/channel-subscribers.ts';
import { readStack } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

export interface TestedStack {
  readonly name: string;
  readonly clients: Pick<AwsClients, 'cloudFormation' | 'sns' | 'region'>;
}

/**
 * Publishes a test alert to the topic's channel where the address is the only one to receive it: SNS has no way to send
 * to one subscriber of a channel alone. Returns what became of it.
 * @throws NewsAlertsError that says what the subscription is in want of, when nothing was sent
 */
export async function sendStackTestEmail(
  endpoint: string,
  topic: TestTopic,
  stack: TestedStack,
): Promise<string> {
  const { sns } = stack.clients;
  const prefix = await channelArnPrefix(stack);
  const arn = `${prefix}${topic.id}`;
  const subscribers = await readSubscribers(sns, arn);
  if (subscribers === undefined) {
    throw new NewsAlertsError(
      `expected the channel ${arn}, got none: deploy the topic ${topic.id}, or name another with --topic`,
    );
  }
  const isTested = (one: (typeof subscribers)[number]) =>
    one.protocol === 'email' && one.endpoint.toLowerCase() === endpoint.toLowerCase();
  const tested = subscribers.filter(isTested);
  if (tested.length === 0) {
    throw new NewsAlertsError(
      `nothing was sent: ${endpoint} is not subscribed to the topic ${topic.id}. Add it under recipients and deploy; if it was there before, subscribe it anew: \`news-alerts doctor\` has the command. Or name another topic with --topic`,
    );
  }
  if (!tested.some(({ confirmed }) => confirmed)) {
    throw new NewsAlertsError(
      `nothing was sent: ${endpoint} has not confirmed its subscription to the topic ${topic.id}. Follow the link in the mail from no-reply@sns.amazonaws.com (look among the spam; the link is good for 48 hours)`,
    );
  }
  // SMS subscribers of the file filter by protocol. Whether others do, SNS does not list.
  const others = subscribers.filter((one) => one.confirmed && one.protocol !== 'sms' && !isTested(one));
  if (others.length > 0) {
    throw new NewsAlertsError(
      `nothing was sent: ${endpoint} is subscribed to the topic ${topic.id} and confirmed, but so ${others.length === 1 ? 'is' : 'are'} ${count(others.length, 'other')}, and SNS cannot send to one of them alone. Name with --topic one that it receives alone`,
    );
  }
  const outcome = await snsChannels(sns, prefix, '').publish(topic.id, testAlert(topic), ['email']);
  if (outcome.kind === 'published')
    return `SNS has taken it for ${endpoint} (message ${outcome.messageId}); it does not tell whether it arrives`;
  throw new NewsAlertsError(`SNS did not take the test: ${outcome.detail}`);
}

/**
 * Sends a test alert to a phone number, subscribed or not. Returns what became of it.
 * @throws NewsAlertsError when SNS does not take it
 */
export async function sendStackTestSms(
  number: string,
  topic: TestTopic,
  { name, clients }: TestedStack,
): Promise<string> {
  const command = new PublishCommand({
    PhoneNumber: number,
    Message: testAlert(topic).sms,
    MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
  });
  try {
    const { MessageId = '' } = await clients.sns.send(command);
    return `SNS has taken it for ${number} (message ${MessageId}); it does not tell whether it arrives. If nothing comes within a minute, \`news-alerts doctor --stack ${name}\` says whether the account may send SMS to it`;
  } catch (error) {
    throw new NewsAlertsError(
      `SNS did not take the test for ${number} in ${clients.region}: ${describeError(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function channelArnPrefix({ name, clients }: TestedStack): Promise<string> {
  const facts = await readStack(clients.cloudFormation, name);
  const prefix = facts?.outputs[OUTPUTS.channelPrefix];
  if (prefix) return prefix;
  throw new NewsAlertsError(
    `expected the stack ${name} in ${clients.region}, got ${facts ? `one without the output ${OUTPUTS.channelPrefix}` : 'none'}; name another with --stack, or set AWS_REGION`,
  );
}
