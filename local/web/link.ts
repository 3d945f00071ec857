import { type Markup, markup } from '../../functions/shared/markup.ts';

/** What the address of the page asks for. */
export interface PageView {
  /** Id of the only topic to be shown. */
  readonly topic: string | null;
  readonly all: boolean;
  readonly allFeeds: boolean;
}

/** A link out of the page, to the web only: a feed may say `javascript:` as easily as `https:`. */
export function link(url: string | undefined, text: Markup): Markup {
  const target = url === undefined ? null : URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) return text;
  return markup`<a href="${target.href}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}

/** Returns the address of the page with the alerts about one topic, or with more alerts or feeds. */
export function viewAddress({
  topic,
  all,
  allFeeds = false,
}: Partial<PageView> & Omit<PageView, 'allFeeds'>): string {
  const query = new URLSearchParams({
    ...(topic === null ? {} : { topic }),
    ...(all ? { all: '' } : {}),
    ...(allFeeds ? { feeds: 'all' } : {}),
  });
  return `/?${query.toString()}`;
}
