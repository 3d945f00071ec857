import { evidenceOf } from './evidence.ts';
import type { Rarity } from './rarity.ts';
import type { Reading } from './reading.ts';
import type { Vocabulary } from './vocabulary.ts';
import { TEXTS, TITLES } from './weights.ts';

/** How likely two items among so many others tell the same news, from 0 to 1. */
export function likelihood(
  a: Reading,
  b: Reading,
  rarity: Rarity,
  vocabulary: Vocabulary,
  others: number,
): number {
  const evidence = evidenceOf(a, b, rarity, vocabulary, others);
  const weights = haveTitlesAlone(a, b) ? TITLES : TEXTS;
  let sum = 0;
  for (let n = 0; n < evidence.length; n++) sum += (weights[n] ?? 0) * (evidence[n] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

/** Most feeds have summaries; where there is none, less has to do. */
export function haveTitlesAlone(a: Reading, b: Reading): boolean {
  return a.summary.length === 0 && b.summary.length === 0;
}
