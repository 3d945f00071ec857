import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { abbreviateList } from '../../local/format-time.ts';

const MAX_TOPICS_NAMED = 20;

/**
 * Returns the topic that `--topic` names, or all topics of the file without that option.
 * @throws NewsAlertsError when there is no such topic, or the file has no topics
 */
export function selectTopics(
  topics: readonly Topic[],
  id: string | undefined,
  file: string,
): readonly [Topic, ...Topic[]] {
  const [first, ...others] = id === undefined ? topics : topics.filter((topic) => topic.id === id);
  if (first) return [first, ...others];
  if (id === undefined) throw new NewsAlertsError(`${file}: expected at least one topic, got none`);
  const known = abbreviateList(
    topics.map((topic) => topic.id),
    MAX_TOPICS_NAMED,
  );
  throw new NewsAlertsError(`--topic: expected the id of a topic in ${file} (${known}), got ${id}`);
}
