/**
 * How senses are written that are searched by their beginnings: those of inflected words, and of words whose diacritics count.
 * Of the latter: without diacritics, NUL, with them, and what else counts.
 */

const END = '\0';

export interface Listed {
  /** Without diacritics. */
  readonly plain: string;
  /** With those that it has. */
  readonly text: string;
  readonly isInflected: boolean;
  /** Begins with a capital. */
  readonly isName: boolean;
}

export function listed(plain: string, text: string, isInflected: boolean, isName: boolean): string {
  return `${plain}${END}${text}${END}${isInflected ? 'i' : ''}${isName ? 'n' : ''}`;
}

/** What begins all that have no diacritics but this. */
export function listedAs(plain: string): string {
  return plain + END;
}

export function fromListed(written: string): Listed {
  const [plain = '', text = plain, flags = 'i'] = written.split(END);
  return { plain, text, isInflected: flags.includes('i'), isName: flags.includes('n') };
}
