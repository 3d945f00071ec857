const SYLLABLES = [
  'ba',
  'de',
  'fi',
  'go',
  'ku',
  'la',
  'me',
  'ni',
  'po',
  'ru',
  'sa',
  'te',
  'vi',
  'wo',
  'xu',
  'za',
];

/** Another word for every number. */
export function inventedWord(number: number): string {
  const digits = number.toString(SYLLABLES.length).padStart(3, '0');
  return [...digits].map((digit) => SYLLABLES[Number.parseInt(digit, SYLLABLES.length)]).join('');
}
