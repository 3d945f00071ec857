import { QueryError, type QuerySpan } from './query-error.ts';

/** Countries, and what languages are called, where people write them for the tag. */
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

/** Made when it is first needed: it takes tens of milliseconds. */
let displayNames: Intl.DisplayNames | undefined;

/** "DE", "deu" and "pt-BR" as de, de and pt-br. Throws QueryError for what is no language. */
export function languageTag(text: string, place: QuerySpan): string {
  const tag = canonical(text);
  const language = tag?.split('-')[0] ?? '';
  displayNames ??= new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  if (tag && displayNames.of(language) !== undefined) return tag.toLowerCase();
  const meant = SUGGESTED_TAGS[text.toLowerCase()];
  throw new QueryError(
    `expected the tag of a language, such as de or pt-br, got ${text}`,
    place,
    meant ? `did you mean lang:${meant}?` : 'write the two letters of the language: lang:en',
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
