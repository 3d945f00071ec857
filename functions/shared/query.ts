import type { Query, Term } from './model.ts';

/**
 * The query language of topics: words and "quoted phrases", combined by any of / all of / none of.
 * One function turns text into a Query; matching it is the business of the match stage.
 */

/** A word, for queries and items alike: letters, marks and digits of any script. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Splits text into lower-cased Unicode words (NFC). "Putin’s" gives putin, s; "U.S." gives u, s. */
export function words(text: string): string[] {
  return text.normalize('NFC').toLowerCase().match(WORD) ?? [];
}

/** A query text that cannot be understood; `message` reads "expected …, got …". */
export class QueryError extends Error {
  override name = 'QueryError';
}

// Any of them opens and any closes: „so“, »so«, ”so” and «so» are all somebody's quotes.
const QUOTES = /["“”„‟«»]/;
const TOKEN = /["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]|([^\s"“”„‟«»]+)/g;
const RESERVED_WORD = /^(AND|OR|NOT|NEAR(\/\d+)?)$/;
const RESERVED_SIGN = /^[-=!@]|[()*|]|^\/.*\/$|^(title|source|lang):/;

/** Parses "Biden \"virtual summit\"" into all of its terms. Throws QueryError. */
export function parseTerms(text: string): Query {
  const terms: Query[] = [];
  const rest = text.replace(TOKEN, (_token, phrase: string | undefined, word: string | undefined) => {
    terms.push({ term: phrase === undefined ? bareTerm(word ?? '') : toTerm(phrase) });
    return ' ';
  });
  if (QUOTES.test(rest)) {
    throw new QueryError(`expected a closing quote, got ${JSON.stringify(text)}`);
  }
  const [first] = terms;
  if (first === undefined) throw new QueryError('expected a word or a "quoted phrase", got nothing');
  return terms.length === 1 ? first : { all: terms };
}

// Operators are refused rather than read as words: a topic that silently watches for the word "OR" is worse
// than an error, and the signs stay free for the language to grow into.
function bareTerm(word: string): Term {
  if (RESERVED_WORD.test(word)) {
    throw new QueryError(
      `expected words and "quoted phrases", got the operator ${word}; ` +
        'write lists under any:, all: and none:, or quote the word to search for it',
    );
  }
  if (RESERVED_SIGN.test(word)) {
    throw new QueryError(
      `expected words and "quoted phrases", got ${word}; quote it to search for its words`,
    );
  }
  return toTerm(word);
}

function toTerm(text: string): Term {
  const parts = words(text);
  if (parts.length === 0) {
    throw new QueryError(`expected letters or digits to search for, got ${JSON.stringify(text)}`);
  }
  return { text: text.trim(), words: parts };
}
