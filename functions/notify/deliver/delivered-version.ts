import type { Hit } from '../../shared/messages.ts';
import type { DeliveredVersion } from '../../shared/store/stories.ts';
import { sketchOf } from '../story/text-sketch.ts';

/** Bounds the record of an item while its story is live. */
export const MAX_ALERTS = 20;
/** More than one message contains: match sends about 200. */
const MAX_TERMS = 400;

/** The fields of a delivered version that a hit does not determine. */
export type DeliveredFields = Omit<DeliveredVersion, 'contentHash' | 'guidHash' | 'polledAt' | 'revision'>;

/** Returns the version of an item that a hit delivers. */
export function deliveredVersionOf(
  { item, polledAt, revision, terms }: Hit,
  delivered: DeliveredFields,
): DeliveredVersion {
  const { storyId, lead, role, title, alerts, sketch, silent, gathered, updates } = delivered;
  return {
    storyId,
    lead,
    ...(role ? { role } : {}),
    title,
    contentHash: item.contentHash,
    ...(item.guidHash === undefined ? {} : { guidHash: item.guidHash }),
    polledAt,
    ...(revision === undefined ? {} : { revision }),
    terms: [...new Set([...delivered.terms, ...terms])].slice(-MAX_TERMS),
    ...(alerts ? { alerts } : {}),
    ...(sketch === undefined ? {} : { sketch }),
    ...(silent ? { silent } : {}),
    ...(gathered ? { gathered } : {}),
    ...(updates === undefined ? {} : { updates }),
  };
}

/** Returns the text fields of a delivered version. */
export function deliveredText({ title, summary }: Hit['item']): Pick<DeliveredVersion, 'title' | 'sketch'> {
  return { title, ...(summary === '' ? {} : { sketch: sketchOf(title, summary) }) };
}

/** Returns a stand-in for a story that is too old to be read. */
export const storyStandIn = ({ title, polledAt }: DeliveredVersion) => ({
  title,
  openedAt: polledAt,
  sources: [],
});

type Poll = Pick<Hit, 'revision' | 'polledAt'>;

/**
 * Returns a negative number if `a` is from an earlier poll of the feed than `b`, a positive one if it is from a later poll.
 * Compares revisions first, since clocks can be set back. Polls of the previous release have no revision and count as
 * earlier than all others.
 */
export function comparePolls(a: Poll, b: Poll): number {
  const order = (a.revision ?? 0) - (b.revision ?? 0);
  return order === 0 ? Date.parse(a.polledAt) - Date.parse(b.polledAt) : order;
}
