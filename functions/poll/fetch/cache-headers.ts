/** The values that a server sent to identify a version of a document. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Returns the first header of a name in lower case. */
export type HeaderLookup = (name: string) => string | undefined;

export function validatorsOf(header: HeaderLookup): Validators {
  const [etag, lastModified] = [sendable(header('etag')), sendable(header('last-modified'))];
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** Returns the headers that request a document only if it has changed; none without validators. */
export function conditionalHeaders({ etag, lastModified }: Validators): Record<string, string> {
  const [tag, time] = [sendable(etag), sendable(lastModified)];
  return {
    ...(tag ? { 'if-none-match': withUncompressedTag(tag) } : {}),
    // A server that supports tags ignores the time, but some servers forget their tags.
    ...(time ? { 'if-modified-since': time } : {}),
  };
}

/**
 * Adds the tag of the uncompressed document to that of a compressed one. Apache adds the compression to the tag of a
 * compressed response and does not recognise that tag in a request (its bug 45023), but does recognise the plain one.
 */
function withUncompressedTag(tag: string): string {
  const plain = tag.replace(/--?(gzip|gz|br|zstd|deflate)"$/, '"');
  return plain === tag ? tag : `${tag}, ${plain}`;
}

/** Returns a validator if it can be sent back in a header. Any other validator would make every later poll fail. */
function sendable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x20-\x7e]{1,1000}$/.test(value) ? value : undefined;
}

/** Returns the time of a Retry-After header, ms since the epoch. The header has seconds or a date. */
export function retryAfterTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = /^\d+$/.test(value.trim()) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}

const MAX_AGE = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})(?!\d)/;
const S_MAXAGE = /(?:^|[\s,])s-maxage\s*=\s*"?(\d{1,10})(?!\d)/;

/** Returns how long a response stays fresh, ms; undefined if the response does not say, or must be revalidated every time. */
export function freshFor(header: HeaderLookup, now: number): number | undefined {
  const control = (header('cache-control') ?? '').toLowerCase();
  if (/(^|[\s,])no-(cache|store)\b/.test(control)) return undefined;
  // s-maxage is for shared caches, but often the only lifetime that a feed behind such a cache has.
  const [, maxAge] = MAX_AGE.exec(control) ?? S_MAXAGE.exec(control) ?? [];
  const lifetime =
    maxAge === undefined
      ? Date.parse(header('expires') ?? '') - (timeOf(header('date')) ?? now)
      : Number(maxAge) * 1000;
  const age = /^\d{1,10}$/.test(header('age') ?? '') ? Number(header('age')) * 1000 : 0;
  return lifetime - age > 0 ? lifetime - age : undefined;
}

function timeOf(value: string | undefined): number | undefined {
  const time = Date.parse(value ?? '');
  return Number.isNaN(time) ? undefined : time;
}
