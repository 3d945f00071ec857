import { hash } from 'node:crypto';

/**
 * First 64 bits of SHA-256 over the parts, as 16 hex digits. Parts are joined by NUL, so that
 * ("ab", "c") and ("a", "bc") differ. At 64 bits, ten million keys collide with a chance of about 3 in a million.
 */
export function hash64(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\0'), 'hex').slice(0, 16);
}

/** As hash64, of bytes. */
export function hashBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').slice(0, 16);
}
