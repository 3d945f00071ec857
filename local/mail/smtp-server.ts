import type { SMTPTransportOptions } from 'nodemailer';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** How to reach the mail server; `name` is how people know it, without any secret. */
export interface SmtpServer {
  readonly name: string;
  readonly options: SMTPTransportOptions;
}

const EXPECTED =
  'expected NEWS_ALERTS_SMTP_URL to be smtp://user:password@host:port, or smtps:// where the server speaks TLS from the start (port 465), with other signs than letters and digits in user and password percent-encoded (@ as %40)';
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** @throws NewsAlertsError that says what is wrong and never what the password is */
export function parseSmtpUrl(text: string): SmtpServer {
  // The error of URL() holds the text, so it is no cause to pass on.
  const url = URL.parse(text.trim());
  if (!url) throw new NewsAlertsError(`${EXPECTED}; it is no URL at all`);
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') throw new NewsAlertsError(`${EXPECTED}; got ${url.protocol}//`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') throw new NewsAlertsError(`${EXPECTED}; there is no host in it`);
  // What follows the host is most likely the rest of a password with a / ? or # in it.
  if (/[^/]/.test(url.pathname + url.search + url.hash)) {
    throw new NewsAlertsError(`${EXPECTED}; got something behind the host and port`);
  }
  if ((url.username === '') !== (url.password === '')) {
    throw new NewsAlertsError(`${EXPECTED}; got only one of user and password`);
  }
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  const isHere = LOOPBACK.test(host);
  return {
    name: `${url.hostname}:${port}`,
    options: {
      host,
      port,
      secure,
      ...(url.username ? { auth: { user: decoded(url.username), pass: decoded(url.password) } } : {}),
      // A password never crosses a network in the clear, whatever the server or somebody in between offers.
      requireTLS: !secure && url.username !== '' && !isHere,
      // Mail servers on this machine have self-made certificates, and nobody is in between.
      tls: { rejectUnauthorized: !isHere },
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NewsAlertsError(`${EXPECTED}; got a % that is not followed by two hex digits: write it as %25`);
  }
}
