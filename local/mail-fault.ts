import type { NodemailerError } from 'nodemailer';

/** Why a mail was not taken, and what to do about it. */
export interface MailFault {
  /** Whether the same mail may be taken later. */
  readonly transient: boolean;
  readonly detail: string;
}

const SETTING = 'NEWS_ALERTS_SMTP_URL';

export function mailFault(error: unknown, server: string, from: string): MailFault {
  if (!(error instanceof Error)) return { transient: false, detail: String(error) };
  const { code, command, response, responseCode, permanent, message }: NodemailerError = error;
  const said = (response ?? message).replaceAll(/\s+/g, ' ').trim();
  if (error.name === 'AbortError' || code === 'ETIMEDOUT') {
    return {
      transient: true,
      detail: `${server} did not answer in time: check host and port in ${SETTING}, and that a firewall lets them through`,
    };
  }
  if (code === 'ETLS' || isTls(error)) {
    return {
      transient: false,
      detail: `no safe connection to ${server} (${said}): check that ${SETTING} names the host as its certificate does, and that smtps:// is used for port 465 and smtp:// for others`,
    };
  }
  if (responseCode === undefined) {
    const unreachable = code === 'ESOCKET' || code === 'ECONNECTION' || code === 'EDNS';
    const advice = unreachable ? `: check host and port in ${SETTING}` : '';
    return { transient: unreachable, detail: `${server} cannot be reached (${said})${advice}` };
  }
  return { transient: !permanent, detail: `${refused(command ?? '', code, server, from)}: ${said}` };
}

function refused(command: string, code: string | undefined, server: string, from: string): string {
  if (code === 'EAUTH') {
    return `${server} refused the user or password; check them in ${SETTING} (many providers want an app password)`;
  }
  if (command === 'MAIL FROM') {
    return `${server} refused ${from} as the sender; check user and password in ${SETTING}, and that NEWS_ALERTS_MAIL_FROM is an address of theirs`;
  }
  if (command === 'RCPT TO') return `${server} refused the recipient; check the address under recipients`;
  return `${server} refused the mail`;
}

/** Faults of TLS come as those of the socket when the connection is TLS from the start. */
function isTls(error: NodemailerError): boolean {
  const code = error.originalCode ?? error.code ?? '';
  return /^(ERR_(SSL|TLS)|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);
}
