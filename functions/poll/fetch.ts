import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Clock } from '../shared/model.ts';
import { type Agents, closingAgents, get } from './http-client.ts';

/** Why a feed could not be read, as told to people and counted in summaries. */
export type FailureKind =
  /** No connection: name not found, refused, no network. */
  | 'unreachable'
  | 'timeout'
  /** An HTTP status other than 200 and 304. */
  | 'status'
  | 'too-large'
  | 'redirects'
  /** HTTP 410: it will not come back. */
  | 'gone'
  /** An answer with no body. */
  | 'empty'
  /** A web page where a feed was expected. */
  | 'html'
  /** Neither RSS, Atom nor RDF that can be read to its end. */
  | 'malformed';

export interface Failure {
  readonly kind: FailureKind;
  readonly detail: string;
  /** When the server asked not to be asked before, ms since the epoch. */
  readonly retryAt?: number;
  /** The feeds that a web page names. */
  readonly advertised?: readonly { readonly url: string; readonly title?: string }[];
}

export type Fetched =
  | {
      readonly kind: 'document';
      readonly bytes: Uint8Array;
      readonly contentType: string;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly url: string;
      /** Where the feed has moved to for good. */
      readonly moved?: string;
      /** How long the document need not be asked for again, ms. */
      readonly freshFor?: number;
    }
  | { readonly kind: 'unchanged'; readonly moved?: string }
  /** Not asked: its host wants to be left alone until then, ms since the epoch. */
  | { readonly kind: 'postponed'; readonly retryAt: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface FetchRequest {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Fetch = (request: FetchRequest) => Promise<Fetched>;

export interface FetchLimits {
  /** For the whole of it, redirects and body included, ms. */
  readonly deadline: number;
  /** Decoded bytes. */
  readonly bytes: number;
  readonly redirects: number;
}

export const FETCH_LIMITS: FetchLimits = { deadline: 20_000, bytes: 5 * 1024 * 1024, redirects: 5 };

const USER_AGENT = 'news-alerts/0.1 (feed reader; polls conditionally)';
const ACCEPT =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1';

/** Fetches feeds over HTTP, conditionally where validators are known. Whatever goes wrong is an answer, not a throw. */
export function httpFetch(clock: Clock, limits: FetchLimits = FETCH_LIMITS): Fetch {
  const agents = closingAgents();
  return async (wanted) => {
    // A timeout between bytes never fires while they drip in, so one deadline covers all.
    const signal = AbortSignal.timeout(limits.deadline);
    try {
      return await follow(wanted, wanted.url, limits.redirects, { signal, agents, limits, clock });
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error, signal, limits) };
    }
  };
}

interface Context {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agents: Agents;
  readonly limits: FetchLimits;
}

async function follow(wanted: FetchRequest, url: string, hops: number, context: Context): Promise<Fetched> {
  const answer = await get(url, {
    agents: context.agents,
    signal: context.signal,
    headers: {
      accept: ACCEPT,
      // No deflate: servers disagree on what it is.
      'accept-encoding': 'gzip, br',
      'user-agent': USER_AGENT,
      ...(wanted.etag ? { 'if-none-match': wanted.etag } : {}),
      ...(wanted.lastModified ? { 'if-modified-since': wanted.lastModified } : {}),
    },
  });
  const { statusCode = 0 } = answer;
  const header = (name: string): string | undefined => answer.headersDistinct[name]?.[0];

  if (statusCode === 200) {
    const bytes = await decoded(answer, header('content-encoding'), context);
    const [etag, lastModified] = [validator(header('etag')), validator(header('last-modified'))];
    return {
      kind: 'document',
      bytes,
      contentType: header('content-type') ?? '',
      url,
      ...(etag ? { etag } : {}),
      ...(lastModified ? { lastModified } : {}),
    };
  }
  // The body is of no interest, and leaving it unread would keep the connection.
  answer.destroy();
  // A 304 to a question without validators would hide the feed for ever.
  if (statusCode === 304 && (wanted.etag || wanted.lastModified)) return { kind: 'unchanged' };

  const location = header('location');
  if ([301, 302, 303, 307, 308].includes(statusCode) && location !== undefined) {
    if (hops === 0)
      return failed('redirects', `more than ${context.limits.redirects} redirects, the last to ${location}`);
    if (!URL.canParse(location, url))
      return failed('redirects', `a redirect to ${location}, which is no address`);
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol)) return failed('redirects', `a redirect to ${next.protocol}`);
    return follow(wanted, next.href, hops - 1, context);
  }
  const retryAt = retryTime(header('retry-after'), context.clock());
  return {
    kind: 'failed',
    failure: { kind: 'status', detail: `HTTP ${statusCode}`, ...(retryAt === undefined ? {} : { retryAt }) },
  };
}

function failed(kind: FailureKind, detail: string): Fetched {
  return { kind: 'failed', failure: { kind, detail } };
}

const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);
const BROKEN_COMPRESSION = /^(Z_|ERR_(_|BROTLI))/;

class TooLarge extends Error {}

/** A compressed bomb is only seen by counting what comes out. */
async function decoded(
  body: NodeJS.ReadableStream,
  encoding: string | undefined,
  { limits, signal }: Context,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limits.bytes) chunks.push(chunk);
      done(size > limits.bytes ? new TooLarge(`more than ${limits.bytes} bytes`) : null);
    },
  });
  const decoder = DECODERS.get((encoding ?? '').trim().toLowerCase());
  await (decoder ? pipeline(body, decoder(), collect, { signal }) : pipeline(body, collect, { signal }));
  return Buffer.concat(chunks, size);
}

/** Retry-After in seconds or as a date. */
function retryTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = /^\d+$/.test(value.trim()) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}

function failureOf(error: unknown, signal: AbortSignal, limits: FetchLimits): Failure {
  if (signal.aborted)
    return { kind: 'timeout', detail: `no complete answer within ${limits.deadline / 1000} s` };
  if (error instanceof TooLarge) return { kind: 'too-large', detail: error.message };
  const { code, message } = error as { code?: unknown; message?: string };
  if (code === 'ETIMEDOUT') return { kind: 'timeout', detail: 'no connection' };
  if (typeof code === 'string' && BROKEN_COMPRESSION.test(code)) {
    return { kind: 'malformed', detail: `a compressed body that cannot be read to its end: ${code}` };
  }
  return { kind: 'unreachable', detail: typeof code === 'string' ? code : (message ?? String(error)) };
}

/** A validator that could not be sent back would fail every later poll. */
function validator(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x20-\x7e]{1,1000}$/.test(value) ? value : undefined;
}
