/** What a server said to recognise a document by. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

type HeaderLookup = (name: string) => string | undefined;

export function validatorsOf(header: HeaderLookup): Validators {
  const [etag, lastModified] = [sendable(header('etag')), sendable(header('last-modified'))];
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** The headers that ask for a document only if it has changed; none without validators. */
export function conditionalHeaders({ etag, lastModified }: Validators): Record<string, string> {
  const [tag, time] = [sendable(etag), sendable(lastModified)];
  return {
    ...(tag ? { 'if-none-match': withUncompressedTag(tag) } : {}),
    // Beside the other, which is the only one that counts, if it is known: not all servers keep their tags.
    ...(time ? { 'if-modified-since': time } : {}),
  };
}

/**
 * Apache puts the compression into the tag of a compressed answer, and does not know that tag again when it is asked
 * (its bug 45023): the tag of the plain document, beside it, it does know.
 */
function withUncompressedTag(tag: string): string {
  const plain = tag.replace(/--?(gzip|gz|br|zstd|deflate)"$/, '"');
  return plain === tag ? tag : `${tag}, ${plain}`;
}

/** A validator that could not be sent back would fail every later poll. */
function sendable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x20-\x7e]{1,1000}$/.test(value) ? value : undefined;
}

type Header = (name: string) => string | undefined;

/** Retry-After, in seconds or as a date: ms since the epoch. */
export function retryAfterTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = /^\d+$/.test(value.trim()) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}

/** For how long an answer says that it is good yet, ms; none if it does not say so, or should be asked for every time. */
export function freshFor(header: Header, now: number): number | undefined {
  const control = (header('cache-control') ?? '').toLowerCase();
  if (/(^|[\s,])no-(cache|store)\b/.test(control)) return undefined;
  const seconds = (name: string) =>
    new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"?(\\d{1,10})(?!\\d)`).exec(control)?.[1];
  // s-maxage is for caches that many share, but often the only one that a feed behind such a cache has.
  const age = seconds('max-age') ?? seconds('s-maxage');
  const whole =
    age === undefined
      ? Date.parse(header('expires') ?? '') - (timeOf(header('date')) ?? now)
      : Number(age) * 1000;
  const already = /^\d{1,10}$/.test(header('age') ?? '') ? Number(header('age')) * 1000 : 0;
  return whole - already > 0 ? whole - already : undefined;
}

function timeOf(value: string | undefined): number | undefined {
  const time = Date.parse(value ?? '');
  return Number.isNaN(time) ? undefined : time;
}
