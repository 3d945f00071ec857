import { count } from '../../functions/shared/text/count.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';
import { formatDuration } from '../../local/format-time.ts';
import { newestTime } from './entry-times.ts';
import type { Offer, OfferKind } from './offers.ts';

const KIND_NAMES: Readonly<Record<OfferKind, string>> = {
  'push feed': 'feed with push (WebSub)',
  feed: 'feed',
  'live page': 'live page',
  'news sitemap': 'news sitemap',
};
const MAX_FAILURE = 100;

/** Returns one line about an offered feed: kind, title, number of items, age of the newest, and other formats. */
export function describeOffer(offer: Offer, now: number): string {
  const { kind, title, isComments, otherFormats } = offer;
  const name = isComments ? `${KIND_NAMES[kind]} of comments` : KIND_NAMES[kind];
  const heading = title === '' ? name : `${name}: ${title}`;
  const formats = otherFormats.length === 0 ? '' : `; other formats: ${otherFormats.join(', ')}`;
  return `${heading}; ${contentOf(offer, now)}${formats}`;
}

function contentOf({ found, failure }: Offer, now: number): string {
  if (failure !== undefined) return `could not be read: ${shorten(safeText(failure), MAX_FAILURE)}`;
  if (!found) return 'not read';
  const { entries } = found.feed;
  if (entries.length === 0) return 'no items yet';
  const newest = newestTime(entries);
  const age =
    newest === undefined ? 'without dates' : `the newest ${formatDuration(Math.max(0, now - newest))} old`;
  return `${count(entries.length, 'item')}, ${age}`;
}
