import type { SendMailOptions } from 'nodemailer';
import { onlyStoryOf } from '../exit.ts';
import type { Alert, Sender } from '../model.ts';
import { alertEmail } from '../render/alert-email.ts';
import { alertHtml } from '../render/alert-html.ts';
import { alertSubject } from '../render/alert-subject.ts';
import { shorten } from '../text/safe-text.ts';
import type { MailExit } from './mail-exit.ts';
import type { MailAlerts } from './shared-mail.ts';

/** An address cannot be folded, and a header line is limited to 998 bytes. Each of these characters takes 3 to 9 bytes. */
const MAX_STOP_LENGTH = 40;

/** Names the ids of the alerts in a mail, with blanks between them. */
export const ALERTS_HEADER = 'X-News-Alerts';

export interface MailParties {
  /** Address of the recipient. */
  readonly endpoint: string;
  readonly sender: Pick<Sender, 'address' | 'domain'>;
  readonly exit?: MailExit | undefined;
}

/**
 * Returns the texts and the threading of an email about alerts whose texts are safe. Shows times in `timeZone`.
 * @param alerts one, or several that share a mail (`sharingMail`)
 */
export function alertMail(
  alerts: MailAlerts,
  timeZone: string,
  { sender: { domain }, exit: { stop: _, ...exit } = {} }: MailParties,
): SendMailOptions {
  return {
    subject: alertSubject(alerts),
    text: alertEmail(alerts, timeZone, exit),
    html: alertHtml(alerts, timeZone, exit),
    ...threadOf(alerts, domain),
  };
}

/**
 * Returns the recipient and the headers of an email.
 * @param channel names the list that the mail belongs to
 * @param alerts the alerts in it; none for a message of another program
 */
export function mailEnvelope(
  channel: string,
  alerts: readonly Alert[],
  { endpoint, sender: { address, domain }, exit: { stop: stopUrl } = {} }: MailParties,
): SendMailOptions {
  const topics = alerts.map(({ topicId }) => topicId).join(', ') || channel;
  const stop = `Please stop ${shorten(topics, MAX_STOP_LENGTH)} for ${shorten(endpoint, MAX_STOP_LENGTH)}`;
  const mailToOwner = `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}?subject=${encodeURIComponent(stop)}`;
  return {
    // An object, since a text would be parsed as a list of addresses.
    to: { name: '', address: endpoint },
    headers: {
      'List-Id': `<${channel}.${domain}>`,
      // For `news-alerts alerts show`.
      ...(alerts.length === 0 ? {} : { [ALERTS_HEADER]: alerts.map(({ id }) => id).join(' ') }),
      'List-Unsubscribe': [...(stopUrl === undefined ? [] : [`<${stopUrl}>`]), `<${mailToOwner}>`].join(', '),
      // Mail programs unsubscribe by one click, without opening a page (RFC 8058).
      ...(stopUrl === undefined ? {} : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
      // Prevents out-of-office replies (RFC 3834). Exchange has its own header.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/**
 * Returns the headers that make mail programs show the mails of a story as one conversation. All mails of a story refer to a
 * Message-ID that no mail has. RFC 5322 allows that, and RFC 5256 threads such mails too. So the first mail can keep the
 * Message-ID that identifies a resend. A mail for several topics refers to the story of each topic.
 */
function threadOf(
  alerts: readonly Alert[],
  domain: string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  const roots = alerts.flatMap((alert) => onlyStoryOf(alert) ?? []).map((id) => `<story.${id}@${domain}>`);
  const [inReplyTo] = roots;
  return inReplyTo === undefined ? {} : { inReplyTo, references: roots };
}
