import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { compile, type Matcher } from '../../functions/match/matcher.ts';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

const lineSchema = z.object({
  id: z.union([z.string(), z.number()], { error: 'a string or a number is missing' }),
  title: z.string({ error: 'a string is missing' }),
  summary: z.string().nullish(),
  content: z.string().nullish(),
});

/**
 * `match`: for each item of a JSON lines file (- for standard input), a line with the topics it matches and why. A
 * line that is no item is told on standard error, and the others go on.
 */
export async function match(file: string, configFile: string): Promise<void> {
  const matcher = compile(loadConfigFile(configFile, process.env).config.topics);
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
      process.stdout.write(`${JSON.stringify(matchLine(matcher, item))}\n`);
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

function matchLine(matcher: Matcher, { id, title, summary, content }: Line) {
  const matches = matcher.match({ title, summary: summary ?? '', content: content ?? '' });
  return { id, topics: matches.map(({ topicId, why }) => ({ topic: topicId, why })) };
}
