import { EVIDENCE, evidenceOf } from '../../functions/notify/grouping/evidence.ts';
import { haveTitlesAlone } from '../../functions/notify/grouping/likelihood.ts';
import { Rarity } from '../../functions/notify/grouping/rarity.ts';
import { readSignature } from '../../functions/notify/grouping/reading.ts';
import { signatureOf } from '../../functions/notify/grouping/signature.ts';
import { Vocabulary } from '../../functions/notify/grouping/vocabulary.ts';
import type { LabelledItem } from './labelled.ts';

export interface Pairs {
  readonly rows: Float64Array[];
  readonly same: boolean[];
}

/** Below it hardly any are the same news, and most pairs are. */
const LEAST_LIKENESS = 0.04;
const LIKENESS = EVIDENCE.indexOf('likeness');

/** Every item of a part beside those before it. */
export function notePairs(items: readonly LabelledItem[], titlesAlone: boolean, into: Pairs): void {
  const vocabulary = new Vocabulary();
  const rarity = new Rarity(vocabulary);
  const readings = items.map((item) => readSignature(signatureOf(item), vocabulary));
  for (const reading of readings) rarity.note(reading, 1);
  for (const [n, reading] of readings.entries()) {
    for (const [m, other] of readings.slice(0, n).entries()) {
      if (haveTitlesAlone(reading, other) !== titlesAlone) continue;
      const row = evidenceOf(reading, other, rarity, vocabulary, rarity.items);
      if ((row[LIKENESS] ?? 0) < LEAST_LIKENESS) continue;
      into.rows.push(row);
      into.same.push(items[n]?.story === items[m]?.story);
    }
  }
}
