import { loadConfigFile } from '../config/load.ts';
import { findPattern } from '../functions/match/find-pattern.ts';
import { compileMatcher } from '../functions/match/matcher.ts';
import type { MatchableItem } from '../functions/match/text/item-text.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import type { Topic } from '../functions/shared/model.ts';
import { stripControls } from '../local/console.ts';
import { explain, renderExplanation } from './explain.ts';
import { type ItemLine, readItemLines } from './shared/item-lines.ts';
import { printBrokenTopics } from './shared/print-broken-topics.ts';

export interface MatchOptions {
  /** JSON lines; - for standard input. */
  readonly items: string;
  readonly config: string;
  /** Tell of every topic, clause by clause, why it matches or does not: a text for people. */
  readonly explain?: boolean;
  /** Of one topic alone. */
  readonly topic?: string;
}

/**
 * `match`: for each item, a line with the topics it matches and why. A line that is no item is told on standard error,
 * and the others go on.
 */
export async function match(options: MatchOptions): Promise<void> {
  const loaded = loadConfigFile(options.config, process.env);
  printBrokenTopics(loaded);
  const topics = selectTopics(loaded.config.topics, options.topic);
  const matcher = compileMatcher(topics, findPattern);
  const answer = (item: ItemLine): string =>
    options.explain
      ? explanationText(topics, item)
      : JSON.stringify({
          id: item.id,
          topics: matcher.match(matchable(item)).map(({ topicId, why }) => ({ topic: topicId, why })),
        });
  for await (const item of readItemLines(options.items)) process.stdout.write(`${answer(item)}\n`);
}

function selectTopics(topics: readonly Topic[], id: string | undefined): readonly Topic[] {
  const found = id === undefined ? topics : topics.filter((topic) => topic.id === id);
  if (found.length > 0) return found;
  const known = topics.slice(0, MAX_TOPICS_NAMED).map((topic) => topic.id);
  const more = topics.length > MAX_TOPICS_NAMED ? ' …' : '';
  throw new NewsAlertsError(`--topic: expected the id of a topic (${known.join(', ')}${more}), got ${id}`);
}

const MAX_TOPICS_NAMED = 20;

function matchable(item: ItemLine): MatchableItem {
  const { title, summary, content, language, url, source, categories, authors } = item;
  return {
    title,
    summary: summary ?? '',
    content: content ?? '',
    ...(language ? { language: language.toLowerCase() } : {}),
    ...(url ? { url } : {}),
    ...(categories ? { categories } : {}),
    ...(authors ? { authors } : {}),
    ...(source
      ? {
          source: {
            id: source.id ?? '',
            title: source.title ?? '',
            ...(source.url ? { url: source.url } : {}),
          },
        }
      : {}),
  };
}

function explanationText(topics: readonly Topic[], item: ItemLine): string {
  const lines = topics.flatMap(({ id, query }) => {
    if (!query) return [`  ${id}: its query is broken`];
    const [first = '', ...rest] = renderExplanation(explain(query, matchable(item), findPattern));
    return [`  ${id}`, `    ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return [`${item.id}: ${item.title}`, ...lines].map(stripControls).join('\n');
}
