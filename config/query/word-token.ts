import { nearestName } from './nearest-name.ts';
import { QueryError, type QuerySpan } from './query-error.ts';
import { FIELD_NAMES, type FieldName, type TermToken } from './tokens.ts';

/** What other languages call ours. */
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

/** What to do about fields of other languages that have none here. */
const FIELD_ADVICE: Readonly<Record<string, string>> = {
  ...forEachName(['filetype', 'ext', 'mime'], 'write url:pdf for addresses that end so'),
  ...forEachName(
    ['before', 'after', 'since', 'until', 'date', 'daterange', 'when'],
    'leave it out: what is new is matched when it comes, and nothing later',
  ),
  ...forEachName(
    ['intext', 'allintext', 'body', 'content', 'text', 'summary', 'description'],
    'leave it out: words are looked for in title, summary and content',
  ),
};

function forEachName(names: readonly string[], advice: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, advice]));
}

/** With a space behind them, too, these are no words: "allintitle: storm". */
const NEVER_A_WORD = /^(?:(?:all)?in(?:title|url|text|anchor)|site|filetype)$/i;

const isField = (name: string) =>
  FIELD_NAMES.some((field) => field === name) || Object.hasOwn(FIELD_ALIASES, name);

/**
 * Throws QueryError for a word that begins with a field that we have not, or with one as other tools write it (title=);
 * "12:30", "https://…" and "Breaking:" do not.
 */
export function refuseUnknownField(word: string, next: string, place: QuerySpan): void {
  const [whole = '', name = '', sign] = /^([A-Za-z][A-Za-z_-]+)([:=])/.exec(word) ?? [];
  if (name === '' || (sign === '=' && !isField(name.toLowerCase()))) return;
  const rest = word.slice(whole.length);
  const isWord = rest === '' ? /^$|[\s)|]/.test(next) : /^(\/\/|[:,;.!?*]*$)/.test(rest);
  if (isWord && !(rest === '' && NEVER_A_WORD.test(name))) return;
  const known = FIELD_ALIASES[name.toLowerCase()] ?? nearestName(name, FIELD_NAMES);
  // A source has no path.
  const meant = known === 'source' && /\w\/\w/.test(rest) ? 'url' : known;
  throw new QueryError(
    `expected one of the fields ${FIELD_NAMES.map((field) => `${field}:`).join(', ')}, got ${whole}`,
    { ...place, length: whole.length },
    FIELD_ADVICE[name.toLowerCase()] ??
      (meant ? `did you mean ${meant}:?` : `put "${word}" in quotes to search for its words`),
  );
}

/** A word that is no operator. */
export function wordToken(word: string, exact: boolean, place: QuerySpan): TermToken {
  const { text: trimmed, comma } = withoutPunctuation(word);
  if (trimmed === '*') {
    throw new QueryError(
      'expected letters before *, got * alone, which would match everything',
      place,
      'leave it out, or write the beginning of a word: flood*',
    );
  }
  const prefix = trimmed.endsWith('*');
  const text = prefix ? trimmed.slice(0, -1) : trimmed;
  const fuzzy = /[\p{L}\p{N}][~^][\d.]*$/u.test(text);
  // Addresses have question marks.
  const wildcard = /[\p{L}\p{N}]\?+[\p{L}\p{N}]/u.test(text) && !text.includes('/');
  if (fuzzy || wildcard) {
    throw new QueryError(
      `expected a word, got the sign ${fuzzy ? text.replace(/^.*(?=[~^])/su, '') : '?'} in ${word}`,
      place,
      'write * at the end of a word for any ending, and alternatives as (one OR other)',
    );
  }
  return { ...place, kind: 'term', quoted: false, exact, prefix, text, ...(comma ? { comma } : {}) };
}

/** An address, or a part of one: its signs are none of the language. */
export function addressToken(word: string, place: QuerySpan): TermToken {
  const { text, comma } = withoutPunctuation(word);
  const prefix = text.endsWith('*');
  return {
    ...place,
    kind: 'term',
    quoted: false,
    exact: false,
    prefix,
    text: prefix ? text.slice(0, -1) : text,
    ...(comma ? { comma } : {}),
  };
}

/** "Putin," is Putin. The last dot of "U.S." is its own; that of "talks." is the sentence's. */
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
