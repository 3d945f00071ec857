import { CHAT_SERVICES } from '../../../functions/chat/services.ts';
import { threadStoryOf } from '../../../functions/chat/threads.ts';
import { hash64 } from '../../../functions/shared/hash.ts';
import type { Alert, ChatRecipient } from '../../../functions/shared/model.ts';
import { isInDoubt, type Try } from '../delivery/failing-service.ts';
import type { DeliveryEvidence } from '../delivery/simulate-delivery.ts';

interface ChatEvidence extends DeliveryEvidence {
  readonly recipients: readonly ChatRecipient[];
  readonly tries: readonly Try[];
  readonly clockSkew: number;
}

/** An alert that a recipient must receive. */
interface Owed {
  readonly recipient: ChatRecipient;
  readonly alert: Alert;
  /** The messages that the alert fills. Published twice, it may have other contents, because a reader muted a story. */
  readonly forms: readonly (readonly string[])[];
  /** The tries of the alert for this recipient, in order. */
  readonly tries: readonly Try[];
}

/** Returns a description of each broken rule, and the counts of the run. */
export function brokenChatRules(evidence: ChatEvidence) {
  const owed = owedAlerts(evidence);
  const accepted = evidence.tries.filter((one) => one.accepted);
  const repeats = owed.flatMap(repeatsOf);
  return {
    broken: [
      ...owed.flatMap(missing),
      ...repeats.filter(({ excused }) => !excused).map(({ what }) => what),
      ...strangers(owed, evidence),
      ...impatient(evidence),
      ...lostThreads(owed, evidence),
      ...unsettled(owed, evidence),
      ...evidence.deadLetters.map((body) => `a dead letter was left: ${body.slice(0, 100)}`),
    ],
    counts: {
      chat: owed.length,
      chatAccepted: accepted.length,
      chatRepeated: repeats.filter(({ excused }) => excused).length,
    },
  };
}

const keyOf = ({ service, name }: ChatRecipient) => `${service} ${name}`;

function owedAlerts({ recipients, published, tries }: ChatEvidence): Owed[] {
  const byId = Map.groupBy(published, ({ alert }) => alert.id);
  return recipients.flatMap((recipient) =>
    [...byId.values()].flatMap((publishes): Owed[] => {
      const [first] = publishes;
      if (!first || !recipient.topicIds.includes(first.topicId)) return [];
      const id = hash64(first.alert.id, keyOf(recipient));
      return [
        {
          recipient,
          alert: first.alert,
          forms: publishes.map(({ alert }) => messagesOf(alert, recipient)),
          tries: tries.filter((one) => one.to === recipient.name && one.id === id),
        },
      ];
    }),
  );
}

/** Returns the messages of an alert as the function writes them. */
function messagesOf(alert: Alert, recipient: ChatRecipient): readonly string[] {
  return CHAT_SERVICES[recipient.service].messages(alert, 'UTC', {
    ...recipient,
    url: recipient.service === 'ntfy' ? `http://127.0.0.1/chat-${/\d/.exec(recipient.name)}` : recipient.url,
  });
}

const nameOf = ({ recipient, alert }: Owed) => `alert ${alert.id} (${alert.kind}) for ${keyOf(recipient)}`;

/** Every alert reaches each recipient of its topic, all its messages and in their order. */
function missing(owed: Owed): string[] {
  const bodies = [...new Set(owed.tries.filter(({ accepted }) => accepted).map(({ body }) => body))];
  const isComplete = owed.forms.some((form) => JSON.stringify(form) === JSON.stringify(bodies));
  if (isComplete || (owed.forms.length > 1 && bodies.length > 0)) return [];
  return [`never arrived in full: ${nameOf(owed)}: ${bodies.length} of ${owed.forms[0]?.length} messages`];
}

/** A message is accepted a second time only if the function could not know about the first. */
function repeatsOf(owed: Owed): { what: string; excused: boolean }[] {
  const accepted = owed.tries.filter((one) => one.accepted);
  return accepted.flatMap((one, n) => {
    const before = accepted.slice(0, n).filter(({ body }) => body === one.body);
    if (before.length === 0) return [];
    const last = before.at(-1);
    return [
      {
        what: `sent again without doubt: ${nameOf(owed)} at ${one.at}, after ${last?.at}`,
        excused: last !== undefined && isInDoubt(last),
      },
    ];
  });
}

/** Nothing is sent that nobody is owed. */
function strangers(owed: readonly Owed[], { tries }: ChatEvidence): string[] {
  const known = new Set(owed.flatMap((one) => one.tries));
  return tries
    .filter((one) => !known.has(one))
    .map(({ to, at }) => `${to} got a message at ${at} that is not for it`);
}

/** After a 429, the next invocation waits for as long as the service has asked. */
function impatient({ tries, recipients, clockSkew }: ChatEvidence): string[] {
  return recipients.flatMap((recipient) => {
    const own = tries.filter(({ to }) => to === recipient.name);
    return own.flatMap((next, n) => {
      const { heard, by } = own[n - 1] ?? {};
      if (heard?.outcome.kind !== 'retry' || heard.outcome.pauseMs === undefined || by === undefined)
        return [];
      const isNextInvocation =
        by.state === 'done' && next.by.startedAt >= (by.endedAt ?? Number.POSITIVE_INFINITY);
      // An invocation that runs at the same time, or could not store the pause, does not know of it.
      if ((next.by !== by && !isNextInvocation) || by.failed.size > 0) return [];
      const earliest = heard.at + heard.outcome.pauseMs - 2 * clockSkew;
      return next.at >= earliest
        ? []
        : [`${keyOf(recipient)} was asked at ${next.at}, ${earliest - next.at} ms before Retry-After allows`];
    });
  });
}

/** A follow-up continues the thread of its story. */
function lostThreads(owed: readonly Owed[], { recipients }: ChatEvidence): string[] {
  return recipients
    .filter(({ service }) => service === 'telegram')
    .flatMap((recipient) => {
      const own = owed.filter((one) => one.recipient === recipient && threadStoryOf(one.alert) !== undefined);
      const stories = Map.groupBy(own, ({ alert }) => `${alert.topicId} ${threadStoryOf(alert)}`);
      return [...stories.values()].flatMap((alerts) => {
        const tries = alerts.flatMap((one) => one.tries.map((each) => ({ one, each })));
        return tries.flatMap(({ one, each }) => {
          // The thread is known to every invocation that begins after one has sent and stored a message.
          const earlier = tries.filter(
            ({ each: { by, ...other } }) =>
              other.accepted &&
              by.state === 'done' &&
              by.failed.size === 0 &&
              !isInDoubt({ by, ...other }) &&
              (by.endedAt ?? Number.POSITIVE_INFINITY) <= each.by.startedAt,
          );
          const ids = tries.map(({ each: { messageId } }) => messageId);
          if (each.thread !== undefined && !ids.includes(each.thread))
            return [`${nameOf(one)} replies to ${each.thread}, which is about something else`];
          return earlier.length > 0 && each.thread === undefined ? [`${nameOf(one)} is in no thread`] : [];
        });
      });
    });
}

/** Every alert is recorded as sent in the end. */
function unsettled(owed: readonly Owed[], { records }: ChatEvidence): string[] {
  return owed.flatMap((one) => {
    const record = records.find(
      ({ pk, sk }) => pk === `CHAT#ALERT#${one.alert.id}` && sk === keyOf(one.recipient),
    );
    return record?.state === 'sent' ? [] : [`${nameOf(one)} ends as ${record?.state ?? 'unknown'}`];
  });
}
