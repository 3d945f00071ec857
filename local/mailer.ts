import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { hash64 } from '../functions/shared/hash.ts';
import { mailFault } from './mail-fault.ts';
import { parseSmtpUrl } from './smtp-server.ts';
import type { Outgoing } from './sns/outgoing.ts';

/** `transient`: the server may take it later. */
export type MailOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly transient: boolean; readonly detail: string };

/** Sends alerts by email, one at a time. */
export interface Mailer {
  /**
   * Resolves when the server has taken the mail, or will not. Never rejects. `storyId`: mails of one story are shown
   * as one conversation.
   */
  send(delivery: Outgoing, storyId?: string): Promise<MailOutcome>;
  /** Gives what waits one last try, within some seconds. */
  close(): Promise<void>;
}

export interface MailerTiming {
  /** Of one try, from connecting to the server's answer, ms. */
  readonly perTry: number;
  /** Before each retry, ms. Servers that greylist take a mail after one to five minutes. */
  readonly backOff: readonly number[];
  /** For everything that waits on close, ms. */
  readonly closing: number;
}

const TIMING: MailerTiming = { perTry: 30_000, backOff: [5_000, 60_000, 300_000], closing: 10_000 };

/** @throws NewsAlertsError when the URL or the sender is not one */
export function createMailer(smtpUrl: string, from: string, timing: Partial<MailerTiming> = {}): Mailer {
  const { perTry, backOff, closing } = { ...TIMING, ...timing };
  const server = parseSmtpUrl(smtpUrl);
  const domain = domainOf(from);
  const transport = createTransport(server.options);
  const stopping = new AbortController();
  const aborting = new AbortController();
  const underWay = new Set<Promise<MailOutcome>>();
  let queue: Promise<unknown> = Promise.resolve();

  /** One at a time: many servers limit the connections of one sender. */
  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(task);
    queue = turn.catch(() => undefined);
    return turn;
  };

  async function attempt(mail: SendMailOptions): Promise<{ transient: boolean; detail: string } | undefined> {
    const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(perTry)]);
    try {
      await transport.sendMail({ ...mail, signal });
      return undefined;
    } catch (error) {
      if (!aborting.signal.aborted) return mailFault(error, server.name, from);
      return { transient: false, detail: 'news-alerts was stopped before the mail could be sent' };
    }
  }

  async function deliver(delivery: Outgoing, storyId: string | undefined): Promise<MailOutcome> {
    const mail = { ...mailOf(delivery, from, domain), ...threadOf(storyId, domain) };
    for (let tries = 0; ; tries++) {
      const fault = await inTurn(() => attempt(mail));
      if (!fault) return { ok: true };
      const pause = backOff[tries];
      if (!fault.transient || pause === undefined || stopping.signal.aborted) {
        return {
          ok: false,
          transient: fault.transient,
          detail: tries === 0 ? fault.detail : `${fault.detail} (tried ${tries + 1} times)`,
        };
      }
      // Outside the queue, so that one recipient's trouble does not keep the others waiting.
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    send(delivery, storyId) {
      const sending = deliver(delivery, storyId).catch((error: unknown): MailOutcome => {
        return { ok: false, transient: false, detail: `the mail could not be made: ${String(error)}` };
      });
      underWay.add(sending);
      void sending.then(() => underWay.delete(sending));
      return sending;
    },
    async close() {
      stopping.abort();
      const timer = setTimeout(() => aborting.abort(), closing);
      await Promise.all(underWay);
      clearTimeout(timer);
      transport.close();
    },
  };
}

function mailOf(delivery: Outgoing, from: string, domain: string): SendMailOptions {
  const { messageId, topicArn, endpoint, subject, body } = delivery;
  const channel = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  return {
    from,
    // As an object, an address is taken as it is; a text would be parsed as a list of them.
    to: { name: '', address: endpoint },
    subject: subject ?? 'News alert',
    text: body,
    // The same for every try, so that a mail that comes twice is recognised as one.
    messageId: `<${hash64(messageId, endpoint)}.${messageId}@${domain}>`,
    headers: {
      'List-Id': `<${channel}.${domain}>`,
      // RFC 3834: nobody's out-of-office note shall answer an alert.
      'Auto-Submitted': 'auto-generated',
    },
  };
}

/**
 * Returns the headers by which mail programs show the mails of a story as one conversation. All refer to a Message-ID
 * that no mail has. RFC 5322 allows that, and threading by RFC 5256 groups mails by it as well; so the first mail keeps
 * the Message-ID by which a resend is recognised.
 */
function threadOf(
  storyId: string | undefined,
  domain: string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  if (storyId === undefined) return {};
  const root = `<story.${storyId}@${domain}>`;
  return { inReplyTo: root, references: root };
}

function domainOf(from: string): string {
  const [, domain] = /[^\s@<]@([a-z\d.-]+)>?$/i.exec(from.trim()) ?? [];
  if (domain !== undefined) return domain;
  throw new NewsAlertsError(
    `expected NEWS_ALERTS_MAIL_FROM to be an address such as alerts@example.com, or News <alerts@example.com>, got ${JSON.stringify(from)}`,
  );
}
