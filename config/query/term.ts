import type { Term } from '../../functions/shared/model.ts';
import { variantsOf } from '../../functions/shared/text/variants.ts';
import { type Word, wordsOf } from '../../functions/shared/text/words.ts';
import { MAX_PHRASE_WORDS } from './limits.ts';
import { QueryError, textAt } from './query-error.ts';
import type { TermToken } from './tokens.ts';

/**
 * Scripts without spaces, in which every letter counts as a word. A single letter has a meaning, and prefixes make no
 * sense.
 */
export const UNSPACED_SCRIPT =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*$/u;

/** Returns the term of a token. Throws QueryError if the term could never be found, or would be found everywhere. */
export function termOf(token: TermToken): Term {
  const { text, quoted, exact } = token;
  const words = wordsOf(text);
  const last = words.at(-1);
  if (!last) {
    throw new QueryError(
      `expected letters or digits to search for, got ${JSON.stringify(text)}`,
      token,
      /^[&+]+$/.test(text)
        ? 'write AND, or a space'
        : text === '%'
          ? 'write it directly after its number: 5%'
          : 'remove it: signs alone cannot be searched for',
    );
  }
  if (words.length > MAX_PHRASE_WORDS) {
    throw new QueryError(
      `expected at most ${MAX_PHRASE_WORDS} words in a phrase, got ${words.length}`,
      token,
      'keep only the few words that make the phrase distinctive',
    );
  }
  if (text.includes('*')) {
    throw new QueryError(
      `expected * at the end of the last word, got it elsewhere in ${textAt(token)}`,
      token,
      quoted ? 'write one NEAR/3 other to allow words in between' : 'write the beginning of the word: flood*',
    );
  }
  const prefix = token.prefix && isValidPrefix(last, token);
  return {
    text,
    ...(quoted && !exact ? { quoted } : {}),
    ...(exact ? { exact } : {}),
    ...(prefix ? { prefix } : {}),
  };
}

function isValidPrefix(last: Word, token: TermToken): boolean {
  if (last.end < token.text.length) {
    throw new QueryError(
      `expected a letter or digit before *, got ${textAt(token)}`,
      token,
      'write * directly after the beginning of a word: flood*',
    );
  }
  if (UNSPACED_SCRIPT.test(last.text)) return false;
  if (lettersOf(last) < 2) {
    throw new QueryError(
      `expected at least two letters before *, got ${last.raw}*, which would match nearly everything`,
      token,
      'write more of the word, or remove the *',
    );
  }
  return true;
}

/** Returns whether a term is a single letter or digit, in a script whose words have several letters. */
export function isOneLetter(term: Term): boolean {
  return variantsOf(term).some(([first, ...others]) => {
    const text = first?.text ?? '';
    // "C++" is more than a letter, because its signs are matched too.
    return (
      others.length === 0 && lettersOf({ text }) === 1 && !UNSPACED_SCRIPT.test(text) && !NAME_SIGN.test(text)
    );
  });
}

const NAME_SIGN = /[^\p{L}\p{M}\p{N}]/u;

function lettersOf({ text }: Pick<Word, 'text'>): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
