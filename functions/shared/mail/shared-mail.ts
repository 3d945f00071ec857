import { storiesOf } from '../alert-parts.ts';
import type { Alert, AlertEntry } from '../model.ts';

/** The alerts in a mail: one, or several that share it (`sharingMail`), in the order of `inMailOrder`. */
export type MailAlerts = readonly [Alert, ...Alert[]];

/** Entries of all lists in one mail. Mail programs cut off mails that are much longer. */
const MAX_LISTED = 60;

/** Returns whether an alert may share a mail with those of other topics. */
export const mayShareMail = ({ kind }: Alert): boolean => kind !== 'notice';

const isNews = ({ kind }: Alert): boolean => kind === 'new' || kind === 'follow-up';
/** Digests, welcome digests and round-ups. */
const isList = (alert: Alert): boolean => mayShareMail(alert) && !isNews(alert);

/**
 * Returns those of some alerts for one reader that share a mail with the first. Either all have the same news, as when two topics
 * match one item, or all are lists, as when several topics send digests at one hour. None overtakes another of its topic.
 * @param messages the first, and the others, oldest first
 * @param alertOf messages of other programs have no alert
 * @param isFree false for a message that is in a mail already
 */
export function sharingMail<Message>(
  messages: readonly Message[],
  alertOf: (message: Message) => Alert | undefined,
  isFree: (message: Message) => boolean = () => true,
): Message[] {
  const together: Alert[] = [];
  const left = new Set<string>();
  return messages.filter((message, n) => {
    const alert = alertOf(message);
    const fits =
      n === 0 ||
      (alert !== undefined && isFree(message) && !left.has(alert.topicId) && isSharing(together, alert));
    if (alert) {
      if (fits) together.push(alert);
      else left.add(alert.topicId);
    }
    return fits;
  });
}

function isSharing(alerts: readonly Alert[], other: Alert): boolean {
  const [first] = alerts;
  if (!first || alerts.some(({ topicId, kind }) => topicId === other.topicId && kind === other.kind))
    return false;
  if (isList(first) && isList(other))
    return [...alerts, other].reduce((sum, { entries }) => sum + entries.length, 0) <= MAX_LISTED;
  return isNews(first) && newsOf(first) === newsOf(other);
}

/** Many readers get the same alerts. */
const newsByAlert = new WeakMap<Alert, string>();

/** Returns a text that only alerts with the same news have in common. */
function newsOf(alert: Alert): string {
  const known = newsByAlert.get(alert);
  if (known !== undefined) return known;
  const news = [alert.kind, ...alert.entries.map(newsKey).sort()].join('\n');
  newsByAlert.set(alert, news);
  return news;
}

const newsKey = ({ itemId, title, summary, added }: AlertEntry): string =>
  JSON.stringify([itemId, title, summary, added?.text]);

/** Returns alerts in the same order for each mail about a story: their subject and thread are those of the first. */
export function inMailOrder([first, ...others]: MailAlerts): MailAlerts {
  const [leading = first, ...rest] = [first, ...others].sort((a, b) => compare(a.topicId, b.topicId));
  return [leading, ...rest];
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** A part of a mail. */
export interface MailSection {
  readonly alert: Alert;
  /** Alerts of other topics with the same news. */
  readonly alsoFor: readonly Alert[];
  /** The alert's entries by story, without stories that an earlier part has. */
  readonly stories: readonly (readonly AlertEntry[])[];
  /** The first entry of each story that an earlier part has. */
  readonly listedAbove: readonly AlertEntry[];
}

/** Returns the parts of a mail: one for news, which may be that of several topics, or one for each list. */
export function sectionsOf([first, ...others]: MailAlerts): MailSection[] {
  if (isNews(first)) return [{ alert: first, alsoFor: others, stories: storiesOf(first), listedAbove: [] }];
  const listed = new Set<string>();
  return [first, ...others].map((alert) => {
    const { above = [], here = [] } = Object.groupBy(storiesOf(alert), (story) =>
      story.every((entry) => listed.has(newsKey(entry))) ? 'above' : 'here',
    );
    // A retelling does not count, since the mail shows only its headline.
    for (const entry of here.flat()) if (entry.role !== 'also') listed.add(newsKey(entry));
    return { alert, alsoFor: [], stories: here, listedAbove: above.flatMap(([entry]) => entry ?? []) };
  });
}
