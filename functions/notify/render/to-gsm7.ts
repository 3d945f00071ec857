import sms from 'sms-segments-calculator';

/**
 * Returns a text in GSM-7 characters, as people write text messages: Latin letters lose the diacritics that GSM-7 lacks
 * (ł, ş, č, ă, ç; not é or ö), Greek becomes capitals, and symbols become letters (± is +/-, ₹ is Rs). Omits symbols that
 * have no such form, such as emoji. Keeps letters of other scripts, whose texts cannot be written in GSM-7.
 */
export function toGsm7(text: string): string {
  const written = text
    .normalize('NFC')
    .replace(DEGREES, (_, space: string, scale: string) => (scale ? space + scale : ' deg'))
    .replace(NUMBER_SIGN, 'o')
    .replace(MICRO, 'u')
    .replace(NON_ASCII, (letter, at: number, whole: string) => {
      const replacement = GSM7_CHARACTERS.has(letter)
        ? letter
        : (REPLACEMENT_OF[letter] ?? greekCapital(letter) ?? asciiOf(letter) ?? currency(letter));
      if (replacement !== undefined)
        return LETTER.test(letter) ? replacement : withSeparators(replacement, whole, at, letter.length);
      if (INVISIBLE.test(letter)) return '';
      return SYMBOL.test(letter) ? (writtenByCalculator(letter) ?? OMITTED) : letter;
    });
  return written.includes(OMITTED) ? closeGaps(written) : written;
}

/** Matches a visible character that is not plain ASCII, with its marks and emoji selectors. */
const NON_ASCII = /[^\0-\x7f]\p{M}*|[\0-\x7f]\p{M}+/gu;
const LETTER = /^\p{L}/u;
/** Matches emoji joiners and other format characters. */
const INVISIBLE = /^\p{Cf}/u;
/** Matches symbols, including emoji of later Unicode versions. */
const SYMBOL = /^[\p{S}\p{P}\p{Co}\p{M}\p{Extended_Pictographic}]/u;
const GSM7_CHARACTERS = new Set('£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€');
/** Matches degrees: "45°C", "45º F", "45°". */
const DEGREES = /(?<=\d)( ?)(?:[°˚]|º(?= ?[CF]\b))(?: ?([CF])\b)?/gu;
/** Matches the sign in "n° 5". */
const NUMBER_SIGN = /(?<=\b[nN])°/g;
/** Matches the micro sign, or the Greek letter that many keyboards have instead, before a unit. */
const MICRO = /µ|μ(?=[A-Za-z])/gu;
/** Marks omitted symbols until gaps are closed; U+FFFC is the object replacement character. */
const OMITTED = '\ufffc';

