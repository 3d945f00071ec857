import { ownValue } from '../../functions/shared/own-value.ts';
import { QueryError, type QuerySpan } from './query-error.ts';

/** Country codes and language names that people write instead of language tags. */
const SUGGESTED_TAGS: Readonly<Record<string, string>> = {
  arabic: 'ar',
  chinese: 'zh',
  cn: 'zh',
  cz: 'cs',
  deutsch: 'de',
  dk: 'da',
  dutch: 'nl',
  english: 'en',
  french: 'fr',
  german: 'de',
  gr: 'el',
  greek: 'el',
  hebrew: 'he',
  hindi: 'hi',
  italian: 'it',
  japanese: 'ja',
  jp: 'ja',
  korean: 'ko',
  kr: 'ko',
  persian: 'fa',
  polish: 'pl',
  portuguese: 'pt',
  russian: 'ru',
  spanish: 'es',
  swedish: 'sv',
  turkish: 'tr',
  ua: 'uk',
  ukrainian: 'uk',
};

/** Created at the first use, which takes tens of milliseconds. */
let displayNames: Intl.DisplayNames | undefined;

/**
 * Returns the canonical tag in lower case: de for "DE" and "deu", pt-br for "pt-BR". Throws QueryError if the text is
 * not the tag of a known language.
 */
export function languageTag(text: string, span: QuerySpan): string {
  const tag = canonical(text);
  const language = tag?.split('-')[0] ?? '';
  displayNames ??= new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  if (tag && displayNames.of(language) !== undefined) return tag.toLowerCase();
  const suggested = ownValue(SUGGESTED_TAGS, text.toLowerCase());
  throw new QueryError(
    `expected a language tag, such as de or pt-br, got ${text}`,
    span,
    suggested
      ? `did you mean lang:${suggested}?`
      : 'write the two-letter code of the language, such as lang:en',
  );
}

function canonical(text: string): string | undefined {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text)) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}
