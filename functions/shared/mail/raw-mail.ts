import MailComposer from 'nodemailer/lib/mail-composer';
import type { Sender } from '../model.ts';
import { alertMail, type MailParties, mailEnvelope } from './alert-mail.ts';
import type { MailAlerts } from './shared-mail.ts';

/** A mail with its headers, as RFC 5322 defines it, for one recipient. */
export interface RawMail {
  readonly data: Uint8Array;
  /** Address of the recipient. */
  readonly to: string;
}

/**
 * Returns an email about alerts whose texts are safe, with its headers, as RFC 5322 defines it.
 * @param alerts one, or several that share a mail (`sharingMail`)
 * @param id identifies the mail in its `Message-ID`, which SES replaces
 */
export function rawMail(
  alerts: MailAlerts,
  timeZone: string,
  parties: MailParties & { readonly sender: Sender },
  id: string,
): Promise<RawMail['data']> {
  const { address, domain, name } = parties.sender;
  const options = {
    ...mailEnvelope(alerts[0].topicId, alerts, parties),
    ...alertMail(alerts, timeZone, parties),
    from: { name, address },
    messageId: `<${id}@${domain}>`,
  };
  return new MailComposer(options).compile().build();
}
