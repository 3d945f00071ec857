import type { SendMailOptions } from 'nodemailer';
import { alertEmail } from '../../functions/notify/render/alert-email.ts';
import { alertHtml } from '../../functions/notify/render/alert-html.ts';
import { sharedSubject } from '../../functions/notify/render/render-alert.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Alert } from '../../functions/shared/model.ts';
import { shorten } from '../../functions/shared/text/safe-text.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import type { Sender } from './sender.ts';

/** An address cannot be folded, and a line of a mail has 998 bytes at most: each of these is 3 to 9 bytes. */
const MAX_STOP = 40;

/** IANA zone in which a topic's mails show times. */
export type ZoneOf = (topicId: string) => string;

/**
 * Returns one mail for one recipient. `messages`: what it says; several are about the same items, for several topics. The
 * mail is the same for every try but for its date.
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
  const stop = `Please stop ${shorten(topics, MAX_STOP)} for ${shorten(endpoint, MAX_STOP)}`;
  const zone = alert === undefined ? 'UTC' : zoneOf(alert.topicId);
  const isShared = alert !== undefined && alsoFor.length > 0;
  return {
    // As an object, an address is taken as it is; a text would be parsed as a list of them.
    to: { name: '', address: endpoint },
    subject: isShared ? sharedSubject(alert, alsoFor) : first.subject || 'News alert',
    text: isShared ? alertEmail(alert, zone, alsoFor) : first.bodies.email,
    // Somebody else's message has only the text that was published.
    ...(alert === undefined ? {} : { html: alertHtml(alert, zone, alsoFor) }),
    messageId: `<${mailIdentity(first, endpoint)}@${domain}>`,
    ...threadOf([alert, ...alsoFor], domain),
    headers: {
      'List-Id': `<${channel}.${domain}>`,
      // To a person: on one machine there is no address to call, so nothing may say that one click is enough (RFC 8058).
      'List-Unsubscribe': `<mailto:${encodeURIComponent(address).replaceAll('%40', '@')}?subject=${encodeURIComponent(stop)}>`,
      // RFC 3834: nobody's out-of-office note shall answer an alert. Exchange heeds a header of its own.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/** Returns the alerts of some messages, of each topic the first. */
function alertsOf(messages: readonly OutboxEntry[]): Alert[] {
  const byTopic = new Map<string, Alert>();
  for (const { alert } of messages) {
    if (alert && !byTopic.has(alert.topicId)) byTopic.set(alert.topicId, alert);
  }
  return [...byTopic.values()];
}

/** The same for every publish of the same news to the same recipient, so that a mail that comes twice is recognised as one. */
export function mailIdentity({ alert, messageId }: OutboxEntry, endpoint: string): string {
  return alert === undefined
    ? `${hash64(messageId, endpoint)}.${messageId}`
    : hash64(alert.id, endpoint, ...alert.entries.map(({ itemId }) => itemId));
}

/**
 * Returns the headers by which mail programs show the mails of a story as one conversation. All refer to a Message-ID
 * that no mail has. RFC 5322 allows that, and threading by RFC 5256 groups mails by it as well; so the first mail keeps
 * the Message-ID by which a resend is recognised. A mail for several topics refers to the story of each.
 */
function threadOf(
  alerts: readonly (Alert | undefined)[],
  domain: string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  const roots = alerts.flatMap((alert) => storyIn(alert) ?? []).map((id) => `<story.${id}@${domain}>`);
  const [inReplyTo] = roots;
  return inReplyTo === undefined ? {} : { inReplyTo, references: roots };
}

/** Returns the id of the story if the alert is about exactly one; undefined for round-ups, digests and notices. */
function storyIn(alert: Alert | undefined): string | undefined {
  if (alert?.kind !== 'new' && alert?.kind !== 'follow-up') return undefined;
  const [first, ...others] = new Set(alert.entries.map(({ storyId }) => storyId));
  return others.length === 0 ? first : undefined;
}
