import sms from 'sms-segments-calculator';

/**
 * Writes a text in characters of GSM-7, as people who write short messages do: Latin letters without the diacritics that
 * GSM-7 lacks (ł, ş, č, ă, ç; not é or ö), Greek in its capitals, signs as letters (± as +/-, ₹ as Rs). Signs that have no
 * such form, such as emoji, are left out. Letters of other scripts stay: their texts cannot be written in GSM-7.
 */
export function toGsm7(text: string): string {
  const written = text
    .normalize('NFC')
    .replace(DEGREES, (_, space: string, scale: string) => (scale ? space + scale : ' deg'))
    .replace(NUMBER_SIGN, 'o')
    .replace(MICRO, 'u')
    .replace(NON_ASCII, (letter, at: number, whole: string) => {
      const found = GSM7_CHARACTERS.has(letter)
        ? letter
        : (REPLACEMENT_OF[letter] ?? greekCapital(letter) ?? asciiOf(letter) ?? currency(letter));
      if (found !== undefined)
        return LETTER.test(letter) ? found : withSeparators(found, whole, at, letter.length);
      if (INVISIBLE.test(letter)) return '';
      return SYMBOL.test(letter) ? (writtenByCalculator(letter) ?? OMITTED) : letter;
    });
  return written.includes(OMITTED) ? closeGaps(written) : written;
}

/** One character that is seen as one, marks that do not compose and selectors of emoji included. */
const NON_ASCII = /[^\0-\x7f]\p{M}*|[\0-\x7f]\p{M}+/gu;
const LETTER = /^\p{L}/u;
/** Joiners and selectors of emoji. */
const INVISIBLE = /^\p{Cf}/u;
/** Emoji of later versions of Unicode count. */
const SYMBOL = /^[\p{S}\p{P}\p{Co}\p{M}\p{Extended_Pictographic}]/u;
const GSM7_CHARACTERS = new Set('£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€');
/** "45°C", "45º F", "45°". */
const DEGREES = /(?<=\d)( ?)(?:[°˚]|º(?= ?[CF]\b))(?: ?([CF])\b)?/gu;
/** "n° 5". */
const NUMBER_SIGN = /(?<=\b[nN])°/g;
/** The micro sign, which is a Greek letter on many keyboards, before a unit. */
const MICRO = /µ|μ(?=[A-Za-z])/gu;
/** U+FFFC stands for an object that is not there. */
const OMITTED = '\ufffc';

/** What is written for characters without a decomposition in Unicode, or that read better than their decomposition. */
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

/** Also of ligatures, and of signs that are made of letters and digits: ﬁ, №, ™, ½. */
function asciiOf(letter: string): string | undefined {
  const parts = letter.normalize('NFKD');
  // A stroke negates: ≮ is not <.
  if (/^\p{S}/u.test(letter) && parts.includes('\u0338')) return undefined;
  const base = parts.replace(/\p{M}/gu, '').replaceAll('⁄', '/');
  return /^[\x20-\x7e]*[\x21-\x7e]$/.test(base) && base !== '`'
    ? base
    : (REPLACEMENT_OF[base] ?? greekCapital(base));
}

/** GSM-7 has a sign that stands for any currency. */
function currency(letter: string): string | undefined {
  return /^\p{Sc}/u.test(letter) ? '¤' : undefined;
}

/** Keeps what is written for a sign from running into the word or number beside it: 5½ is no 51/2, and ₹500 no Rs500. */
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

/** What the calculator writes for a sign in GSM-7, as it does for quotes and dashes; undefined where it has nothing. */
function writtenByCalculator(sign: string): string | undefined {
  if (calculatorCache.has(sign)) return calculatorCache.get(sign);
  const message = new sms.SegmentedMessage(sign, 'auto', true);
  const written = message.encodingName === 'GSM-7' ? message.graphemes.join('') : undefined;
  // A sign may have any number of marks: not all of them can be kept.
  if (sign.length <= 2) calculatorCache.set(sign, written);
  return written;
}

/** Leaves no space twice where something was left out, and none at an end. */
function closeGaps(text: string): string {
  return text
    .replace(/(?<=[\p{L}\p{N}])\ufffc+(?=[\p{L}\p{N}])/gu, ' ')
    .replace(/^(?: ?\ufffc)+ ?|(?: ?\ufffc)+(?= |$)|\ufffc/g, '');
}
