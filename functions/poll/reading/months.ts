/** Whose names of months feeds are known to be dated with. What CLDR does not abbreviate as they do, the prefix finds. */
const LANGUAGES =
  'en de fr es it pt nl da sv nb fi pl cs sk hu ro hr sr bg ru uk el tr et lv lt sl ca eu gl id ms vi'.split(
    ' ',
  );
const SHORTEST_PREFIX = 3;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** By their first three letters, in English. */
export const ENGLISH: ReadonlyMap<string, number> = new Map(MONTHS.map((month, n) => [month, n]));
const ENGLISH_NAME =
  /^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$/;

let others: ReadonlyMap<string, number> | undefined;

/** 0 to 11, of a name in lower case, abbreviated or not. */
export function monthOf(name: string): number | undefined {
  if (ENGLISH_NAME.test(name)) return ENGLISH.get(name.slice(0, 3));
  // To ask for all of them takes some 20 ms: only when a feed has such dates.
  others ??= monthsOf(LANGUAGES);
  const plain = withoutAccents(name);
  const known = others.get(plain);
  if (known !== undefined || plain.length < SHORTEST_PREFIX) return known;
  for (const [month, number] of others) if (month.startsWith(plain)) return number;
  return undefined;
}

function monthsOf(languages: readonly string[]): ReadonlyMap<string, number> {
  const months = new Map<string, number>();
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      // With a day, since Slavic languages inflect the month then.
      for (const options of [{ day: 'numeric', month }, { month }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        for (let number = 0; number < 12; number++) {
          const parts = format.formatToParts(Date.UTC(2026, number, 15));
          const name = parts.find(({ type }) => type === 'month')?.value ?? '';
          const plain = withoutAccents(name.toLowerCase().replace(/\.$/, ''));
          if (/^\p{L}/u.test(plain) && !months.has(plain)) months.set(plain, number);
        }
      }
    }
  }
  return months;
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}
