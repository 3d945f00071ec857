import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { answer, decodedText, headersOf } from '../local/mail/mail-source.ts';

/**
 * How the mail server fails:
 * - `login`, `sender`: it refuses the password, or the sender;
 * - `greylist`: it puts off one recipient;
 * - `busy`: it greets with 421;
 * - `data`, `dot`: it drops the connection within a mail, or when it has all of it, without an answer;
 * - `closed`: nobody listens;
 * - `slow`: it takes its time to take a mail.
 */
export const MAIL_FAULTS = ['login', 'sender', 'greylist', 'busy', 'data', 'dot', 'closed', 'slow'] as const;
export type MailServerFault = (typeof MAIL_FAULTS)[number] | 'none';

export interface ReceivedMail {
  readonly to: string;
  readonly messageId: string;
  readonly text: string;
  /** The life of the process in which it came, counted from 1. */
  readonly life: number;
  /** Whether the process was told that the mail was taken. */
  isAnswered: boolean;
}

const USER = 'news';
const PASSWORD = 'secret';
const SLOW_MS = 150;
export const GREYLISTED = 'ann@readers.internal';

/** A mail server on loopback that fails as it is told to. */
export class FaultyMailServer {
  readonly mails: ReceivedMail[] = [];
  /** Tries that met a fault. Those that met a closed port cannot be counted. */
  readonly met = new Map<MailServerFault, number>();
  life = 0;
  #fault: MailServerFault = 'none';
  #onAsked: () => void = () => undefined;
  #port = 0;
  #server: SMTPServer | undefined;

  async start(): Promise<void> {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        this.#onAsked();
        done(this.#meets('busy') ? answer(421, '4.3.2 too busy') : null);
      },
      onAuth: ({ username, password }, _session, done) => {
        if (this.#meets('login') || username !== USER || password !== PASSWORD) done(answer(535, '5.7.8 no'));
        else done(null, { user: username });
      },
      onMailFrom: (_address, _session, done) => done(this.#meets('sender') ? answer(550, '5.7.1 no') : null),
      onRcptTo: ({ address }, _session, done) =>
        done(address === GREYLISTED && this.#meets('greylist') ? answer(451, '4.7.1 later') : null),
      onData: (stream, session, done) => {
        if (this.#meets('data')) socketOf(server, session)?.destroy();
        void text(stream).then(
          (source) => this.#take(source, session, done),
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
  asked(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAsked = resolve;
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #take(
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
      life: this.life,
      isAnswered: false,
    };
    if (this.#meets('slow')) await sleep(SLOW_MS);
    this.mails.push(mail);
    if (this.#meets('dot')) {
      if (server) socketOf(server, session)?.destroy();
      return;
    }
    mail.isAnswered = true;
    done();
  }

  #meets(fault: MailServerFault): boolean {
    if (this.#fault !== fault) return false;
    this.met.set(fault, (this.met.get(fault) ?? 0) + 1);
    return true;
  }
}

/** The server's side of a session's connection, which the library does not give out. */
function socketOf({ connections }: SMTPServer, { id }: SMTPServerSession): Socket | undefined {
  return [...connections].find((connection) => (connection as unknown as { id: string }).id === id)?._socket;
}
