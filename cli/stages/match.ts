import { loadConfigFile } from '../../config/load.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import type { MatchableItem } from '../../functions/match/text/item-text.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { stripControls } from '../../local/console.ts';
import { explain, renderExplanation } from '../explain.ts';
import { type ItemLine, readItemLines } from '../shared/item-lines.ts';
import { printBrokenTopics } from '../shared/print-broken-topics.ts';
import { selectTopics } from '../shared/select-topics.ts';

export interface MatchOptions {
  /** File of JSON lines; - for standard input. */
  readonly items: string;
  readonly config: string;
  /** Print a text that explains, for every topic and clause, why it matches or not. */
  readonly explain?: boolean;
  /** Use only this topic. */
  readonly topic?: string;
}

/**
 * Runs `match`: prints a line for each item with the topics that it matches and why. Reports lines without a valid item on
 * standard error and continues with the next line.
 */
export async function match(options: MatchOptions): Promise<void> {
  const loaded = loadConfigFile(options.config, process.env);
  printBrokenTopics(loaded);
  const topics = selectTopics(loaded.config.topics, options.topic, options.config);
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

function matchable(item: ItemLine): MatchableItem {
  const { title, summary, content, context, language, url, source, categories, authors } = item;
  return {
    title,
    summary: summary ?? '',
    content: content ?? '',
    ...(context ? { context } : {}),
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
    if (!query) return [`  ${id}: the query is broken`];
    const [first = '', ...rest] = renderExplanation(explain(query, matchable(item), findPattern));
    return [`  ${id}`, `    ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return [`${item.id}: ${item.title}`, ...lines].map(stripControls).join('\n');
}
