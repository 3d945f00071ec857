import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { answer, decodedText, headersOf } from '../local/mail/mail-source.ts';

/**
 * Faults of the mail server:
 * - `login`, `sender`: refuses the password or the sender;
 * - `greylist`: refuses one recipient temporarily;
 * - `busy`: greets with 421;
 * - `data`, `dot`: drops the connection within a mail, or after all of it, without an answer;
 * - `closed`: does not listen;
 * - `slow`: accepts a mail after a delay.
 */
export const MAIL_FAULTS = ['login', 'sender', 'greylist', 'busy', 'data', 'dot', 'closed', 'slow'] as const;
export type MailServerFault = (typeof MAIL_FAULTS)[number] | 'none';

export interface ReceivedMail {
  readonly to: string;
  readonly messageId: string;
  readonly text: string;
  /** Number of the process run in which the mail came, from 1. */
  readonly run: number;
  /** Whether the process was told that the mail was accepted. */
  isAnswered: boolean;
}

const USER = 'news';
const PASSWORD = 'secret';
const SLOW_MS = 150;
export const GREYLISTED = 'ann@readers.internal';

/** A mail server on loopback with faults on demand. */
export class FaultyMailServer {
  readonly mails: ReceivedMail[] = [];
  /** Number of attempts that each fault failed. Attempts to connect to a closed port cannot be counted. */
  readonly failedAttempts = new Map<MailServerFault, number>();
  run = 0;
  #fault: MailServerFault = 'none';
  #onConnection: () => void = () => undefined;
  #port = 0;
  #server: SMTPServer | undefined;

  async start(): Promise<void> {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        this.#onConnection();
        done(this.#failsWith('busy') ? answer(421, '4.3.2 too busy') : null);
      },
      onAuth: ({ username, password }, _session, done) => {
        if (this.#failsWith('login') || username !== USER || password !== PASSWORD)
          done(answer(535, '5.7.8 no'));
        else done(null, { user: username });
      },
      onMailFrom: (_address, _session, done) =>
        done(this.#failsWith('sender') ? answer(550, '5.7.1 no') : null),
      onRcptTo: ({ address }, _session, done) =>
        done(address === GREYLISTED && this.#failsWith('greylist') ? answer(451, '4.7.1 later') : null),
      onData: (stream, session, done) => {
        if (this.#failsWith('data')) socketOf(server, session)?.destroy();
        void text(stream).then(
          (source) => this.#receive(source, session, done),
          () => undefined,
        );
      },
    });
    server.on('error', () => undefined);
    const listening = server.listen(this.#port, '127.0.0.1');
    await once(listening, 'listening');
    this.#port = (listening.address() as AddressInfo).port;
    this.#server = server;
  }

  env(): Readonly<Record<string, string>> {
    return {
      NEWS_ALERTS_SMTP_URL: `smtp://${USER}:${PASSWORD}@127.0.0.1:${this.#port}`,
      NEWS_ALERTS_MAIL_FROM: 'alerts@news.internal',
    };
  }

  async fail(fault: MailServerFault): Promise<void> {
    this.#fault = fault;
    if (fault === 'closed') await this.stop();
    else if (!this.#server) await this.start();
  }

  /** Resolves when somebody connects. */
  connection(): Promise<void> {
    return new Promise((resolve) => {
      this.#onConnection = resolve;
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #receive(
    source: string,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const [to] = session.envelope.rcptTo;
    const server = this.#server;
    const mail: ReceivedMail = {
      to: to?.address ?? '',
      messageId: headersOf(source)['message-id'] ?? '',
      text: decodedText(source),
      run: this.run,
      isAnswered: false,
    };
    if (this.#failsWith('slow')) await sleep(SLOW_MS);
    this.mails.push(mail);
    if (this.#failsWith('dot')) {
      if (server) socketOf(server, session)?.destroy();
      return;
    }
    mail.isAnswered = true;
    done();
  }

  #failsWith(fault: MailServerFault): boolean {
    if (this.#fault !== fault) return false;
    this.failedAttempts.set(fault, (this.failedAttempts.get(fault) ?? 0) + 1);
    return true;
  }
}

/** Returns the socket of a session, which the library does not expose. */
function socketOf({ connections }: SMTPServer, { id }: SMTPServerSession): Socket | undefined {
  return [...connections].find((connection) => (connection as unknown as { id: string }).id === id)?._socket;
}
