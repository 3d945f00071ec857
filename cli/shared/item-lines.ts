import { createInterface } from 'node:readline';
import { z } from 'zod';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { count } from '../../functions/shared/text/count.ts';
import { inputName, openInput, unreadableError } from './input.ts';

const lineSchema = z.object({
  id: z.union([z.string(), z.number()], { error: 'a string or a number is missing' }),
  title: z.string({ error: 'a string is missing' }),
  summary: z.string().nullish(),
  content: z.string().nullish(),
  context: z.string().nullish(),
  language: z.string().nullish(),
  url: z.string().nullish(),
  categories: z.array(z.string()).nullish(),
  authors: z.array(z.string()).nullish(),
  published: z.string().nullish(),
  source: z
    .union([
      z.string().transform((id) => ({ id, title: undefined, url: undefined })),
      z.object({ id: z.string().nullish(), title: z.string().nullish(), url: z.string().nullish() }),
    ])
    .nullish(),
});

/** An item as one line of JSON holds it. */
export type ItemLine = z.infer<typeof lineSchema>;

/**
 * Reads the items in a file of JSON lines, or in standard input for "-". Reports lines without a valid item on standard
 * error and continues with the next line.
 * @throws NewsAlertsError when the input cannot be read, or at the end when any line was not valid
 */
export async function* readItemLines(file: string): AsyncGenerator<ItemLine> {
  let number = 0;
  let bad = 0;
  let good = 0;
  try {
    for await (const line of createInterface({
      input: openInput(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number++;
      if (line.trim() === '') continue;
      const item = parseItemLine(number === 1 ? line.replace(/^\ufeff/, '') : line);
      if ('fault' in item) {
        bad++;
        console.error(`${inputName(file)}:${number}: ${item.fault}`);
        continue;
      }
      good++;
      yield item;
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) throw unreadableError(file, 'items as JSON lines', cause);
    throw cause;
  }
  if (good + bad === 0) console.error(`${inputName(file)}: no items found`);
  if (bad > 0)
    throw new NewsAlertsError(
      `expected an item on every line, got ${count(bad, 'line')} without a valid item, of ${number} in all`,
    );
}

function parseItemLine(line: string): ItemLine | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const hint = line.includes('\ufffd') ? ' (the file must be UTF-8)' : '';
    return { fault: `expected an item as JSON, got ${line.slice(0, 60)}${hint}` };
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'item'}: ${message}`);
  return { fault: `expected at least id and title, got ${faults.join('; ')}` };
}
