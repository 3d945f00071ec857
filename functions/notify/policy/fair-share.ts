import type { Hit } from '../../shared/messages.ts';
import type { AlertCaps, Feed } from '../../shared/model.ts';
import { siteOf } from '../story/outlets.ts';
import type { CapShare } from './caps.ts';

/** Shares of a default cap for one feed, and for all feeds of a site together. */
const FEED_SHARE = 1 / 3;
const SITE_SHARE = 2 / 3;
/** Share for digests of gathered items. Small enough to leave places for other sites beside one site's share. */
const GATHERED_SHARE = 0.15;
/** Share of a configured cap for a feed that brings many items at once. Other feeds have no share: first come, first served. */
const CROWDED_FEED_SHARE = 1 / 2;

/** Returns the shares of a topic's caps that a feed's alerts count towards, so that it leaves places for other feeds. */
export function capSharesOf(
  { byDefault }: AlertCaps,
  feeds: readonly Feed[],
  { feed, crowded }: Pick<Hit, 'feed' | 'crowded'>,
): readonly CapShare[] {
  const { id } = feed;
  if (!byDefault) return crowded ? [{ of: `feed ${id}`, fraction: CROWDED_FEED_SHARE }] : [];
  const site = siteOf(feeds.find((other) => other.id === id)?.url);
  const others = feeds.filter((other) => other.enabled && other.id !== id);
  // A sole feed or site may use the whole cap, unless it brings many items at once.
  const isOnlySite = !crowded && others.every(({ url }) => siteOf(url) === site);
  const shares = [
    { of: `feed ${id}`, fraction: crowded ? FEED_SHARE : Math.max(FEED_SHARE, 1 / (others.length + 1)) },
    ...(site === undefined || isOnlySite ? [] : [{ of: `site ${site}`, fraction: SITE_SHARE }]),
  ];
  return shares.filter(({ fraction }) => fraction < 1);
}

/** The combined share of all digests of gathered items. */
export const GATHERED_CAP_SHARES: readonly CapShare[] = [{ of: 'gathered', fraction: GATHERED_SHARE }];
