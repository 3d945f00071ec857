/** The formats in which the alerts of a topic can be read. */
export const FEED_FORMATS = {
  atom: { type: 'application/atom+xml; charset=utf-8', name: 'Atom' },
  json: { type: 'application/feed+json; charset=utf-8', name: 'JSON Feed' },
} as const;
export type FeedFormat = keyof typeof FEED_FORMATS;
