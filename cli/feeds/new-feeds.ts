import { feedAddressFault } from '../../config/checks/feed-address.ts';
import { generatedId } from '../../functions/shared/feed-id.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { escapeReferences } from '../../functions/shared/secrets.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import type { Outline } from './opml.ts';
import { feedKey, parseAddress, unusedId } from './parse-address.ts';

/** An entry of the file's `feeds`, with its keys in the order in which they are written. */
export interface NewFeed {
  readonly id: string;
  readonly url: string;
  readonly title?: string;
  readonly every?: string;
  readonly tags?: readonly string[];
  readonly enabled?: false;
}

/** An outline that is not imported, and why. */
export interface SkippedOutline {
  readonly outline: Outline;
  /** The same text for the same reason, since outlines are grouped by it. */
  readonly reason: string;
  readonly detail?: string;
}

export const NO_ADDRESS = 'no feed address';

/** Returns the outlines that are new feeds for the file, and the outlines that are skipped. */
export function newFeeds(
  outlines: readonly Outline[],
  known: readonly Feed[],
): { readonly feeds: NewFeed[]; readonly skipped: SkippedOutline[] } {
  const duplicates = new Map<string, Omit<SkippedOutline, 'outline'>>(
    known.map(({ id, url }) => [
      feedKey(url),
      { reason: 'already in the configuration', detail: `as ${id}` },
    ]),
  );
  const ids = new Set(known.map(({ id }) => id));
  const feeds: NewFeed[] = [];
  const skipped: SkippedOutline[] = [];
  for (const outline of outlines) {
    if (outline.address === undefined) {
      const detail =
        outline.page === undefined
          ? {}
          : { detail: `its web page is ${safeText(redactAddress(outline.page))}` };
      skipped.push({ outline, reason: NO_ADDRESS, ...detail });
      continue;
    }
    // An imported address must not name a secret of this machine.
    const address = parseAddress(escapeReferences(outline.address));
    if ('fault' in address) {
      skipped.push({ outline, reason: address.fault });
      continue;
    }
    const expected = feedAddressFault(address.url);
    if (expected !== undefined) {
      skipped.push({ outline, reason: 'an address that cannot be read', detail: `expected ${expected}` });
      continue;
    }
    const key = feedKey(address.url);
    const duplicate = duplicates.get(key);
    if (duplicate !== undefined) {
      skipped.push({ outline, ...duplicate });
      continue;
    }
    const id = unusedId(generatedId(address.url), address.url, ids);
    duplicates.set(key, { reason: 'more than once in the file', detail: `first on line ${outline.line}` });
    ids.add(id);
    feeds.push({
      id,
      url: address.url,
      ...(outline.name === '' ? {} : { title: outline.name }),
      ...(outline.tags.length === 0 ? {} : { tags: outline.tags }),
      ...(outline.commentedOut ? { enabled: false } : {}),
    });
  }
  return { feeds, skipped };
}
