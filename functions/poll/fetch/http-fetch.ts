import type { IncomingMessage } from 'node:http';
import type { FailureKind } from '../../shared/events.ts';
import type { Clock } from '../../shared/model.ts';
import { redactAddress } from '../../shared/redact-address.ts';
import { RefusedAddressError, type SsrfGuard, type SsrfGuardOptions } from '../../shared/ssrf-guard.ts';
import { MAX_URL } from '../parser/fields/web-url.ts';
import {
  conditionalHeaders,
  freshFor,
  type HeaderLookup,
  retryAfterTime,
  validatorsOf,
} from './cache-headers.ts';
import { ACCEPTED_ENCODINGS, BrokenCompression, decodeContent } from './content-encoding.ts';
import type { CookieJar } from './cookie-jar.ts';
import { feedGuard } from './feed-guard.ts';
import type { Failure, Fetch, FetchRequest, FetchResult, ResponseMetadata } from './fetch.ts';
import { type HostLimiter, hostLimiter, isSameHost } from './host-limiter.ts';
import { type Agents, sendRequest, singleUseAgents, USER_AGENT } from './http-client.ts';
import { DeadlineExceeded, readBody } from './response-body.ts';

export interface FetchLimits {
  /** Time for a whole fetch, ms: redirects and body included, waiting for hosts excluded. */
  readonly deadline: number;
  /** Total wait for free slots at hosts, ms; after that the fetch is postponed. */
  readonly maxWait: number;
  /** Size of the body, before and after it is decoded. The rest is not read. */
  readonly bytes: number;
  readonly redirects: number;
}

/** The deadline, the wait and the processing of the document together fit the function's timeout. */
export const FETCH_LIMITS: FetchLimits = {
  deadline: 20_000,
  maxWait: 20_000,
  bytes: 5 * 1024 * 1024,
  redirects: 5,
};

export interface FetchOptions {
  readonly clock: Clock;
  readonly limits?: Partial<FetchLimits>;
  /** @default only the public internet */
  readonly guard?: SsrfGuardOptions;
}

const ACCEPT =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1';

/**
 * Returns a function that fetches feeds over HTTP, conditionally if validators are given. Cookies last for the redirects of
 * one fetch.
 */
export function httpFetch({ clock, limits: own = {}, guard: guardOptions = {} }: FetchOptions): Fetch {
  const limits = { ...FETCH_LIMITS, ...own };
  const limiter = hostLimiter(clock);
  const contextWith = (guard: SsrfGuard): FetchContext => ({
    clock,
    limits,
    guard,
    limiter,
    agents: singleUseAgents(guard),
  });
  const shared = contextWith(feedGuard(guardOptions));
  return (request) => {
    const { url, feedUrl = url } = request;
    return followRedirects(
      request,
      guardOptions.loopback ? contextWith(feedGuard({ ...guardOptions, feedUrl })) : shared,
    );
  };
}

interface FetchContext {
  readonly clock: Clock;
  readonly limits: FetchLimits;
  readonly guard: SsrfGuard;
  readonly limiter: HostLimiter;
  readonly agents: Agents;
}

interface Redirect {
  readonly kind: 'redirect';
  readonly permanent: boolean;
  /** The Location header, in ASCII. */
  readonly location: string;
  /** The Set-Cookie headers. */
  readonly cookies: readonly string[];
}

async function followRedirects(request: FetchRequest, context: FetchContext): Promise<FetchResult> {
  const { limits, guard, limiter } = context;
  const visited = new Set<string>();
  let jar: CookieJar | undefined;
  let address = request.url;
  let moved: string | undefined;
  let permanent = true;
  let { deadline, maxWait } = limits;
  try {
    const ownPort = new URL(request.url).port;
    const feed = new URL(request.feedUrl ?? request.url);
    for (;;) {
      const url = new URL(address);
      guard.checkUrl(url, ownPort);
      const cookie = jar?.headerFor(url) ?? '';
      visited.add(`${url.href} ${cookie}`);
      const queuedAt = performance.now();
      const work = async () => {
        const startedAt = performance.now();
        maxWait -= startedAt - queuedAt;
        try {
          return await requestOnce(address, { request, feed, cookie, deadline }, context);
        } finally {
          deadline -= performance.now() - startedAt;
        }
      };
      const result = await limiter.run(url, maxWait, work, feed);
      if (result.kind !== 'redirect') {
        // A temporary redirect may lead elsewhere tomorrow, so a target that is gone says nothing about the feed.
        if (result.kind === 'failed' && result.failure.kind === 'gone' && !permanent)
          return failed('status', result.failure.detail);
        const succeeded = result.kind === 'document' || result.kind === 'unchanged';
        return succeeded && moved !== undefined && moved !== request.url ? { ...result, moved } : result;
      }

      if (result.cookies.length > 0) {
        jar ??= new (await import('#rarely-needed')).CookieJar();
        jar.store(url, result.cookies, context.clock());
      }
      const { location } = result;
      if (!URL.canParse(location, url.href))
        return failed('redirects', `a redirect to ${forDisplay(location)}, which is not a valid address`);
      const next = new URL(location, url);
      // Fragments are not sent, so addresses that differ only in their fragments are the same document.
      next.hash = '';
      address = next.href;
      // The same address may respond differently to other cookies.
      if (visited.has(`${address} ${jar?.headerFor(next) ?? ''}`))
        return failed('redirects', `a redirect loop back to ${forDisplay(address)}`);
      if (visited.size > limits.redirects)
        return failed(
          'redirects',
          `more than ${limits.redirects} redirects, the last to ${forDisplay(location)}`,
        );
      permanent &&= result.permanent && address.length <= MAX_URL;
      if (permanent) moved = address;
    }
  } catch (error) {
    const failure = await failureOf(error, limits);
    return failure.kind === 'refused' && address !== request.url
      ? failed('refused', `a redirect to ${forDisplay(address)}: ${failure.detail}`)
      : { kind: 'failed', failure };
  }
}

