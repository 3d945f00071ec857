import { formerIds } from '../functions/shared/feed-id.ts';
import type { Feed, Query } from '../functions/shared/model.ts';

/** Maps the ids that releases up to 0.1.0 generated to the current ids, except ids that belong to another feed now. */
export function renamedFeeds(generated: readonly Feed[], all: readonly Feed[]): ReadonlyMap<string, string> {
  const renamed = new Map<string, string | undefined>(all.map(({ id }) => [id, undefined]));
  for (const { id, url } of generated) {
    for (const former of formerIds(url)) renamed.set(former, renamed.has(former) ? undefined : id);
  }
  return new Map([...renamed].flatMap(([former, id]) => (id === undefined ? [] : [[former, id]])));
}

/** Replaces former ids of feeds in a query by the current ones. Calls `onRenamed` with the current id of each. */
export function withCurrentIds(
  query: Query,
  renamed: ReadonlyMap<string, string>,
  onRenamed: (id: string) => void,
): Query {
  const current = (part: Query): Query => {
    if ('all' in part) return { all: part.all.map(current) };
    if ('any' in part) return { any: part.any.map(current) };
    if ('not' in part) return { not: current(part.not) };
    const id = 'source' in part ? renamed.get(part.source.trim().toLowerCase()) : undefined;
    if (id === undefined) return part;
    onRenamed(id);
    return { source: id };
  };
  return current(query);
}
