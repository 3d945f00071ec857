import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES, featuresOf } from '../../functions/notify/story/features.ts';
import { haveTitlesAlone } from '../../functions/notify/story/likelihood.ts';
import { signatureOf } from '../../functions/notify/story/signature.ts';
import { countsOf, TermTable } from '../../functions/notify/story/term-table.ts';
import { type LabelledItem, labelled, parts, topics } from './labelled.ts';
import { regression } from './regression.ts';

const WEIGHTS = join(import.meta.dirname, '../../functions/notify/story/weights.ts');
export const STORIES = 300;
export const TOPICS = 60;
/** Below this hardly any pair reports the same event, and most pairs are. */
const MIN_COSINE = 0.04;
const COSINE = FEATURES.indexOf('cosine, root');

/** Fits the weights of the features on the training side alone, and writes them to where notify reads them. */
export function train(): void {
  const titles = weightsOf(labelled('allsides-lrc-train', false), true);
  const texts = weightsOf(labelled('allsides-lrc-train', true), false);
  writeFileSync(
    WEIGHTS,
    `// Written by npm run bench:stories -- --fit, in the order of FEATURES.\n\n${listOf('TITLES', 'For items that have titles alone.', titles)}\n${listOf('TEXTS', 'For the others.', texts)}`,
  );
}

/** Items at random, of as many stories as the validation side has, and items that share a word, as a topic's do. */
function weightsOf(items: readonly LabelledItem[], titlesAlone: boolean): number[] {
  const large = parts(items, STORIES);
  const rows: Float64Array[] = [];
  const same: boolean[] = [];
  const add = (part: readonly LabelledItem[]) => {
    const signatures = part.map(signatureOf);
    const table = new TermTable(countsOf(signatures));
    const parsed = signatures.map((signature) => table.parse(signature));
    for (const [n, item] of parsed.entries()) {
      for (const [m, other] of parsed.slice(0, n).entries()) {
        if (haveTitlesAlone(item, other) !== titlesAlone) continue;
        const row = featuresOf(item, other, table, part.length);
        if ((row[COSINE] ?? 0) ** 2 < MIN_COSINE) continue;
        rows.push(Float64Array.from(row));
        same.push(part[n]?.story === part[m]?.story);
      }
    }
  };
  for (const part of [...large, ...topics(items, TOPICS)]) add(part);
  // In a topic, feeds with summaries and without come together.
  if (!titlesAlone) for (const part of parts(large[0] ?? [], 60)) add(part.map(withoutSomeTexts));
  return regression(rows, same);
}

function withoutSomeTexts(item: LabelledItem, n: number): LabelledItem {
  return n % 3 === 0 ? { ...item, summary: '' } : item;
}

function listOf(name: string, of: string, weights: readonly number[]): string {
  const rounded = weights.map((weight) => Math.round(weight * 1000) / 1000).join(', ');
  return `/** ${of} */\n// biome-ignore format: one line, as the fitting writes it\nexport const ${name}: readonly number[] = [${rounded}];\n`;
}
