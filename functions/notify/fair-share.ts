import type { AtMost, Feed, Hit } from '../shared/model.ts';
import type { Part } from './caps.ts';
import { siteOf } from './outlets.ts';

/** Of the places of a cap that the file does not set, a feed gets a third, and all feeds of a site get two. */
const FEED = 1 / 3;
const SITE = 2 / 3;
/** A cap of the file is for whoever comes first, but for a feed that brings very much at once. */
const CROWDED = 1 / 2;

/** Returns what a feed may take of a topic's alerts: it must not take the places of all others. */
export function partsOf(
  { byDefault }: AtMost,
  feeds: readonly Feed[],
  { feed, crowded }: Pick<Hit, 'feed' | 'crowded'>,
): readonly Part[] {
  const { id } = feed;
  if (!byDefault) return crowded ? [{ of: `feed ${id}`, fraction: CROWDED }] : [];
  const site = siteOf(feeds.find((one) => one.id === id)?.url);
  return [
    { of: `feed ${id}`, fraction: FEED },
    ...(site === undefined ? [] : [{ of: `site ${site}`, fraction: SITE }]),
  ];
}

/** Digests of what feeds bring beyond that have a third of the places together. */
export const partsOfGathered = ({ byDefault }: AtMost): readonly Part[] =>
  byDefault ? [{ of: 'gathered', fraction: FEED }] : [];
