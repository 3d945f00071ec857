import type { FailureKind } from '../../shared/events.ts';
import type { Validators } from './cache-headers.ts';
import type { Postponed } from './host-limiter.ts';
import type { Truncation } from './response-body.ts';

/** Fetches a feed. Failures are results; the promise never rejects. */
export type Fetch = (request: FetchRequest) => Promise<FetchResult>;

export interface FetchRequest extends Validators {
  readonly url: string;
  /**
   * The feed's address in the file, if a move or a web page led from that address to `url`. `Retry-After` pauses other feeds
   * only if it comes from this host, and loopback is reachable only if this address is on loopback.
   * @default `url`
   */
  readonly feedUrl?: string;
  /** @default the name of this product */
  readonly userAgent?: string | undefined;
}

export type FetchResult =
  | Document
  | (ResponseMetadata & { readonly kind: 'unchanged' })
  | { readonly kind: 'failed'; readonly failure: Failure }
  | Postponed;

export interface Document extends ResponseMetadata, Validators {
  readonly kind: 'document';
  readonly bytes: Uint8Array;
  /** Why `bytes` are only the start of the document. */
  readonly cut?: Truncation;
  readonly contentType: string;
  /** The Link header, in which a page may name its feed. */
  readonly link?: string;
  /** The address after all redirects. */
  readonly url: string;
}

/** The information in a response besides its content. */
export interface ResponseMetadata {
  /**
   * The address to request from now on: the end of the permanent redirects (301, 308) from the requested address. Stops
   * before the first temporary redirect, and before an address of more than 2,000 characters.
   */
  readonly moved?: string;
  /** How long the response stays fresh by its cache headers, ms. */
  readonly freshFor?: number;
}

/** Why a feed could not be read. */
export interface Failure {
  readonly kind: FailureKind;
  /** The reason and what to do next, for people. */
  readonly detail: string;
  /** The server asks clients to send no request before this time, ms since the epoch. */
  readonly retryAt?: number;
}
