/** What a language writes together with a word, before it or after it. */
export interface Clitics {
  readonly before?: RegExp;
  readonly after?: RegExp;
  /** Letters that a word keeps at least. */
  readonly minLetters: number;
  /** What spelling makes of some of them, and what they were. */
  readonly contracted?: readonly [RegExp, string];
}

const CLITICS: Readonly<Record<string, Clitics>> = {
  // And, so; with, as, for; the. "For the" is written ll.
  ar: {
    before: /^(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بكل]|[وف])/,
    minLetters: 3,
    contracted: [/^[وف]?لل(?=.{3})/, 'ال'],
  },
  // And; when, that; from, in, to, as, the; from the.
  he: { before: /^(?:ו?(?:כש|ש|מש)?(?:מה|[הבלמכ])?)/, minLetters: 3 },
  // Plural; particles of place, direction, company, limit; then those of topic, subject, object, "even", "but", "is", "called".
  ko: {
    after:
      /(?:들)?(?:에게서|에게|에서|으로부터|로부터|으로서|로서|으로|로|에|께서|께|한테서|한테|과|와|하고|까지|부터|만|보다|처럼)?(?:은|는|이|가|을|를|의|도|만|선|까지|부터|마저|조차|뿐|밖에|이나|이며|이고|이다|라도|이라도|라며|이라며|라고|이라고|라는|이라는)?$/,
    minLetters: 2,
  },
};

export function cliticsOf(language: string): Clitics | undefined {
  return Object.hasOwn(CLITICS, language) ? CLITICS[language] : undefined;
}

/** The word, and what it is without the small words that may be written with it; longer ones first. */
export function withoutClitics(
  word: string,
  { before, after, minLetters, contracted }: Clitics,
): readonly string[] {
  const found = [word];
  if (contracted?.[0].test(word)) found.push(word.replace(...contracted));
  const longest = (before?.exec(word) ?? after?.exec(word))?.[0].length ?? 0;
  for (let length = 1; length <= longest && word.length - length >= minLetters; length++) {
    const piece = before ? word.slice(0, length) : word.slice(-length);
    if (matchesWhole(before ?? after, piece))
      found.push(before ? word.slice(length) : word.slice(0, -length));
  }
  return found;
}

function matchesWhole(pattern: RegExp | undefined, piece: string): boolean {
  return pattern?.exec(piece)?.[0] === piece;
}
