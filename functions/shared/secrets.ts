/** What stands for the names in the addresses of feeds: `${NAME}`. */
export interface Secrets {
  /** Resolves to the value of a name, or to why there is none and what to do. Never rejects. */
  get(name: string): Promise<Secret>;
}

export type Secret = { readonly value: string } | { readonly fault: string };

/** Of variables, of which those that are empty, or white space alone, are not set. */
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
