import type { Protocol } from '../model.ts';

/** The protocols of a record without a `protocols` attribute. Releases up to 0.1.0 left it out for both. */
export const IMPLIED_PROTOCOLS: readonly Protocol[] = ['email', 'sms'];

export const protocolsOf = (record: Readonly<Record<string, unknown>>): readonly Protocol[] =>
  (record.protocols as readonly Protocol[] | undefined) ?? IMPLIED_PROTOCOLS;

/**
 * Returns the part of a stored key or id that names protocols: nothing for the implied ones, as in earlier releases. What
 * waits when a protocol is added keeps its keys and ids, and is sent in messages of its own.
 */
export const protocolKey = (protocols: readonly Protocol[]): readonly string[] =>
  protocols.join() === IMPLIED_PROTOCOLS.join() ? [] : [protocols.join()];
