import { type MailAlerts, sectionsOf } from '../mail/shared-mail.ts';
import type { Alert } from '../model.ts';
import { count } from '../text/count.ts';
import { shorten } from '../text/safe-text.ts';

/** SNS requires subjects of fewer than 100 characters. */
const MAX_SUBJECT = 99;
const REPLY = 'Re: ';
/** Characters of a topic's name in a subject or an SMS. */
const MAX_SHORT_NAME = 40;
/** Names of topics in a subject, and the minimum number of characters of each. */
const MAX_NAMES = 3;
const MIN_NAME = 12;
const SEPARATOR = ', ';

/**
 * Returns the subject of an email for alerts whose texts are safe: one, or several that share a mail (`sharingMail`). A
 * follow-up repeats the subject of its story's first alert, so that mail programs show one conversation.
 */
export function alertSubject(alerts: MailAlerts): string {
  const [alert] = alerts;
  const sections = sectionsOf(alerts);
  const entries = sections.flatMap(({ stories }) => stories.flat());
  const [first] = entries;
  if (!first) throw new TypeError(`the alert ${alert.id} has no entry`);
  const kind = sections.some((section) => section.alert.kind !== alert.kind) ? 'digest' : alert.kind;
  const named = { ...alert, kind, entries, topicName: namesOf(alerts) };
  const isFollowUp = alert.kind === 'follow-up';
  const stories = sections.reduce((sum, section) => sum + section.stories.length, 0);
  const start = isFollowUp ? topicStart(named) : subjectStart(named, stories);
  const title = isFollowUp ? (first.story?.title ?? first.title) : first.title;
  const subject = shorten(`${start}${title}`, MAX_SUBJECT - REPLY.length);
  return isFollowUp ? `${REPLY}${subject}` : subject;
}

/** Returns the names of the topics, or of the first of them and how many more there are, as long as one name may be. */
function namesOf(alerts: MailAlerts): string {
  const names = [...new Set(alerts.map(({ topicName }) => topicName))];
  for (let shown = Math.min(names.length, MAX_NAMES); ; shown--) {
    const more = names.length > shown ? ` and ${names.length - shown} more` : '';
    const room = Math.floor((MAX_SHORT_NAME - more.length - SEPARATOR.length * (shown - 1)) / shown);
    const named = names.slice(0, shown);
    if (shown === 1 || room >= MIN_NAME || named.every((name) => name.length <= room))
      return `${named.map((name) => shorten(name, room)).join(SEPARATOR)}${more}`;
  }
}

const topicStart = ({ topicName }: Alert): string => `${shorten(topicName, MAX_SHORT_NAME)}: `;

/**
 * Returns what stands before the headline in a subject or an SMS.
 * @param stories how many stories there are; by default, also those that an email shows as one
 */
export function subjectStart(
  alert: Alert,
  stories = new Set(alert.entries.map(({ storyId }) => storyId)).size,
): string {
  const topicName = shorten(alert.topicName, MAX_SHORT_NAME);
  if (alert.kind === 'roundup') return `${topicName}, ${count(alert.entries.length, 'more report')}: `;
  if (stories === 1) return topicStart(alert);
  return `${topicName}, ${alert.kind === 'notice' ? count(stories, 'notice') : count(stories, 'story', 'stories')}: `;
}
