import { FAILURES_BEFORE_NOTICE } from '../../functions/poll/notices.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Protocol } from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import type { FeedState } from '../../functions/shared/store/feed-states.ts';
import type { RunRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';

/** Returns the ids of the notices that the operators must receive because of this change of a feed's state. */
export function owedNotices(feedId: string, before: Partial<FeedState>, after: Partial<FeedState>): string[] {
  const { failures: were = 0, failingSince = '' } = before;
  const { failures: are = 0 } = after;
  const owed: [what: string, of: string][] = [];
  if (after.gone !== undefined && after.gone !== before.gone) owed.push(['stopped', String(after.gone)]);
  else if (are === FAILURES_BEFORE_NOTICE && were < are) owed.push(['failing', String(after.failingSince)]);
  if (after.ended !== undefined && after.ended !== before.ended)
    owed.push(['ended', new Date(after.live?.changedAt ?? 0).toISOString()]);
  if (are === 0 && were >= FAILURES_BEFORE_NOTICE) owed.push(['recovered', failingSince]);
  if (after.moved && after.moved.to !== before.moved?.to) owed.push(['moved', after.moved.to]);
  return owed.map(([what, of]) => hash64('notice', feedId, what, of));
}

/** Returns the notices that a protocol never received, unless its `skip` policy explains that. */
export function lostNotices(scenario: Scenario, record: RunRecord, doubtful: (alertId: string) => boolean) {
  const toOwner = record.published.filter(({ topicId }) => topicId === OPERATIONS_TOPIC_ID);
  return [...record.notices].flatMap(([noticeId, what]) => {
    const tells = (entries: readonly { readonly storyId: string }[]) =>
      entries.some(({ storyId }) => storyId === noticeId);
    const told = toOwner.filter(({ alert }) => tells(alert.entries));
    const left = [...record.attempts].some(([alertId, attempts]) => {
      const covered = attempts.flatMap(({ covers }) => covers);
      return (
        doubtful(alertId) &&
        covered.some((key) => record.digestEntries.get(`${OPERATIONS_TOPIC_ID} ${key}`)?.storyId === noticeId)
      );
    });
    return (['email', 'sms'] satisfies Protocol[])
      .filter((protocol) => !told.some(({ protocols }) => protocols.includes(protocol)))
      .filter((protocol) => scenario.config.onAmbiguous[protocol] === 'resend' || !left)
      .map((protocol) => `notice lost by ${protocol}: ${what}`);
  });
}
