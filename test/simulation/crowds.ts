import type { RunEvidence } from './invariants.ts';

/** Beyond either number, the hits of a poll are crowded (ADR 23). */
const MAX_ITEMS = 50;
const MAX_HITS = 10;

/**
 * Returns whether a poll sent an item with one of the titles together with so many others that the topic's hits were crowded. Hits that are
 * delivered at once, in a welcome digest, or not at all are counted separately.
 */
export function isOfCrowd(
  { record, scenario }: Pick<RunEvidence, 'record' | 'scenario'>,
  topicId: string,
  { feedId, titles }: { readonly feedId: string; readonly titles: readonly string[] },
): boolean {
  const watched = scenario.watched.get(topicId) ?? '';
  const polls = [...record.sent].filter(([name]) => name.startsWith(`${feedId} `));
  return polls
    .flatMap(([, attempts]) => attempts)
    .some(({ items }) => {
      const own = items.find(({ title }) => titles.includes(title));
      const hits = items.filter(
        ({ title, loudness }) => loudness === own?.loudness && title.split(' ').includes(watched),
      );
      return own !== undefined && (items.length > MAX_ITEMS || hits.length > MAX_HITS);
    });
}

/** Returns the ids of the topic's items that were gathered for a digest and belong to no story. */
export function gatheredItems(
  topicId: string,
  { records }: Pick<RunEvidence, 'records'>,
): ReadonlySet<string> {
  const versions = records.filter(({ pk, gathered }) => pk === `TOPIC#${topicId}` && gathered === true);
  return new Set(versions.map(({ sk }) => String(sk).split('#')[1] ?? ''));
}

/** Only items of crowded polls are gathered. */
export function gatheredWithoutNeed(evidence: RunEvidence): string[] {
  return evidence.records
    .filter(({ gathered }) => gathered === true)
    .flatMap(({ pk, sk, title }) => {
      const topicId = String(pk).slice('TOPIC#'.length);
      const [, , feedId = ''] = String(sk).split('#');
      const ofFeed = evidence.scenario.news.articles.filter((article) => article.feedId === feedId);
      const titles = ofFeed
        .map(({ versions }) => versions.map((version) => version.title))
        .find((all) => all.includes(String(title)));
      return titles && isOfCrowd(evidence, topicId, { feedId, titles })
        ? []
        : [`gathered although its feed did not bring many items at once: ${title} for ${topicId}`];
    });
}
