/**
 * What every UTF-16 unit means to the scanner: 0 separates words; else its lower case, with IRREGULAR where words of a
 * text that holds it cannot be told unit by unit, and UNKNOWN where its page of 256 was not worked out yet (all of them
 * at the start would cost 20 ms).
 */
export const LOWER = new Int32Array(0x10000);
export const IRREGULAR = 0x10000;
const UNKNOWN = 0x20000;

const PAGE = 0x100;

/** Works out the pages of all units of a text that are not yet. True where there were any. */
export function learn(text: string): boolean {
  let learned = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (((LOWER[unit] ?? 0) & UNKNOWN) === 0) continue;
    workOut(unit - (unit % PAGE));
    learned = true;
  }
  return learned;
}

function workOut(page: number): void {
  for (let unit = page; unit < page + PAGE; unit++) LOWER[unit] = meaning(unit);
}

const WORD = /^[\p{L}\p{M}\p{N}]$/u;
// Their marks combine, or change places; or each of their letters is a word of its own.
const COMPOSED =
  /^[\p{M}\u1100-\u11ff]$|^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc\uff66-\uff9f]$/u;
const SURROGATE = /^[\ud800-\udfff]$/;

function meaning(unit: number): number {
  const character = String.fromCharCode(unit);
  if (SURROGATE.test(character)) return IRREGULAR;
  if (!WORD.test(character)) return 0;
  const lower = LOWERED[character] ?? character.toLowerCase();
  if (COMPOSED.test(character) || lower.length > 1 || lower.normalize('NFKC') !== lower) return IRREGULAR;
  return lower.charCodeAt(0);
}

/** Where lower case has two units, or hangs on the letters around. */
const LOWERED: Readonly<Record<string, string>> = { İ: 'i', ς: 'σ' };

LOWER.fill(IRREGULAR | UNKNOWN);
// Most texts need no more: Latin, and general punctuation.
for (const page of [0x0000, 0x0100, 0x2000]) workOut(page);
