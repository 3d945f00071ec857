import { isPlaceholder } from '../functions/shared/config/resolve.ts';
import type { Mailer } from './mailer.ts';
import type { Outbox } from './outbox.ts';
import type { Outgoing } from './sns/outgoing.ts';

/** Brings emails to the mail server, and notes in the outbox what becomes of every message. */
export interface Postman {
  /** Returns whether it goes out by mail; everything else is shown on this machine only. */
  take(delivery: Outgoing): boolean;
  /** Mails that have not been taken yet stay in the outbox, for the next start. */
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const RETRY_MS = 10 * MINUTE_MS;

/** Begins with the mails that an earlier process left. They carry the Message-ID that they had then. */
export function createPostman(
  outbox: Outbox,
  mailer: Mailer | undefined,
  onTrouble: (delivery: Outgoing, detail: string) => void,
): Postman {
  let closing = false;
  const mail = async (
    delivery: Outgoing,
    { send }: Pick<Mailer, 'send'>,
    // Read once: the outbox may have dropped the message before the last try.
    storyId = outbox.storyOf(delivery.messageId),
  ) => {
    if (closing) return;
    const outcome = await send(delivery, storyId);
    if (outcome.ok) outbox.delivered(delivery, 'mailed');
    else if (closing) return;
    else if (outcome.transient) {
      // A mail server that is away for an hour must not cost an alert: it stays in the outbox meanwhile.
      onTrouble(delivery, `${outcome.detail}; it will be tried again in ${RETRY_MS / MINUTE_MS} minutes`);
      setTimeout(() => void mail(delivery, { send }, storyId), RETRY_MS).unref();
    } else {
      outbox.delivered(delivery, 'failed', outcome.detail);
      onTrouble(delivery, outcome.detail);
    }
  };
  if (mailer) for (const delivery of outbox.waiting()) void mail(delivery, mailer);
  return {
    take(delivery) {
      const { protocol, endpoint } = delivery;
      if (!mailer || protocol !== 'email' || isPlaceholder({ protocol, endpoint })) {
        outbox.delivered(delivery, 'shown');
        return false;
      }
      // Noted before the publish is answered: from then on the alert counts as sent, whatever happens to this process.
      outbox.delivered(delivery, 'waiting');
      void mail(delivery, mailer);
      return true;
    },
    async close() {
      closing = true;
      await mailer?.close();
    },
  };
}
