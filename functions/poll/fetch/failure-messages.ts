const UNKNOWN_CLIENT =
  'the server refuses the request; some servers block unknown clients: set another userAgent in the file';
const STATUS_MESSAGES: Readonly<Record<number, string>> = {
  401: 'the server requires a login; use an address that needs none',
  403: UNKNOWN_CLIENT,
  404: 'nothing at this address; look for the new one on the site',
  406: UNKNOWN_CLIENT,
  429: 'too many requests; set a longer every for the feed',
  451: 'blocked for legal reasons at the location of this machine',
};

/** Returns "HTTP 404: …": what a status means and what to do. Returns "HTTP 418" for a status without a message. */
export function statusMessage(status: number): string {
  const message = STATUS_MESSAGES[status] ?? (status >= 500 ? 'server error; often temporary' : undefined);
  return message === undefined ? `HTTP ${status}` : `HTTP ${status}: ${message}`;
}

const UNKNOWN_HOST = 'unknown host; check the address';
const NO_ROUTE = "no route to the server; check this machine's network";
const CLOSED = 'the server closed the connection before the response was complete';
const CONNECTION_MESSAGES: Readonly<Record<string, string>> = {
  ENOTFOUND: UNKNOWN_HOST,
  ENODATA: UNKNOWN_HOST,
  EAI_AGAIN: "the host name could not be looked up; check this machine's network",
  ECONNREFUSED: 'connection refused; check the address and its port',
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  HPE_HEADER_OVERFLOW: 'the server sends more than 128 KiB of headers',
};
const INVALID_HTTP = 'the response is not valid HTTP; check whether a browser shows the feed';
const FAILED_TLS = 'no secure connection to the server; check its certificate in a browser';

/** Returns what went wrong with a connection and what to do, followed by Node's error code for searching. */
export function connectionMessage(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string') return message ?? String(error);
  const text =
    CONNECTION_MESSAGES[code] ??
    (code.startsWith('HPE_') ? INVALID_HTTP : /CERT|TLS|SSL|SIGN|EPROTO/.test(code) ? FAILED_TLS : message);
  return text === undefined || text === code ? code : `${text} (${code})`;
}
