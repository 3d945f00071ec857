// biome-ignore lint/suspicious/noControlCharactersInRegex: finds the control characters to remove
const NEEDS_REPAIR = /<[^a-zA-Z_:/!?\u0080-\uffff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** A "<" that starts no tag, comment, CDATA section or processing instruction. */
const STRAY = /<(?![a-zA-Z_:/!?\u0080-\uffff])/g;
/** One character, written as the references of a UTF-16 surrogate pair. */
const SURROGATE_PAIR = /&#(x[\da-f]{4}|\d{5});&#(x[\da-f]{4}|\d{5});/gi;

/** Control characters, except tab and line breaks. */
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;
const WINDOWS_1252_UPPER = new TextDecoder('windows-1252').decode(
  Uint8Array.from({ length: 32 }, (_, n) => 0x80 + n),
);

/** Returns the Windows-1252 character for a C1 control, which is left by a conversion from Latin-1; '' for other controls. */
function intendedCharacter(control: string): string {
  return WINDOWS_1252_UPPER[control.charCodeAt(0) - 0x80] ?? '';
}

/** Characters. Replacing a million matches at once takes hundreds of megabytes. */
const CHUNK_LENGTH = 65_536;

/** Repairs what would confuse the tokenizer but not a browser: stray "<", control characters and split surrogate pairs. */
export function repairXml(source: string): string {
  // Most documents need no repair, and one test is cheaper.
  const text = NEEDS_REPAIR.test(source) ? repairInChunks(source) : source;
  return text.includes(';&#') ? text.replace(SURROGATE_PAIR, joinSurrogates) : text;
}

function repairInChunks(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    const end = at + CHUNK_LENGTH;
    // Keeps a "<" together with the next character.
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
