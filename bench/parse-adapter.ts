import { parseFeed } from '../functions/poll/parser/parse.ts';
import { cleanHtml } from './clean-html.ts';

/** Adapts our parser to the test suites of feed parsers, which expect texts as HTML. Throws if parsing fails. */
export async function parse(
  bytes: Uint8Array,
  contentType?: string,
  { url }: { readonly url?: string } = {},
) {
  const parsed = await parseFeed(bytes, { contentType, url, now: Date.now(), render: cleanHtml });
  if (!parsed.ok) throw new Error(`${parsed.failure.kind}: ${parsed.failure.detail}`);
  const { title, url: link, entries } = parsed.feed;
  return {
    title,
    link,
    items: entries.map(({ guid, url: link, authors, ...entry }) => ({
      ...entry,
      id: guid ?? link,
      link,
      author: authors.join(', '),
    })),
  };
}
