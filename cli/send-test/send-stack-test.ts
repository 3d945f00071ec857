import { PublishCommand } from '@aws-sdk/client-sns';
import { sesMail } from '../../functions/shared/aws/ses-mail.ts';
import { snsChannels } from '../../functions/shared/aws/sns-channels.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { rawMail } from '../../functions/shared/mail/raw-mail.ts';
import { parseSender } from '../../functions/shared/mail/sender.ts';
import type { Alert, Sender } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type AwsClients, describeError } from '../deployed/aws-clients.ts';
import { readSubscribers } from '../deployed/channel-subscribers.ts';
import { readStack, requireOutput } from '../deployed/read-stack.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

export interface TestedStack {
  readonly name: string;
  readonly clients: Pick<AwsClients, 'cloudFormation' | 'ses' | 'sns' | 'region'>;
}

/**
 * Sends a test alert to an address by SES if it sends the deployment's emails. Otherwise publishes it to the topic's channel if
 * only this address would receive it, since SNS cannot send to a single subscriber of a channel. Returns a report for the user.
 * @throws NewsAlertsError when nothing was sent; the message says what is wrong with the subscription
 */
export async function sendStackTestEmail(
  endpoint: string,
  topic: TestTopic,
  stack: TestedStack,
): Promise<string> {
  const { sns } = stack.clients;
  const facts = await readStack(stack.clients.cloudFormation, stack.name);
  const from = parseSender(facts?.outputs[OUTPUTS.htmlEmailFrom] ?? '');
  if (from) return sendSesTest(endpoint, topic, from, stack);
  const prefix = await requireOutput(stack.clients, stack.name, OUTPUTS.channelPrefix);
  const arn = `${prefix}${topic.id}`;
  const subscribers = await readSubscribers(sns, arn);
  if (subscribers === undefined) {
    throw new NewsAlertsError(
      `expected the channel ${arn}, got none; deploy the topic ${topic.id}, or name another topic with --topic`,
    );
  }
  const isTested = (one: (typeof subscribers)[number]) =>
    one.protocol === 'email' && one.endpoint.toLowerCase() === endpoint.toLowerCase();
  const tested = subscribers.filter(isTested);
  if (tested.length === 0) {
    throw new NewsAlertsError(
      `nothing was sent: ${endpoint} is not subscribed to topic ${topic.id}. Add the address under recipients and deploy. If it was there before, subscribe it again with the command that \`news-alerts doctor\` shows. Or name another topic with --topic`,
    );
  }
  if (!tested.some(({ confirmed }) => confirmed)) {
    throw new NewsAlertsError(
      `nothing was sent: ${endpoint} has not confirmed its subscription to topic ${topic.id}. Follow the link in the mail from no-reply@sns.amazonaws.com (check the spam folder; the link is valid for 48 hours)`,
    );
  }
  // SMS subscribers from the file filter by protocol. SNS does not list the filters of other subscribers.
  const others = subscribers.filter((one) => one.confirmed && one.protocol !== 'sms' && !isTested(one));
  if (others.length > 0) {
    throw new NewsAlertsError(
      `nothing was sent: topic ${topic.id} has ${count(others.length, 'other confirmed subscriber')} besides ${endpoint}, and SNS cannot send to one subscriber alone. Name a topic that only ${endpoint} receives with --topic`,
    );
  }
  const outcome = await snsChannels(sns, prefix, '').publish(topic.id, testAlert(topic), ['email']);
  if (outcome.kind === 'published')
    return `SNS accepted the test for ${endpoint} (message ${outcome.messageId}); SNS does not report whether it arrives`;
  throw new NewsAlertsError(`SNS did not accept the test: ${outcome.detail}`);
}

/** Sends a test alert to an address, subscribed or not, as SES sends alerts. Returns a report for the user. */
async function sendSesTest(
  endpoint: string,
  topic: TestTopic,
  sender: Sender,
  { clients, name }: TestedStack,
): Promise<string> {
  const alert = JSON.parse(testAlert(topic).json) as Alert;
  const data = await rawMail([alert], topic.timeZone, { endpoint, sender }, alert.id);
  const outcome = await sesMail(clients.ses, sender)({ data, to: endpoint });
  if (outcome.kind === 'sent')
    return `SES accepted the test for ${endpoint} (message ${outcome.answer}); SES does not report whether it arrives`;
  throw new NewsAlertsError(
    `SES did not accept the test for ${endpoint}: ${outcome.detail}; \`news-alerts doctor --stack ${name}\` says what is missing`,
  );
}

/**
 * Sends a test alert to a phone number, subscribed or not. Returns a report for the user.
 * @throws NewsAlertsError when SNS does not accept the test
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
    return `SNS accepted the test for ${number} (message ${MessageId}); SNS does not report whether it arrives. If nothing arrives within a minute, \`news-alerts doctor --stack ${name}\` says whether the account may send SMS to this number`;
  } catch (error) {
    throw new NewsAlertsError(
      `SNS did not accept the test for ${number} in ${clients.region}: ${describeError(error)}`,
      {
        cause: error,
      },
    );
  }
}
