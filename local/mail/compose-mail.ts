import type { SendMailOptions } from 'nodemailer';
import { alertMail, type MailParties, mailEnvelope } from '../../functions/shared/mail/alert-mail.ts';
import type { MailExit } from '../../functions/shared/mail/mail-exit.ts';
import { inMailOrder } from '../../functions/shared/mail/shared-mail.ts';
import type { Sender } from '../../functions/shared/model.ts';
import { newsIdentity, type OutboxEntry } from '../outbox/outbox-entry.ts';

/** Returns the IANA time zone in which a topic's mails show times. */
export type ZoneOf = (topicId: string) => string;

/**
 * Returns one mail to one recipient. Every try sends the same mail, with a new date.
 * @param messages the messages in the mail: one, or several that share a mail (`sharingMail`)
 */
export function composeMail(
  messages: readonly [OutboxEntry, ...OutboxEntry[]],
  endpoint: string,
  sender: Pick<Sender, 'address' | 'domain'>,
  zoneOf: ZoneOf,
  exit?: MailExit,
): SendMailOptions {
  const [first] = messages;
  const [alert, ...others] = messages.flatMap((message) => message.alert ?? []);
  const alerts = alert && inMailOrder([alert, ...others]);
  const { topicArn } = messages.find((message) => message.alert === alerts?.[0]) ?? first;
  const channel = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const parties: MailParties = { endpoint, sender, exit };
  return {
    ...mailEnvelope(channel, alerts ?? [], parties),
    // A message from another publisher has only its text.
    ...(alerts === undefined
      ? { subject: first.subject || 'News alert', text: first.bodies.email }
      : alertMail(alerts, zoneOf(alerts[0].topicId), parties)),
    // Mail programs recognise a mail that arrives twice.
    messageId: `<${newsIdentity(first, endpoint)}@${sender.domain}>`,
  };
}
