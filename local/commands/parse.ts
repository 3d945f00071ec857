import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { parseFeed } from '../../functions/poll/parse.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

export interface ParseOptions {
  readonly url?: string;
  readonly contentType?: string;
}

/** `parse`: one feed document, from a file or standard input, as JSON on standard output. */
export async function parse(file: string, { url, contentType }: ParseOptions): Promise<void> {
  const bytes = file === '-' ? await buffer(process.stdin) : readDocument(file);
  const parsed = await parseFeed(bytes, { url, contentType, now: Date.now() });
  if (!parsed.ok) {
    const { kind, detail } = parsed.failure;
    throw new NewsAlertsError(`${file}: expected a feed, got ${detail} (${kind})`);
  }
  const { title, url: feedUrl = null, entries } = parsed.feed;
  const items = entries.map((entry) => ({
    id: entry.guid ?? entry.url ?? null,
    url: entry.url ?? null,
    title: entry.title,
    summary: entry.summary,
    content: entry.content,
    published: entry.published ?? null,
    updated: entry.updated ?? null,
    authors: entry.authors,
    categories: entry.categories,
  }));
  process.stdout.write(`${JSON.stringify({ feed: { title, url: feedUrl }, items }, null, 2)}\n`);
}

function readDocument(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new NewsAlertsError(
      `expected a readable file or - for standard input, got ${(cause as Error).message}`,
      { cause },
    );
  }
}
