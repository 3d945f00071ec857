import { hash } from 'node:crypto';

/**
 * Returns the first 64 bits of SHA-256 over the parts, as 16 hex digits. Parts are joined by NUL, so
 * ("ab", "c") and ("a", "bc") differ. At 64 bits, ten million keys collide with a probability of about 3 in a million.
 */
export function hash64(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\0'), 'hex').slice(0, 16);
}

/** Returns the first 64 bits of SHA-256 over the bytes, as 16 hex digits. */
export function hashBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').slice(0, 16);
}