/** Replacements for characters that have no decomposition in Unicode, or that read better this way. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  ...{ l: 'ł', L: 'Ł', d: 'đð', D: 'ĐÐ', h: 'ħ', H: 'ĦΗ', i: 'ı', k: 'ĸ', ng: 'ŋ', NG: 'Ŋ', t: 'ŧ', T: 'ŦΤ' },
  ...{ th: 'þ', Th: 'Þ', oe: 'œ', OE: 'Œ', e: 'ə', E: 'ƏΕ', SS: 'ẞ', f: 'ƒ', ö: 'ő', Ö: 'Ő', ü: 'ű', Ü: 'Ű' },
  ...{ A: 'Α', B: 'Β', Z: 'Ζ', I: 'Ι', K: 'Κ', M: 'Μ', N: 'Ν', O: 'Ο', P: 'Ρ', Y: 'Υ', X: 'Χ' },
  ...{ "'": '‹›′〈〉', '"': '″「」『』《》', '[': '【', ']': '】', '|': '│¦' },
  ...{ '-': '•·・−‑‒─↓⬇▼🔻', '+': '↑⬆▲🔺', '*': '★☆⭐※', '~': '〜≈', '#': '♯', x: '×✕✖' },
  ...{ '(c)': '©', '(R)': '®', '?': '؟', ',': '،、', ';': '؛', '%': '٪' },
  ...{ '+/-': '±', '>=': '≥', '<=': '≤', '!=': '≠', '=>': '⇒' },
  ...{ '->': '→➔➜➡⟶', '<-': '←⬅', '<->': '↔⇄' },
  ...{ C: '℃', F: '℉₣', 'per mille': '‰' },
  ...{
    c: '¢',
    '£': '₤',
    Rs: '₹',
    rials: '﷼',
    RUB: '₽',
    UAH: '₴',
    TRY: '₺',
    ILS: '₪',
    KRW: '₩￦',
    VND: '₫',
    THB: '฿',
  },
  ...{ NGN: '₦', GHS: '₵', PHP: '₱', KZT: '₸', AZN: '₼', GEL: '₾', AMD: '֏', AFN: '؋', BDT: '৳', BTC: '₿' },
  ...{ CRC: '₡', PYG: '₲' },
};
const REPLACEMENT_OF: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(REPLACEMENTS).flatMap(([written, letters]) =>
    [...letters].map((letter) => [letter, written]),
  ),
);

function greekCapital(letter: string): string | undefined {
  if (!/^\p{sc=Greek}/u.test(letter)) return undefined;
  const capital = letter.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return GSM7_CHARACTERS.has(capital) ? capital : REPLACEMENT_OF[capital];
}

/** Returns the ASCII base of a letter, a ligature, or a symbol made of letters and digits: é, ﬁ, №, ™, ½. */
function asciiOf(letter: string): string | undefined {
  const parts = letter.normalize('NFKD');
  // A stroke negates: ≮ is not <.
  if (/^\p{S}/u.test(letter) && parts.includes('\u0338')) return undefined;
  const base = parts.replace(/\p{M}/gu, '').replaceAll('⁄', '/');
  return /^[\x20-\x7e]*[\x21-\x7e]$/.test(base) && base !== '`'
    ? base
    : (REPLACEMENT_OF[base] ?? greekCapital(base));
}

/** Returns the generic currency sign of GSM-7 for any currency symbol. */
function currency(letter: string): string | undefined {
  return /^\p{Sc}/u.test(letter) ? '¤' : undefined;
}

/** Separates a replacement from the word or number beside it: 5½ must not become 51/2, nor ₹500 Rs500. */
function withSeparators(written: string, text: string, at: number, length: number): string {
  const before = text[at - 1] ?? '';
  const after = text[at + length] ?? '';
  const isFraction = /\d\/\d/.test(written);
  if (/\d/.test(before) && /^\d+$/.test(written) && /^\p{No}/u.test(text.slice(at))) return `^${written}`;
  const isWord = /^[A-Za-z][a-z ]+$|^[A-Z]{3}$/.test(written);
  const start = (isFraction && /\d/.test(before)) || (isWord && /[\p{L}\d]/u.test(before)) ? ' ' : '';
  const end = isWord && /[\p{L}\d]/u.test(after) ? ' ' : '';
  return start + written + end;
}

const calculatorCache = new Map<string, string | undefined>();

/** Returns the calculator's GSM-7 form of a symbol such as a quote or dash, or undefined if it has none. */
function writtenByCalculator(sign: string): string | undefined {
  if (calculatorCache.has(sign)) return calculatorCache.get(sign);
  const message = new sms.SegmentedMessage(sign, 'auto', true);
  const written = message.encodingName === 'GSM-7' ? message.graphemes.join('') : undefined;
  // A symbol can carry any number of marks, so cache only short ones.
  if (sign.length <= 2) calculatorCache.set(sign, written);
  return written;
}

/** Removes the marks of omitted symbols, together with spaces that would be doubled or end up at an end. */
function closeGaps(text: string): string {
  return text
    .replace(/(?<=[\p{L}\p{N}])\ufffc+(?=[\p{L}\p{N}])/gu, ' ')
    .replace(/^(?: ?\ufffc)+ ?|(?: ?\ufffc)+(?= |$)|\ufffc/g, '');
}
