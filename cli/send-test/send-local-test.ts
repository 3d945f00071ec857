import { randomUUID } from 'node:crypto';
import { isPlaceholder } from '../../config/recipients.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { composeMail } from '../../local/mail/compose-mail.ts';
import { mailerFromEnvironment } from '../../local/mail/mailer.ts';
import { toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { usdText } from '../../local/sms/sms-delivery.ts';
import { priceOf } from '../../local/sms/sms-price.ts';
import { createSmsSender } from '../../local/sms/sms-sender.ts';
import type { LocalSmsSettings } from '../../local/sms/sms-settings.ts';
import { channelPrefix } from '../deployed/resource-names.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

/** In ms. Short, since a person waits for the answer. */
const TIMEOUTS = { connect: 10_000, answer: 60_000, mail: 90_000 } as const;

/**
 * Sends a test alert from this machine the way alerts are sent, but not through the queue: the user wants the server's
 * answer now, not a test hours later. Works while `start` runs. Returns the server's answer.
 * @throws NewsAlertsError when the server does not accept the test, or the settings have faults
 */
export async function sendLocalTestEmail(
  endpoint: string,
  topic: TestTopic,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (isPlaceholder({ protocol: 'email', endpoint })) {
    throw new NewsAlertsError(
      `expected an address that can receive mail, got the example ${endpoint}; give your own address`,
    );
  }
  const mailer = mailerFromEnvironment(env, TIMEOUTS);
  if (!mailer) {
    throw new NewsAlertsError(
      'expected NEWS_ALERTS_SMTP_URL and NEWS_ALERTS_MAIL_FROM in the environment or in .env, got none; without them emails are only shown on this machine. To test a deployment, name it with --stack',
    );
  }
  const { subject, email, sms, json } = testAlert(topic);
  const entry = toOutboxEntry({
    messageId: randomUUID(),
    topicArn: `${channelPrefix('news-alerts')}${topic.id}`,
    subject,
    bodies: { default: json, email, sms, http: json },
    attributes: {},
    at: new Date().toISOString(),
    receivers: [{ protocol: 'email', endpoint }],
  });
  try {
    const outcome = await mailer.send(() =>
      composeMail([entry], endpoint, mailer.sender, () => topic.timeZone),
    );
    if (outcome.isSent) return outcome.answer;
    throw new NewsAlertsError(`the test was not sent to ${endpoint}: ${outcome.fault.detail}`);
  } finally {
    mailer.close();
  }
}

/**
 * Sends a test SMS from this machine through the user's AWS account. Does not count it against the monthly limit, and works
 * while `start` runs. Returns a report for the user.
 * @param settings undefined if this machine only shows SMS
 * @throws NewsAlertsError when SNS does not accept the test, or there is no region
 */
export async function sendLocalTestSms(
  number: string,
  topic: TestTopic,
  settings: LocalSmsSettings | undefined,
): Promise<string> {
  if (isPlaceholder({ protocol: 'sms', endpoint: number })) {
    throw new NewsAlertsError(
      `expected a number that can receive SMS, got the example ${number}; give your own number`,
    );
  }
  if (!settings) {
    throw new NewsAlertsError(
      `the test was not sent to ${number}: this machine only shows SMS (see above); set NEWS_ALERTS_SMS=aws in the environment or in .env to send them through your AWS account, or name a deployment with --stack`,
    );
  }
  const { sms: text } = testAlert(topic);
  const maxUsd = priceOf(number, text, settings);
  const sender = await createSmsSender(() => topic.sms);
  try {
    const outcome = await sender.send({ number, text, maxUsd });
    if (outcome.kind === 'sent')
      return `SNS in ${sender.region} accepted the test for ${number} (message ${outcome.messageId}) at ${usdText(maxUsd)} or less; SNS does not report whether it arrives. If nothing arrives within a minute, \`news-alerts doctor\` says whether the account may send SMS to this number`;
    throw new NewsAlertsError(
      `the test ${outcome.kind === 'unknown' ? 'may have been' : 'was not'} sent to ${number}: ${outcome.detail}`,
    );
  } finally {
    sender.close();
  }
}
