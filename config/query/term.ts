import type { Term } from '../../functions/shared/model.ts';
import { variantsOf } from '../../functions/shared/text/variants.ts';
import { type Word, wordsOf } from '../../functions/shared/text/words.ts';
import { MAX_PHRASE_WORDS } from './limits.ts';
import { QueryError, textAt } from './query-error.ts';
import type { TermToken } from './tokens.ts';

/** Scripts whose every letter is a word to us: nothing to begin with in them, and one letter says something. */
export const UNSPACED_SCRIPT =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*$/u;

/** What a token looks for. Throws QueryError for one that could not be found, or would be found everywhere. */
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
          ? 'write it directly behind its number: 5%'
          : 'leave it out: signs alone are not searched for',
    );
  }
  if (words.length > MAX_PHRASE_WORDS) {
    throw new QueryError(
      `expected at most ${MAX_PHRASE_WORDS} words in a phrase, got ${words.length}`,
      token,
      'take the few words of it that nobody would write otherwise',
    );
  }
  if (text.includes('*')) {
    throw new QueryError(
      `expected * at the end of the last word, got it elsewhere in ${textAt(token)}`,
      token,
      quoted ? 'write one NEAR/3 other for words between the two' : 'write the beginning of the word: flood*',
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
      'write more of the word, or leave the * out',
    );
  }
  return true;
}

/** Whether all there is of a term is a letter or digit of a script where words have several. */
export function isOneLetter(term: Term): boolean {
  return variantsOf(term).some(([first, ...others]) => {
    const text = first?.text ?? '';
    // The signs of C++ are looked for.
    return (
      others.length === 0 && lettersOf({ text }) === 1 && !UNSPACED_SCRIPT.test(text) && !NAME_SIGN.test(text)
    );
  });
}

const NAME_SIGN = /[^\p{L}\p{M}\p{N}]/u;

function lettersOf({ text }: Pick<Word, 'text'>): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
