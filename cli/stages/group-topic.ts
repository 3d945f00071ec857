import { loadConfigFile } from '../../config/load.ts';
import { watchedTerms } from '../../functions/notify/story/watched-terms.ts';
import { groupStories } from '../../local/past/group-stories.ts';
import { matchPast } from '../../local/past/match-past.ts';
import { pastOf } from '../../local/past/past.ts';
import { streamCounts } from '../../local/past/stream-counts.ts';
import { itemsInFile } from '../past/items-in-file.ts';
import { interruptible } from '../shared/interrupt.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { printJson } from '../shared/print-json.ts';
import { selectTopics } from '../shared/select-topics.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';

export interface GroupTopicOptions {
  readonly items: string;
  readonly config: string;
  readonly topic: string;
}

/**
 * Runs `group --topic`: matches the items with a topic of the file, groups the matches as match and notify would, and prints
 * a line for each match, in the order in which they arrive. The words of all items are counted, and names that any topic of
 * the file watches are treated as in the pipeline.
 * @throws NewsAlertsError if there is no such topic, or the input cannot be read or has invalid lines
 */
export async function groupTopic({ items: file, config, topic: id }: GroupTopicOptions): Promise<void> {
  const loaded = loadConfigFile(config, process.env);
  printBrokenTopics(loaded);
  const [topic] = selectTopics(loaded.config.topics, id, config);
  await interruptible(async (signal) => {
    const { items, feeds, fault } = await itemsInFile(file, Date.now());
    const past = pastOf(items, (feedId) => feeds.get(feedId) ?? { id: feedId, title: feedId }, 0);
    const report = throttleProgress(console.error);
    const [matches = []] = await matchPast(past, [topic], {
      signal,
      onProgress: (done, of) => report(`matched ${done} of ${of} items`),
    });
    const watched = watchedTerms(loaded.config.topics);
    const stories = await groupStories(matches, streamCounts(past), watched, signal);
    const placeOf = new Map(
      stories.flatMap((story) => story.items.map(({ item, role }) => [item, { story: story.id, role }])),
    );
    for (const { item, urgent } of matches) {
      const { story, role } = placeOf.get(item) ?? {};
      printJson({ id: item.id, story, told: role === 'first', joined: story, role, urgent });
    }
    if (fault !== undefined) throw fault;
  });
}
