import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVIDENCE } from '../../functions/notify/grouping/evidence.ts';
import { type LabelledItem, labelled, parts, topics } from './labelled.ts';
import { notePairs, type Pairs } from './pairs.ts';
import { regression } from './regression.ts';

const WEIGHTS = join(import.meta.dirname, '../../functions/notify/grouping/weights.ts');
export const STORIES = 300;
export const TOPICS = 60;

/** Fits the weights of evidence on the training side alone, and writes them to where notify reads them. */
export function train(): void {
  const titles = weightsOf(labelled('allsides-lrc-train', false), true);
  const texts = weightsOf(labelled('allsides-lrc-train', true), false);
  writeFileSync(
    WEIGHTS,
    `// Written by npm run bench:group -- --fit.\n\n${listOf('TITLES', 'Of items that have titles alone.', titles)}\n${listOf('TEXTS', 'Of the others.', texts)}`,
  );
}

/** Items at random, of as many stories as the validation side has, and items that share a word, as a topic's do. */
function weightsOf(items: readonly LabelledItem[], titlesAlone: boolean): number[] {
  const large = parts(items, STORIES);
  const into: Pairs = { rows: [], same: [] };
  for (const part of [...large, ...topics(items, TOPICS)]) notePairs(part, titlesAlone, into);
  // In a topic, feeds with summaries and without come together.
  if (!titlesAlone)
    for (const part of parts(large[0] ?? [], 60)) notePairs(part.map(withoutSomeTexts), false, into);
  return regression(into.rows, into.same);
}

function withoutSomeTexts(item: LabelledItem, n: number): LabelledItem {
  return n % 3 === 0 ? { ...item, summary: '' } : item;
}

function listOf(name: string, of: string, weights: readonly number[]): string {
  const lines = weights.map((weight, n) => `  ${Math.round(weight * 1000) / 1000}, // ${EVIDENCE[n]}\n`);
  return `/** ${of} */\nexport const ${name}: readonly number[] = [\n${lines.join('')}];\n`;
}
