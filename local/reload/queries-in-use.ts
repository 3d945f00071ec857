import type { LoadedConfig } from '../../config/load.ts';

/**
 * Returns a configuration in which each topic keeps the queries that it has in the configuration in force, if those in the
 * file have a fault. So a typo, which is saved while news comes in, loses none of it.
 */
export function withQueriesInUse(inForce: LoadedConfig, loaded: LoadedConfig): LoadedConfig {
  const earlier = new Map(inForce.config.topics.map((topic) => [topic.id, topic]));
  const keptQueries = new Set<string>();
  const hasFault = (id: string, key: string) =>
    loaded.topicFaults.some(
      ({ path }) => path === `topics.${id}.${key}` || path.startsWith(`topics.${id}.${key}.`),
    );
  const topics = loaded.config.topics.map((topic) => {
    const { id } = topic;
    const { query, urgent } = earlier.get(id) ?? {};
    const kept = {
      ...(query && !topic.query ? { query } : {}),
      ...(urgent && !topic.urgent && hasFault(id, 'urgent') ? { urgent } : {}),
    };
    if (Object.keys(kept).length === 0) return topic;
    keptQueries.add(id);
    return { ...topic, ...kept };
  });
  return { ...loaded, config: { ...loaded.config, topics }, keptQueries };
}
