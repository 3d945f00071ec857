import { ownValue } from './own-value.ts';

/** `${NAME}` stands for a secret, `$${` for a literal `${`. */
const SECRET_REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Returns the distinct names of the secrets in an address. */
export function secretNames(address: string): string[] {
  if (!address.includes('${')) return [];
  return [...new Set([...address.matchAll(SECRET_REFERENCE)].flatMap(([, name]) => name ?? []))];
}

/** Returns an address with its references replaced by the values of the secrets, escaped for use in an address. */
export function withSecrets(address: string, secretOf: (name: string) => string): string {
  return address.replace(SECRET_REFERENCE, (_, name?: string) =>
    name === undefined ? '${' : escapeValue(secretOf(name)),
  );
}

/**
 * Returns whether a name belongs to a setting of the system or of AWS. Feed servers must not receive the values of these
 * settings.
 */
export function isReservedName(name: string): boolean {
  return /^(NEWS_ALERTS|AWS|AMAZON)_/i.test(name);
}

/** Escapes every `${` in an address, so `withSecrets` returns the address unchanged. */
export function escapeReferences(address: string): string {
  return address.replaceAll('${', () => '$${');
}

/** Removes the references to secrets, and every escaped `${`, from an address. */
export function withoutReferences(address: string): string {
  return address.replace(SECRET_REFERENCE, '');
}

/** Trims a value, which may end with a line break, and escapes the characters that an address cannot contain. */
function escapeValue(value: string): string {
  return value.trim().replace(/[^\x21-\x7e]+|["#<>]/gu, (text) => encodeURIComponent(text.toWellFormed()));
}

/** The values of the secrets in feed addresses, written `${NAME}` there. */
export interface Secrets {
  /** Resolves to the value of a secret, or to a fault that says why there is none and what to do. Never rejects. */
  get(name: string): Promise<SecretResult>;
}

export type SecretResult = { readonly value: string } | { readonly fault: string };

/** Returns secrets from environment variables. A variable that is empty or only white space counts as unset. */
export function environmentSecrets(variables: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    async get(name) {
      const value = ownValue(variables, name);
      if (value?.trim()) return { value };
      const fault = `expected the environment variable ${name} to be set, got nothing; set it, or put it in .env`;
      return { fault };
    },
  };
}
