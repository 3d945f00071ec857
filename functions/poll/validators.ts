/** What a server said to recognise a document by. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

type Header = (name: string) => string | undefined;

export function validatorsOf(header: Header): Validators {
  const [etag, lastModified] = [sendable(header('etag')), sendable(header('last-modified'))];
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** The headers that ask for a document only if it has changed; none without validators. */
export function conditions({ etag, lastModified }: Validators): Record<string, string> {
  const [tag, time] = [sendable(etag), sendable(lastModified)];
  return {
    ...(tag ? { 'if-none-match': withPlain(tag) } : {}),
    // Beside the other, which is the only one that counts, if it is known: not all servers keep their tags.
    ...(time ? { 'if-modified-since': time } : {}),
  };
}

/**
 * Apache puts the compression into the tag of a compressed answer, and does not know that tag again when it is asked
 * (its bug 45023): the tag of the plain document, beside it, it does know.
 */
function withPlain(tag: string): string {
  const plain = tag.replace(/--?(gzip|gz|br|zstd|deflate)"$/, '"');
  return plain === tag ? tag : `${tag}, ${plain}`;
}

/** A validator that could not be sent back would fail every later poll. */
function sendable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x20-\x7e]{1,1000}$/.test(value) ? value : undefined;
}
