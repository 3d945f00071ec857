import type { FeedHints } from '../../shared/store/feed-states.ts';
/** One entry as it stands in the feed's document; texts are plain text, times ISO in UTC. */
export interface Entry {
  /** The entry's own name: guid, Atom id or rdf:about. */
  readonly guid?: string;
  readonly url?: string;
  readonly title: string;
  readonly summary: string;
  readonly content: string;
  readonly published?: string;
  readonly updated?: string;
  /** Its own or its feed's, as a tag in lower case: "pt-br". */
  readonly language?: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
}

export interface FeedDocument {
  readonly title: string;
  readonly url?: string;
  readonly language?: string;
  readonly hints?: FeedHints;
  /** Cut off before its end: what it holds is not all that there is. */
  readonly truncated?: true;
  /** The document has more entries than are read; `entries` are the first ones. */
  readonly hasMore?: true;
  readonly entries: readonly Entry[];
}

type Optional = 'guid' | 'url' | 'published' | 'updated' | 'language';
type Loose<Fields> = { readonly [Key in keyof Fields]?: Fields[Key] | undefined };

/** An entry without the fields that are unknown. An entry that was updated only, was published then. */
export function entryOf({
  guid,
  url,
  published,
  updated,
  language,
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
  };
}

export function documentOf({
  title,
  url,
  language,
  hints,
  partial,
  hasMore,
  entries,
}: Pick<FeedDocument, 'title' | 'entries'> &
  Loose<Pick<FeedDocument, 'url' | 'language' | 'hints'>> & {
    readonly partial?: boolean;
    readonly hasMore?: boolean;
  }): FeedDocument {
  return {
    title,
    ...(url ? { url } : {}),
    ...(language ? { language } : {}),
    ...(hints && Object.keys(hints).length > 0 ? { hints } : {}),
    ...(partial ? { truncated: partial } : {}),
    ...(hasMore ? { hasMore } : {}),
    entries: language ? entries.map((entry) => ({ language, ...entry })) : entries,
  };
}
