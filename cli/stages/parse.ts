import { BrokenCompression, decodeContent } from '../../functions/poll/fetch/content-encoding.ts';
import { feedAddress } from '../../functions/poll/fetch/feed-address.ts';
import type { ResponseBody } from '../../functions/poll/fetch/response-body.ts';
import { MAX_DOCUMENT_BYTES, parseFeed } from '../../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { environmentSecrets } from '../../functions/shared/secrets.ts';
import { inputName, readStart } from '../shared/input.ts';
import { UsageError } from '../shared/usage-error.ts';

export interface ParseOptions {
  readonly url?: string;
  readonly contentType?: string;
}

/**
 * Runs `parse`: prints one feed document, from a file or standard input, as JSON on standard output. The document may be
 * compressed with gzip.
 */
export async function parse(file: string, { url, contentType }: ParseOptions): Promise<void> {
  const { bytes, cut } = await readDocument(file);
  const base = url === undefined ? undefined : await feedAddress({ url }, environmentSecrets(process.env));
  if (base && 'detail' in base) throw new UsageError(`--url: ${base.detail}`);
  const parsed = await parseFeed(bytes, { url: base?.url, contentType, cut, now: Date.now() });
  if (!parsed.ok) {
    const { kind, detail } = parsed.failure;
    const got = kind === 'empty' ? 'nothing' : detail;
    throw new NewsAlertsError(`${inputName(file)}: expected a feed, got ${got} (${kind})`);
  }
  const { title, url: feedUrl = null, entries } = base?.redactDocument(parsed.feed) ?? parsed.feed;
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
    ...(entry.context === undefined ? {} : { context: entry.context }),
  }));
  process.stdout.write(`${JSON.stringify({ feed: { title, url: feedUrl }, items }, null, 2)}\n`);
}

/** Reads a document as a poll does. One byte more than the limit tells the parser that the document is too long. */
async function readDocument(file: string): Promise<ResponseBody> {
  const { bytes } = await readStart(file, 'a feed', MAX_DOCUMENT_BYTES + 1);
  try {
    return await decodeContent(Buffer.from(bytes), undefined, MAX_DOCUMENT_BYTES + 1);
  } catch (error) {
    if (!(error instanceof BrokenCompression)) throw error;
    throw new NewsAlertsError(`${inputName(file)}: expected a feed, got ${error.message} (malformed)`);
  }
}
