import { createTransport, type SendMailOptions } from 'nodemailer';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { type MailFault, mailFault, oneLine } from './mail-fault.ts';
import { parseSender, type Sender } from './sender.ts';
import { parseSmtpUrl } from './smtp-server.ts';

/** `answer`: what the server said when it took the mail. */
export type MailOutcome =
  | { readonly isSent: true; readonly answer: string }
  | { readonly isSent: false; readonly fault: MailFault };

/** Speaks to the mail server. Tries once; whoever calls decides about another try. */
export interface Mailer {
  /** Host and port. */
  readonly server: string;
  readonly sender: Sender;
  /** Returns what keeps the server from taking mail, as far as connecting and logging in show it. Never rejects. */
  verify(): Promise<MailFault | undefined>;
  /** Composes a mail and hands it over, by one connection that is kept for the next for some seconds. Never rejects. */
  send(compose: () => SendMailOptions): Promise<MailOutcome>;
  /** Ends the connection, and a try that is under way. */
  close(): void;
}

export interface MailerTiming {
  /** Longest time to connect, to be greeted, and for all of `verify`, ms. */
  readonly connect: number;
  /** Longest time without an answer once connected, ms. RFC 5321 wants minutes: a mail may be checked before it is taken. */
  readonly answer: number;
  /** Longest time for one mail, ms. */
  readonly mail: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const TIMING: MailerTiming = { connect: 10 * SECOND_MS, answer: 5 * MINUTE_MS, mail: 10 * MINUTE_MS };
/** A queue that drains shares a connection; providers limit how often one logs in, and how much one login sends. */
const CONNECTION = {
  maxConnections: 1,
  maxMessages: 50,
  idleTimeout: 3 * SECOND_MS,
  maxRequeues: 1,
} as const;
const RATE = { rateLimit: 10, rateDelta: SECOND_MS } as const;

/** @throws NewsAlertsError when the URL or the sender is not one */
export function createMailer(smtpUrl: string, from: string, timing: Partial<MailerTiming> = {}): Mailer {
  const { connect, answer, mail: perMail } = { ...TIMING, ...timing };
  const { name: server, options } = parseSmtpUrl(smtpUrl);
  const sender = parseSender(from);
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
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new DOMException('', 'TimeoutError')), connect);
      try {
        await Promise.race([transport.verify(), late.promise]);
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
 * Returns the mailer that the environment asks for; undefined without NEWS_ALERTS_SMTP_URL.
 * @throws NewsAlertsError when a setting is missing or wrong
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
    'expected NEWS_ALERTS_MAIL_FROM beside NEWS_ALERTS_SMTP_URL, got nothing; set it to an address that this mail server may send from, ' +
      `in the environment or in .env, such as NEWS_ALERTS_MAIL_FROM=${user.includes('@') ? user : 'alerts@your-domain.example'}`,
  );
}
