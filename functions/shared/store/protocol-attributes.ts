import type { Protocol } from '../model.ts';

/** Records without a `protocols` attribute are for all protocols, as are all records of earlier releases. */
export const ALL_PROTOCOLS: readonly Protocol[] = ['email', 'sms'];

export const protocolAttributes = (
  protocols: readonly Protocol[],
): { readonly protocols?: readonly Protocol[] } =>
  protocols.length === ALL_PROTOCOLS.length ? {} : { protocols };

export const protocolsOf = (record: Readonly<Record<string, unknown>>): readonly Protocol[] =>
  (record.protocols as readonly Protocol[] | undefined) ?? ALL_PROTOCOLS;
