import { accentsOf, folded, hasDiacritics } from '../../shared/text/folded.ts';
import { withPlainFirstLetter } from '../../shared/text/variants.ts';
import type { WordForms } from '../inflection/inflection.ts';

/** All letters of a word. */
export const ALL_LETTERS = Number.MAX_SAFE_INTEGER;

/** Whether the first letters of a word, so many, are in capitals, as far as they are letters; one of them is. */
export function areCapitals(raw: string, count: number): boolean {
  if (count === 0) return true;
  const letters = raw.slice(0, count);
  return letters.toUpperCase() === letters && letters.toLowerCase() !== letters;
}

/**
 * How many letters of a word must be capitals for it to be what a term wants, or a form of that: none where it has all
 * accents that the term has. Without them, capitals: accents are left out over all of them, in French over the first
 * alone, and in English in names. Undefined where it is another word.
 */
export function requiredCapitals(
  { text, isName }: { readonly text: string; readonly isName?: boolean },
  word: string,
  language: string | undefined,
  forms: WordForms | undefined,
): number | undefined {
  const isForm = (wanted: string) => forms?.isFormOf(wanted) ?? false;
  const plain = folded(text);
  const isSame = folded(word) === plain;
  const missing = isSame ? missingAccents(text, word) : [];
  if ((isSame && missing.length === 0) || isForm(text)) return 0;
  if (!hasDiacritics(text)) return undefined;
  const plainFirst = withPlainFirstLetter(text);
  if (plainFirst !== text && ((isSame && missing.join() === '0') || isForm(plainFirst))) return 1;
  if (!isSame && !isForm(plain)) return undefined;
  return isName && (language ?? 'en') === 'en' ? 1 : ALL_LETTERS;
}

/** The places of letters that have an accent in a term and not, or another one, in a word. */
function missingAccents(text: string, word: string): readonly number[] {
  const accents = accentsOf(word);
  return accentsOf(text).flatMap((accent, at) => (accent !== '' && accent !== accents[at] ? [at] : []));
}
