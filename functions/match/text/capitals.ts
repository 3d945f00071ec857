import { accentsOf, folded, hasDiacritics } from '../../shared/text/folded.ts';
import { withPlainFirstLetter } from '../../shared/text/variants.ts';
import type { WordForms } from '../inflection/inflection.ts';

/** Means that all letters of a word must be capitals. */
export const ALL_LETTERS = Number.MAX_SAFE_INTEGER;

/**
 * Returns whether the first `count` letters of a word are capitals. Characters without case are ignored, but there
 * must be at least one capital.
 */
export function areCapitals(raw: string, count: number): boolean {
  if (count === 0) return true;
  const letters = raw.slice(0, count);
  return letters.toUpperCase() === letters && letters.toLowerCase() !== letters;
}

/**
 * Returns how many letters of a word must be capitals for it to match a wanted word or one of its forms, or undefined
 * if it cannot match. None are required if the word has all the accents of the wanted word. If accents are missing,
 * capitals are required, because writers leave out the accents of words in capitals, in French those of a capital
 * first letter, and in English those of names.
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

/** Returns the indexes of the letters whose accent in a term is missing or different in a word. */
function missingAccents(text: string, word: string): readonly number[] {
  const accents = accentsOf(word);
  return accentsOf(text).flatMap((accent, at) => (accent !== '' && accent !== accents[at] ? [at] : []));
}
