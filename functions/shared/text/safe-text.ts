import { truncate } from './truncate.ts';

/**
 * Characters that could disguise a text from a feed: control, format and invisible characters (bidi overrides, zero-width
 * characters, fillers), private use, lone surrogates and noncharacters. Excludes zero-width joiners and the two emoji
 * selectors, which emoji and several scripts need.
 */
const UNSAFE =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const VISIBLE_CHARACTER = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Returns a feed's text as one safe line, or '' if nothing of it is visible. */
export function safeText(text: string): string {
  const line = text
    .replace(/[\t\n\v\f\r\u0085\p{Z}]+/gu, ' ')
    .replace(UNSAFE, '')
    .replace(/ +/g, ' ')
    .trim();
  return VISIBLE_CHARACTER.test(line) ? line : '';
}

/** Returns a web address in ASCII, or undefined if the text is not a web address or is longer than `maxLength` characters. */
export function safeUrl(text: string, maxLength: number): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const address = new URL(text);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return undefined;
  // "https://bank.example@eve.example/" would look like the bank's address.
  address.username = '';
  address.password = '';
  // A single backquote would switch an SMS to UCS-2.
  const url = address.href.replaceAll('`', '%60');
  return url.length <= maxLength ? url : undefined;
}

/** Returns the host of a link in ASCII, without "www.". Shows lookalike letters of other scripts as Punycode. */
export function domainOf(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/^www\./, '');
}

/** Shortens a text to `max` UTF-16 units including the mark. Cuts after a word if possible, and never within a character. */
export function shorten(text: string, max: number, mark = '…'): string {
  if (text.length <= max) return text;
  const cut = truncate(text, max - mark.length);
  const space = cut.lastIndexOf(' ');
  // Cuts within a word if there are no spaces or the last word is very long.
  const whole = text[cut.length] === ' ' || space < cut.length / 2 ? cut : cut.slice(0, space);
  return `${whole.trimEnd()}${mark}`;
}
