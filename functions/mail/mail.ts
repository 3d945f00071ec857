import { deliverBatch } from '../shared/delivery/deliver-batch.ts';
import type { Attempt, BatchAlert, QueuedAlert, Recipient } from '../shared/delivery/deps.ts';
import { hash64 } from '../shared/hash.ts';
import { mailExit } from '../shared/mail/mail-exit.ts';
import { rawMail } from '../shared/mail/raw-mail.ts';
import { inMailOrder, type MailAlerts, sharingMail } from '../shared/mail/shared-mail.ts';
import type { MailDeps } from './deps.ts';
import { type MailReader, mailReaders, wantsMail } from './subscriptions.ts';

/** New accounts may send 14 mails a second, and SES takes about a tenth of a second for one. */
const MAX_CONCURRENT = 2;

/**
 * Sends the alerts of a batch as HTML mails to those who have confirmed a subscription by email. Returns the ids of the
 * messages that go back to the queue.
 */
export function mail(deps: MailDeps, messages: readonly QueuedAlert[]): Promise<string[]> {
  const recipientsOf = async (alerts: readonly BatchAlert[]) => {
    const readers = await mailReaders(deps, alerts);
    const key = await deps.key();
    return readers.map((reader) => recipientOf({ ...deps, key }, reader));
  };
  return deliverBatch({ ...deps, name: 'mail', concurrency: MAX_CONCURRENT, recipientsOf }, messages);
}

type Writing = Omit<MailDeps, 'key'> & { readonly key: Uint8Array };

function recipientOf(deps: Writing, reader: MailReader): Recipient {
  return {
    key: reader.id,
    onAmbiguous: deps.onAmbiguous,
    wants: (alert, isBegun) => wantsMail(reader, alert, isBegun),
    sharing: (alerts) => sharingMail(alerts, ({ alert }) => alert),
    attempt: (alerts) => attempt(deps, reader, alerts),
  };
}

async function attempt(deps: Writing, reader: MailReader, alerts: MailAlerts): Promise<Attempt> {
  let data: Uint8Array;
  try {
    data = await compose(deps, reader, inMailOrder(alerts));
  } catch (error) {
    const detail = `the mail could not be written, please report this: ${String(error)}`;
    return { outcome: { kind: 'refused', detail }, progress: {} };
  }
  return { outcome: await deps.send({ data, to: reader.endpoint }), progress: {} };
}

function compose(
  { clock, key, pageUrl, sender, zoneOf }: Writing,
  { endpoint, id }: MailReader,
  alerts: MailAlerts,
): Promise<Uint8Array> {
  const exit = mailExit(key, pageUrl, alerts, clock(), endpoint);
  const mailId = hash64(...alerts.map((alert) => alert.id), id);
  return rawMail(alerts, zoneOf(alerts[0].topicId), { endpoint, sender, exit }, mailId);
}
