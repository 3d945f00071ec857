const STATUS_MESSAGES: Readonly<Record<number, string>> = {
  401: 'the server wants a login; give an address that needs none',
  403: 'the server refuses the request; some refuse programs that they do not know: set another userAgent in the file',
  404: 'nothing is at this address; look on the site for the new one',
  406: 'the server refuses the request; some refuse programs that they do not know: set another userAgent in the file',
  429: 'the server was asked too often; set a longer every for the feed',
  451: 'the server may not show it where this runs',
};

/** "HTTP 404: …": what a status says, and what to do about it where there is something. */
export function statusMessage(status: number): string {
  const words =
    STATUS_MESSAGES[status] ?? (status >= 500 ? 'the server has failed; it is asked again' : undefined);
  return words === undefined ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}

const NOT_FOUND = 'no such host is known; check the address';
const NO_ROUTE = 'no way to the server; check the network of this machine';
const CLOSED = 'the server closed the connection before its answer was complete';
const CONNECTION_MESSAGES: Readonly<Record<string, string>> = {
  ENOTFOUND: NOT_FOUND,
  ENODATA: NOT_FOUND,
  EAI_AGAIN: 'the name of the host could not be looked up; check the network of this machine',
  ECONNREFUSED: 'no server takes connections there; check the address and its port',
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  HPE_HEADER_OVERFLOW: 'the server sends more than 128 KiB of headers',
};
const BROKEN_HTTP = 'the server breaks the rules of HTTP; see whether a browser shows the feed';
const BROKEN_TLS = 'no secure connection to the server; see what a browser says of its certificate';

/** Says what became of a connection, with Node's code for those who search for it. */
export function connectionMessage(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string') return message ?? String(error);
  const words =
    CONNECTION_MESSAGES[code] ??
    (code.startsWith('HPE_') ? BROKEN_HTTP : /CERT|TLS|SSL|SIGN|EPROTO/.test(code) ? BROKEN_TLS : message);
  return words === undefined || words === code ? code : `${words} (${code})`;
}
