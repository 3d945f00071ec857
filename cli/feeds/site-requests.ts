import type { Document, Failure, Fetch, FetchResult } from '../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import type { FeedDocument, ParseContext, ParseResult } from '../../functions/poll/parser/parse.ts';

export interface RequestOptions {
  readonly fetch: Fetch;
  readonly read: (bytes: Uint8Array, context: ParseContext) => Promise<ParseResult>;
  readonly now: () => number;
  readonly userAgent?: string | undefined;
  /** Receives a line of text before every request except the first. */
  readonly onStep: (text: string) => void;
}

/** A feed that was read. */
export interface FoundFeed {
  readonly kind: 'feed';
  /** The address to add: the requested one, or the one to which it has permanently moved. */
  readonly url: string;
  /** The address after all redirects. */
  readonly finalUrl: string;
  readonly feed: FeedDocument;
}

/** An address that is no feed. */
export interface NoFeed {
  readonly kind: 'not';
  readonly url: string;
  readonly failure: Failure;
  /** The feeds that the document names. */
  readonly advertised?: readonly AdvertisedFeed[];
  /** Set if there is a document, such as a web page. */
  readonly document?: Pick<Document, 'bytes' | 'contentType'>;
}

export type PageResult = FoundFeed | NoFeed;

/** A host that does not respond to this many requests gets no further ones. */
const MAX_UNANSWERED = 2;

/** The requests of one search. Sends no further request to a host that does not respond or asks clients to wait. */
export class SiteRequests {
  readonly #origin: string;
  readonly #options: RequestOptions;
  /** The last failures of unavailable hosts. */
  readonly #unavailable = new Map<string, Failure>();
  readonly #unanswered = new Map<string, number>();

  /** `origin`: the address that the user gave. If it is public, no page can lead to an address of this machine. */
  constructor(origin: string, options: RequestOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** Reads an address as a feed. `step`: the line to show before the request. */
  async page(address: string, step?: string): Promise<PageResult> {
    const { read, now } = this.#options;
    const fetched = await this.fetch(address, step);
    if (fetched.kind !== 'document') return { kind: 'not', url: address, failure: failureOf(fetched) };
    const { bytes, contentType, link, cut, url, moved } = fetched;
    const parsed = await read(bytes, { url, contentType, link, cut, now: now() });
    // Only a permanent redirect changes the address that is written to the file.
    if (parsed.ok) return { kind: 'feed', url: moved ?? address, finalUrl: url, feed: parsed.feed };
    const { failure, advertised } = parsed;
    const document = { bytes, contentType };
    return { kind: 'not', url, failure, document, ...(advertised ? { advertised } : {}) };
  }

  async fetch(address: string, step?: string): Promise<FetchResult> {
    const { fetch, userAgent, onStep } = this.#options;
    const { host } = new URL(address);
    const known = this.#unavailable.get(host);
    if (known) return { kind: 'failed', failure: known };
    if (step !== undefined) onStep(step);
    const fetched = await fetch({ url: address, feedUrl: this.#origin, userAgent });
    if (fetched.kind !== 'document') this.#recordFailure(host, failureOf(fetched));
    return fetched;
  }

  #recordFailure(host: string, failure: Failure): void {
    const unanswered = (this.#unanswered.get(host) ?? 0) + Number(isUnanswered(failure));
    this.#unanswered.set(host, unanswered);
    if (isPaused(failure) || unanswered >= MAX_UNANSWERED) this.#unavailable.set(host, failure);
  }

  isAvailable(address: string): boolean {
    return !this.#unavailable.has(new URL(address).host);
  }
}

/** A request without validators normally gets a document or a failure. */
function failureOf(fetched: Exclude<FetchResult, Document>): Failure {
  return fetched.kind === 'failed'
    ? fetched.failure
    : { kind: 'status', detail: `no document (${fetched.kind})` };
}

function isUnanswered({ kind }: Failure): boolean {
  return kind === 'unreachable' || kind === 'timeout' || kind === 'refused';
}

/** Returns whether the server asks clients to wait. */
function isPaused({ detail, retryAt }: Failure): boolean {
  return retryAt !== undefined || /^HTTP 429\b/.test(detail);
}

/** Returns whether a host does not respond or refuses us, so that guesses at its other addresses are not worth a request. */
export function isHostUnavailable(failure: Failure): boolean {
  return isUnanswered(failure) || isPaused(failure) || /^HTTP 40[13]\b/.test(failure.detail);
}

/** Returns whether an address may be a feed at another time or for another user agent. */
export function mayRecover(failure: Failure): boolean {
  const { kind, detail } = failure;
  return (
    kind === 'unreachable' ||
    kind === 'timeout' ||
    isPaused(failure) ||
    (kind === 'status' && !/^HTTP 40[04]\b/.test(detail))
  );
}
