import { ENGLISH_MONTHS } from './numeric-dates.ts';

/** Languages that feeds use in dates. Their months match by prefix too, since feeds and CLDR abbreviate differently. */
const COMMON_LANGUAGES =
  'en de fr es it pt nl da sv nb fi pl cs sk hu ro hr sr bg ru uk el tr et lv lt sl ca eu gl id ms vi'.split(
    ' ',
  );
/** Languages whose months match by whole name only, since a prefix may be another word in another language. */
const OTHER_LANGUAGES =
  'ar ar-SY ar-MA ar-DZ fa he hi bn ta te mr gu kn ml pa ur ne si th lo km my ka hy az be kk ky uz tg tk mn sq mk bs sr-Latn is fo ga cy mt lb af sw am so zu fil ps ku ka'.split(
    ' ',
  );
const MIN_PREFIX_LENGTH = 3;

const ENGLISH_NAME =
  /^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$/;

let tables:
  | { readonly byName: ReadonlyMap<string, number>; readonly byPrefix: ReadonlyMap<string, number> }
  | undefined;

/** Returns the month from 0 to 11 for a lower-case name, abbreviated or not. */
export function monthOf(name: string): number | undefined {
  if (ENGLISH_NAME.test(name)) return ENGLISH_MONTHS.get(name.slice(0, 3));
  // Building the tables takes about 50 ms, so it waits for a feed with such dates.
  tables ??= buildTables();
  const plain = withoutAccents(name);
  return tables.byName.get(plain) ?? tables.byPrefix.get(plain);
}

function buildTables() {
  const common = monthsOf(COMMON_LANGUAGES);
  const byPrefix = new Map<string, number>();
  for (const [name, month] of common) {
    for (let length = MIN_PREFIX_LENGTH; length < name.length; length++) {
      const prefix = name.slice(0, length);
      if (!byPrefix.has(prefix)) byPrefix.set(prefix, month);
    }
  }
  return { byName: new Map([...monthsOf(OTHER_LANGUAGES), ...common]), byPrefix };
}

function monthsOf(languages: readonly string[]): Map<string, number> {
  const months = new Map<string, number>();
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      // Slavic languages inflect the month after a day.
      for (const options of [{ day: 'numeric', month }, { month }] as const) {
        const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
          ...options,
          timeZone: 'UTC',
        });
        for (let number = 0; number < 12; number++) {
          const parts = format.formatToParts(Date.UTC(2026, number, 15));
          const name = parts.find(({ type }) => type === 'month')?.value ?? '';
          const plain = withoutAccents(name.toLowerCase().replaceAll('.', ''));
          if (/^\p{L}/u.test(plain) && !months.has(plain)) months.set(plain, number);
        }
      }
    }
  }
  return months;
}

/** Removes the accents of Latin, Greek and Cyrillic letters. In other scripts, marks are part of the word. */
function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}
