import type { FeedHints } from '../../shared/store/feed-states.ts';

/** One entry of a feed's document. Texts are plain text; times are ISO 8601 in UTC. */
export interface Entry {
  /** The entry's own identifier: guid, Atom id or rdf:about. */
  readonly guid?: string;
  readonly url?: string;
  readonly title: string;
  readonly summary: string;
  readonly content: string;
  readonly published?: string;
  readonly updated?: string;
  /** The entry's language, or else the feed's, as a lower-case tag: "pt-br". */
  readonly language?: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  /** Title of the live page that the entry is an update of. */
  readonly context?: string;
}

/** The WebSub hubs that a feed names. */
export interface PushLinks {
  readonly hubs: readonly string[];
  /** The feed's own address, under which the hubs know it. */
  readonly topic?: string;
}

export interface FeedDocument {
  readonly title: string;
  readonly url?: string;
  readonly language?: string;
  readonly hints?: FeedHints;
  /** The document is a live page, and its entries are its updates. */
  readonly live?: {
    /** When the page says that its coverage ends, ISO. Many pages give the time of their latest update. */
    readonly coverageEnd?: string;
  };
  /** The WebSub hubs that announce new entries. */
  readonly push?: PushLinks;
  /** The document is truncated, so later entries are missing. */
  readonly truncated?: true;
  /** The document has more entries than we read; `entries` are the first ones. */
  readonly hasMore?: true;
  readonly entries: readonly Entry[];
}

type Optional = 'guid' | 'url' | 'published' | 'updated' | 'language' | 'context';
type Loose<Fields> = { readonly [Key in keyof Fields]?: Fields[Key] | undefined };

/**
 * Returns an entry without its unknown fields. Takes the update date as the publication date if the entry has no other date.
 */
export function entryOf({
  guid,
  url,
  published,
  updated,
  language,
  context,
  ...texts
}: Omit<Entry, Optional> & Loose<Pick<Entry, Optional>>): Entry {
  const first = published ?? updated;
  return {
    ...(guid ? { guid } : {}),
    ...(url ? { url } : {}),
    ...texts,
    ...(first ? { published: first } : {}),
    ...(updated ? { updated } : {}),
    ...(language ? { language } : {}),
    ...(context ? { context } : {}),
  };
}

/** Returns a document without its unknown fields. Entries without a language get the document's. */
export function documentOf({
  title,
  url,
  language,
  hints,
  live,
  push,
  truncated,
  hasMore,
  entries,
}: Pick<FeedDocument, 'title' | 'entries'> &
  Loose<Pick<FeedDocument, 'url' | 'language' | 'hints' | 'live' | 'push'>> & {
    readonly truncated?: boolean;
    readonly hasMore?: boolean;
  }): FeedDocument {
  return {
    title,
    ...(url ? { url } : {}),
    ...(language ? { language } : {}),
    ...(hints && Object.keys(hints).length > 0 ? { hints } : {}),
    ...(live ? { live } : {}),
    ...(push ? { push } : {}),
    ...(truncated ? { truncated } : {}),
    ...(hasMore ? { hasMore } : {}),
    entries: language ? entries.map((entry) => (entry.language ? entry : { ...entry, language })) : entries,
  };
}
