import { withoutMojibake } from './mojibake.ts';

/** Bytes of a feed to text, mended where a whole document was decoded wrongly before it came here. */
export async function decode(bytes: Uint8Array, contentType: string): Promise<string> {
  return withoutMojibake(await decoded(bytes, contentType));
}

/**
 * What the bytes themselves say counts most: a signature, or being UTF-8, which text in another encoding next to never is
 * by chance. Then the HTTP charset, then the XML declaration: both may lie. The other way round where the charset is the
 * one that servers state by default. Where nothing is said, a guess by the frequency of letters.
 */
async function decoded(bytes: Uint8Array, contentType: string): Promise<string> {
  const signed = decodeAs(bytes, signature(bytes));
  if (signed !== undefined) return signed;
  const utf8 = decodeAs(bytes, 'utf-8');
  // All of ASCII is the same in nearly every encoding, but in those that change between alphabets by an escape.
  if (utf8 !== undefined && (utf8.length !== bytes.length || !hasEscape(bytes))) return utf8;
  if (utf8 === undefined) {
    const lenient = new TextDecoder('utf-8').decode(bytes);
    if (isMostlyGood(lenient)) return lenient;
  }
  const [charset, declared] = [httpCharset(contentType), declaredEncoding(bytes)];
  const labels = isDefault(charset) ? [declared, charset] : [charset, declared];
  return (
    decodeAs(bytes, labels[0]) ??
    decodeAs(bytes, labels[1]) ??
    (utf8 === undefined ? undefined : decodeAs(bytes, 'iso-2022-jp')) ??
    utf8 ??
    (await decodeByGuess(bytes)) ??
    // Undeclared bytes that are no UTF-8 are nearly always Windows-1252 in feeds.
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

/** A wrong guess gives characters that no text has. */
function isText(text: string): boolean {
  return !/[\p{Co}\p{Cn}\u0080-\u009f]/u.test(text);
}

function hasEscape(bytes: Uint8Array): boolean {
  return bytes.includes(0x1b);
}

/** Undefined when the label is unknown or the bytes do not fit it: the next candidate is asked then. */
function decodeAs(bytes: Uint8Array, label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A byte order mark, or UTF-16 by the zero beside its first "<". */
function signature([a, b]: Uint8Array): string | undefined {
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  return undefined;
}

const REPLACEMENT = 0xfffd;

/** Not plain ASCII, and broken here and there at most: a summary that was cut inside a character must not spoil the rest. */
function isMostlyGood(text: string): boolean {
  let [good, broken] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === REPLACEMENT) broken++;
    else if (code >= 0x80) good++;
  }
  return good > broken;
}

/** Of old servers: ISO-8859-1, which is Windows-1252 on the web. */
function isDefault(label: string | undefined): boolean {
  try {
    return new TextDecoder(label).encoding === 'windows-1252';
  } catch {
    return false;
  }
}

function httpCharset(contentType: string): string | undefined {
  return eightBit(/;\s*charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType)?.[1]);
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  return eightBit(/^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]);
}

// Real UTF-16 has a signature. Without one the label is a lie (.NET's string writers tell it), and gives nonsense.
function eightBit(label: string | undefined): string | undefined {
  return label !== undefined && /^(utf-?16|ucs-?2|unicode$)/i.test(label) ? undefined : label;
}
