import { nearestName } from '../../config/query/nearest-name.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { abbreviateList } from '../../local/format-time.ts';

const MAX_NAMED = 20;

/** Returns the error for an id that no feed of a file has, with the nearest one. `expected`: such as "the id of a feed". */
export function unknownFeed(
  expected: string,
  id: string,
  feeds: readonly Feed[],
  file: string,
): NewsAlertsError {
  const ids = feeds.map((feed) => feed.id);
  const nearest = nearestName(id, ids);
  const hint =
    nearest === undefined
      ? `the file has ${ids.length === 0 ? 'no feeds' : abbreviateList(ids, MAX_NAMED)}`
      : `did you mean ${nearest}?`;
  return new NewsAlertsError(`expected ${expected} in ${file}, got ${id}; ${hint}`);
}
