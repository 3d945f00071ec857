/**
 * A text in letters that GSM-7 has, as those who write short messages in these languages do: Latin letters without the
 * diacritics that it lacks (ł, ş, č, ă, ç; not é or ö), Greek in capitals, which it has, without accents. Other scripts stay.
 */
export function gsmLetters(text: string): string {
  return text.normalize('NFC').replace(BEYOND, (letter) => {
    if (KNOWN.has(letter)) return letter;
    return LETTERS[letter] ?? greek(letter) ?? plain(letter) ?? letter;
  });
}

/** One character that is seen as one, marks that do not compose included. */
const BEYOND = /[^\0-\x7f]\p{M}*|[a-zA-Z]\p{M}+/gu;
const KNOWN = new Set('£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€');

/** What has no decomposition in Unicode, or a nearer letter than that without all diacritics; and signs. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    Ð: 'D',
    ħ: 'h',
    Ħ: 'H',
    ı: 'i',
    ĸ: 'k',
    ŋ: 'ng',
    ŧ: 't',
    Ŧ: 'T',
  },
  ...{ þ: 'th', Þ: 'Th', œ: 'oe', Œ: 'OE', ə: 'e', Ə: 'E', ẞ: 'SS', ƒ: 'f', ő: 'ö', Ő: 'Ö', ű: 'ü', Ű: 'Ü' },
  ...{
    '‹': "'",
    '›': "'",
    '•': '-',
    '·': '-',
    '−': '-',
    '‑': '-',
    '‒': '-',
    '×': 'x',
    '©': '(c)',
    '®': '(R)',
    '′': "'",
    '″': '"',
  },
  ...{
    Α: 'A',
    Β: 'B',
    Ε: 'E',
    Ζ: 'Z',
    Η: 'H',
    Ι: 'I',
    Κ: 'K',
    Μ: 'M',
    Ν: 'N',
    Ο: 'O',
    Ρ: 'P',
    Τ: 'T',
    Υ: 'Y',
    Χ: 'X',
  },
};

function greek(letter: string): string | undefined {
  if (!/^\p{sc=Greek}/u.test(letter)) return undefined;
  const capital = letter.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return KNOWN.has(capital) ? capital : LETTERS[capital];
}

/** Also ligatures, and signs that are made of letters: ﬁ, №, ™. */
function plain(letter: string): string | undefined {
  const base = letter.normalize('NFKD').replace(/\p{M}/gu, '');
  return /^[\x20-\x7e]+$/.test(base) && base !== '`' ? base : undefined;
}
