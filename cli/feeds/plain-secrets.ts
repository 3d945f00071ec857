import { looksSecret, redactAddress } from '../../functions/shared/redact-address.ts';

/** Returns the names of an address's parameters that have a secret in plain text; "" for a parameter without a name. */
export function plainSecrets(address: string): string[] {
  return [...new URL(address).searchParams].flatMap(([name, value]) => {
    const [known, text] = value === '' ? ['', name] : [name, value];
    return looksSecret(known, text) ? [known] : [];
  });
}

/** Returns a line of advice for each plain secret in a feed's address: how to keep it out of the file. */
export function secretAdvice(id: string, address: string): string[] {
  return plainSecrets(address).map((parameter) => {
    const name = `${id}_${parameter || 'key'}`
      .toUpperCase()
      .replace(/[^A-Z0-9_]+/g, '_')
      .replace(/^(?=\d)/, 'FEED_');
    return `note: ${parameter || 'the query'} in ${redactAddress(address)} looks like a secret; to keep it out of the file, put ${name}=… in .env and write \${${name}} in the address`;
  });
}
