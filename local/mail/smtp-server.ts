import type { SMTPTransportOptions } from 'nodemailer';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

export interface SmtpServer {
  /** Host and port, without secrets. */
  readonly name: string;
  readonly options: SMTPTransportOptions;
}

const EXPECTED =
  'expected NEWS_ALERTS_SMTP_URL to be smtp://user:password@host:port, or smtps:// if the server starts with TLS (port 465), with all characters but letters and digits in user and password percent-encoded (@ as %40)';
/** Stricter than `isLoopbackHost`: a name server may send names such as mail.localhost, and a password, elsewhere. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** @throws NewsAlertsError that says what is wrong without showing the password */
export function parseSmtpUrl(text: string): SmtpServer {
  // URL.parse, since the error of `new URL` contains the text.
  const url = URL.parse(text.trim());
  if (!url) throw new NewsAlertsError(`${EXPECTED}; got something that is not a URL`);
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') throw new NewsAlertsError(`${EXPECTED}; got ${url.protocol}//`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw new NewsAlertsError(`${EXPECTED}; got no host`);
  // Text after the host is most likely the rest of a password that contains / ? or #.
  if (/[^/]/.test(url.pathname + url.search + url.hash)) {
    throw new NewsAlertsError(`${EXPECTED}; got something after the host and port`);
  }
  if ((url.username === '') !== (url.password === '')) {
    throw new NewsAlertsError(`${EXPECTED}; got only one of user and password`);
  }
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const isLoopback = LOOPBACK.test(host);
  return {
    name: `${url.hostname}:${port}`,
    options: {
      host,
      port,
      secure,
      ...(url.username ? { auth: { user: decoded(url.username), pass: decoded(url.password) } } : {}),
      // A password is never sent over a network unencrypted, whatever the server or an attacker in between offers.
      requireTLS: !secure && url.username !== '' && !isLoopback,
      // Mail servers on this machine have self-signed certificates, and nobody can be in between.
      tls: { rejectUnauthorized: !isLoopback },
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NewsAlertsError(`${EXPECTED}; got a % without two hex digits after it: write it as %25`);
  }
}
