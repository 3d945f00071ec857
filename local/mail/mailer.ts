import { createTransport, type SendMailOptions } from 'nodemailer';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { parseSender } from '../../functions/shared/mail/sender.ts';
import type { Sender } from '../../functions/shared/model.ts';
import { type MailFault, mailFault, oneLine } from './mail-fault.ts';
import { parseSmtpUrl } from './smtp-server.ts';

/** The result of one try. `answer`: the server's text on success. */
export type MailOutcome =
  | { readonly isSent: true; readonly answer: string }
  | { readonly isSent: false; readonly fault: MailFault };

/** Sends mails to the mail server, with one try each. The caller decides whether to try again. */
export interface Mailer {
  /** Host and port. */
  readonly server: string;
  readonly sender: Sender;
  /** Connects and logs in. Returns the fault; undefined if both work. Never rejects. */
  verify(): Promise<MailFault | undefined>;
  /** Composes and sends a mail. Keeps the connection open for some seconds, for the next mail. Never rejects. */
  send(compose: () => SendMailOptions): Promise<MailOutcome>;
  /** Ends the connection and the current try. */
  close(): void;
}

export interface MailerTiming {
  /** Limit on connecting, on the server's greeting, and on all of `verify`, ms. */
  readonly connect: number;
  /** Limit on the wait for each answer, ms. RFC 5321 recommends minutes, since a server may check a mail before it accepts it. */
  readonly answer: number;
  /** Limit on one mail, ms. */
  readonly mail: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const TIMING: MailerTiming = { connect: 10 * SECOND_MS, answer: 5 * MINUTE_MS, mail: 10 * MINUTE_MS };
/** The mails of a queue share a connection. Providers limit the number of logins, and the number of mails per login. */
const CONNECTION = {
  maxConnections: 1,
  maxMessages: 50,
  idleTimeout: 3 * SECOND_MS,
  maxRequeues: 1,
} as const;
const RATE = { rateLimit: 10, rateDelta: SECOND_MS } as const;

/** @throws NewsAlertsError if the URL or the sender is not valid */
export function createMailer(smtpUrl: string, from: string, timing: Partial<MailerTiming> = {}): Mailer {
  const { connect, answer, mail: perMail } = { ...TIMING, ...timing };
  const { name: server, options } = parseSmtpUrl(smtpUrl);
  const sender = parseSender(from);
  if (!sender)
    throw new NewsAlertsError(
      `expected NEWS_ALERTS_MAIL_FROM to be one address such as alerts@example.com, or News <alerts@example.com>, got ${JSON.stringify(from)}`,
    );
  const transport = createTransport({
    ...options,
    ...CONNECTION,
    ...RATE,
    pool: true,
    connectionTimeout: connect,
    greetingTimeout: connect,
    dnsTimeout: connect,
    socketTimeout: answer,
  });
  const closing = new AbortController();
  const faultOf = (error: unknown) => mailFault(error, server, sender.address);
  return {
    server,
    sender,
    async verify() {
      const timedOut = Promise.withResolvers<never>();
      const timer = setTimeout(() => timedOut.reject(new DOMException('', 'TimeoutError')), connect);
      try {
        await Promise.race([transport.verify(), timedOut.promise]);
        return undefined;
      } catch (error) {
        return faultOf(error);
      } finally {
        clearTimeout(timer);
      }
    },
    async send(compose) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(perMail)]);
      try {
        const { response } = await transport.sendMail({
          ...compose(),
          from: { name: sender.name, address: sender.address },
          signal,
        });
        return { isSent: true, answer: oneLine(response) };
      } catch (error) {
        return { isSent: false, fault: faultOf(error) };
      }
    },
    close() {
      closing.abort();
      transport.close();
    },
  };
}

/**
 * Returns a mailer with the settings in the environment; undefined without NEWS_ALERTS_SMTP_URL.
 * @throws NewsAlertsError if a setting is missing or wrong
 */
export function mailerFromEnvironment(
  { NEWS_ALERTS_SMTP_URL: url, NEWS_ALERTS_MAIL_FROM: from }: NodeJS.ProcessEnv,
  timing: Partial<MailerTiming> = {},
): Mailer | undefined {
  if (!url) return undefined;
  if (from) return createMailer(url, from, timing);
  const { options } = parseSmtpUrl(url);
  const user = options.auth?.user ?? '';
  throw new NewsAlertsError(
    'expected NEWS_ALERTS_MAIL_FROM beside NEWS_ALERTS_SMTP_URL, got nothing; set it to an address that the mail server lets you send from, ' +
      `in the environment or in .env, such as NEWS_ALERTS_MAIL_FROM=${user.includes('@') ? user : 'alerts@your-domain.example'}`,
  );
}
