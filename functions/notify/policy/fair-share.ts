import type { AlertCaps, Feed, Hit } from '../../shared/model.ts';
import { siteOf } from '../story/outlets.ts';
import type { CapShare } from './caps.ts';

/** Shares of a default cap: a feed gets a third of its places, all feeds of a site together two thirds. */
const FEED_SHARE = 1 / 3;
const SITE_SHARE = 2 / 3;
/** With the two thirds of a site it must leave places to other sites. */
const GATHERED_SHARE = 0.15;
/** A cap of the file is for whoever comes first, but for a feed that brings very much at once. */
const CROWDED_FEED_SHARE = 1 / 2;

/** Returns what a feed may take of a topic's alerts: it must not take the places of all others. */
export function capSharesOf(
  { byDefault }: AlertCaps,
  feeds: readonly Feed[],
  { feed, crowded }: Pick<Hit, 'feed' | 'crowded'>,
): readonly CapShare[] {
  const { id } = feed;
  if (!byDefault) return crowded ? [{ of: `feed ${id}`, fraction: CROWDED_FEED_SHARE }] : [];
  const site = siteOf(feeds.find((one) => one.id === id)?.url);
  // Nothing is left to others where there are none, unless the reader is to be spared.
  const others = feeds.filter((one) => one.enabled && one.id !== id);
  const isOnlySite = !crowded && others.every(({ url }) => siteOf(url) === site);
  const parts = [
    { of: `feed ${id}`, fraction: crowded ? FEED_SHARE : Math.max(FEED_SHARE, 1 / (others.length + 1)) },
    ...(site === undefined || isOnlySite ? [] : [{ of: `site ${site}`, fraction: SITE_SHARE }]),
  ];
  return parts.filter(({ fraction }) => fraction < 1);
}

/** Digests of what feeds bring beyond that have a part of the places together. */
export const GATHERED_CAP_SHARES: readonly CapShare[] = [{ of: 'gathered', fraction: GATHERED_SHARE }];
