import { parseFeed as feedsmith } from 'feedsmith';
import RssParser from 'rss-parser';
import { parseFeed } from '../../functions/poll/parser/parse.ts';

/** Parses a document, and returns how many entries it found. */
export type CountEntries = (bytes: Uint8Array) => Promise<number>;

const NOW = Date.UTC(2026, 2, 2);
const text = new TextDecoder();

/** Our parser decodes bytes and makes plain text. The others get text and keep HTML. */
export const PARSERS: Readonly<Record<string, CountEntries>> = {
  ours: async (bytes) => {
    const parsed = await parseFeed(bytes, {
      url: 'https://herald.test/feed.xml',
      contentType: 'application/xml',
      now: NOW,
    });
    return parsed.ok ? parsed.feed.entries.length : -1;
  },
  'rss-parser': async (bytes) => (await new RssParser().parseString(text.decode(bytes))).items.length,
  feedsmith: async (bytes) => {
    const { feed } = feedsmith(text.decode(bytes));
    return ('items' in feed ? feed.items : 'entries' in feed ? feed.entries : undefined)?.length ?? -1;
  },
};
