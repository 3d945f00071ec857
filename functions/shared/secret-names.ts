/** `$${` is a literal `${`; `${NAME}` stands for a secret. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Returns the names of secrets in an address, each once. */
export function secretNames(address: string): string[] {
  return [...new Set([...address.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []))];
}

/** Returns an address with the values of secrets in place of their names. A value is written as in an address. */
export function withSecrets(address: string, secretOf: (name: string) => string): string {
  return address.replace(REFERENCE, (_, name?: string) =>
    name === undefined ? '${' : written(secretOf(name)),
  );
}

/** Whether a name is that of a setting of the system or of AWS, which no server of a feed may be sent. */
export function isReservedName(name: string): boolean {
  return /^(NEWS_ALERTS|AWS|AMAZON)_/i.test(name);
}

/** Returns an address in which `${` is text, so that `withSecrets` gives it back. */
export function escaped(address: string): string {
  return address.replaceAll('${', () => '$${');
}

/** Returns what an address has beside the names of secrets and literal `${`. */
export function withoutReferences(address: string): string {
  return address.replace(REFERENCE, '');
}

/** A line break at its end is no part of a value. Characters that no address may have are escaped, all others stay. */
function written(value: string): string {
  return value.trim().replace(/[^\x21-\x7e]+|["#<>]/gu, (text) => encodeURIComponent(text.toWellFormed()));
}
