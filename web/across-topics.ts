import { reportKey, type ShownStory } from './stories.ts';

/** A story, with the topics that have it too. */
export interface StoryOfTopics extends ShownStory {
  readonly otherTopics: readonly Pick<ShownStory, 'topicId' | 'topicName'>[];
}

/**
 * Returns the stories of several topics as one where they tell the same event: half of one's reports are in the other. The
 * topic with the most reports comes first, or else the one that had it first. `stories`: latest first, as in the result.
 */
export function acrossTopics(stories: readonly ShownStory[]): StoryOfTopics[] {
  const groups: Group[] = [];
  /** The groups whose main story lists an item. */
  const groupsOf = new Map<string, Group[]>();
  for (const story of stories.toReversed().sort(mainFirst)) {
    const ids = [...itemIds(story)];
    const shared = Map.groupBy(
      ids.flatMap((id) => groupsOf.get(id) ?? []),
      (group) => group,
    );
    const [group] = [...shared.keys()].filter(
      (one) =>
        (shared.get(one)?.length ?? 0) >= ids.length / 2 &&
        one.every(({ topicId }) => topicId !== story.topicId),
    );
    if (group) {
      group.push(story);
      continue;
    }
    const own: Group = [story];
    groups.push(own);
    for (const id of ids) groupsOf.set(id, [...(groupsOf.get(id) ?? []), own]);
  }
  const positions = new Map(stories.map((story, n) => [story, n]));
  const latest = (group: Group) => Math.min(...group.map((story) => positions.get(story) ?? 0));
  return groups.sort((a, b) => latest(a) - latest(b)).map(merged);
}

/** The main story first. */
type Group = [ShownStory, ...ShownStory[]];

function mainFirst(a: ShownStory, b: ShownStory): number {
  // A story whose first report is in no message any more has only retellings.
  const hasReports = Number(b.reports.length > 0) - Number(a.reports.length > 0);
  return hasReports || itemIds(b).size - itemIds(a).size || firstAt(a).localeCompare(firstAt(b));
}

const firstAt = ({ reports: [first], at }: ShownStory): string => first?.at ?? at;

/** Returns the items that a story lists. */
function itemIds({ reports, retellings }: ShownStory): ReadonlySet<string> {
  return new Set([...reports, ...retellings].map(({ entry }) => entry.itemId));
}

function merged([main, ...others]: Group): StoryOfTopics {
  if (others.length === 0) return { ...main, otherTopics: [] };
  const group = [main, ...others];
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
    otherTopics: others.map(({ topicId, topicName }) => ({ topicId, topicName })),
    reports: first ? [first, ...byTime] : [],
    retellings: group.flatMap(({ retellings }) => retellings).filter(unlisted),
    sources: [...new Set(group.flatMap(({ sources }) => sources))],
    messages: messages.sort((a, b) => a.at.localeCompare(b.at)),
    at: group.map(({ at }) => at).reduce((a, b) => (a > b ? a : b)),
  };
}
