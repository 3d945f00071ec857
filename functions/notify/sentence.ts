import { tellingWords } from './headline.ts';

let segmenter: Intl.Segmenter | undefined;

/** The sentence of a text that has most of some words. */
export function sentenceWith(text: string, words: readonly string[]): string {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  let best = { sentence: '', found: -1 };
  for (const { segment } of segmenter.segment(text)) {
    const found = tellingWords(segment).filter((word) => words.includes(word)).length;
    if (found > best.found) best = { sentence: segment.trim(), found };
  }
  return best.sentence;
}
