import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settled } from '../../functions/notify/grouping/settled.ts';
import { signatureOf } from '../../functions/notify/grouping/signature.ts';
import { LABELLED } from './labelled.ts';

const FILES = ['2013-headlines.test.tsv', '2014-headlines.test.tsv'];

/** By how alike people found two headlines, 0 to 5: which share of the pairs would be one story. */
export function headlinePairs(): { alike: string; pairs: number; joined: number }[] {
  const rows = FILES.flatMap((file) => readFileSync(join(LABELLED, file), 'utf8').split('\n'))
    .map((line) => line.split('\t'))
    .filter((row) => row.length === 3);
  return [0, 1, 2, 3, 4].map((from) => {
    const last = from === 4;
    const pairs = rows.filter(([score]) => Number(score) >= from && (last || Number(score) < from + 1));
    const joined = pairs.filter(([, a = '', b = '']) => {
      const [first, second] = settled(
        [a, b].map((title) => ({ signature: signatureOf({ title, summary: '' }) })),
      );
      return first === second;
    });
    return { alike: `${from} to ${from + 1}`, pairs: pairs.length, joined: joined.length / pairs.length };
  });
}
