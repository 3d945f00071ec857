/** Returns an error that makes the server refuse with this answer. */
export function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Returns the unfolded headers of a mail by their lower-case names. */
export function headersOf(source: string): Readonly<Record<string, string>> {
  const lines = source
    .slice(0, source.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
}

/** Returns the plain text of a mail with or without HTML. */
export function decodedText(source: string): string {
  const { 'content-type': type = '', 'content-transfer-encoding': encoding } = headersOf(source);
  const body = source.slice(source.indexOf('\r\n\r\n') + 4);
  const [, boundary] = /boundary="?([^";]+)"?/.exec(type) ?? [];
  if (boundary !== undefined) {
    const parts = body.split(`--${boundary}`).map((part) => part.replace(/^\r\n/, ''));
    return decodedText(parts.find((part) => /^content-type: text\/plain/im.test(part)) ?? '\r\n\r\n');
  }
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
