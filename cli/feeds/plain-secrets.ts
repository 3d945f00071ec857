import { looksSecret, redactAddress } from '../../functions/shared/redact-address.ts';

/** Names of the parameters of an address that look like secrets and are written out; "" for one without a name. */
export function plainSecrets(address: string): string[] {
  return [...new URL(address).searchParams].flatMap(([name, value]) => {
    const [known, text] = value === '' ? ['', name] : [name, value];
    return looksSecret(known, text) ? [known] : [];
  });
}

/** Returns how to keep the secrets of a feed's address out of the file; none where nothing looks like one. */
export function secretAdvice(id: string, address: string): string[] {
  return plainSecrets(address).map((parameter) => {
    const name = `${id}_${parameter || 'key'}`
      .toUpperCase()
      .replace(/[^A-Z0-9_]+/g, '_')
      .replace(/^(?=\d)/, 'FEED_');
    return `note: ${parameter || 'the query'} in ${redactAddress(address)} looks like a secret: to keep it out of the file, put ${name}=… in .env, and write \${${name}} in its place`;
  });
}
