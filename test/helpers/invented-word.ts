const SYLLABLES = 'ba de fi go ku la me ni po ru sa te vi wo xu za'.split(' ');

/** Returns a different word for each number below 16 ** syllables. */
export function inventedWord(number: number, syllables = 3): string {
  const digits = number.toString(SYLLABLES.length).padStart(syllables, '0');
  return [...digits].map((digit) => SYLLABLES[Number.parseInt(digit, SYLLABLES.length)]).join('');
}
