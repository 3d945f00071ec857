import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { MatchableItem } from '../../functions/match/item-text.ts';
import { compile } from '../../functions/match/matcher.ts';
import { findPattern } from '../../functions/match/patterns.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Topic } from '../../functions/shared/model.ts';
import { withoutControls } from '../console.ts';
import { explain, renderExplanation } from '../explain/explain.ts';
import { tellBroken } from './tell-broken.ts';

const lineSchema = z.object({
  id: z.union([z.string(), z.number()], { error: 'a string or a number is missing' }),
  title: z.string({ error: 'a string is missing' }),
  summary: z.string().nullish(),
  content: z.string().nullish(),
  language: z.string().nullish(),
  url: z.string().nullish(),
  source: z
    .object({ id: z.string().nullish(), title: z.string().nullish(), url: z.string().nullish() })
    .nullish(),
});

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
  const file = options.items;
  const loaded = loadConfigFile(options.config, process.env);
  tellBroken(loaded);
  const topics = asked(loaded.config.topics, options.topic);
  const matcher = compile(topics, findPattern);
  const answer = (item: Line): string =>
    options.explain
      ? explained(topics, item)
      : JSON.stringify({
          id: item.id,
          topics: matcher.match(matchable(item)).map(({ topicId, why }) => ({ topic: topicId, why })),
        });
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  let bad = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      const item = readLine(number === 1 ? line.replace(/^\ufeff/, '') : line);
      if ('fault' in item) {
        bad++;
        console.error(`${file}:${number}: ${item.fault}`);
        continue;
      }
      process.stdout.write(`${answer(item)}\n`);
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) {
      throw new NewsAlertsError(`expected a readable file of items, got ${cause.message}`, { cause });
    }
    throw cause;
  }
  if (bad > 0) throw new NewsAlertsError(`${bad} of ${number} lines were no items`);
}

type Line = z.infer<typeof lineSchema>;

function readLine(line: string): Line | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: `expected an item as JSON, got ${line.slice(0, 60)}` };
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'item'}: ${message}`);
  return { fault: `expected at least id and title, got ${faults.join('; ')}` };
}

function asked(topics: readonly Topic[], id: string | undefined): readonly Topic[] {
  const found = id === undefined ? topics : topics.filter((topic) => topic.id === id);
  if (found.length > 0) return found;
  const known = topics.slice(0, SHOWN).map((topic) => topic.id);
  const more = topics.length > SHOWN ? ' …' : '';
  throw new NewsAlertsError(`--topic: expected the id of a topic (${known.join(', ')}${more}), got ${id}`);
}

const SHOWN = 20;

function matchable({ title, summary, content, language, url, source }: Line): MatchableItem {
  return {
    title,
    summary: summary ?? '',
    content: content ?? '',
    ...(language ? { language: language.toLowerCase() } : {}),
    ...(url ? { url } : {}),
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

function explained(topics: readonly Topic[], item: Line): string {
  const lines = topics.flatMap(({ id, query }) => {
    if (!query) return [`  ${id}: its query is broken`];
    const [first = '', ...rest] = renderExplanation(explain(query, matchable(item), findPattern));
    return [`  ${id}`, `    ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return [`${item.id}: ${item.title}`, ...lines].map(withoutControls).join('\n');
}
