import { gunzipSync } from 'node:zlib';
import type { PushedContent } from '../../shared/messages.ts';
import type { FeedState } from '../../shared/store/feed-states.ts';
import { decodeContent } from '../fetch/content-encoding.ts';
import type { Document } from '../fetch/fetch.ts';
import { MAX_DOCUMENT_BYTES } from '../parser/parse.ts';

/**
 * Returns the document in a push. Returns undefined if the feed must be fetched instead, because the push does not say what a
 * fetch would find: it is for another address, or too large for a message.
 */
export async function documentOfPush(
  { push: known, seen }: FeedState,
  push: PushedContent,
): Promise<Document | undefined> {
  // The first document of a feed tells its past from its news.
  if (!known?.exact || !seen?.length || push.body === undefined) return undefined;
  if (push.self.length > 0 && !push.self.includes(known.topic)) return undefined;
  try {
    const packed = gunzipSync(Buffer.from(push.body, 'base64'), { maxOutputLength: MAX_DOCUMENT_BYTES });
    const { bytes, cut } = await decodeContent(packed, push.encoding, MAX_DOCUMENT_BYTES);
    return cut ? undefined : { kind: 'document', bytes, contentType: push.contentType, url: known.topic };
  } catch {
    return undefined;
  }
}
