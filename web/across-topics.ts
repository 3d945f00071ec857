import { reportKey, type ShownStory } from './stories.ts';

/** A story, with the topics that have it too. */
export interface StoryOfTopics extends ShownStory {
  readonly otherTopics: readonly Pick<ShownStory, 'topicId' | 'topicName' | 'storyId'>[];
}

/**
 * Returns the stories of several topics as one where they tell the same event: one begins with a report that the other has
 * too. The topic with more of its reports comes first, or else the one that had it first. `stories`: latest first, as in the
 * result.
 */
export function acrossTopics(stories: readonly ShownStory[]): StoryOfTopics[] {
  const groups: ShownStory[][] = [];
  const groupOf = new Map<string, ShownStory[]>();
  const oldestFirst = stories.toReversed();
  for (const story of oldestFirst.sort((a, b) => itemIds(b).length - itemIds(a).length)) {
    const ids = itemIds(story);
    const known = groupOf.get(ids[0] ?? '');
    const isOfOtherTopic = known?.every(({ topicId }) => topicId !== story.topicId);
    const group = known && isOfOtherTopic ? known : [];
    if (group.length === 0) groups.push(group);
    group.push(story);
    for (const id of ids) if (!groupOf.has(id)) groupOf.set(id, group);
  }
  const positions = new Map(stories.map((story, n) => [story, n]));
  const latest = (group: readonly ShownStory[]) =>
    Math.min(...group.map((story) => positions.get(story) ?? 0));
  return groups.sort((a, b) => latest(a) - latest(b)).map(merged);
}

/** Returns the items that a story lists, the first report first. */
function itemIds({ reports, retellings }: ShownStory): string[] {
  return [...reports, ...retellings].map(({ entry }) => entry.itemId);
}

function merged(group: readonly ShownStory[]): StoryOfTopics {
  const [main, ...others] = group as [ShownStory, ...ShownStory[]];
  if (others.length === 0) return { ...main, otherTopics: [] };
  const listed = new Set<string>();
  const unlisted = ({ entry }: ShownStory['reports'][number]) => {
    const key = reportKey(entry);
    return !listed.has(key) && listed.add(key);
  };
  // The first report stays first, since the card is about it.
  const [first, ...developments] = group.flatMap(({ reports }) => reports).filter(unlisted);
  const byTime = developments.sort((a, b) => a.at.localeCompare(b.at));
  const messages = [...new Set(group.flatMap((story) => story.messages))];
  return {
    ...main,
    otherTopics: others.map(({ topicId, topicName, storyId }) => ({ topicId, topicName, storyId })),
    reports: first ? [first, ...byTime] : [],
    retellings: group.flatMap(({ retellings }) => retellings).filter(unlisted),
    sources: [...new Set(group.flatMap(({ sources }) => sources))],
    messages: messages.sort((a, b) => a.at.localeCompare(b.at)),
    at: group.map(({ at }) => at).reduce((a, b) => (a > b ? a : b)),
  };
}
