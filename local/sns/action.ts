import type { QueryParameters } from './query-parameters.ts';
import { invalidParameter } from './sns-error.ts';
import type { XmlRecord } from './xml.ts';

/** One call of the SNS API. */
export interface Call {
  readonly parameters: QueryParameters;
  /** The region that the caller signed for. */
  readonly region: string;
  /** The address at which the caller reached this endpoint. */
  readonly baseUrl: string;
  readonly signed: boolean;
  /** The caller is the owner of the machine, not the function that strangers call. */
  readonly isOwner: boolean;
}

/** Returns the fields of the action's result; undefined for actions without a result. */
export type Action = (call: Call) => XmlRecord | undefined | Promise<XmlRecord | undefined>;

export type Actions = Readonly<Record<string, Action>>;

/** One machine has no accounts. This is the id that emulators use. */
export const ACCOUNT = '000000000000';

const PAGE_SIZE = 100;

/** Returns one page of a list, ordered by ARN: changes between two pages neither hide nor repeat other entries. */
export function pageOf<T extends { readonly arn: string }>(
  all: readonly T[],
  nextToken: string | undefined,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const after = Buffer.from(nextToken ?? '', 'base64url').toString();
  if (nextToken && !after.startsWith('arn:')) throw invalidParameter('NextToken');
  const rest = all.filter(({ arn }) => arn > after).sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const items = rest.slice(0, PAGE_SIZE);
  const last = rest.length > PAGE_SIZE ? items.at(-1) : undefined;
  return { items, NextToken: last && Buffer.from(last.arn).toString('base64url') };
}
