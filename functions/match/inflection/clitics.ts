/** Particles that a language attaches to the start or end of a word. */
export interface Clitics {
  readonly before?: RegExp;
  readonly after?: RegExp;
  /** The word must keep at least this many letters without the particles. */
  readonly minLetters: number;
  /** A contracted spelling of some particles, and its replacement. */
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

/**
 * Returns the word itself, followed by the word without each possible combination of particles. Longer results come
 * first.
 */
export function withoutClitics(
  word: string,
  { before, after, minLetters, contracted }: Clitics,
): readonly string[] {
  const found = [word];
  if (contracted?.[0].test(word)) found.push(word.replace(...contracted));
  const maxLength = (before?.exec(word) ?? after?.exec(word))?.[0].length ?? 0;
  for (let length = 1; length <= maxLength && word.length - length >= minLetters; length++) {
    const piece = before ? word.slice(0, length) : word.slice(-length);
    if (matchesWhole(before ?? after, piece))
      found.push(before ? word.slice(length) : word.slice(0, -length));
  }
  return found;
}

function matchesWhole(pattern: RegExp | undefined, piece: string): boolean {
  return pattern?.exec(piece)?.[0] === piece;
}
