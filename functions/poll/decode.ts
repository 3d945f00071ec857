/** Bytes of a feed to text: by byte order mark, HTTP charset, XML declaration, or UTF-8, in that order. */
export function decode(bytes: Uint8Array, contentType: string): string {
  const candidates = [byteOrderMark(bytes), httpCharset(contentType), declaredEncoding(bytes)];
  for (const label of candidates) {
    const text = label && decodeAs(bytes, label);
    if (text !== undefined) return text;
  }
  // Undeclared bytes that are no UTF-8 are nearly always Windows-1252 in feeds.
  return decodeAs(bytes, 'utf-8') ?? new TextDecoder('windows-1252').decode(bytes);
}

/** Undefined when the label is unknown or the bytes do not fit it: the next candidate is asked then. */
function decodeAs(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function byteOrderMark([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return undefined;
}

function httpCharset(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
}