interface Hop {
  readonly request: FetchRequest;
  /** The feed's own address. */
  readonly feed: URL;
  /** The Cookie header; empty for none. */
  readonly cookie: string;
  /** ms. */
  readonly deadline: number;
}

/** Makes one request of a chain of redirects. */
async function requestOnce(
  address: string,
  { request, feed, cookie, deadline }: Hop,
  { agents, limits, clock, limiter }: FetchContext,
): Promise<FetchResult | Redirect> {
  const url = new URL(address);
  const conditional = conditionalHeaders(request);
  const response = await sendRequest(url, {
    agents,
    deadline,
    headers: {
      accept: ACCEPT,
      'accept-encoding': ACCEPTED_ENCODINGS,
      'user-agent': request.userAgent ?? USER_AGENT,
      ...(cookie === '' ? {} : { cookie }),
      ...conditional,
    },
  });
  const { statusCode = 0 } = response;
  const header: HeaderLookup = (name) => response.headersDistinct[name]?.[0];

  // Some caches and proxies send modified documents with status 203 or 226.
  if (statusCode >= 200 && statusCode < 300 && statusCode !== 204 && statusCode !== 205) {
    const body = await readBody(response, limits.bytes);
    const decoded = await decodeContent(body.bytes, encodingOf(response), limits.bytes);
    const { bytes } = decoded;
    const cut = body.cut ?? decoded.cut;
    if (statusCode !== 200 && bytes.length === 0) return failed('status', await statusDetail(statusCode));
    const link = response.headersDistinct.link
      ?.map((value) => Buffer.from(value, 'latin1').toString())
      .join(', ');
    return {
      kind: 'document',
      bytes,
      ...(cut ? { cut } : {}),
      contentType: header('content-type') ?? '',
      ...(link ? { link } : {}),
      url: address,
      ...validatorsOf(header),
      ...freshness(header, clock),
    };
  }
  // An unread body would keep the connection open. Destroying the response takes the time to create an error, so a 304, which
  // has no body, is left to end by itself.
  if (statusCode === 304) response.resume();
  else response.destroy();
  // A 304 to an unconditional request would hide the feed for ever.
  if (statusCode === 304 && Object.keys(conditional).length > 0)
    return { kind: 'unchanged', ...freshness(header, clock) };

  const location = header('location');
  if ([300, 301, 302, 303, 307, 308].includes(statusCode) && location !== undefined) {
    return {
      kind: 'redirect',
      permanent: statusCode === 301 || statusCode === 308,
      location: withEscapedBytes(location),
      cookies: response.headersDistinct['set-cookie'] ?? [],
    };
  }
  const retryAt = retryAfterTime(header('retry-after'), clock());
  // Most servers mean a pause for all their feeds. But a feed chooses where it redirects, so a redirect must not pause the
  // feeds of the target host.
  if (retryAt !== undefined && (statusCode === 429 || statusCode === 503) && isSameHost(url, feed))
    limiter.pause(url, retryAt);
  return {
    kind: 'failed',
    failure: {
      kind: statusCode === 410 ? 'gone' : 'status',
      detail: await statusDetail(statusCode),
      ...(retryAt === undefined ? {} : { retryAt }),
    },
  };
}

/**
 * Escapes the non-ASCII bytes of a header, each of which Node returns as one character. The server then gets back the bytes
 * that it sent, and a host name in UTF-8 can be parsed.
 */
function withEscapedBytes(header: string): string {
  return header.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function statusDetail(status: number): Promise<string> {
  return (await import('#rarely-needed')).statusMessage(status);
}

function encodingOf({ headersDistinct }: IncomingMessage): string | undefined {
  return headersDistinct['content-encoding']?.join(',');
}

function freshness(header: HeaderLookup, clock: Clock): Pick<ResponseMetadata, 'freshFor'> {
  const ms = freshFor(header, clock());
  return ms === undefined ? {} : { freshFor: ms };
}

function failed(kind: FailureKind, detail: string): FetchResult {
  return { kind: 'failed', failure: { kind, detail } };
}

/** Returns the first 200 characters of an address from a server, redacted. `redactAddresses` does not find relative ones. */
function forDisplay(address: string): string {
  const safe = redactAddress(address);
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}

async function failureOf(error: unknown, limits: FetchLimits): Promise<Failure> {
  if (error instanceof RefusedAddressError) return { kind: 'refused', detail: error.message };
  if (error instanceof BrokenCompression) return { kind: 'malformed', detail: error.message };
  if (error instanceof DeadlineExceeded)
    return { kind: 'timeout', detail: `no complete response within ${limits.deadline / 1000} s` };
  if ((error as { code?: unknown }).code === 'ETIMEDOUT')
    return { kind: 'timeout', detail: 'the connection timed out' };
  const { connectionMessage } = await import('#rarely-needed');
  return { kind: 'unreachable', detail: connectionMessage(error) };
}
