import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES, featuresOf } from '../../functions/notify/story/features.ts';
import { haveOnlyTitles } from '../../functions/notify/story/likelihood.ts';
import { signatureOf } from '../../functions/notify/story/signature.ts';
import { countTerms, TermTable } from '../../functions/notify/story/term-table.ts';
import { type LabelledItem, readLabelledItems, splitByStory, splitByTopic } from './labelled-items.ts';
import { logisticRegression } from './logistic-regression.ts';

const WEIGHTS = join(import.meta.dirname, '../../functions/notify/story/weights.ts');
export const STORIES_PER_PART = 300;
export const TOPIC_COUNT = 60;
/** Minimum cosine of a pair for training. Most pairs are below it, and hardly any of those report the same event. */
const MIN_COSINE = 0.04;
const COSINE = FEATURES.indexOf('cosine, root');

/** Fits the weights of the features on the training data, and writes them to the file that notify reads. */
export function fitWeights(): void {
  const titles = weightsOf(readLabelledItems('allsides-lrc-train', false), true);
  const texts = weightsOf(readLabelledItems('allsides-lrc-train', true), false);
  writeFileSync(
    WEIGHTS,
    `// Written by npm run bench -- stories --fit, in the order of FEATURES.\n\n${listOf('TITLE_WEIGHTS', 'For pairs of items without summaries.', titles)}\n${listOf('TEXT_WEIGHTS', 'For all other pairs.', texts)}`,
  );
}

/**
 * Fits weights on two kinds of parts: random items of as many stories as the validation data has, and items that share a
 * word, as those of a topic do.
 */
function weightsOf(items: readonly LabelledItem[], titlesAlone: boolean): number[] {
  const large = splitByStory(items, STORIES_PER_PART);
  const rows: Float64Array[] = [];
  const same: boolean[] = [];
  const add = (part: readonly LabelledItem[]) => {
    const signatures = part.map(signatureOf);
    const table = new TermTable(countTerms(signatures));
    const parsed = signatures.map((signature) => table.parse(signature));
    for (const [n, item] of parsed.entries()) {
      for (const [m, other] of parsed.slice(0, n).entries()) {
        if (haveOnlyTitles(item, other) !== titlesAlone) continue;
        const row = featuresOf(item, other, table, part.length);
        if ((row[COSINE] ?? 0) ** 2 < MIN_COSINE) continue;
        rows.push(Float64Array.from(row));
        same.push(part[n]?.story === part[m]?.story);
      }
    }
  };
  for (const part of [...large, ...splitByTopic(items, TOPIC_COUNT)]) add(part);
  // A topic has items with and without summaries.
  if (!titlesAlone) for (const part of splitByStory(large[0] ?? [], 60)) add(part.map(withoutSomeTexts));
  return logisticRegression(rows, same);
}

function withoutSomeTexts(item: LabelledItem, n: number): LabelledItem {
  return n % 3 === 0 ? { ...item, summary: '' } : item;
}

function listOf(name: string, comment: string, weights: readonly number[]): string {
  const rounded = weights.map((weight) => Math.round(weight * 1000) / 1000).join(', ');
  return `/** ${comment} */\n// biome-ignore format: one line, as the fitting writes it\nexport const ${name}: readonly number[] = [${rounded}];\n`;
}
