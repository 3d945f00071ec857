import { ownValue } from '../../functions/shared/own-value.ts';
import { nearestName } from './nearest-name.ts';
import { QueryError, type QuerySpan } from './query-error.ts';
import { FIELD_NAMES, type FieldName, type TermToken } from './tokens.ts';

/** Names of fields in other tools, and our names for them. */
const FIELD_ALIASES: Readonly<Record<string, FieldName>> = {
  intitle: 'title',
  allintitle: 'title',
  headline: 'title',
  tag: 'category',
  tags: 'category',
  categories: 'category',
  section: 'category',
  subject: 'category',
  keyword: 'category',
  authors: 'author',
  by: 'author',
  byline: 'author',
  creator: 'author',
  inurl: 'url',
  allinurl: 'url',
  link: 'url',
  address: 'url',
  path: 'url',
  site: 'source',
  domain: 'source',
  feed: 'source',
  from: 'source',
  outlet: 'source',
  publisher: 'source',
  language: 'lang',
  locale: 'lang',
};

/** Advice for fields of other tools that have no equivalent here. */
const FIELD_ADVICE: Readonly<Record<string, string>> = {
  ...forEachName(['filetype', 'ext', 'mime'], 'write url:pdf to find addresses with the word pdf'),
  ...forEachName(
    ['before', 'after', 'since', 'until', 'date', 'daterange', 'when'],
    'remove it: every item is matched once, when it arrives',
  ),
  ...forEachName(
    ['intext', 'allintext', 'body', 'content', 'text', 'summary', 'description'],
    'remove it: words are found in title, summary and content anyway',
  ),
};

function forEachName(names: readonly string[], advice: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, advice]));
}

/** Fields of other tools that are not words even if a space follows, as in "allintitle: storm". */
const NEVER_A_WORD = /^(?:(?:all)?in(?:title|url|text|anchor)|site|filetype)$/i;

const isField = (name: string) =>
  FIELD_NAMES.some((field) => field === name) || Object.hasOwn(FIELD_ALIASES, name);

/**
 * Throws QueryError for a word that starts with an unknown field, or with a field as other tools write it (title=).
 * Accepts "12:30", "https://…" and "Breaking:" as words.
 */
export function refuseUnknownField(word: string, next: string, span: QuerySpan): void {
  const [whole = '', name = '', sign] = /^([A-Za-z][A-Za-z_-]+)([:=])/.exec(word) ?? [];
  if (name === '' || (sign === '=' && !isField(name.toLowerCase()))) return;
  const rest = word.slice(whole.length);
  const isWord = rest === '' ? /^$|[\s)|]/.test(next) : /^(\/\/|[:,;.!?*]*$)/.test(rest);
  if (isWord && !(rest === '' && NEVER_A_WORD.test(name))) return;
  const alias = ownValue(FIELD_ALIASES, name.toLowerCase()) ?? nearestName(name, FIELD_NAMES);
  // A source name has no path.
  const suggested = alias === 'source' && /\w\/\w/.test(rest) ? 'url' : alias;
  throw new QueryError(
    `expected one of the fields ${FIELD_NAMES.map((field) => `${field}:`).join(', ')}, got ${whole}`,
    { ...span, length: whole.length },
    ownValue(FIELD_ADVICE, name.toLowerCase()) ??
      (suggested ? `did you mean ${suggested}:?` : `put "${word}" in quotes to search for its words`),
  );
}

/** Returns the token of a word that is not an operator. Throws QueryError for wildcards that are not supported. */
export function wordToken(word: string, exact: boolean, span: QuerySpan): TermToken {
  const { text: trimmed, comma } = withoutPunctuation(word);
  if (trimmed === '*') {
    throw new QueryError(
      'expected letters before *, got * alone, which would match everything',
      span,
      'remove it, or write the beginning of a word: flood*',
    );
  }
  const prefix = trimmed.endsWith('*');
  const text = prefix ? trimmed.slice(0, -1) : trimmed;
  const fuzzy = /[\p{L}\p{N}][~^][\d.]*$/u.test(text);
  // Addresses may contain question marks.
  const wildcard = /[\p{L}\p{N}]\?+[\p{L}\p{N}]/u.test(text) && !text.includes('/');
  if (fuzzy || wildcard) {
    throw new QueryError(
      `expected a word, got the sign ${fuzzy ? text.replace(/^.*(?=[~^])/su, '') : '?'} in ${word}`,
      span,
      'write * at the end of a word for any ending, and alternatives as (one OR other)',
    );
  }
  return { ...span, kind: 'term', quoted: false, exact, prefix, text, ...(comma ? { comma } : {}) };
}

/** Returns the token of an address or a part of one. Signs of the query language have no meaning in it. */
export function addressToken(word: string, span: QuerySpan): TermToken {
  const { text, comma } = withoutPunctuation(word);
  const prefix = text.endsWith('*');
  return {
    ...span,
    kind: 'term',
    quoted: false,
    exact: false,
    prefix,
    text: prefix ? text.slice(0, -1) : text,
    ...(comma ? { comma } : {}),
  };
}

/**
 * Removes punctuation at the end: "Putin," becomes "Putin". The last dot of "U.S." stays; the full stop of "talks."
 * goes.
 */
function withoutPunctuation(word: string): { text: string; comma?: string } {
  let length = word.length;
  const hasDotsInside = /\..*\./su.test(word);
  while (length > 1) {
    const sign = word[length - 1] ?? '';
    if (!(/[,;:!?…、，。]/.test(sign) || (sign === '.' && !hasDotsInside))) break;
    length--;
  }
  const text = word.slice(0, length);
  const [comma] = /[,;、，]/.exec(word.slice(length)) ?? [];
  return comma === undefined ? { text } : { text, comma };
}
