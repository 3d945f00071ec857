import type { SendMailOptions } from 'nodemailer';
import { alertEmail } from '../../functions/notify/render/alert-email.ts';
import { alertHtml } from '../../functions/notify/render/alert-html.ts';
import { sharedSubject } from '../../functions/notify/render/render-alert.ts';
import type { Alert } from '../../functions/shared/model.ts';
import { shorten } from '../../functions/shared/text/safe-text.ts';
import { newsIdentity, type OutboxEntry } from '../outbox/outbox-entry.ts';
import type { Sender } from './sender.ts';

/** An address cannot be folded, and a header line is limited to 998 bytes. Each of these characters takes 3 to 9 bytes. */
const MAX_STOP_LENGTH = 40;

/** Returns the IANA time zone in which a topic's mails show times. */
export type ZoneOf = (topicId: string) => string;

/**
 * Returns one mail to one recipient. Every try sends the same mail, with a new date.
 * @param messages the messages in the mail; if there are several, they are about the same items, for different topics
 */
export function composeMail(
  messages: readonly [OutboxEntry, ...OutboxEntry[]],
  endpoint: string,
  { address, domain }: Pick<Sender, 'address' | 'domain'>,
  zoneOf: ZoneOf,
): SendMailOptions {
  const [first] = messages;
  const [alert, ...alsoFor] = alertsOf(messages);
  const channel = first.topicArn.slice(first.topicArn.lastIndexOf(':') + 1);
  const topics = [alert, ...alsoFor].map((one) => one?.topicId ?? channel).join(', ');
  const stop = `Please stop ${shorten(topics, MAX_STOP_LENGTH)} for ${shorten(endpoint, MAX_STOP_LENGTH)}`;
  const zone = alert === undefined ? 'UTC' : zoneOf(alert.topicId);
  const isShared = alert !== undefined && alsoFor.length > 0;
  return {
    // An object, since a text would be parsed as a list of addresses.
    to: { name: '', address: endpoint },
    subject: isShared ? sharedSubject(alert, alsoFor) : first.subject || 'News alert',
    text: isShared ? alertEmail(alert, zone, alsoFor) : first.bodies.email,
    // A message from another publisher has only its text.
    ...(alert === undefined ? {} : { html: alertHtml(alert, zone, alsoFor) }),
    // Mail programs recognise a mail that arrives twice.
    messageId: `<${newsIdentity(first, endpoint)}@${domain}>`,
    ...threadOf([alert, ...alsoFor], domain),
    headers: {
      'List-Id': `<${channel}.${domain}>`,
      // A mail to the operator. One machine has no web address for one-click unsubscribing (RFC 8058).
      'List-Unsubscribe': `<mailto:${encodeURIComponent(address).replaceAll('%40', '@')}?subject=${encodeURIComponent(stop)}>`,
      // Prevents out-of-office replies (RFC 3834). Exchange has its own header.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/** Returns the first alert of each topic in the messages. */
function alertsOf(messages: readonly OutboxEntry[]): Alert[] {
  const byTopic = new Map<string, Alert>();
  for (const { alert } of messages) {
    if (alert && !byTopic.has(alert.topicId)) byTopic.set(alert.topicId, alert);
  }
  return [...byTopic.values()];
}

/**
 * Returns the headers that make mail programs show the mails of a story as one conversation. All mails of a story refer to a
 * Message-ID that no mail has. RFC 5322 allows that, and RFC 5256 threads such mails too. So the first mail can keep the
 * Message-ID that identifies a resend. A mail for several topics refers to the story of each topic.
 */
function threadOf(
  alerts: readonly (Alert | undefined)[],
  domain: string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  const roots = alerts.flatMap((alert) => storyIn(alert) ?? []).map((id) => `<story.${id}@${domain}>`);
  const [inReplyTo] = roots;
  return inReplyTo === undefined ? {} : { inReplyTo, references: roots };
}

/** Returns the story's id if the alert is about exactly one story; undefined for round-ups, digests and notices. */
function storyIn(alert: Alert | undefined): string | undefined {
  if (alert?.kind !== 'new' && alert?.kind !== 'follow-up') return undefined;
  const [first, ...others] = new Set(alert.entries.map(({ storyId }) => storyId));
  return others.length === 0 ? first : undefined;
}
