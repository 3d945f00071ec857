/** Values of the names in feed addresses, written `${NAME}`. */
export interface Secrets {
  /** Resolves to the value of a name, or to why there is none and what to do. Never rejects. */
  get(name: string): Promise<Secret>;
}

export type Secret = { readonly value: string } | { readonly fault: string };

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
