import { isAlone, words } from '../shared/text/words.ts';
import { areAlike } from './alike-words.ts';
import { isLabel } from './labels.ts';

/**
 * The share of a headline that is new to whoever knows another one, from 0 to 1: without regard to numbers, labels such as
 * "LIVE:" and "- as it happened", parts that both have ("Premier League: …"), case, punctuation, slips and inflections.
 * What an edit takes away is not new.
 */
export function newInHeadline(before: string, after: string): number {
  const knownParts = tellingParts(before);
  const known = telling(knownParts.flat());
  const kept = new Set(knownParts.map((part) => part.join(' ')));
  const told = telling(
    tellingParts(after)
      .filter((part) => !kept.has(part.join(' ')))
      .flat(),
  );
  const added = told.filter((word) => !known.some((one) => areAlike(one, word)));
  return told.length === 0 ? 0 : weightOf(added) / weightOf(told);
}

/** The words of a text that tell something, each once; of scripts without spaces pairs of letters, as a letter alone is anywhere. */
export function tellingWords(text: string): string[] {
  return telling(tellingParts(text).flat());
}

function tellingParts(text: string): string[][] {
  const parts = text.replace(SITE, '').split(SEPARATORS).map(wordsOfPart);
  return parts.filter((part) => !part.every(isLabel)).map(inPairs);
}

function telling(all: readonly string[]): string[] {
  return [...new Set(all)].filter((word) => !NUMBER.test(word));
}

/** Short words mostly tell nothing, and no list of them covers all languages. */
export function weightOf(all: readonly string[]): number {
  return all.reduce((sum, word) => sum + (word.length > 3 ? 1 : 0.5), 0);
}

/** What comes after the last upright is the site, or a section of it. */
const SITE = /\s[|｜]\s[^|｜]*$/u;
/** Between the parts of a headline: "LIVE: …", "… - as it happened", "[Updated] …", "UPDATE 2-…". */
const SEPARATORS = /\s[-‐-―]+|[-‐-―]+\s|[:：|｜•]+(?=\s|$)|[[\]()【】（）]|(?<=^[A-Z]+ \d+)-|\+{2,}/u;
/** Within a word: "pull-out" is "pullout", "U.S." is "US". */
const JOINTS = /(?<=\p{L})[-‐‑.'’](?=\p{L})/gu;
/** Clocks, scores, dates: also "14h30" and "2nd". */
const NUMBER = /^\p{N}/u;

function wordsOfPart(part: string): string[] {
  return words(part.replace(JOINTS, ''));
}

function inPairs(all: readonly string[]): string[] {
  return all.flatMap((word, n) => {
    if (!isAlone(word)) return [word];
    const [last = '', next = ''] = [all[n - 1], all[n + 1]];
    if (isAlone(next)) return [word + next];
    return isAlone(last) ? [] : [word];
  });
}
