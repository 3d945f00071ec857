import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import type { RunEvidence } from './invariants.ts';
import { MAX_READING, wasMuted } from './mute-rules.ts';
import type { PublishedAlert, RunRecord } from './run-record.ts';

/**
 * Returns the ids of the reports in a message. A report has the same id in the message to those who get each one, and in the
 * mail to those who get one a day.
 */
export function reportIds(alertId: string, covers: readonly string[]): string[] {
  return covers.length === 0 ? [alertId] : covers.map(reportIdIn);
}

const reportIdIn = (key: string): string =>
  key
    .split('#')
    .slice(3)
    .join('#')
    .replace(/^daily#/, '');

const coversOf = ({ attempts }: RunRecord, alertId: string) => attempts.get(alertId)?.at(-1)?.covers ?? [];

/** Every report that was sent only to those who get each message is in exactly one mail to those who get one a day. */
export function brokenDailyMails(
  evidence: RunEvidence,
  mayHaveSent: (alertId: string) => boolean,
): readonly string[] {
  const { record, records, scenario } = evidence;
  // The previous release knew only of those who get each message.
  if (!scenario.config.signup?.digest) return [];
  const mails = record.published.filter(({ readers }) => readers === 'daily');
  const ids = new Map<string, Set<string>>();
  for (const { topicId, alert } of mails) {
    for (const report of reportIds(alert.id, coversOf(record, alert.id))) {
      const name = `${topicId} ${report}`;
      ids.set(name, (ids.get(name) ?? new Set()).add(alert.id));
    }
  }
  const others = record.published.filter(
    ({ topicId, readers, protocols }) =>
      topicId !== OPERATIONS_TOPIC_ID && readers === 'at once' && protocols.includes('email'),
  );
  const isCounted = (topicId: string) =>
    records.some(
      ({ pk, sk, leftOut }) =>
        pk === `TOPIC#${topicId}` && /^GATHERED#[^#]*#daily /.test(String(sk)) && Number(leftOut) > 0,
    );
  const lost = others.flatMap(({ topicId, alert }) =>
    reportIds(alert.id, coversOf(record, alert.id)).flatMap((report) => {
      const { size = 0 } = ids.get(`${topicId} ${report}`) ?? {};
      const what = `${alert.entries[0]?.title} for ${topicId} (${report})`;
      if (size > 1) return [`in ${size} daily mails: ${what}`];
      const isGathered = report.includes('#');
      const isExcused =
        size === 1 || (isGathered && isCounted(topicId)) || isLeftOut(topicId, report, evidence, mayHaveSent);
      return isExcused ? [] : [`in no daily mail: ${what}`];
    }),
  );
  return [...new Set(lost), ...wronglyNamed(others, mails, evidence, mayHaveSent)];
}

/** Returns whether the mail with a report was not sent, because all of its stories were muted or it may have been sent before. */
function isLeftOut(
  topicId: string,
  report: string,
  { record, scenario }: RunEvidence,
  mayHaveSent: (alertId: string) => boolean,
): boolean {
  return [...record.dailyEntries].some(([name, { storyId }]) => {
    const [ofTopic, key = ''] = name.split(' ');
    if (ofTopic !== topicId || reportIdIn(key) !== report) return false;
    return [...record.attempts].some(([mailId, attempts]) =>
      attempts.some(
        ({ covers, by, at }) =>
          covers.includes(key) &&
          (wasMuted(record, { topicId, storyId }, by.startedAt, at + MAX_READING) ||
            (scenario.config.onAmbiguous.email === 'skip' && mayHaveSent(mailId))),
      ),
    );
  });
}

/** An item that one message named to those who get each is named once in daily mails, too. */
function wronglyNamed(
  others: readonly PublishedAlert[],
  mails: readonly PublishedAlert[],
  { record, scenario }: RunEvidence,
  mayHaveSent: (alertId: string) => boolean,
): string[] {
  const lastOf = (all: readonly PublishedAlert[]) => [
    ...new Map(all.map((publish) => [publish.alert.id, publish])).values(),
  ];
  const nameOf = ({ topicId }: PublishedAlert, itemId: string) => `${topicId} ${itemId}`;
  const named = Map.groupBy(
    lastOf(others).flatMap((publish) =>
      publish.alert.entries
        .filter(({ kind }) => kind === 'new')
        .map((entry) => ({ publish, entry, name: nameOf(publish, entry.itemId) })),
    ),
    ({ name }) => name,
  );
  const inMails = lastOf(mails).flatMap((publish) =>
    publish.alert.entries.filter(({ kind }) => kind === 'new').map(({ itemId }) => nameOf(publish, itemId)),
  );
  const isSkipped = scenario.config.onAmbiguous.email === 'skip';
  return [...named].flatMap(([name, [first, ...more]]) => {
    if (!first || more.length > 0 || mayHaveSent(first.publish.alert.id)) return [];
    const { entry, publish } = first;
    const { topicId } = publish;
    const count = inMails.filter((one) => one === name).length;
    const mayBeMissing =
      isSkipped ||
      wasMuted(record, { topicId, storyId: entry.storyId }, publish.at, Number.POSITIVE_INFINITY);
    if (count === 1 || (count === 0 && mayBeMissing)) return [];
    // The mail had no room for what was gathered.
    const reports = reportIds(publish.alert.id, coversOf(record, publish.alert.id));
    if (count === 0 && reports.some((report) => report.includes('#'))) return [];
    return [`named ${count} times in daily mails: ${entry.title} for ${topicId}`];
  });
}
