const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** By their first three letters, in English. */
export const ENGLISH_MONTHS: ReadonlyMap<string, number> = new Map(MONTHS.map((month, n) => [month, n]));

/** Whose names of months feeds are known to be dated with. What CLDR does not abbreviate as they do, the prefix finds. */
const COMMON_LANGUAGES =
  'en de fr es it pt nl da sv nb fi pl cs sk hu ro hr sr bg ru uk el tr et lv lt sl ca eu gl id ms vi'.split(
    ' ',
  );
/** Found by their whole names alone, since the beginning of one may be another word elsewhere. */
const OTHER_LANGUAGES =
  'ar ar-SY ar-MA ar-DZ fa he hi bn ta te mr gu kn ml pa ur ne si th lo km my ka hy az be kk ky uz tg tk mn sq mk bs sr-Latn is fo ga cy mt lb af sw am so zu fil ps ku ka'.split(
    ' ',
  );
const MIN_PREFIX_LENGTH = 3;

const ENGLISH_NAME =
  /^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$/;

let tables:
  | { readonly whole: ReadonlyMap<string, number>; readonly begun: ReadonlyMap<string, number> }
  | undefined;

/** 0 to 11, of a name in lower case, abbreviated or not. */
export function monthOf(name: string): number | undefined {
  if (ENGLISH_NAME.test(name)) return ENGLISH_MONTHS.get(name.slice(0, 3));
  // To ask for all of them takes some 50 ms: only when a feed has such dates.
  tables ??= tablesOf();
  const plain = withoutAccents(name);
  return tables.whole.get(plain) ?? tables.begun.get(plain);
}

function tablesOf() {
  const common = monthsOf(COMMON_LANGUAGES);
  const begun = new Map<string, number>();
  for (const [name, month] of common) {
    for (let length = MIN_PREFIX_LENGTH; length < name.length; length++) {
      const start = name.slice(0, length);
      if (!begun.has(start)) begun.set(start, month);
    }
  }
  return { whole: new Map([...monthsOf(OTHER_LANGUAGES), ...common]), begun };
}

function monthsOf(languages: readonly string[]): Map<string, number> {
  const months = new Map<string, number>();
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      // With a day, since Slavic languages inflect the month then.
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

/** Of Latin, Greek and Cyrillic letters. Elsewhere marks are part of the word. */
function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}
