import { truncate } from './truncate.ts';

/**
 * What could make a text from a feed look like something it is not: control, format and invisible characters (bidi
 * overrides, zero-width characters, fillers), private use, lone surrogates and what is no character at all. Zero-width
 * joiners and the two selectors of emoji stay: emoji and several scripts need them.
 */
const UNSAFE =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const VISIBLE_CHARACTER = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** One safe line of a text that came from a feed; empty where nothing of it can be seen. */
export function safeText(text: string): string {
  const line = text
    .replace(/[\t\n\v\f\r\u0085\p{Z}]+/gu, ' ')
    .replace(UNSAFE, '')
    .replace(/ +/g, ' ')
    .trim();
  return VISIBLE_CHARACTER.test(line) ? line : '';
}

/** The address of a web page as plain ASCII, or undefined where it is none, or too long to be shown whole. */
export function safeUrl(text: string, longest: number): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const address = new URL(text);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return undefined;
  // "https://bank.example@eve.example/" would look like an address of the bank's.
  address.username = '';
  address.password = '';
  // A back quote alone would make an SMS a UCS-2 one.
  const url = address.href.replaceAll('`', '%60');
  return url.length <= longest ? url : undefined;
}

/** Where a link leads, in ASCII: a name with other letters that resemble them is shown in Punycode. */
export function domainOf(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/^www\./, '');
}

/** Cuts at a word's end where there is one, and never within a character; `most` counts UTF-16 units, mark included. */
export function shorten(text: string, most: number, mark = '…'): string {
  if (text.length <= most) return text;
  const cut = truncate(text, most - mark.length);
  const space = cut.lastIndexOf(' ');
  // A text without spaces, or with one very long word, is cut within it.
  const whole = text[cut.length] === ' ' || space < cut.length / 2 ? cut : cut.slice(0, space);
  return `${whole.trimEnd()}${mark}`;
}
