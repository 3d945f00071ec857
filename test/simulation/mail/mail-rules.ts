import { onlyStoryOf } from '../../../functions/shared/exit.ts';
import type { Alert, OnAmbiguous } from '../../../functions/shared/model.ts';
import { isInDoubt, type Try } from '../delivery/failing-service.ts';
import type { Claim, DeliveryEvidence } from '../delivery/simulate-delivery.ts';
import type { Origin, PlannedReader } from './mail-plan.ts';

interface MailEvidence extends DeliveryEvidence {
  readonly readers: readonly PlannedReader[];
  readonly tries: readonly Try[];
  readonly onAmbiguous: OnAmbiguous;
  /** The log and the calls of the function. */
  readonly lines: readonly string[];
}

/** An alert that a reader must receive. */
interface Owed {
  readonly reader: PlannedReader;
  readonly alert: Alert;
  /** The tries of the alert for this reader, in order. */
  readonly tries: readonly Try[];
  readonly claims: readonly Claim[];
}

/** Returns a description of each broken rule, and the counts of the run. */
export function brokenMailRules(evidence: MailEvidence) {
  const { tries, deadLetters } = evidence;
  const owed = owedAlerts(evidence);
  const missing = owed.filter((one) => !one.tries.some(({ accepted }) => accepted));
  const isSkipped = (one: Owed) => evidence.onAmbiguous === 'skip' && mayCountAsSent(one);
  const repeats = owed.flatMap(repeatsOf);
  const isExcused = ({ inDoubt }: Repeat) => inDoubt && evidence.onAmbiguous === 'resend';
  return {
    broken: [
      ...missing.filter((one) => !isSkipped(one)).map((one) => `never arrived: ${nameOf(one)}`),
      ...repeats.filter((one) => !isExcused(one)).map(({ what }) => what),
      ...strangers(owed, evidence),
      ...unsettled(owed, evidence),
      ...deadLetters.map((body) => `a dead letter was left: ${body.slice(0, 100)}`),
      ...addresses(evidence),
    ],
    counts: {
      mail: owed.length,
      mailAccepted: tries.filter(({ accepted }) => accepted).length,
      mailRepeated: repeats.filter(isExcused).length,
      mailSkipped: missing.filter(isSkipped).length,
    },
  };
}

/** Readers of other subscriptions get nothing from us: SNS sends everything to those without a filter. */
const MAILED: readonly (Origin | undefined)[] = ['page', 'file', 'by hand'];

function owedAlerts({ readers, published, tries, claims }: MailEvidence): Owed[] {
  const byId = Map.groupBy(published, ({ alert }) => alert.id);
  return readers.flatMap((reader) =>
    [...byId].flatMap(([alertId, publishes]): Owed[] => {
      const wanted = publishes.find(({ alert }) => wants(reader, alert));
      if (!wanted) return [];
      return [
        {
          reader,
          alert: wanted.alert,
          tries: tries.filter((one) => one.to === reader.id && alertsIn(one).includes(alertId)),
          claims: claims.filter((one) => one.alertId === alertId && one.recipient === reader.id),
        },
      ];
    }),
  );
}

/** Returns the ids of the alerts in a mail; a mail must have one. */
function alertsIn({ id }: Try): string[] {
  return id.split(' ');
}

function wants({ subscriptions, isPaused, mutedStories }: PlannedReader, alert: Alert): boolean {
  const isMuted = mutedStories.includes(onlyStoryOf(alert) ?? '');
  return MAILED.includes(subscriptions.get(alert.topicId)) && !isPaused && !isMuted;
}

const nameOf = ({ reader, alert }: Owed) => `alert ${alert.id} (${alert.kind}) for ${reader.endpoint}`;

/** Returns whether a function may have had to take an alert for sent that SES never accepted. */
function mayCountAsSent({ tries, claims }: Owed): boolean {
  return tries.some(isInDoubt) || claims.some(({ by }) => by.state === 'dead' || by.failed.size > 0);
}

interface Repeat {
  readonly what: string;
  readonly inDoubt: boolean;
}

/** Returns the mails that were accepted a second time. */
function repeatsOf(owed: Owed): Repeat[] {
  const accepted = owed.tries.filter((one) => one.accepted);
  return accepted.slice(1).map((one, n) => {
    const last = accepted[n];
    return {
      what: `sent again: ${nameOf(owed)} at ${one.at}, after ${last?.at}`,
      inDoubt: last !== undefined && isInDoubt(last),
    };
  });
}

/** Nothing is sent that nobody is owed. */
function strangers(owed: readonly Owed[], { tries, readers }: MailEvidence): string[] {
  const known = new Set(owed.map(({ reader, alert }) => `${reader.id} ${alert.id}`));
  const endpointOf = (id: string) => readers.find((one) => one.id === id)?.endpoint;
  return tries.flatMap((one) =>
    alertsIn(one)
      .filter((id) => !known.has(`${one.to} ${id}`))
      .map((id) => `${endpointOf(one.to)} got alert ${id} at ${one.at}, which is not for this reader`),
  );
}

/** Every alert is recorded as sent in the end. */
function unsettled(owed: readonly Owed[], { records }: MailEvidence): string[] {
  return owed.flatMap((one) => {
    const record = records.find(({ pk, sk }) => pk === `MAIL#ALERT#${one.alert.id}` && sk === one.reader.id);
    return record?.state === 'sent' ? [] : [`${nameOf(one)} ends as ${record?.state ?? 'unknown'}`];
  });
}

/** Only SNS stores addresses, and the log has none. */
function addresses({ readers, records, lines }: MailEvidence): string[] {
  const texts = [...records.map((record) => JSON.stringify(record)), ...lines];
  return texts
    .filter((text) => readers.some(({ endpoint }) => text.includes(endpoint)))
    .map((text) => `contains an address: ${text.slice(0, 300)}`);
}
