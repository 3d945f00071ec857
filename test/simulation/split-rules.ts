import { hash64 } from '../../functions/shared/hash.ts';
import type { Story } from '../../functions/shared/store/stories.ts';
import type { RunEvidence } from './invariants.ts';
import { isOfSecondEvent } from './mixed-story.ts';
import { isLeftOut } from './mute-rules.ts';
import type { Split } from './run-record.ts';

type StoredRecord = RunEvidence['records'][number];
type StoredStory = Pick<Story, 'id' | 'leadItemId' | 'title' | 'itemIds' | 'splitFrom'>;

function storiesOf(topicId: string, records: readonly StoredRecord[]): StoredStory[] {
  return records.filter(
    ({ pk, sk }) => pk === `TOPIC#${topicId}` && String(sk).startsWith('STORY#'),
  ) as unknown as StoredStory[];
}

/** Returns the ids of a story and of those that it was taken out of. An item may have been delivered in any of them. */
export function withOrigins(topicId: string, storyId: string, records: readonly StoredRecord[]): string[] {
  const story = storiesOf(topicId, records).find(({ id }) => id === storyId);
  return story?.splitFrom === undefined
    ? [storyId]
    : [storyId, ...withOrigins(topicId, story.splitFrom, records)];
}

/** Returns whether a reader took this story out of another. */
export const isTakenOut = (topicId: string, storyId: string, { record }: RunEvidence): boolean =>
  record.splits.some((split) => split.topicId === topicId && split.storyId === storyId);

/** Returns what became wrong because a reader took reports out of their stories. */
export function brokenSplits(
  evidence: RunEvidence,
  mayHaveSent: (alertId: string) => boolean,
): readonly string[] {
  return evidence.record.splits.flatMap((split) => [
    ...unfinished(split, evidence),
    ...alertedAgain(split, evidence),
    ...unalerted(split, evidence, mayHaveSent),
    ...leftBehind(split, evidence),
  ]);
}

/** In the end, a report that was taken out belongs to its own story alone. */
function unfinished(
  { topicId, itemId, from, storyId, title, refusal }: Split,
  { records }: RunEvidence,
): string[] {
  if (refusal !== undefined) return [`a reader was refused: ${refusal} (${title} in ${topicId})`];
  const stories = storiesOf(topicId, records);
  const listing = stories.filter(({ itemIds }) => itemIds.includes(itemId)).map(({ id }) => id);
  const versions = records.filter(
    ({ pk, sk, silent }) => pk === `TOPIC#${topicId}` && String(sk).startsWith(`TOLD#${itemId}#`) && !silent,
  );
  const isDone =
    storyId !== undefined &&
    listing.join() === storyId &&
    versions.every((version) => version.storyId === storyId && version.lead === true);
  return isDone ? [] : [`not taken out of ${from}: ${title} in ${topicId} is in ${listing}`];
}

/** Neither the report that was taken out nor a copy of it alerts the new story by email. An SMS may wait for its source. */
function alertedAgain({ topicId, itemId, storyId, title }: Split, { record }: RunEvidence): string[] {
  return record.published
    .filter((publish) => publish.topicId === topicId && publish.protocols.includes('email'))
    .flatMap(({ alert }) => alert.entries)
    .filter((entry) => entry.storyId === storyId && (entry.role ?? 'first') === 'first')
    .filter((entry) => entry.itemId === itemId || entry.title === title)
    .map(() => `alerted again after it was taken out of its story: ${title} in ${topicId}`);
}

/** Returns the items of a new story that must have alerted it: those that were not delivered before, nor copy the first. */
function newReports({ topicId, storyId, title, itemId }: Split, { record, records }: RunEvidence): string[] {
  const story = storiesOf(topicId, records).find(({ id }) => id === storyId);
  // A poll that died may not have stored its items, but every delivered item has a version.
  const titlesOf = (id: string) =>
    records
      .filter(({ pk, sk }) => pk === `ITEM#${id}` || String(sk).startsWith(`TOLD#${id}#`))
      .map((record) => record.title);
  return (story?.itemIds ?? []).filter((id) => {
    const [delivered] = record.attempts.get(hash64('item', topicId, id)) ?? [];
    const isDeliveredBefore = delivered !== undefined && delivered.storyId !== storyId;
    return id !== itemId && !titlesOf(id).includes(title) && !isDeliveredBefore;
  });
}

/** The next report of a story that was taken out of another is sent as its first report. */
function unalerted(split: Split, evidence: RunEvidence, mayHaveSent: (alertId: string) => boolean): string[] {
  const { topicId, storyId = '', title } = split;
  if (newReports(split, evidence).length === 0 || isAlerted(split, evidence)) return [];
  const id = hash64('alert', topicId, storyId, 'new', '');
  const { record, records, scenario } = evidence;
  if (isLeftOut(record, { topicId, storyId }, id, 'email')) return [];
  const about = records
    .filter(
      ({ sk, topicId: of, stories }) =>
        sk === 'ALERT' && of === topicId && (stories as string[])?.includes(storyId),
    )
    .map(({ pk }) => String(pk).slice('ALERT#'.length));
  if (scenario.config.onAmbiguous.email === 'skip' && [id, ...about].some(mayHaveSent)) return [];
  return [`never alerted: the story of ${title}, which was taken out of another in ${topicId}`];
}

/** Returns whether a story that was taken out of another was sent by email as a story. */
export function isAlerted({ topicId, storyId }: Split, { record }: RunEvidence): boolean {
  return record.published.some(
    (publish) =>
      publish.topicId === topicId &&
      publish.protocols.includes('email') &&
      publish.alert.entries.some((entry) => entry.storyId === storyId && (entry.role ?? 'first') === 'first'),
  );
}

/**
 * Articles about the second event that appear after the only one so far was taken out follow it. They may have been taken
 * out of its story in turn.
 */
function leftBehind(
  { topicId, storyId, title, doneAt }: Split,
  { scenario, records }: RunEvidence,
): string[] {
  if (doneAt === undefined || storyId === undefined) return [];
  const second = scenario.news.articles.filter(isOfSecondEvent);
  // Copies go along.
  const [taken] = second.filter(({ versions }) => versions.some((version) => version.title === title));
  const others = second.filter(({ versions }) => versions.every((version) => version.title !== title));
  if (!taken || others.some(({ from }) => from <= doneAt)) return [];
  const stories = storiesOf(topicId, records);
  return others.flatMap(({ versions, name }) => {
    const ids = records
      .filter(
        ({ pk, title }) => String(pk).startsWith('ITEM#') && versions.some((one) => one.title === title),
      )
      .map(({ pk }) => String(pk).slice('ITEM#'.length));
    return stories
      .filter(({ itemIds }) => itemIds.some((id) => ids.includes(id)))
      .filter(({ id }) => !withOrigins(topicId, id, records).includes(storyId))
      .map((story) => `${name} did not follow ${taken.name}, but joined ${story.title} in ${topicId}`);
  });
}
