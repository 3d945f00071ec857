import type { ItemField } from '../../functions/shared/model.ts';
import type { QuerySpan } from './query-error.ts';

export type FieldName = ItemField | 'source' | 'lang';

/** What each field has behind it: words to look for in a part of the item, or the name of what the item must be of. */
export const FIELD_KINDS = {
  title: 'words',
  category: 'words',
  author: 'words',
  url: 'words',
  source: 'name',
  lang: 'name',
} as const satisfies Record<FieldName, 'words' | 'name'>;
export const FIELD_NAMES = Object.keys(FIELD_KINDS) as readonly FieldName[];

/** What the text of a query falls into. */
export type Token = QuerySpan &
  (
    | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'minus' | 'end' }
    | { readonly kind: 'near'; readonly distance: number }
    | { readonly kind: 'field'; readonly name: FieldName }
    | { readonly kind: 'set'; readonly name: string }
    | { readonly kind: 'pattern'; readonly pattern: string }
    | TermToken
  );

export interface TermToken extends QuerySpan {
  readonly kind: 'term';
  /** Without quotes and signs. */
  readonly text: string;
  readonly quoted: boolean;
  readonly exact: boolean;
  readonly prefix: boolean;
  /** The sign of a list that a word ended with. */
  readonly comma?: string;
}

// Keyboards for Chinese and Japanese have the signs in their own width, and a byte order mark is no space. One unit for
// one: places stay as they are.
const FULL_WIDTH_SIGNS = new Map(
  [...'（）｜：＊＝＠＂　\ufeff'].map((sign, index) => [sign, '()|:*=@" \u200b'[index] ?? sign]),
);

export function toHalfWidth(text: string): string {
  return text.replace(/[（）｜：＊＝＠＂　\ufeff]/g, (sign) => FULL_WIDTH_SIGNS.get(sign) ?? sign);
}

// Any of the first opens and any closes: „so“, »so«, ”so” and «so» are all somebody's quotes.
export const QUOTES = '"“”„‟«»';
export const QUOTE_PAIRS: Readonly<Record<string, string>> = { '「': '」', '『': '』' };
const ALL_QUOTES = `${QUOTES}「」『』`;

export const isQuote = (sign: string) => sign !== '' && ALL_QUOTES.includes(sign);

// צה"ל: what stands for gershayim on most keyboards.
const GERSHAYIM = '(?<=[א-ת])["”](?=[א-ת])';
const IN_WORD = `(?!&&)[^\\s()|${ALL_QUOTES}]|${GERSHAYIM}`;

/** The rest of a word, from where it is asked for. */
export const WORD = new RegExp(`(?:${IN_WORD})+`, 'uy');

/** Inside quotes, up to and with the closing one. */
export function phrasePattern(closing: string): RegExp {
  return new RegExp(`((?:[^${closing}]|${GERSHAYIM})*)[${closing}]`, 'uy');
}
