import { withoutMojibake } from './mojibake.ts';

/** Returns the text of a feed's bytes. Repairs documents that were decoded wrongly before we fetched them. */
export async function decode(bytes: Uint8Array, contentType: string): Promise<string> {
  return withoutMojibake(await decodeBytes(bytes, contentType));
}

/**
 * Decodes bytes in their most likely encoding. The bytes themselves count most: a signature, or valid UTF-8, since text in
 * another encoding is almost never valid UTF-8. Next come the HTTP charset and then the XML declaration; both may be wrong.
 * The declaration comes first if the charset is one that servers send by default. Without either, guesses by letter
 * frequency.
 */
async function decodeBytes(bytes: Uint8Array, contentType: string): Promise<string> {
  const signed = decodeAs(bytes, signature(bytes));
  if (signed !== undefined) return signed;
  const utf8 = decodeAs(bytes, 'utf-8');
  // ASCII is the same in nearly every encoding, except those that switch alphabets with an escape.
  if (utf8 !== undefined && (utf8.length !== bytes.length || !hasEscape(bytes))) return utf8;
  if (utf8 === undefined) {
    const lenient = new TextDecoder('utf-8').decode(bytes);
    if (isMostlyValid(lenient)) return lenient;
  }
  const [charset, declared] = [httpCharset(contentType), declaredEncoding(bytes)];
  const labels = isServerDefault(charset) ? [declared, charset] : [charset, declared];
  return (
    decodeAs(bytes, labels[0]) ??
    decodeAs(bytes, labels[1]) ??
    (utf8 === undefined ? undefined : decodeAs(bytes, 'iso-2022-jp')) ??
    utf8 ??
    (await decodeByGuess(bytes)) ??
    // Undeclared bytes that are not UTF-8 are nearly always Windows-1252 in feeds.
    new TextDecoder('windows-1252').decode(bytes)
  );
}

async function decodeByGuess(bytes: Uint8Array): Promise<string | undefined> {
  const { likelyEncodings } = await import('#detector');
  for (const label of likelyEncodings(bytes)) {
    const text = decodeAs(bytes, label);
    if (text !== undefined && isText(text)) return text;
  }
  return undefined;
}

/** Returns whether a decoded text is plausible: a wrong encoding produces characters that no text contains. */
function isText(text: string): boolean {
  return !/[\p{Co}\p{Cn}\u0080-\u009f]/u.test(text);
}

function hasEscape(bytes: Uint8Array): boolean {
  return bytes.includes(0x1b);
}

/** Returns undefined if the label is unknown or the bytes are invalid in it. */
function decodeAs(bytes: Uint8Array, label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns the encoding by a byte order mark, or UTF-16 by a zero byte beside the first "<". */
function signature([a, b]: Uint8Array): string | undefined {
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  return undefined;
}

const REPLACEMENT = 0xfffd;

/** Returns whether a text is UTF-8 with few errors. A summary cut inside a character must not spoil the rest. */
function isMostlyValid(text: string): boolean {
  let [valid, broken] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === REPLACEMENT) broken++;
    else if (code >= 0x80) valid++;
  }
  return valid > broken;
}

/** Returns whether a label is the default of old servers: ISO-8859-1, which is Windows-1252 on the web. */
function isServerDefault(label: string | undefined): boolean {
  try {
    return new TextDecoder(label).encoding === 'windows-1252';
  } catch {
    return false;
  }
}

function httpCharset(contentType: string): string | undefined {
  return exceptUtf16(/;\s*charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType)?.[1]);
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  return exceptUtf16(/^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]);
}

// Real UTF-16 has a signature. Without one the label is wrong (.NET's string writers add it) and decodes to nonsense.
function exceptUtf16(label: string | undefined): string | undefined {
  return label !== undefined && /^(utf-?16|ucs-?2|unicode$)/i.test(label) ? undefined : label;
}
