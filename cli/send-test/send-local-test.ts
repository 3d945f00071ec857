import { randomUUID } from 'node:crypto';
import { isPlaceholder } from '../../config/recipients.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { composeMail } from '../../local/mail/compose-mail.ts';
import { mailerFromEnvironment } from '../../local/mail/mailer.ts';
import { toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
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
