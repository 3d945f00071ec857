// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
const NEEDS_REPAIR = /<[^a-zA-Z_:/!?\u0080-\uffff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** A "<" that starts no tag, closing tag, comment, CDATA or instruction. */
const STRAY = /<(?![a-zA-Z_:/!?\u0080-\uffff])/g;
/** One character, written as the two halves that UTF-16 has for it. */
const SURROGATE_PAIR = /&#(x[\da-f]{4}|\d{5});&#(x[\da-f]{4}|\d{5});/gi;

/** Control characters, but for the blanks. */
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;
const WINDOWS_1252_UPPER = new TextDecoder('windows-1252').decode(
  Uint8Array.from({ length: 32 }, (_, n) => 0x80 + n),
);

/** The upper ones are what Windows-1252 has there, by a conversion that took it for Latin-1. */
function intendedCharacter(control: string): string {
  return WINDOWS_1252_UPPER[control.charCodeAt(0) - 0x80] ?? '';
}

/** To replace a million places at once takes hundreds of megabytes. */
const CHUNK_LENGTH = 65_536;

/** What a tokenizer would take amiss, and what no reader of HTML would. */
export function repairXml(source: string): string {
  // Mostly nothing is amiss, and to look once is cheaper.
  const text = NEEDS_REPAIR.test(source) ? repairInChunks(source) : source;
  return text.includes(';&#') ? text.replace(SURROGATE_PAIR, joinSurrogates) : text;
}

function repairInChunks(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    const end = at + CHUNK_LENGTH;
    // What follows a "<" must be seen with it.
    const next = source[end - 1] === '<' ? end - 1 : end;
    text += source.slice(at, next).replace(STRAY, '&lt;').replace(CONTROLS, intendedCharacter);
    at = next;
  }
  return text;
}

function joinSurrogates(written: string, first: string, second: string): string {
  const [high, low] = [codeOf(first), codeOf(second)];
  const isPair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  return isPair ? String.fromCharCode(high, low) : written;
}

function codeOf(written: string): number {
  return /^x/i.test(written) ? Number.parseInt(written.slice(1), 16) : Number(written);
}
