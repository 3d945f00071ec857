/** `$${` is a literal `${`; `${NAME}` stands for a secret. */
const SECRET_REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Returns the names of secrets in an address, each once. */
export function secretNames(address: string): string[] {
  return [...new Set([...address.matchAll(SECRET_REFERENCE)].flatMap(([, name]) => name ?? []))];
}

/** Returns an address with the values of secrets in place of their names. A value is written as in an address. */
export function withSecrets(address: string, secretOf: (name: string) => string): string {
  return address.replace(SECRET_REFERENCE, (_, name?: string) =>
    name === undefined ? '${' : escapeValue(secretOf(name)),
  );
}

/** Whether a name is that of a setting of the system or of AWS, which no server of a feed may be sent. */
export function isReservedName(name: string): boolean {
  return /^(NEWS_ALERTS|AWS|AMAZON)_/i.test(name);
}

/** Returns an address in which `${` is text, so that `withSecrets` gives it back. */
export function escapeReferences(address: string): string {
  return address.replaceAll('${', () => '$${');
}

/** Returns what an address has beside the names of secrets and literal `${`. */
export function withoutReferences(address: string): string {
  return address.replace(SECRET_REFERENCE, '');
}

/** A line break at its end is no part of a value. Characters that no address may have are escaped, all others stay. */
function escapeValue(value: string): string {
  return value.trim().replace(/[^\x21-\x7e]+|["#<>]/gu, (text) => encodeURIComponent(text.toWellFormed()));
}

/** Values of the names in feed addresses, written `${NAME}`. */
export interface Secrets {
  /** Resolves to the value of a name, or to why there is none and what to do. Never rejects. */
  get(name: string): Promise<SecretResult>;
}

export type SecretResult = { readonly value: string } | { readonly fault: string };

/** Reads secrets from variables. Empty ones, and those of white space alone, count as not set. */
export function environmentSecrets(variables: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    async get(name) {
      const value = variables[name];
      if (value?.trim()) return { value };
      const fault = `expected the environment variable ${name} to be set, got nothing; set it, or put it in .env`;
      return { fault };
    },
  };
}
