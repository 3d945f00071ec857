import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import { decodedText, headersOf } from './mail-source.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The plain text. */
  readonly text: string;
  readonly user: string | undefined;
}

/** Starts an SMTP server on loopback that records the mails it accepts, until the end of the test. */
export async function startMailServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = [];
  const tries: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onConnect(_session, done) {
      mostOpen = Math.max(mostOpen, ++open);
      done();
    },
    onClose: () => {
      open--;
    },
    async onData(stream, session, done) {
      const source = await text(stream);
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom ? mailFrom.address : '';
      mails.push({
        from,
        to: rcptTo.map(({ address }) => address),
        headers: headersOf(source),
        text: decodedText(source),
        user: session.user,
      });
      done();
    },
    ...options,
    onRcptTo(address, session, done) {
      tries.push(address.address);
      if (options.onRcptTo) options.onRcptTo.call(this, address, session, done);
      else done();
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  /** Returns the server's side of a session's only connection. */
  const socketOf = (id: string): Socket | undefined =>
    [...server.connections].find((connection) => (connection as unknown as { id: string }).id === id)
      ?._socket;
  return { port, socketOf, url: `smtp://127.0.0.1:${port}`, mails, tries, mostOpen: () => mostOpen };
}
