import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shared/model.ts';
import { redactAddress } from '../../shared/redact-address.ts';
import { MAX_URL } from '../parser/fields/web-url.ts';
import {
  conditionalHeaders,
  freshFor,
  retryAfterTime,
  type Validators,
  validatorsOf,
} from './cache-headers.ts';
import { ACCEPTED_ENCODINGS, BrokenCompression, decodeContent } from './content-encoding.ts';
import type { CookieJar } from './cookie-jar.ts';
import { type HostLimiter, hostLimiter, isSameHost, type Postponed } from './host-limiter.ts';
import { type Agents, get, singleUseAgents } from './http-client.ts';
import { DeadlineExceeded, readBody, type Truncation } from './response-body.ts';
import { RefusedAddressError, type SsrfGuard, type SsrfGuardOptions, ssrfGuard } from './ssrf-guard.ts';

/** Why a feed could not be read, as told to people and counted in summaries. */
export type FailureKind =
  /** No connection: name not found, refused, no network. */
  | 'unreachable'
  | 'timeout'
  /** A name in the feed's address has no value. */
  | 'secret'
  /** An address that is not public, or that a feed has no business with: see address-gate.ts. */
  | 'refused'
  /** HTTP 410: it will not come back. */
  | 'gone'
  /** An HTTP status that comes without a document. */
  | 'status'
  /** No entry of the feed is within the limit, or only its oldest ones. */
  | 'too-large'
  | 'redirects'
  /** An answer with no body. */
  | 'empty'
  /** A web page where a feed was expected. */
  | 'html'
  /** Nothing that can be read as a feed. */
  | 'malformed';

export interface Failure {
  readonly kind: FailureKind;
  readonly detail: string;
  /** When the server asked not to be asked before, ms since the epoch. */
  readonly retryAt?: number;
}

/** What an answer says beside its content. */
interface ResponseMetadata {
  /**
   * The address to be asked from now on: where permanent redirects (301, 308) led from the one that was asked, up to the
   * first redirect that is not permanent, or to an address of more than 2,000 characters.
   */
  readonly moved?: string;
  /** For how long it is good by its own word, ms. */
  readonly freshFor?: number;
}

export interface Document extends ResponseMetadata, Validators {
  readonly kind: 'document';
  readonly bytes: Uint8Array;
  /** Why `bytes` are only the start of the document: larger than the limit, or the connection or compression broke off. */
  readonly cut?: Truncation;
  readonly contentType: string;
  /** The header of this name, in which a page may name its feed. */
  readonly link?: string;
  /** Where it was in the end. */
  readonly url: string;
}

export type FetchResult =
  | Document
  | (ResponseMetadata & { readonly kind: 'unchanged' })
  | { readonly kind: 'failed'; readonly failure: Failure }
  | Postponed;

export interface FetchRequest extends Validators {
  readonly url: string;
  /**
   * Address of the feed in the file, if a move or a page led from there to `url`. `Retry-After` holds up other feeds only if
   * it is of this host, and loopback is reached only if this address is there.
   * @default `url`
   */
  readonly feedUrl?: string;
  /** @default a name of ours */
  readonly userAgent?: string | undefined;
}

export type Fetch = (request: FetchRequest) => Promise<FetchResult>;

export interface FetchLimits {
  /** For the whole of it, redirects and body included, waiting for the host's turn excluded, ms. */
  readonly deadline: number;
  /** For the turns of hosts, ms; then it is postponed. */
  readonly patience: number;
  /** Of the body, before and after it is decoded; what is beyond is not read. */
  readonly bytes: number;
  readonly redirects: number;
}

/** Deadline and patience together, and what is made of the document, fit the function's timeout. */
export const FETCH_LIMITS: FetchLimits = {
  deadline: 20_000,
  patience: 20_000,
  bytes: 5 * 1024 * 1024,
  redirects: 5,
};

export interface FetchOptions {
  readonly clock: Clock;
  readonly limits?: Partial<FetchLimits>;
  /** @default the public internet alone */
  readonly guard?: SsrfGuardOptions;
}

