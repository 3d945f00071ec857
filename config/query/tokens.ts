import { LABEL_FIELD_NAMES, LABEL_FIELDS } from '../../functions/match/text/label-fields.ts';
import type { ItemField } from '../../functions/shared/model.ts';
import { NAME_FIELD_NAMES, type NameFieldName } from './name-fields.ts';
import type { QuerySpan } from './query-error.ts';

/** A field takes words to search for in that part of the item, or a name. */
export type FieldName = ItemField | NameFieldName;
export const FIELD_NAMES: readonly FieldName[] = ['title', ...LABEL_FIELD_NAMES, ...NAME_FIELD_NAMES];

export function takesAddresses(field: FieldName): boolean {
  return LABEL_FIELD_NAMES.some((label) => label === field && LABEL_FIELDS[label].isAddress);
}

/** A token of a query. */
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
  /** The comma at the end of the word, if any. */
  readonly comma?: string;
}

// Chinese and Japanese keyboards produce full-width signs, and a byte order mark is not white space. Each replacement
// has the same length, so that offsets stay valid.
const FULL_WIDTH_SIGNS = new Map(
  [...'（）｜：＊＝＠＂　\ufeff'].map((sign, index) => [sign, '()|:*=@" \u200b'[index] ?? sign]),
);

export function toHalfWidth(text: string): string {
  return text.replace(/[（）｜：＊＝＠＂　\ufeff]/g, (sign) => FULL_WIDTH_SIGNS.get(sign) ?? sign);
}

// Any of these quotes opens a phrase and any closes it: „so“, »so«, ”so” and «so» are all in use.
export const QUOTES = '"“”„‟«»';
export const QUOTE_PAIRS: Readonly<Record<string, string>> = { '「': '」', '『': '』' };
const ALL_QUOTES = `${QUOTES}「」『』`;

export const isQuote = (sign: string) => sign !== '' && ALL_QUOTES.includes(sign);

// Most keyboards write gershayim as a quote, as in צה"ל.
const GERSHAYIM = '(?<=[א-ת])["”](?=[א-ת])';
const IN_WORD = `(?!&&)[^\\s()|${ALL_QUOTES}]|${GERSHAYIM}`;

/** Matches a word, or the rest of a word, at the current offset. */
export const WORD = new RegExp(`(?:${IN_WORD})+`, 'uy');

/** Returns a pattern that matches from inside a phrase up to its closing quote. */
export function phrasePattern(closing: string): RegExp {
  return new RegExp(`((?:[^${closing}]|${GERSHAYIM})*)[${closing}]`, 'uy');
}