/** Names the product. It starts as browsers' do, since some servers refuse all others. */
const USER_AGENT = 'Mozilla/5.0 (compatible; news-alerts/0.1; feed reader)';
const ACCEPT =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1';

/**
 * Fetches feeds over HTTP, conditionally where validators are known. Cookies live as long as the redirects of one request.
 * Whatever goes wrong is an answer, not a throw.
 */
export function httpFetch({ clock, limits: own = {}, guard: gateOptions = {} }: FetchOptions): Fetch {
  const limits = { ...FETCH_LIMITS, ...own };
  const turns = hostLimiter(clock);
  const toolsWith = (gate: SsrfGuard): FetchContext => ({
    clock,
    limits,
    guard: gate,
    limiter: turns,
    agents: singleUseAgents(gate),
  });
  const shared = toolsWith(ssrfGuard(gateOptions));
  return (wanted) => {
    const { url, feedUrl = url } = wanted;
    return followRedirects(
      wanted,
      gateOptions.loopback ? toolsWith(ssrfGuard({ ...gateOptions, feedUrl })) : shared,
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
  /** Address, as the header has it; ASCII. */
  readonly location: string;
  /** Set-Cookie headers. */
  readonly cookies: readonly string[];
}

async function followRedirects(wanted: FetchRequest, tools: FetchContext): Promise<FetchResult> {
  const { limits, guard, limiter } = tools;
  const asked = new Set<string>();
  let jar: CookieJar | undefined;
  let address = wanted.url;
  let moved: string | undefined;
  let permanent = true;
  let { deadline, patience } = limits;
  try {
    const ownPort = new URL(wanted.url).port;
    const feed = new URL(wanted.feedUrl ?? wanted.url);
    for (;;) {
      const url = new URL(address);
      guard.checkUrl(url, ownPort);
      const cookie = jar?.headerFor(url) ?? '';
      asked.add(`${url.href} ${cookie}`);
      const waiting = performance.now();
      const work = async () => {
        const since = performance.now();
        patience -= since - waiting;
        try {
          return await requestOnce(address, { wanted, feed, cookie, deadline }, tools);
        } finally {
          deadline -= performance.now() - since;
        }
      };
      const answer = await limiter.run(url, patience, work, feed);
      if (answer.kind !== 'redirect') {
        // Where it leads to today is not the feed: what is gone there is not the feed either.
        if (answer.kind === 'failed' && answer.failure.kind === 'gone' && !permanent)
          return failed('status', answer.failure.detail);
        const told = answer.kind === 'document' || answer.kind === 'unchanged';
        return told && moved !== undefined && moved !== wanted.url ? { ...answer, moved } : answer;
      }

      if (answer.cookies.length > 0) {
        jar ??= new (await import('#rarely-needed')).CookieJar();
        jar.store(url, answer.cookies, tools.clock());
      }
      const { location } = answer;
      if (!URL.canParse(location, url.href))
        return failed('redirects', `a redirect to ${shown(location)}, which is no address`);
      const next = new URL(location, url);
      // It is not sent, and the same document with and without it is the same.
      next.hash = '';
      address = next.href;
      // With other cookies it may be another answer.
      if (asked.has(`${address} ${jar?.headerFor(next) ?? ''}`))
        return failed('redirects', `redirects that lead back to ${shown(address)}`);
      if (asked.size > limits.redirects)
        return failed('redirects', `more than ${limits.redirects} redirects, the last to ${shown(location)}`);
      permanent &&= answer.permanent && address.length <= MAX_URL;
      if (permanent) moved = address;
    }
  } catch (error) {
    const failure = await failureOf(error, limits);
    return failure.kind === 'refused' && address !== wanted.url
      ? failed('refused', `a redirect to ${shown(address)}: ${failure.detail}`)
      : { kind: 'failed', failure };
  }
}

interface Hop {
  readonly wanted: FetchRequest;
  /** The feed's own address. */
  readonly feed: URL;
  /** Header; empty for none. */
  readonly cookie: string;
  readonly deadline: number;
}

/** One request of the chain. */
async function requestOnce(
  address: string,
  { wanted, feed, cookie, deadline }: Hop,
  { agents, limits, clock, limiter }: FetchContext,
): Promise<FetchResult | Redirect> {
  const url = new URL(address);
  const conditional = conditionalHeaders(wanted);
  const answer = await get(url, {
    agents,
    deadline,
    headers: {
      accept: ACCEPT,
      'accept-encoding': ACCEPTED_ENCODINGS,
      'user-agent': wanted.userAgent ?? USER_AGENT,
      ...(cookie === '' ? {} : { cookie }),
      ...conditional,
    },
  });
  const { statusCode = 0 } = answer;
  const header = (name: string): string | undefined => answer.headersDistinct[name]?.[0];

  // Some caches and proxies say 203 or 226 of what they have changed.
  if (statusCode >= 200 && statusCode < 300 && statusCode !== 204 && statusCode !== 205) {
    const body = await readBody(answer, limits.bytes);
    const plain = await decodeContent(body.bytes, encodingOf(answer), limits.bytes);
    const { bytes } = plain;
    const cut = body.cut ?? plain.cut;
    if (statusCode !== 200 && bytes.length === 0) return failed('status', await statusDetail(statusCode));
    const link = answer.headersDistinct.link?.map((one) => Buffer.from(one, 'latin1').toString()).join(', ');
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
  // The body is of no interest, and leaving it unread would keep the connection. To break off makes an error of it, which
  // costs something: what has none may end.
  if (statusCode === 304) answer.resume();
  else answer.destroy();
  // A 304 to a question without validators would hide the feed for ever.
  if (statusCode === 304 && Object.keys(conditional).length > 0)
    return { kind: 'unchanged', ...freshness(header, clock) };

  const location = header('location');
  if ([300, 301, 302, 303, 307, 308].includes(statusCode) && location !== undefined) {
    return {
      kind: 'redirect',
      permanent: statusCode === 301 || statusCode === 308,
      location: withEscapedBytes(location),
      cookies: answer.headersDistinct['set-cookie'] ?? [],
    };
  }
  const retryAt = retryAfterTime(header('retry-after'), clock());
  // Most servers say it of all that they have. But where a feed redirects to is for the feed to choose, and no reason to
  // keep the feeds of that host waiting.
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

/** Node gives a character for each byte. Escaped, they are sent back as they came, and a host in UTF-8 is understood. */
function withEscapedBytes(header: string): string {
  return header.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function statusDetail(status: number): Promise<string> {
  return (await import('#rarely-needed')).statusMessage(status);
}

function encodingOf({ headersDistinct }: IncomingMessage): string | undefined {
  return headersDistinct['content-encoding']?.join(',');
}

function freshness(
  header: (name: string) => string | undefined,
  clock: Clock,
): Pick<ResponseMetadata, 'freshFor'> {
  const ms = freshFor(header, clock());
  return ms === undefined ? {} : { freshFor: ms };
}

function failed(kind: FailureKind, detail: string): FetchResult {
  return { kind: 'failed', failure: { kind, detail } };
}

/** Returns the beginning of an address that a server gave, as people may see it: relative ones are not found in a text. */
function shown(address: string): string {
  const safe = redactAddress(address);
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}

async function failureOf(error: unknown, limits: FetchLimits): Promise<Failure> {
  if (error instanceof RefusedAddressError) return { kind: 'refused', detail: error.message };
  if (error instanceof BrokenCompression) return { kind: 'malformed', detail: error.message };
  if (error instanceof DeadlineExceeded)
    return { kind: 'timeout', detail: `no complete answer within ${limits.deadline / 1000} s` };
  if ((error as { code?: unknown }).code === 'ETIMEDOUT') return { kind: 'timeout', detail: 'no connection' };
  const { connectionMessage } = await import('#rarely-needed');
  return { kind: 'unreachable', detail: connectionMessage(error) };
}
